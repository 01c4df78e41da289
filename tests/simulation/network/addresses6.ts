/** IPv6 addresses and the routes that follow from them: net/ipv6/addrconf.c, without duplicate address detection and router advertisements. */
import {
  type Address6,
  hasCarrier,
  isSamePrefix,
  type KernelState,
  type Link,
  linkOrRefuse,
  prefixOf,
  Refusal,
  tableOf,
} from './kernel-state.ts';
import { type AddressMessage, encodeAddress, type HexAddress } from './messages.ts';
import { netlinkFlags } from './netlink-bytes.ts';
import { dropRoutes6, giveRoute6, PRIORITY_OF_KERNEL } from './routes6.ts';
import {
  addressFlags,
  addressProtocols,
  families,
  groups,
  messageTypes,
  routeScopes,
  routeTables,
  routeTypes,
} from './rtnetlink.ts';

const FOR_EVER = { preferred: 0xffff_ffff, valid: 0xffff_ffff } as const;
const LOOPBACK = `${'0'.repeat(31)}1`;
const LINK_LOCAL = `fe80${'0'.repeat(28)}`;
const { IFA_F_PERMANENT, IFA_F_NOPREFIXROUTE, IFA_F_NODAD, IFA_F_TENTATIVE } = addressFlags;

/** RTM_NEWADDR with the flags of its header. */
export function addAddress6(state: KernelState, message: AddressMessage, flags: number): void {
  const address = message.local ?? message.address;
  if (address === undefined) throw new Refusal('EINVAL', 'address not provided');
  const lifetimes = message.lifetimes ?? FOR_EVER;
  if (lifetimes.valid === 0 || lifetimes.preferred > lifetimes.valid)
    throw new Refusal('EINVAL', 'address lifetime invalid');
  const link = linkOrRefuse(state, message.link, 'Unable to find the interface');
  const permanent = lifetimes.valid === 0xffff_ffff ? IFA_F_PERMANENT : 0;
  const wanted: Address6 = {
    address,
    prefixLength: message.prefixLength,
    flags: (message.flags & (IFA_F_NODAD | IFA_F_NOPREFIXROUTE)) | permanent,
    scope: scopeOf(address),
    routePriority: message.routePriority ?? 0,
    protocol: message.protocol ?? 0,
    lifetimes,
  };
  const existing = link.addresses6.find((one) => one.address === address);
  if (existing === undefined) {
    if (message.prefixLength > 128) throw new Refusal('EINVAL', 'Invalid prefix length');
    if (link.isUp && link.kind !== 'loopback' && link.kind !== 'vrf') giveGroupRoute(state, link);
    checkAddress(link, address);
    giveAddress6(state, link, wanted, 'told before it is checked');
    return;
  }
  const { NLM_F_EXCL, NLM_F_REPLACE } = netlinkFlags;
  if ((flags & NLM_F_EXCL) !== 0 || (flags & NLM_F_REPLACE) === 0)
    throw new Refusal('EEXIST', 'address already assigned');
  existing.lifetimes = lifetimes;
  existing.protocol = wanted.protocol;
  existing.flags = (existing.flags & ~IFA_F_PERMANENT) | permanent;
  tellAddress(state, messageTypes.RTM_NEWADDR, link, existing);
}

function checkAddress(link: Link, address: HexAddress): void {
  const isNowhere = address === '0'.repeat(32);
  const isMisplaced = address === LOOPBACK && link.kind !== 'loopback';
  if (isNowhere || isMisplaced || address.startsWith('ff'))
    throw new Refusal('EADDRNOTAVAIL', 'Cannot assign requested address');
}

function giveAddress6(
  state: KernelState,
  link: Link,
  address: Address6,
  how: 'told before it is checked' | 'told once',
): void {
  // The kernel keeps them by scope, widest first, and the newest first within a scope.
  const at = link.addresses6.findIndex((other) => scopeRank(other.scope) <= scopeRank(address.scope));
  link.addresses6.splice(at < 0 ? link.addresses6.length : at, 0, address);
  if (link.isUp) givePrefixRoute(state, link, address);
  if (how === 'told before it is checked' && (address.flags & IFA_F_NODAD) === 0) {
    const tentative = { ...address, flags: address.flags | IFA_F_TENTATIVE };
    tellAddress(state, messageTypes.RTM_NEWADDR, link, tentative);
  }
  tellAddress(state, messageTypes.RTM_NEWADDR, link, address);
  giveOwnRoute(state, link, address);
}

/** RTM_DELADDR */
export function deleteAddress6(state: KernelState, message: AddressMessage): void {
  const address = message.local ?? message.address;
  if (address === undefined) throw new Refusal('EINVAL', 'address not provided');
  if (message.prefixLength > 128) throw new Refusal('EINVAL', 'Invalid prefix length');
  const link = linkOrRefuse(state, message.link, 'Unable to find the interface');
  const found = link.addresses6.find(
    (one) => one.address === address && one.prefixLength === message.prefixLength,
  );
  if (found === undefined) throw new Refusal('EADDRNOTAVAIL', 'address not found');
  removeAddress6(state, link, found);
}

