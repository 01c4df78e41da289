// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/address-status@0.1.0`
 *
 * An address as the kernel has it. The id is `LINK/ADDRESS/PREFIX`, such as `eth0/10.0.0.1/24`.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type State =
  | 'ready'
  /** The kernel still asks whether somebody has it. */
  | 'tentative'
  /** Somebody else has it: it cannot be used. */
  | 'duplicate'
  /** Not to be used for new connections. */
  | 'deprecated';

export type AddressStatus = {
  readonly link: string;
  readonly address: string;
  readonly state: State;
  /** Put there by the network module, which may therefore remove it. */
  readonly owned: boolean;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: AddressStatus;
};

/** What the host's `eft:resources/address-status@0.1.0` consists of. */
export interface AddressStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: AddressStatus): void;
  remove(id: string): void;
}
