// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/resolver-status@0.1.0`
 *
 * The name servers in use. There is one, with the id `resolvers`.
 */

import type { Layer } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type ResolverStatus = {
  /** By address, in the order in which they are asked. */
  readonly servers: readonly string[];
  readonly searchDomains: readonly string[];
  /** Where the servers come from. */
  readonly layer: Layer;
  /** They are in resolv.conf. */
  readonly applied: boolean;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: ResolverStatus;
};

/** What the host's `eft:resources/resolver-status@0.1.0` consists of. */
export interface ResolverStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: ResolverStatus): void;
  remove(id: string): void;
}
