/**
 * How soon a module decides again after a conflict. At once, for most conflicts are over by then; but what others hold stays held for as
 * long as they like, and a module that tries again and again must not keep the node busy meanwhile.
 */

/** Conflicts in a row after which the next try comes at once. */
export const promptConflicts = 3;
/** Milliseconds to wait after the first one beyond that: doubled with each more, up to the most. */
export const firstConflictWaitMs = 2;
export const longestConflictWaitMs = 1_000;

export class ConflictPace {
  #inARow = 0;
  #untilMs = 0;

  /** What a module wanted to write was taken, or conflicted. */
  note(isTaken: boolean, nowMs: number): void {
    this.#inARow = isTaken ? 0 : this.#inARow + 1;
    const beyond = this.#inARow - promptConflicts;
    if (beyond <= 0) return;
    this.#untilMs = nowMs + Math.min(longestConflictWaitMs, firstConflictWaitMs * 2 ** (beyond - 1));
  }

  /** Milliseconds before the module may decide again. */
  waitMs(nowMs: number): number {
    return this.#inARow <= promptConflicts ? 0 : Math.max(0, this.#untilMs - nowMs);
  }
}
