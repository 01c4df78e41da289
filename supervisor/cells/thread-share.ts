/**
 * How much of the supervisor's thread a cell may keep busy.
 *
 * Every event of a cell costs PID 1 something: its effects are carried out there, in the thread that serves all cells. Time limits and
 * quarantine do not help against a module that is quick and never fails, and merely asks for more work than anybody. So each cell has
 * an account: what it costs is noted, forgotten at a steady rate, and above a credit its next event waits.
 *
 * Short pieces of work delay others little, and may take a tenth of the thread. A longer piece is felt by whoever comes while it lasts, and by
 * the more the longer it is: both how likely somebody comes and how long they wait grow with it. So it counts by its square: a piece of
 * ten times the length that counts as short, a hundred times.
 *
 * A pure state machine; the clock comes in.
 */

/** The part of the thread that one cell may keep busy in the long run. */
export const shareOfThread = 0.1;
/** Milliseconds of work that a cell may cause before it has to wait: a start with many resources should not. */
export const creditMs = 100;
/** Milliseconds of one piece of work up to which it counts as what it is. */
export const shortMs = 2;

/** What a piece of work counts, in milliseconds. */
export function costOf(workMs: number): number {
  return workMs <= shortMs ? workMs : (workMs * workMs) / shortMs;
}

export class ThreadShare {
  /** Milliseconds of work that are not forgotten yet, as of `#asOfMs`. */
  #debtMs = 0;
  #asOfMs = 0;

  /** Notes a piece of work from `beginMs` to `endMs`, in milliseconds of any clock that does not go back. */
  spend(beginMs: number, endMs: number): void {
    this.#forget(endMs);
    this.#debtMs += costOf(endMs - beginMs);
  }

  /** Milliseconds that the next event has to wait, from `nowMs`; 0 if it need not. */
  waitMs(nowMs: number): number {
    this.#forget(nowMs);
    return Math.max(0, (this.#debtMs - creditMs) / shareOfThread);
  }

  #forget(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#asOfMs);
    this.#asOfMs = Math.max(nowMs, this.#asOfMs);
    this.#debtMs = Math.max(0, this.#debtMs - passedMs * shareOfThread);
  }
}
