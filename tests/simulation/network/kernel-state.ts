/** What the simulated kernel knows: links, addresses, routes and rules, and how it says no. */
import { type ErrnoName, errnoOf } from '../../../supervisor/native/errno.ts';
import type { HexAddress } from './messages.ts';
import { families, linkFlags, operationalStates, routeTables } from './rtnetlink.ts';

export type LinkKind =
  | 'loopback'
  | 'physical'
  | 'dummy'
  | 'veth'
  | 'bridge'
  | 'bond'
  | 'vlan'
  | 'vrf'
  | 'ifb';

export type Address6 = {
  readonly address: HexAddress;
  readonly prefixLength: number;
  flags: number;
  readonly scope: number;
  readonly routePriority: number;
  protocol: number;
  lifetimes: { readonly preferred: number; readonly valid: number };
};

export type Address4 = {
  readonly local: HexAddress;
  readonly address: HexAddress;
  readonly prefixLength: number;
  readonly scope: number;
  readonly broadcast: HexAddress | undefined;
  label: string;
  flags: number;
  routePriority: number;
  protocol: number;
  lifetimes: { readonly preferred: number; readonly valid: number };
};

export type Link = {
  readonly index: number;
  readonly kind: LinkKind;
  name: string;
  hardwareAddress: HexAddress;
  /** A bridge whose address nobody has set takes the lowest of its ports'. */
  isAddressSet: boolean;
  mtu: number;
  isUp: boolean;
  /** What the cable says; only of a physical link. */
  isPlugged: boolean;
  /** A bond, and a bridge as soon as it had a port or was given an address, carries something only by a port. */
  dependsOnPorts: boolean;
  master: number;
  /** The other end of a veth; what a VLAN is on. */
  parent: number;
  readonly vlanId: number;
  readonly vrfTable: number;
  readonly bondMode: number;
  /** IFLA_GROUP: a number that whoever makes a link puts on it. */
  group: number;
  /** IPv6 has made the link's own address since it was last set up. */
  isReady6: boolean;
  addressGeneration: number;
  addresses4: Address4[];
  addresses6: Address6[];
};

export type Route = {
  readonly destination: HexAddress;
  readonly destinationLength: number;
  readonly typeOfService: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly gateway: HexAddress | undefined;
  /** Interface index, or 0. */
  readonly output: number;
  /** The scope that the next hop was found in; IPv4 only. */
  readonly nextHopScope: number;
  readonly isOnLink: boolean;
  readonly priority: number;
  preferredSource: HexAddress | undefined;
};

export type Rule = {
  readonly priority: number;
  readonly destination: HexAddress | undefined;
  readonly destinationLength: number;
  readonly source: HexAddress | undefined;
  readonly sourceLength: number;
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly mark: number;
  readonly mask: number;
  readonly typeOfService: number;
  readonly action: number;
  readonly table: number;
  readonly protocol: number;
  readonly isPermanent: boolean;
};

/** The kernel says no. */
export class Refusal extends Error {
  readonly errno: number;
  readonly sentence: string | undefined;

  constructor(name: ErrnoName, sentence?: string) {
    super(`${name}: ${sentence ?? ''}`);
    this.errno = errnoOf(name);
    this.sentence = sentence;
  }
}

/** A test asked for what the simulation does not follow: it must not go on with a wrong answer. */
export class NotSimulated extends Error {}

/** Everything, and how changes are told. The functions beside this file change it. */
export type KernelState = {
  readonly links: Map<number, Link>;
  /** In the order in which they are found. */
  readonly routes4: Route[];
  readonly routes6: Route[];
  /** The tables that there are: once made, a table stays. */
  readonly tables4: Set<number>;
  readonly tables6: Set<number>;
  readonly rules4: Rule[];
  readonly rules6: Rule[];
  nextIndex: number;
  /** Tells the members of `group`: a message of `type` with `flags`. */
  readonly tell: (group: number, type: number, flags: number, payload: Uint8Array) => void;
  /** A random hardware address. */
  readonly randomAddress: () => HexAddress;
};

export function linkOrRefuse(state: KernelState, index: number, sentence?: string): Link {
  const link = state.links.get(index);
  if (link === undefined) throw new Refusal('ENODEV', sentence);
  return link;
}

export function portsOf(state: KernelState, master: Link): Link[] {
  return [...state.links.values()].filter((link) => link.master === master.index);
}

