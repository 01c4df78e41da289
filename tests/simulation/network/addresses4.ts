/**
 * IPv4 addresses, primary and secondary, and the routes that follow from them: net/ipv4/devinet.c and fib_frontend.c
 * (fib_add_ifaddr, fib_del_ifaddr), with promote_secondaries off.
 */
import {
  type Address4,
  isSamePrefix,
  type KernelState,
  type Link,
  lastOf,
  linkOrRefuse,
  prefixOf,
  Refusal,
  tableOf,
} from './kernel-state.ts';
import { type AddressMessage, encodeAddress } from './messages.ts';
import { netlinkFlags } from './netlink-bytes.ts';
import { dropRoutes4, isLocal4, magicRoute4 } from './routes4.ts';
import {
  addressFlags,
  families,
  groups,
  messageTypes,
  routeScopes,
  routeTables,
  routeTypes,
} from './rtnetlink.ts';

/** INFINITY_LIFE_TIME of net/addrconf.h, in seconds. */
const ENDLESS = 0xffff_ffff;
const FOR_EVER = { preferred: ENDLESS, valid: ENDLESS } as const;
const { IFA_F_SECONDARY, IFA_F_PERMANENT, IFA_F_NOPREFIXROUTE, IFA_F_DEPRECATED } = addressFlags;
const IFA_F_KEPT = IFA_F_NOPREFIXROUTE | IFA_F_PERMANENT;

/** RTM_NEWADDR with the flags of its header. */
export function addAddress4(state: KernelState, message: AddressMessage, flags: number): void {
  if (message.prefixLength > 32) throw new Refusal('EINVAL', 'ipv4: Invalid prefix length');
  if (message.local === undefined) throw new Refusal('EINVAL', 'ipv4: Local address is not supplied');
  const link = linkOrRefuse(state, message.link, 'ipv4: Device not found');
  const lifetimes = message.lifetimes ?? FOR_EVER;
  if (message.lifetimes !== undefined) {
    if (lifetimes.valid === 0) throw new Refusal('EINVAL', 'ipv4: address lifetime invalid');
    if (lifetimes.preferred > lifetimes.valid)
      throw new Refusal('EINVAL', 'ipv4: preferred lifetime is greater than valid');
  }
  const isForEver = lifetimes.valid === ENDLESS;
  const wanted: Address4 = {
    local: message.local,
    address: message.address ?? message.local,
    prefixLength: message.prefixLength,
    scope: message.scope,
    broadcast: message.broadcast,
    label: message.label ?? link.name,
    flags: (message.flags & IFA_F_NOPREFIXROUTE) | (isForEver ? IFA_F_PERMANENT : 0),
    routePriority: message.routePriority ?? 0,
    protocol: message.protocol ?? 0,
    lifetimes,
  };
  const existing = link.addresses4.find((one) => isSameNet(one, wanted) && one.local === wanted.local);
  if (existing !== undefined) {
    const { NLM_F_EXCL, NLM_F_REPLACE } = netlinkFlags;
    if ((flags & NLM_F_EXCL) !== 0 || (flags & NLM_F_REPLACE) === 0)
      throw new Refusal('EEXIST', 'ipv4: Address already assigned');
    existing.lifetimes = lifetimes;
    existing.protocol = wanted.protocol;
    existing.flags = (existing.flags & ~IFA_F_PERMANENT) | (wanted.flags & IFA_F_PERMANENT);
    if (wanted.routePriority !== existing.routePriority)
      moveConnectedRoute(state, link, existing, wanted.routePriority);
    tellAddress(state, messageTypes.RTM_NEWADDR, link, existing);
    return;
  }
  insertAddress(state, link, wanted);
}

function insertAddress(state: KernelState, link: Link, wanted: Address4): void {
  let after = -1;
  for (const [i, other] of link.addresses4.entries()) {
    if ((other.flags & IFA_F_SECONDARY) === 0 && wanted.scope <= other.scope) after = i;
    if (!isSameNet(other, wanted)) continue;
    if (other.scope !== wanted.scope) throw new Refusal('EINVAL', 'ipv4: Invalid scope value');
    wanted.flags |= IFA_F_SECONDARY;
  }
  const isSecondary = (wanted.flags & IFA_F_SECONDARY) !== 0;
  link.addresses4.splice(isSecondary ? link.addresses4.length : after + 1, 0, wanted);
  tellAddress(state, messageTypes.RTM_NEWADDR, link, wanted);
  addRoutesOf(state, link, wanted);
}

