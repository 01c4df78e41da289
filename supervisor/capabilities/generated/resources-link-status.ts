// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/link-status@0.1.0`
 *
 * A link as the kernel has it. The id is its name.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

/** What it can do (RFC 2863 ifOperStatus; linux/if.h IF_OPER_*), in the order of the kernel's numbers from 0. */
export type OperationalState =
  | 'unknown'
  | 'not-present'
  | 'down'
  | 'lower-layer-down'
  | 'testing'
  | 'dormant'
  | 'up';

export type LinkStatus = {
  /** The kernel's number for it. */
  readonly index: number;
  /** `ethernet`, `loopback`, `vlan`, `bridge`, … : what `ip link` calls it. */
  readonly kind: string;
  /** Empty if it has none. */
  readonly hardwareAddress: string;
  readonly mtu: number;
  /** Administratively up. */
  readonly up: boolean;
  /** There is a carrier. */
  readonly carrier: boolean;
  readonly operationalState: OperationalState;
  /** The bridge, bond or VRF that it belongs to. */
  readonly master: string | undefined;
  /** The link below, of a VLAN. */
  readonly parent: string | undefined;
  /** Made by the network module, which may therefore remove it. */
  readonly owned: boolean;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: LinkStatus;
};

/** What the host's `eft:resources/link-status@0.1.0` consists of. */
export interface LinkStatusInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: LinkStatus): void;
  remove(id: string): void;
}
