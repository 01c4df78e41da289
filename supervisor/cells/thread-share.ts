/**
 * How much of the supervisor's thread a cell may keep busy.
 *
 * Every event of a cell costs PID 1 something: its effects are carried out there, in the thread that serves all cells. Time limits and
 * quarantine do not help against a module that is quick and never fails, and merely asks for more work than anybody. So each cell has
 * an account: what it costs is noted, forgotten at a steady rate, and above a credit its next event waits.
 *
 * Short pieces of work delay others little, and may take a tenth of the thread. A long piece is felt by whoever comes while it lasts, so
 * it counts ten times: then less than one in a hundred events of another cell meets one. Only the first in a while counts once: a piece
 * is measured from outside, and what the engine collects or the machine does meanwhile makes it long through no fault of the cell.
 *
 * A pure state machine; the clock comes in.
 */

/** The part of the thread that one cell may keep busy in the long run. */
export const shareOfThread = 0.1;
/** Milliseconds of work that a cell may cause before it has to wait: a start with many resources should not. */
export const creditMs = 100;
/** Milliseconds of one piece of work above which it is long. */
export const longMs = 2;
/** How much more a long piece counts. */
export const longFactor = 10;
/** Milliseconds after a long piece for which another one counts more. */
export const longMemoryMs = 30_000;

export class ThreadShare {
  /** Milliseconds of work that are not forgotten yet, as of `#asOfMs`. */
  #debtMs = 0;
  #asOfMs = 0;
  #longEndMs = Number.NEGATIVE_INFINITY;

  /** Notes a piece of work from `beginMs` to `endMs`, in milliseconds of any clock that does not go back. */
  spend(beginMs: number, endMs: number): void {
    this.#forget(endMs);
    const workMs = endMs - beginMs;
    if (workMs <= longMs) {
      this.#debtMs += workMs;
      return;
    }
    this.#debtMs += beginMs - this.#longEndMs > longMemoryMs ? workMs : workMs * longFactor;
    this.#longEndMs = endMs;
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
