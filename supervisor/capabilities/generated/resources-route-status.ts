// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/route-status@0.1.0`
 *
 * A route as the kernel has it, other than those of the table `local`. The id is `TABLE/DESTINATION/PREFIX/METRIC`, such as
 * `254/0.0.0.0/0/1024`. At most 2,048 are shown; `network-status` counts all.
 */

import type { RouteKind } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { RouteKind };

export type RouteStatus = {
  readonly destination: string;
  readonly kind: RouteKind;
  readonly gateway: string | undefined;
  readonly link: string | undefined;
  readonly metric: number;
  readonly table: number;
  readonly source: string | undefined;
  /** Who put it there (`rtm_protocol`): `kernel`, `boot`, `static`, `ra`, `eft`, or its number. */
  readonly protocol: string;
  /** Put there by the network module, which may therefore remove it. */
  readonly owned: boolean;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: RouteStatus;
};

/** What the host's `eft:resources/route-status@0.1.0` consists of. */
export interface RouteStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: RouteStatus): void;
  remove(id: string): void;
}
