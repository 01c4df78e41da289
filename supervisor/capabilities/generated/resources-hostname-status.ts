// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/hostname-status@0.1.0`
 *
 * The names of the machine. There is one, with the id `hostname`.
 */

import type { Layer } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type HostnameStatus = {
  readonly hostName: string;
  /** Empty if there is none. */
  readonly domainName: string;
  /** Where the host name comes from. */
  readonly layer: Layer;
  /** The kernel has them. */
  readonly applied: boolean;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: HostnameStatus;
};

/** What the host's `eft:resources/hostname-status@0.1.0` consists of. */
export interface HostnameStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: HostnameStatus): void;
  remove(id: string): void;
}
