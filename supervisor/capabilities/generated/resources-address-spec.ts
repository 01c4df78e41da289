// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/address-spec@0.1.0`
 *
 * An address as it is to be. The id is `LINK/ADDRESS/PREFIX`, such as `eth0/10.0.0.1/24`.
 */

import type { Layer } from './resources-network-config.ts';
import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type { Layer };

export type AddressSpec = {
  readonly link: string;
  readonly address: string;
  readonly skipDuplicateDetection: boolean;
  readonly noPrefixRoute: boolean;
  readonly layer: Layer;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: AddressSpec;
};

/** What the host's `eft:resources/address-spec@0.1.0` consists of. */
export interface AddressSpecInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: AddressSpec): void;
  remove(id: string): void;
}
