// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/route-spec@0.1.0`
 *
 * A route as it is to be. The id is `TABLE/DESTINATION/PREFIX/METRIC`, such as `254/0.0.0.0/0/1024`. At most 2,048 are
 * shown; `network-status` counts all.
 */

import type { Layer, RouteKind, RouteScope } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type { RouteKind };

export type { RouteScope };

export type RouteSpec = {
  readonly destination: string;
  readonly kind: RouteKind;
  readonly gateway: string | undefined;
  readonly link: string | undefined;
  readonly metric: number;
  readonly table: number;
  readonly scope: RouteScope;
  readonly source: string | undefined;
  readonly onLink: boolean;
  readonly mtu: number | undefined;
  readonly layer: Layer;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: RouteSpec;
};

/** What the host's `eft:resources/route-spec@0.1.0` consists of. */
export interface RouteSpecInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: RouteSpec): void;
  remove(id: string): void;
}