export function removeAddress6(state: KernelState, link: Link, address: Address6): void {
  link.addresses6.splice(link.addresses6.indexOf(address), 1);
  tellAddress(state, messageTypes.RTM_DELADDR, link, address);
  const { RTN_LOCAL } = routeTypes;
  dropRoutes6(
    state,
    (r) => r.type === RTN_LOCAL && r.output === link.index && r.destination === address.address,
  );
  const net = prefixOf(address.address, address.prefixLength);
  const isNetKept = link.addresses6.some(
    (other) =>
      other.prefixLength === address.prefixLength && isSamePrefix(other.address, net, other.prefixLength),
  );
  const table = tableOf(state, link, routeTables.RT_TABLE_MAIN);
  if (!isNetKept && (address.flags & IFA_F_NOPREFIXROUTE) === 0) {
    const isOfNet = (r: { destination: string; destinationLength: number; output: number; table: number }) =>
      r.destination === net &&
      r.destinationLength === address.prefixLength &&
      r.output === link.index &&
      r.table === table;
    const first = state.routes6.find((r) => isOfNet(r) && r.gateway === undefined && r.protocol === 2);
    if (first !== undefined) dropRoutes6(state, (r) => r === first);
  }
  for (const route of state.routes6)
    if (route.preferredSource === address.address && route.output === link.index)
      route.preferredSource = undefined;
}

/** The link can carry something: it gets its own address and the route for groups, once each time that it is set up. */
export function readyLink6(state: KernelState, link: Link): void {
  if (link.isReady6 || !link.isUp || !hasCarrier(state, link)) return;
  link.isReady6 = true;
  if (link.kind === 'loopback') {
    if (!link.addresses6.some(({ address }) => address === LOOPBACK))
      giveAddress6(state, link, kernelAddress(LOOPBACK, 128, addressProtocols.KERNEL_LO), 'told once');
    return;
  }
  if (link.kind === 'vrf' || state.links.get(link.master)?.kind === 'bond') return;
  giveGroupRoute(state, link);
  const address = linkLocalAddress(link.hardwareAddress);
  if (link.addressGeneration !== 0 || link.addresses6.some((one) => one.address === address)) return;
  giveAddress6(state, link, kernelAddress(address, 64, addressProtocols.KERNEL_LL), 'told once');
}

/** The link was set up: addresses that it got while it was down get their routes. */
export function restoreRoutes6(state: KernelState, link: Link): void {
  for (const address of link.addresses6) givePrefixRoute(state, link, address);
}

/** The link was set down: its routes go, then its addresses. */
export function clearLink6(state: KernelState, link: Link): void {
  link.isReady6 = false;
  dropRoutes6(state, (route) => route.output === link.index && route.type <= routeTypes.RTN_MULTICAST);
  for (const address of [...link.addresses6]) removeAddress6(state, link, address);
}

function giveGroupRoute(state: KernelState, link: Link): void {
  giveRoute6(state, {
    type: routeTypes.RTN_MULTICAST,
    destination: `ff${'0'.repeat(30)}`,
    destinationLength: 8,
    output: link.index,
    table: tableOf(state, link, routeTables.RT_TABLE_LOCAL),
    priority: PRIORITY_OF_KERNEL,
  });
}

function givePrefixRoute(state: KernelState, link: Link, address: Address6): void {
  if ((address.flags & IFA_F_NOPREFIXROUTE) !== 0 || link.kind === 'loopback') return;
  giveRoute6(state, {
    type: routeTypes.RTN_UNICAST,
    destination: prefixOf(address.address, address.prefixLength),
    destinationLength: address.prefixLength,
    output: link.index,
    table: tableOf(state, link, routeTables.RT_TABLE_MAIN),
    priority: address.routePriority || PRIORITY_OF_KERNEL,
  });
}

function giveOwnRoute(state: KernelState, link: Link, address: Address6): void {
  giveRoute6(state, {
    type: routeTypes.RTN_LOCAL,
    destination: address.address,
    destinationLength: 128,
    output: link.index,
    table: tableOf(state, link, routeTables.RT_TABLE_LOCAL),
    priority: 0,
  });
}

function kernelAddress(address: HexAddress, prefixLength: number, protocol: number): Address6 {
  return {
    address,
    prefixLength,
    flags: IFA_F_PERMANENT,
    scope: scopeOf(address),
    routePriority: 0,
    protocol,
    lifetimes: FOR_EVER,
  };
}

/** RFC 4291, appendix A: a modified EUI-64 identifier after fe80::/64. */
export function linkLocalAddress(hardwareAddress: HexAddress): HexAddress {
  const first = (Number.parseInt(hardwareAddress.slice(0, 2), 16) ^ 2).toString(16).padStart(2, '0');
  return `fe80000000000000${first}${hardwareAddress.slice(2, 6)}fffe${hardwareAddress.slice(6)}`;
}

function scopeOf(address: HexAddress): number {
  if (address === LOOPBACK) return routeScopes.RT_SCOPE_HOST;
  if (isSamePrefix(address, LINK_LOCAL, 10)) return routeScopes.RT_SCOPE_LINK;
  if (isSamePrefix(address, `fec0${'0'.repeat(28)}`, 10)) return routeScopes.RT_SCOPE_SITE;
  return routeScopes.RT_SCOPE_UNIVERSE;
}

function scopeRank(scope: number): number {
  return 255 - scope;
}

export function addressMessage6(link: Link, address: Address6): AddressMessage {
  return {
    family: families.AF_INET6,
    prefixLength: address.prefixLength,
    flags: address.flags,
    scope: address.scope,
    link: link.index,
    address: address.address,
    routePriority: address.routePriority || undefined,
    protocol: address.protocol || undefined,
    lifetimes: address.lifetimes,
  };
}

function tellAddress(state: KernelState, type: number, link: Link, address: Address6): void {
  state.tell(groups.RTNLGRP_IPV6_IFADDR, type, 0, encodeAddress(addressMessage6(link, address)));
}
