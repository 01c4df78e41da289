// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/requests@0.1.0`
 *
 * Calls that take time. They return a request at once; the answer comes later as an `answered(request)` event,
 * and the interface that made the request hands the answer out. Ids are never used twice in the life of a module's
 * state: they go on over restarts and swaps.
 */

/** Names a call under way. */
export type Request = bigint;

/** Why a call came to nothing. */
export type Failure =
  /** The grant does not cover it. The sentence names the missing grant and where to add it. */
  | { readonly tag: 'denied'; readonly val: string }
  /** The thing asked for is not there. */
  | { readonly tag: 'not-found' }
  /** The arguments are of no use; the sentence says which and why. */
  | { readonly tag: 'invalid'; readonly val: string }
  /** It took longer than its deadline allows. */
  | { readonly tag: 'deadline' }
  /** It was cancelled by the module. */
  | { readonly tag: 'cancelled' }
  /** The host has too many requests of this module open already, or too much of answers waits for it: ask for less at a time. */
  | { readonly tag: 'too-many' }
  /** The kernel refused: its errno (Linux, asm-generic/errno.h), and a sentence. */
  | { readonly tag: 'kernel'; readonly val: readonly [number, string] };

/** What the host's `eft:host/requests@0.1.0` consists of. */
export interface RequestsInterface {
  /** Gives up a request. Its answer still comes, once: `cancelled`, or the real one if that was faster. */
  cancel(request: Request): void;
}