/** RTM_DELADDR */
export function deleteAddress4(state: KernelState, message: AddressMessage): void {
  const link = linkOrRefuse(state, message.link, 'ipv4: Device not found');
  const found = link.addresses4.find((one) => {
    if (message.local !== undefined && message.local !== one.local) return false;
    if (message.label !== undefined && message.label !== one.label) return false;
    if (message.address === undefined) return true;
    return (
      message.prefixLength === one.prefixLength &&
      isSamePrefix(message.address, one.address, one.prefixLength)
    );
  });
  if (found === undefined) throw new Refusal('EADDRNOTAVAIL', 'ipv4: Address not found');
  removeAddress4(state, link, found);
}

/** Takes an address away: of a primary one, its secondaries first. */
export function removeAddress4(state: KernelState, link: Link, address: Address4): void {
  const leaving = [address];
  if ((address.flags & IFA_F_SECONDARY) === 0)
    leaving.unshift(...link.addresses4.filter((one) => one !== address && isSecondaryOf(one, address)));
  for (const one of leaving) {
    link.addresses4.splice(link.addresses4.indexOf(one), 1);
    // A secondary's routes name their primary, which is still known while they go.
    const known = one === address ? link.addresses4 : [...link.addresses4];
    tellAddress(state, messageTypes.RTM_DELADDR, link, one);
    deleteRoutesOf(state, link, one, known);
  }
  if (link.addresses4.length === 0) dropRoutes4(state, (route) => route.output === link.index);
}

/** Seconds pass: what is not preferred any more is deprecated, and what is not valid any more is taken away (check_lifetime). */
export function ageAddresses4(state: KernelState, seconds: number): void {
  for (const link of state.links.values())
    for (const address of [...link.addresses4]) {
      // It may have gone with its primary.
      if ((address.flags & IFA_F_PERMANENT) !== 0 || !link.addresses4.includes(address)) continue;
      const { preferred, valid } = address.lifetimes;
      const rest = (lifetime: number) => (lifetime === ENDLESS ? ENDLESS : Math.max(0, lifetime - seconds));
      address.lifetimes = { preferred: rest(preferred), valid: rest(valid) };
      if (rest(valid) === 0) removeAddress4(state, link, address);
      else if (rest(preferred) === 0 && preferred > 0)
        tellAddress(state, messageTypes.RTM_NEWADDR, link, address);
    }
}

/** The routes that an address brings, now that its link is up, or that it is new. */
export function addRoutesOf(state: KernelState, link: Link, address: Address4): void {
  const primary = primaryOf(link.addresses4, address);
  if (primary === undefined) return;
  const magic = magicOf(state, link, primary);
  magic('add', routeTypes.RTN_LOCAL, address.local, 32);
  if (!link.isUp) return;
  if (address.broadcast !== undefined && address.broadcast !== 'ffffffff')
    magic('add', routeTypes.RTN_BROADCAST, address.broadcast, 32);
  const net = prefixOf(address.address, address.prefixLength);
  const isSecondary = (address.flags & IFA_F_SECONDARY) !== 0;
  if (isZeroNet(net) || isSecondary || (net === address.local && address.prefixLength === 32)) return;
  if ((address.flags & IFA_F_NOPREFIXROUTE) === 0)
    magic('add', netType(link), net, address.prefixLength, address.routePriority);
  if (address.prefixLength < 31)
    magic('add', routeTypes.RTN_BROADCAST, lastOf(address.address, address.prefixLength), 32);
}

/** fib_del_ifaddr: a route goes unless another address of the link, one of `others`, brings the same one. */
function deleteRoutesOf(
  state: KernelState,
  link: Link,
  address: Address4,
  others: readonly Address4[],
): void {
  const primary = primaryOf(others, address);
  if (primary === undefined) return;
  const magic = magicOf(state, link, primary);
  const net = prefixOf(address.address, address.prefixLength);
  const last = lastOf(address.address, address.prefixLength);
  const hasNet =
    (address.flags & IFA_F_SECONDARY) === 0 &&
    !isZeroNet(net) &&
    (net !== address.local || address.prefixLength < 32);
  if (hasNet && (address.flags & IFA_F_NOPREFIXROUTE) === 0)
    magic('delete', netType(link), net, address.prefixLength);
  const kept =
    (address.flags & IFA_F_NOPREFIXROUTE) !== 0 ? new Set<string>() : keptBy(others, address, primary);
  if (address.broadcast !== undefined && !kept.has(address.broadcast))
    magic('delete', routeTypes.RTN_BROADCAST, address.broadcast, 32);
  if (hasNet && address.prefixLength < 31) {
    if (!kept.has(last)) magic('delete', routeTypes.RTN_BROADCAST, last, 32);
    if (!kept.has(net)) magic('delete', routeTypes.RTN_BROADCAST, net, 32);
  }
  if (kept.has(`local ${address.local}`)) return;
  magic('delete', routeTypes.RTN_LOCAL, address.local, 32);
  if (isLocal4(state, address.local)) return;
  const table = tableOf(state, link, routeTables.RT_TABLE_MAIN);
  dropRoutes4(state, (route) => route.preferredSource === address.local && route.table === table);
}

