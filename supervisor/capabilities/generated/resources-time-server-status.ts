// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/time-server-status@0.1.0`
 *
 * The time servers that the layers of the network configuration name. There is one, with the id `time-servers`.
 */

import type { Layer } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type TimeServerStatus = {
  /** By name or address. */
  readonly servers: readonly string[];
  readonly layer: Layer;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: TimeServerStatus;
};

/** What the host's `eft:resources/time-server-status@0.1.0` consists of. */
export interface TimeServerStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: TimeServerStatus): void;
  remove(id: string): void;
}
