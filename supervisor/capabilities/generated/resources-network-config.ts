// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:resources/network-config@0.1.0`
 *
 * What one source says about the network. There may be many: the `network` module merges them, field by field, by layer and, within
 * one layer, by id, of which the last counts. What a source leaves out it leaves to the layers below.
 *
 * Addresses are in text: `10.0.0.1`, `fd00::1`; with the length of the prefix where it says so: `10.0.0.1/24`. What cannot be
 * read is left out, and `network-status` says what and why.
 */

import type { Metadata } from './resources-resource.ts';

export type { Metadata };

/** Where it comes from. A later layer counts more than an earlier one. */
export type Layer =
  | 'default'
  /** The kernel's command line. */
  | 'command-line'
  /** The cloud or hypervisor that the machine runs on. */
  | 'platform'
  /** Leases. The network module puts in here what its own DHCP clients learn. */
  | 'dhcp'
  | 'machine-config';

export type Family =
  | 'ipv4'
  | 'ipv6';

/** A VLAN on top of another link (IEEE 802.1Q). */
export type Vlan = {
  /** The link below, by name. */
  readonly parent: string;
  /** 1 to 4094. */
  readonly id: number;
  /** Service VLAN tags (802.1ad, 0x88a8) in place of customer tags (802.1Q, 0x8100). */
  readonly service: boolean;
};

/** A bridge. Its ports are the links that name it as their `master`. */
export type Bridge = {
  /** Spanning tree; without it, off. */
  readonly spanningTree: boolean | undefined;
  readonly vlanFiltering: boolean | undefined;
};

/** How a bond shares its traffic (Linux, bonding.rst), in the order of the kernel's numbers from 0. */
export type BondMode =
  | 'balance-round-robin'
  | 'active-backup'
  | 'balance-xor'
  | 'broadcast'
  | 'link-aggregation'
  | 'balance-transmit'
  | 'balance-adaptive';

/** What a bond chooses a port by, in the order of the kernel's numbers from 0. */
export type HashPolicy =
  | 'layer2'
  | 'layer34'
  | 'layer23'
  | 'encapsulated23'
  | 'encapsulated34'
  | 'vlan-source-mac';

/** A bond. Its ports are the links that name it as their `master`. What is none is as the kernel has it. */
export type Bond = {
  readonly mode: BondMode;
  /** Milliseconds between looks at the carrier of ports; 0 is never. */
  readonly monitorMilliseconds: number | undefined;
  readonly upDelayMilliseconds: number | undefined;
  readonly downDelayMilliseconds: number | undefined;
  readonly hashPolicy: HashPolicy | undefined;
  /** LACP: a packet every second and not every 30. */
  readonly fastRate: boolean | undefined;
  /** Ports that must have carrier for the bond to have it. */
  readonly minimumLinks: number | undefined;
};

/** One end of a pair: what goes into one comes out at the other. */
export type Veth = {
  readonly peer: string;
};

/** A routing domain of its own. Its links are those that name it as their `master`. */
export type Vrf = {
  readonly table: number;
};

/** Links that the module makes. */
export type LinkKind =
  | { readonly tag: 'vlan'; readonly val: Vlan }
  | { readonly tag: 'bridge'; readonly val: Bridge }
  | { readonly tag: 'bond'; readonly val: Bond }
  /** A link that leads nowhere and is always up, for addresses. */
  | { readonly tag: 'dummy' }
  | { readonly tag: 'veth'; readonly val: Veth }
  | { readonly tag: 'vrf'; readonly val: Vrf };

/** What IPv6 does on a link. */
export type Ipv6Mode =
  | 'off'
  /** Link-local and declared addresses only. */
  | 'manual'
  /** The kernel also takes routes and addresses from router advertisements. */
  | 'router-advertisements';

export type Link = {
  /** 1 to 15 bytes. */
  readonly name: string;
  /** None if the link must be there already, such as a network card. */
  readonly kind: LinkKind | undefined;
  /** Whether it is to be up. A link that is declared and does not say is to be up. */
  readonly up: boolean | undefined;
  /** 68 to 65,535 bytes. */
  readonly mtu: number | undefined;
  /** `52:54:00:12:34:56`. */
  readonly hardwareAddress: string | undefined;
  /** The bridge, bond or VRF that it belongs to; the empty string for none. */
  readonly master: string | undefined;
  readonly ipv6: Ipv6Mode | undefined;
};

