// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/dhcp-lease@0.1.0`
 *
 * The DHCPv4 client of a link and its lease. The id is the link's name.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

export type Route = {
  readonly destination: string;
  /** None: the destination is on the link itself. */
  readonly gateway: string | undefined;
};

export type Lease = {
  /** With its prefix: `10.0.0.17/24`. */
  readonly address: string;
  readonly server: string;
  readonly routes: readonly Route[];
  readonly resolvers: readonly string[];
  readonly searchDomains: readonly string[];
  readonly timeServers: readonly string[];
  /** Empty if the server named none. */
  readonly hostName: string;
  readonly domainName: string;
  readonly mtu: number | undefined;
  /** Instants of the monotonic clock, in nanoseconds since the machine started. None: never. */
  readonly obtained: bigint;
  readonly renews: bigint | undefined;
  readonly rebinds: bigint | undefined;
  readonly expires: bigint | undefined;
  /** The DHCP message that gave it (RFC 2131, section 2), so that a restarted client can go on with it. */
  readonly packet: Uint8Array;
};

export type DhcpLease = {
  /** The state of RFC 2131, figure 5, in small letters: `bound`, `renewing`, `init-reboot`. */
  readonly state: string;
  /** What may be used now. */
  readonly lease: Lease | undefined;
  /** Why there is no lease, or the empty string. */
  readonly message: string;
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: DhcpLease;
};

/** What the host's `eft:resources/dhcp-lease@0.1.0` consists of. */
export interface DhcpLeaseInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: DhcpLease): void;
  remove(id: string): void;
}