/** The broadcast and local addresses that other addresses with the same preferred source go on bringing. */
function keptBy(others: readonly Address4[], address: Address4, primary: Address4): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const other of others) {
    const itsPrimary = primaryOf(others, other);
    if (itsPrimary === undefined || itsPrimary.local !== primary.local) continue;
    if (other.local === address.local) kept.add(`local ${address.local}`);
    if (other.broadcast !== undefined) kept.add(other.broadcast);
    const net = prefixOf(other.address, other.prefixLength);
    if (itsPrimary === other && other.prefixLength < 31 && !isZeroNet(net)) {
      kept.add(net);
      kept.add(lastOf(other.address, other.prefixLength));
    }
  }
  return kept;
}

function moveConnectedRoute(state: KernelState, link: Link, address: Address4, priority: number): void {
  const net = prefixOf(address.address, address.prefixLength);
  const magic = magicOf(state, link, address);
  const isMoved = link.isUp && (address.flags & (IFA_F_SECONDARY | IFA_F_NOPREFIXROUTE)) === 0;
  if (isMoved) magic('add', netType(link), net, address.prefixLength, priority);
  if (isMoved) magic('delete', netType(link), net, address.prefixLength, address.routePriority);
  address.routePriority = priority;
}

function magicOf(state: KernelState, link: Link, primary: Address4) {
  return (
    doing: 'add' | 'delete',
    type: number,
    destination: string,
    destinationLength: number,
    priority = 0,
  ) => {
    const isUnicast = type === routeTypes.RTN_UNICAST;
    const { RT_TABLE_MAIN, RT_TABLE_LOCAL } = routeTables;
    const table = tableOf(state, link, isUnicast ? RT_TABLE_MAIN : RT_TABLE_LOCAL);
    const output = link.index;
    const preferredSource = primary.local;
    magicRoute4(state, doing, {
      type,
      destination,
      destinationLength,
      output,
      table,
      priority,
      preferredSource,
    });
  };
}

function netType(link: Link): number {
  return link.kind === 'loopback' ? routeTypes.RTN_LOCAL : routeTypes.RTN_UNICAST;
}

function primaryOf(all: readonly Address4[], address: Address4): Address4 | undefined {
  if ((address.flags & IFA_F_SECONDARY) === 0) return address;
  return all.find((one) => (one.flags & IFA_F_SECONDARY) === 0 && isSameNet(one, address));
}

function isSecondaryOf(one: Address4, primary: Address4): boolean {
  return (one.flags & IFA_F_SECONDARY) !== 0 && isSameNet(one, primary);
}

function isSameNet(a: Address4, b: Address4): boolean {
  return a.prefixLength === b.prefixLength && isSamePrefix(a.address, b.address, a.prefixLength);
}

function isZeroNet(address: string): boolean {
  return address.startsWith('00');
}

export function addressMessage4(link: Link, address: Address4): AddressMessage {
  return {
    ...address,
    family: families.AF_INET,
    link: link.index,
    flags:
      (address.flags & (IFA_F_KEPT | IFA_F_SECONDARY)) |
      (address.lifetimes.preferred === 0 ? IFA_F_DEPRECATED : 0),
    // Whole seconds that have not passed yet.
    lifetimes: {
      preferred: Math.ceil(address.lifetimes.preferred),
      valid: Math.ceil(address.lifetimes.valid),
    },
    routePriority: address.routePriority || undefined,
    protocol: address.protocol || undefined,
  };
}

/** The address that `lo` has of itself as soon as it is up. */
export function loopbackAddress4(link: Link): Address4 {
  return {
    local: '7f000001',
    address: '7f000001',
    prefixLength: 8,
    scope: routeScopes.RT_SCOPE_HOST,
    broadcast: undefined,
    label: link.name,
    flags: IFA_F_PERMANENT,
    routePriority: 0,
    protocol: 0,
    lifetimes: FOR_EVER,
  };
}

/** The link has a new name, and its addresses too: the first the same, later ones with what stood after a colon, or their number. inetdev_changename */
export function relabelAddresses4(state: KernelState, link: Link): void {
  for (const [i, address] of link.addresses4.entries()) {
    const colon = address.label.indexOf(':');
    const tail = colon < 0 ? `:${i + 1}` : address.label.slice(colon);
    address.label = i === 0 ? link.name : link.name + tail;
    tellAddress(state, messageTypes.RTM_NEWADDR, link, address);
  }
}

/** Gives a link an address as the kernel does on its own. */
export function giveAddress4(state: KernelState, link: Link, address: Address4): void {
  insertAddress(state, link, address);
}

function tellAddress(state: KernelState, type: number, link: Link, address: Address4): void {
  state.tell(groups.RTNLGRP_IPV4_IFADDR, type, 0, encodeAddress(addressMessage4(link, address)));
}
