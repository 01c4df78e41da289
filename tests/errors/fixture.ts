import type { ErrorCode } from '../../supervisor/errors/eft-error.ts';

/** One way for a person to cause an error, and the exact text that they then see. */
export type Fixture = {
  readonly code: ErrorCode;
  /** The situation, as a plain sentence: it becomes the test's name and a line of docs/reference/errors.md. */
  readonly title: string;
  /** Does the wrong thing; must throw, or reject with, the error. */
  readonly provoke: () => unknown | Promise<unknown>;
  /** The whole of `EftError.render()`. */
  readonly text: string;
};
