// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/operation@0.1.0`
 *
 * Something that a running node is asked to do. The API puts it; the module whose `target` it is claims it, works it
 * off, and shows progress and result. It is torn down by whoever asked, or after its time to live.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type State =
  /** Waits for its module. */
  | 'pending'
  /** A module has claimed it and is at it. */
  | 'running'
  | 'succeeded'
  | 'failed';

export type Argument = {
  readonly name: string;
  readonly value: string;
};

export type Operation = {
  /** The module that is meant, such as `etcd`. */
  readonly target: string;
  /** What to do, in that module's words, such as `snapshot`. */
  readonly verb: string;
  readonly arguments: readonly Argument[];
  readonly state: State;
  /** The module that claimed it, or none. Set once. */
  readonly claimedBy: string | undefined;
  /** Thousandths done, 0 to 1000, if that is known. */
  readonly progress: number | undefined;
  /** The last step, the result, or why it failed. For a person. */
  readonly message: string;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: Operation;
};

/** What the host's `eft:resources/operation@0.1.0` consists of. */
export interface OperationInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  /** Claims, reports progress, finishes. The store refuses a second claim, and any change after the end. */
  put(id: string, value: Operation): void;
  /** Keeps the operation from going away while the module needs it. */
  hold(id: string): void;
  release(id: string): void;
}
