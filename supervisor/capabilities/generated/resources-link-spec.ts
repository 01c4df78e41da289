// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/link-spec@0.1.0`
 *
 * A link as it is to be: what all layers together say. The id is its name.
 */

import type { Ipv6Mode, Layer, LinkKind } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type { LinkKind };

export type { Ipv6Mode };

export type LinkSpec = {
  readonly kind: LinkKind | undefined;
  readonly up: boolean;
  readonly mtu: number | undefined;
  readonly hardwareAddress: string | undefined;
  readonly master: string | undefined;
  readonly ipv6: Ipv6Mode | undefined;
  /** The highest layer that speaks of it. */
  readonly layer: Layer;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: LinkSpec;
};

/** What the host's `eft:resources/link-spec@0.1.0` consists of. */
export interface LinkSpecInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: LinkSpec): void;
  remove(id: string): void;
}
