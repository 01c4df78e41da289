/**
 * When a module that failed is started again: exponential backoff with jitter, and quarantine after too many failures in a
 * row. A pure state machine; clock and randomness come in.
 *
 * The danger: the module's own manifest says how long to wait, and each start and each failure costs the node a thread, a record and lines in
 * the log. With waits of a millisecond a module that runs for two and traps would be well again each time, and be started again for
 * ever. So the node has limits of its own below which no manifest goes.
 */
import type { ManifestRestart } from '../manifest/manifest.ts';

/** Milliseconds that the delay grows to in any case, whatever the manifest says is the longest. */
export const leastLongestDelayMs = 1_000;
/** Milliseconds that a run must have lasted at least to count as a new beginning. */
export const leastWellMs = 10_000;

export type RestartDecision =
  | { readonly decision: 'restart'; readonly delayMs: number }
  | { readonly decision: 'quarantine'; readonly failures: number };

export class RestartPlan {
  readonly #policy: ManifestRestart;
  #failures = 0;

  constructor(policy: ManifestRestart) {
    this.#policy = policy;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Notes a failure after `ranMs` milliseconds of running. A run that lasted longer than the longest delay, and than `leastWellMs`,
   * counts as a new beginning. `random` is in [0, 1): the delay is between half of the full one and all of it, so that modules that failed
   * together do not come back together.
   */
  fail(ranMs: number, random: number): RestartDecision {
    const { initialMilliseconds, maximumMilliseconds, quarantineAfter } = this.#policy;
    if (ranMs > Math.max(maximumMilliseconds, leastWellMs)) this.#failures = 0;
    this.#failures += 1;
    if (this.#failures >= quarantineAfter) return { decision: 'quarantine', failures: this.#failures };
    const longest = Math.max(maximumMilliseconds, leastLongestDelayMs);
    const full = Math.min(longest, initialMilliseconds * 2 ** (this.#failures - 1));
    return { decision: 'restart', delayMs: Math.round(full * (0.5 + random / 2)) };
  }

  /** Forgets failures: the module was replaced, or a person said to start it. */
  reset(): void {
    this.#failures = 0;
  }
}