/** Whether the link can carry something, as far as what is below it says (IFF_LOWER_UP without the administrator's part). */
export function hasCarrier(state: KernelState, link: Link): boolean {
  switch (link.kind) {
    case 'loopback':
    case 'dummy':
    case 'ifb':
    case 'vrf':
      return true;
    case 'physical':
      return link.isUp && link.isPlugged;
    case 'veth':
      return link.isUp && state.links.get(link.parent)?.isUp === true;
    case 'vlan': {
      const parent = state.links.get(link.parent);
      return parent !== undefined && isRunning(state, parent);
    }
    case 'bond':
    case 'bridge':
      if (!link.dependsOnPorts) return true;
      return link.isUp && portsOf(state, link).some((port) => isRunning(state, port));
  }
}

/** Up and able to carry something: IFF_RUNNING. */
export function isRunning(state: KernelState, link: Link): boolean {
  return link.isUp && hasCarrier(state, link);
}

/** RFC 2863, as the kernel's link watch sets it. */
export function operationalState(state: KernelState, link: Link): number {
  if (!link.isUp) return operationalStates.IF_OPER_DOWN;
  if (hasCarrier(state, link)) {
    const isUnknown =
      ['loopback', 'dummy', 'ifb'].includes(link.kind) || (link.kind === 'bridge' && !link.dependsOnPorts);
    return isUnknown ? operationalStates.IF_OPER_UNKNOWN : operationalStates.IF_OPER_UP;
  }
  const dependsOnLower = link.kind === 'veth' || link.kind === 'vlan';
  return dependsOnLower ? operationalStates.IF_OPER_LOWERLAYERDOWN : operationalStates.IF_OPER_DOWN;
}

export function flagsOf(state: KernelState, link: Link): number {
  let flags = linkFlags.IFF_BROADCAST | linkFlags.IFF_MULTICAST;
  if (link.kind === 'loopback') flags = linkFlags.IFF_LOOPBACK;
  if (link.kind === 'dummy' || link.kind === 'ifb') flags = linkFlags.IFF_BROADCAST | linkFlags.IFF_NOARP;
  if (link.kind === 'vrf') flags = linkFlags.IFF_NOARP | linkFlags.IFF_MASTER;
  if (link.kind === 'bond') flags |= linkFlags.IFF_MASTER;
  if (state.links.get(link.master)?.kind === 'bond') flags |= linkFlags.IFF_SLAVE;
  if (link.isUp) flags |= linkFlags.IFF_UP;
  if (isRunning(state, link)) flags |= linkFlags.IFF_RUNNING | linkFlags.IFF_LOWER_UP;
  return flags;
}

/** The table that routes of the link's addresses go to: main, or that of its VRF. */
export function tableOf(state: KernelState, link: Link, otherwise: number): number {
  const vrf = link.kind === 'vrf' ? link : state.links.get(link.master);
  return vrf?.kind === 'vrf' ? vrf.vrfTable : otherwise;
}

/** Whether the first `length` bits are the same. */
export function isSamePrefix(a: HexAddress, b: HexAddress, length: number): boolean {
  return prefixOf(a, length) === prefixOf(b, length);
}

/** The address with all bits after the first `length` cleared. */
export function prefixOf(address: HexAddress, length: number): HexAddress {
  const bits = BigInt(address.length * 4);
  const mask = length === 0 ? 0n : ((1n << BigInt(length)) - 1n) << (bits - BigInt(length));
  return (BigInt(`0x${address}`) & mask).toString(16).padStart(address.length, '0');
}

/** The address with all bits after the first `length` set. */
export function lastOf(address: HexAddress, length: number): HexAddress {
  const rest = (1n << BigInt(address.length * 4 - length)) - 1n;
  return (BigInt(`0x${prefixOf(address, length)}`) | rest).toString(16).padStart(address.length, '0');
}

/** The tables that a search for `destination` goes through, in order, as the rules say; or the action that ends it. */
export function matchingRules(
  state: KernelState,
  family: number,
  search: { readonly destination: HexAddress; readonly output: number },
): readonly Rule[] {
  const rules = family === families.AF_INET ? state.rules4 : state.rules6;
  const nowhere = '0'.repeat(search.destination.length);
  return rules.filter((rule) => {
    if (rule.destination && !isSamePrefix(rule.destination, search.destination, rule.destinationLength))
      return false;
    if (rule.source && !isSamePrefix(rule.source, nowhere, rule.sourceLength)) return false;
    if (rule.input !== undefined && rule.input !== 'lo') return false;
    if (rule.output !== undefined && state.links.get(search.output)?.name !== rule.output) return false;
    return (rule.mark & rule.mask) === 0 && rule.typeOfService === 0;
  });
}

/** The order in which tables are dumped: by their bucket of 256. `net/ip_fib.h`, `net/ip6_fib.h` */
export function tableOrder(table: number): number {
  return (table & 0xff) * 2 ** 32 + (table === routeTables.RT_TABLE_LOCAL ? 0 : table);
}
