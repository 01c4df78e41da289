// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/node-status@0.1.0`
 *
 * Whether the node as a whole is ready, and what it waits for. There is one, with the id `node`.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type Stage =
  /** Modules are still starting for the first time. */
  | 'booting'
  /** The node is up. What is wrong now is a fault, not the boot. */
  | 'running';

/** One thing that keeps the node from being ready. */
export type Condition = {
  /** What is not as it should be: `module/network`. */
  readonly name: string;
  /** Why, for a person. */
  readonly reason: string;
};

export type NodeStatus = {
  readonly stage: Stage;
  readonly ready: boolean;
  /** Empty exactly when `ready` is true. Sorted by name. */
  readonly unmet: readonly Condition[];
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: NodeStatus;
};

/** What the host's `eft:resources/node-status@0.1.0` consists of. */
export interface NodeStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: NodeStatus): void;
  remove(id: string): void;
}
