// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:module/lifecycle@0.1.0`
 *
 * What every module exports. The supervisor calls `start` once, then `handle` for one event after the other, and
 * `save` when the module is about to be replaced.
 *
 * A module is a function of its events: in a call it sees the event, its own memory and its mirror of the store,
 * and nothing else. What it puts and requests takes effect when the call returns, all of it or, after a trap or an
 * overrun time limit, none of it.
 */

/** Why the module is started. */
export type Reason =
  /** The first time since the machine started. */
  | 'cold'
  /** The instance before this one was ended: it trapped, hung or grew too large. */
  | 'restart'
  /** It replaces another version that was running. */
  | 'swap'
  /** Its replacement failed, and it takes over again. */
  | 'roll-back';

/** What `save` gave to carry over, in a format that the module's manifest says it reads. */
export type SavedState = {
  /** The number of the format, counted up by the module's author. */
  readonly format: number;
  readonly bytes: Uint8Array;
};

/** The circumstances of a start. */
export type Boot = {
  readonly reason: Reason;
  /** State to go on from. None on a cold start, and after a restart. */
  readonly saved: SavedState | undefined;
  /** Names of the host's handles that are still alive and now belong to this instance. */
  readonly handles: readonly string[];
};

/** A resource: its kind, such as `eft:resources/node-status`, and its id. */
export type Reference = {
  readonly kind: string;
  readonly id: string;
};

/**
 * Something to look at. An event says that there is news, not what the news is worth: look at the mirror and act
 * on what is there, for events of the same thing are joined under load.
 */
export type Event =
  /** Resources of the module's inputs have come, changed or gone. The first event after `start` names all there are. */
  | { readonly tag: 'changed'; readonly val: readonly Reference[] }
  /**
   * The effects of the event before came to nothing as a whole, and the module is not at fault: these resources have
   * changed since the mirror was taken, or what others have or hold is in the way of them: one that is being torn down
   * and still held, an id that belongs to another, or a store that others have filled. The mirror is up to date now;
   * decide again. Who asks for the same again and again is told later each time, by up to a second.
   */
  | { readonly tag: 'conflicted'; readonly val: readonly Reference[] }
  /** The timer of this name has fired. */
  | { readonly tag: 'timer'; readonly val: string }
  /** The answer to this request can be taken. */
  | { readonly tag: 'answered'; readonly val: bigint }
  /** The handle of this name has something to take. */
  | { readonly tag: 'arrived'; readonly val: string };

/** What the host's `eft:module/lifecycle@0.1.0` consists of. */
export interface LifecycleInterface {
  /** Begins. An error ends the instance; the sentence goes to the log and into `module-status`. */
  start(boot: Boot): { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: string };
  /** Handles one event. */
  handle(event: Event): void;
  /** Gives the state that a successor needs, at most 1 MiB. Nothing is handled after it. */
  save(): SavedState;
}
