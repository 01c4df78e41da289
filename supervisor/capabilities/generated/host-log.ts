// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/log@0.1.0`
 *
 * Structured log lines. A line is taken when it is written, even if the event that wrote it is discarded
 * later: the log of a failed event is the one a person needs.
 */

/** How much a line matters. `warn` and `error` ask for a person's attention. */
export type Level =
  | 'trace'
  | 'debug'
  | 'info'
  | 'warn'
  | 'error';

/** One named value of a line, as text. */
export type Field = {
  readonly name: string;
  readonly value: string;
};

/** What the host's `eft:host/log@0.1.0` consists of. */
export interface LogInterface {
  /**
   * Writes one line. At most 4,096 UTF-16 code units of message and 32 fields are kept; what is longer is cut
   * and the cut is marked. Lines beyond the cell's rate are dropped and counted.
   */
  write(level: Level, message: string, fields: readonly Field[]): void;
}
