/**
 * What keeps an actor from a change although it did nothing wrong: something that others have or hold. It is no fault, so it comes back as
 * a conflict: the actor is told which of its resources it was about, and decides again (the table is in docs/reference/store.md).
 */
import type { EftError } from '../errors/eft-error.ts';
import type { Reference } from './resource.ts';

export class Contention extends Error {
  readonly references: readonly Reference[];
  /** What is in the way, whose it is, and what a person can do. */
  readonly because: EftError;

  constructor(because: EftError, references: readonly Reference[]) {
    super(because.message, { cause: because });
    this.because = because;
    this.references = references;
  }
}
