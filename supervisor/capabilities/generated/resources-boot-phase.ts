// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/boot-phase@0.1.0`
 *
 * One step of the boot, in the order in which the steps began. The id is the phase's name; the owner is `supervisor`.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type State =
  | 'running'
  | 'done'
  /** The boot went on without it: `message` says what is missing. */
  | 'partly'
  /** The boot ended here. */
  | 'failed';

export type BootPhase = {
  /** The place in the order, from 1. */
  readonly order: number;
  readonly state: State;
  /** Nanoseconds since the machine started (CLOCK_BOOTTIME) at which it began. */
  readonly began: bigint;
  /** Nanoseconds that it took, once it is over. */
  readonly took: bigint | undefined;
  /** What came of it, for a person; empty if there is nothing to say. */
  readonly message: string;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: BootPhase;
};

/** What the host's `eft:resources/boot-phase@0.1.0` consists of. */
export interface BootPhaseInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
}
