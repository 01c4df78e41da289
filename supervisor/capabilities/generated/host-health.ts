// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/health@0.1.0`
 *
 * How the module says how it is. A node is READY when every module is healthy; a swapped module that does not
 * become healthy in its probation goes back.
 */

export type State =
  /** Works on what it needs first; not an error. */
  | { readonly tag: 'starting' }
  /** Does what it is for. */
  | { readonly tag: 'healthy' }
  /** Works, but not fully: the sentence says what is missing and what would mend it. */
  | { readonly tag: 'degraded'; readonly val: string };

/** What the host's `eft:host/health@0.1.0` consists of. */
export interface HealthInterface {
  /** Says the state from now on. A module that says nothing is healthy once `start` has returned. */
  report(state: State): void;
}
