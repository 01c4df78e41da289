// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/module-status@0.1.0`
 *
 * How each module is, as the supervisor sees it. The id is the module's name; the owner is `supervisor`.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type State =
  /** Being verified, compiled or started. */
  | 'starting'
  /** Handles events, but says itself that something is missing. */
  | 'degraded'
  /** Handles events and is well. */
  | 'healthy'
  /** Ended, and waits for its next start. */
  | 'backing-off'
  /** Failed too often; stays down until it is swapped or told to start. */
  | 'quarantined'
  /** Was told to stop. */
  | 'stopped';

export type ModuleStatus = {
  readonly state: State;
  /** The semantic version that runs, or ran last. */
  readonly version: string;
  /** Starts since the machine started, after the first. */
  readonly restarts: number;
  /** What is wrong, or the empty string. */
  readonly message: string;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: ModuleStatus;
};

/** What the host's `eft:resources/module-status@0.1.0` consists of. */
export interface ModuleStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
}