export type Address = {
  readonly link: string;
  /** With its prefix: `10.0.0.1/24`. */
  readonly address: string;
  /** Use it without asking first whether somebody has it (IPv6, IFA_F_NODAD). */
  readonly skipDuplicateDetection: boolean;
  /** No route to its prefix comes with it (IFA_F_NOPREFIXROUTE). */
  readonly noPrefixRoute: boolean;
};

export type RouteKind =
  | 'unicast'
  /** Drops packets. */
  | 'blackhole'
  /** Drops them and says `host unreachable`. */
  | 'unreachable'
  /** Drops them and says `administratively prohibited`. */
  | 'prohibit';

/** How far away the destination is (rtnetlink(7), `rtm_scope`). IPv4 only. */
export type RouteScope =
  | 'global'
  | 'link'
  | 'host';

/** A route. Two with the same destination, table and metric are the same route. */
export type Route = {
  /** A prefix: `10.1.0.0/16`, `0.0.0.0/0`, `::/0`. */
  readonly destination: string;
  readonly kind: RouteKind;
  readonly gateway: string | undefined;
  /** Needed where there is no gateway, or one that several links lead to. */
  readonly link: string | undefined;
  /** Less counts more. None is 0 in IPv4 and 1,024 in IPv6, as with the kernel; 0 in IPv6 is that too. */
  readonly metric: number | undefined;
  /** None is `main`, 254. */
  readonly table: number | undefined;
  /** None follows from the rest: `link` if there is no gateway, else `global`. */
  readonly scope: RouteScope | undefined;
  /** The address that packets of this machine have as their source. */
  readonly source: string | undefined;
  /** The gateway is reached by the link though no route says so. */
  readonly onLink: boolean;
  /** The largest packet, in bytes. */
  readonly mtu: number | undefined;
};

export type RuleAction =
  /** Look in this table. */
  | { readonly tag: 'table'; readonly val: number }
  | { readonly tag: 'blackhole' }
  | { readonly tag: 'unreachable' }
  | { readonly tag: 'prohibit' };

/** A routing rule (ip-rule(8)). Two are the same if all but their actions are equal. */
export type Rule = {
  readonly family: Family;
  /** 1 to 32,765; the kernel's own are at 0, 32,766 and 32,767. */
  readonly priority: number;
  /** Prefixes; none is any. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly mark: number | undefined;
  /** The bits of the mark that count; none is all. */
  readonly markMask: number | undefined;
  readonly incomingLink: string | undefined;
  readonly outgoingLink: string | undefined;
  readonly action: RuleAction;
};

/** DHCPv4 on a link. */
export type Dhcp = {
  /** `*`: every network card that no other entry names and that has no IPv4 address declared. */
  readonly link: string;
  /** Off takes back what a lower layer says. */
  readonly enabled: boolean;
  /** The metric of its routes. None is 1,024. */
  readonly routeMetric: number | undefined;
  /** The DUID in hexadecimal digits (RFC 4361). None identifies by the hardware address. */
  readonly clientId: string | undefined;
  /** Tell the server the host name. None is yes. */
  readonly sendHostName: boolean | undefined;
};

export type StaticHost = {
  readonly address: string;
  readonly names: readonly string[];
};

export type NetworkConfig = {
  readonly layer: Layer;
  readonly links: readonly Link[];
  readonly addresses: readonly Address[];
  readonly routes: readonly Route[];
  readonly rules: readonly Rule[];
  readonly dhcp: readonly Dhcp[];
  /** Name servers by address. Those of the highest layer that has any count. */
  readonly resolvers: readonly string[];
  /** As with `resolvers`. */
  readonly searchDomains: readonly string[];
  /** 1 to 63 bytes, without the domain. */
  readonly hostName: string | undefined;
  readonly domainName: string | undefined;
  /** Lines of the hosts file. All layers together. */
  readonly hosts: readonly StaticHost[];
  /** As with `resolvers`, by name or address. */
  readonly timeServers: readonly string[];
};

export type Entry = {
  readonly metadata: Metadata;
  readonly value: NetworkConfig;
};

/** What the host's `eft:resources/network-config@0.1.0` consists of. */
export interface NetworkConfigInterface {
  get(id: string): Entry | undefined;
  list(): readonly Entry[];
  put(id: string, value: NetworkConfig): void;
  remove(id: string): void;
}
