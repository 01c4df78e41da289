/**
 * When a module that failed is started again: exponential backoff with jitter, and quarantine after too many failures in a
 * row. A pure state machine; clock and randomness come in.
 */
import type { ManifestRestart } from '../manifest/manifest.ts';

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
   * Notes a failure after `ranMs` milliseconds of running. A run that lasted longer than the longest delay counts as a new
   * beginning. `random` is in [0, 1): the delay is between half of the full one and all of it, so that modules that failed
   * together do not come back together.
   */
  fail(ranMs: number, random: number): RestartDecision {
    const { initialMilliseconds, maximumMilliseconds, quarantineAfter } = this.#policy;
    if (ranMs > maximumMilliseconds) this.#failures = 0;
    this.#failures += 1;
    if (this.#failures >= quarantineAfter) return { decision: 'quarantine', failures: this.#failures };
    const full = Math.min(maximumMilliseconds, initialMilliseconds * 2 ** (this.#failures - 1));
    return { decision: 'restart', delayMs: Math.round(full * (0.5 + random / 2)) };
  }

  /** Forgets failures: the module was replaced, or a person said to start it. */
  reset(): void {
    this.#failures = 0;
  }
}
