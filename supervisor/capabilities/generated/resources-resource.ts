// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/resource@0.1.0`
 *
 * What all resources have in common.
 *
 * A kind is an interface of its own, of the same name, with a record of that name, a record `entry`, and of these
 * functions those that a module may need: `get`, `list`, `put`, `remove` for owners, `hold` and `release` for readers.
 * Reading functions see the module's mirror, which stands still while an event is handled. Writing functions take
 * effect when the event is done. A later version of a kind may add fields, as `option`s, and nothing else.
 */

export type Phase =
  /** In use. */
  | 'running'
  /** Its owner wants it gone; it goes when the last finalizer is released. */
  | 'tearing-down';

export type Metadata = {
  /** Unique within the kind. At most 253 bytes. */
  readonly id: string;
  /**
   * Counts up with every change, and is never the same twice for one id, not even after the resource was gone: one that comes
   * anew may begin with any number from 1.
   */
  readonly version: bigint;
  readonly phase: Phase;
  /** The module that put it, or `supervisor`, `config` or `api`. */
  readonly owner: string;
  /** Who must let go before it is gone. */
  readonly finalizers: readonly string[];
};
