/**
 * Links: what rtnetlink makes, changes and removes (net/core/rtnetlink.c), and what follows for the links above and below, for
 * addresses and for routes.
 *
 * What the kernel's link watch does a moment later (up to a second) happens here at once.
 */
import {
  addRoutesOf,
  giveAddress4,
  loopbackAddress4,
  relabelAddresses4,
  removeAddress4,
} from './addresses4.ts';
import { clearLink6, readyLink6, restoreRoutes6 } from './addresses6.ts';
import {
  flagsOf,
  hasCarrier,
  type KernelState,
  type Link,
  type LinkKind,
  NotSimulated,
  operationalState,
  portsOf,
  Refusal,
} from './kernel-state.ts';
import { encodeLink, type LinkMessage } from './link-message.ts';
import { netlinkFlags } from './netlink-bytes.ts';
import { dropRoutes4 } from './routes4.ts';
import { families, groups, linkFlags, messageTypes, routeScopes } from './rtnetlink.ts';

/** Bytes of a name, without the zero: IFNAMSIZ of `linux/if.h`. */
const NAME_BYTES_MAX = 15;
/** Below this the kernel takes IPv6 off a link (RFC 8200); the simulation does not follow. */
const MTU_MIN_OF_INTERNET6 = 1280;
const MTU_MAX = 65_535;
const GIVEN_MTU: { readonly [kind in LinkKind]?: number } = { loopback: 65_536, vrf: 65_575 };
const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;

/** RTM_NEWLINK with the flags of its header. */
export function newLink(state: KernelState, message: LinkMessage, flags: number): void {
  const link = findLink(state, message);
  if (link !== undefined) {
    if ((flags & netlinkFlags.NLM_F_EXCL) !== 0) throw new Refusal('EEXIST');
    if ((flags & netlinkFlags.NLM_F_REPLACE) !== 0) throw new Refusal('EOPNOTSUPP');
    const hasData = [message.peer, message.vlanId, message.vrfTable, message.bondMode].some(
      (one) => one !== undefined,
    );
    if (hasData && (message.kind !== link.kind || link.kind === 'veth')) throw new Refusal('EOPNOTSUPP');
    if (hasData) throw new NotSimulated(`changing what is special to a ${link.kind}`);
    changeLink(state, link, message);
    return;
  }
  if ((flags & netlinkFlags.NLM_F_CREATE) === 0) {
    refuseWholeGroup(message);
    throw new Refusal('ENODEV');
  }
  if (message.name !== undefined) checkName(state, message.name);
  observing(state, () => makeLink(state, message));
}

/** RTM_SETLINK */
export function setLink(state: KernelState, message: LinkMessage): void {
  if (message.index <= 0 && message.name === undefined) throw new Refusal('EINVAL');
  const link = findLink(state, message);
  if (link === undefined) throw new Refusal('ENODEV');
  changeLink(state, link, message);
}

/** RTM_DELLINK */
export function deleteLink(state: KernelState, message: LinkMessage): void {
  refuseWholeGroup(message);
  if (message.index <= 0 && message.name === undefined) throw new Refusal('EINVAL');
  const link = findLink(state, message);
  if (link === undefined) throw new Refusal('ENODEV');
  if (link.kind === 'loopback' || link.kind === 'physical') throw new Refusal('EOPNOTSUPP');
  observing(state, () => removeLink(state, link));
}

/** Takes a link away with all that was on it, as when a device is pulled out. */
export function removeLink(state: KernelState, link: Link): void {
  const peer = link.kind === 'veth' ? state.links.get(link.parent) : undefined;
  for (const other of [...state.links.values()])
    if (other.kind === 'vlan' && other.parent === link.index) removeLink(state, other);
  for (const port of portsOf(state, link)) port.master = 0;
  // Both ends of a pair go at once: the routes of each go while the other still is there.
  for (const one of peer === undefined ? [link] : [link, peer]) clearLink6(state, one);
  for (const one of peer === undefined ? [link] : [link, peer]) {
    takeDown(state, one);
    if (one.master !== 0) leaveMaster(state, one);
    for (const address of [...one.addresses4])
      if (one.addresses4.includes(address)) removeAddress4(state, one, address);
    dropRoutes4(state, (route) => route.output === one.index);
  }
  for (const one of peer === undefined ? [link] : [link, peer]) {
    state.links.delete(one.index);
    one.parent = one.kind === 'veth' ? 0 : one.parent;
    tellLink(state, messageTypes.RTM_DELLINK, one);
  }
}

/** Adds a link of the machine, as when a card is put in. */
export function addPhysicalLink(
  state: KernelState,
  name: string,
  hardwareAddress: string,
  mtu: number,
): Link {
  const link = blankLink(state, 'physical', name, hardwareAddress);
  link.mtu = mtu;
  register(state, link);
  return link;
}

/** `lo`, which every namespace begins with. */
export function addLoopback(state: KernelState): void {
  const link = blankLink(state, 'loopback', 'lo', '000000000000');
  state.links.set(link.index, link);
}

/**
 * Does something, then tells of every link that came to look different by it, and lets links that can carry something now have what
 * follows from that.
 */
export function observing(state: KernelState, act: () => void): void {
  const before = new Map([...state.links.values()].map((link) => [link, looksOf(state, link)]));
  try {
    act();
  } finally {
    // What was done before a refusal stays done, and is told.
    for (const link of state.links.values()) {
      if (before.get(link) !== undefined && before.get(link) !== looksOf(state, link))
        tellLink(state, messageTypes.RTM_NEWLINK, link);
      readyLink6(state, link);
    }
  }
}

export function linkMessage(state: KernelState, link: Link): LinkMessage {
  const isEthernet = link.kind !== 'loopback';
  const isPair = link.kind === 'veth' || link.kind === 'vlan';
  const master = state.links.get(link.master);
  return {
    index: link.index,
    hardwareType: isEthernet ? ARPHRD_ETHER : ARPHRD_LOOPBACK,
    flags: flagsOf(state, link),
    change: 0,
    name: link.name,
    address: link.hardwareAddress,
    broadcast: isEthernet ? 'ffffffffffff' : '000000000000',
    mtu: link.mtu,
    master: link.master || undefined,
    parent: isPair ? link.parent : undefined,
    operationalState: operationalState(state, link),
    linkMode: 0,
    carrier: hasCarrier(state, link),
    kind: link.kind === 'loopback' || link.kind === 'physical' ? undefined : link.kind,
    slaveKind: master?.kind,
    vlanId: link.kind === 'vlan' ? link.vlanId : undefined,
    vrfTable: link.kind === 'vrf' ? link.vrfTable : undefined,
    bondMode: link.kind === 'bond' ? link.bondMode : undefined,
    addressGeneration: link.addressGeneration,
    transmitQueueLength: link.kind === 'ifb' ? 32 : 1000,
    group: link.group,
  };
}

export function findLink(state: KernelState, message: LinkMessage): Link | undefined {
  if (message.index > 0) return state.links.get(message.index);
  return [...state.links.values()].find((link) => link.name === message.name);
}

/** A group without an index or a name means all links of the group. */
function refuseWholeGroup(message: LinkMessage): void {
  if (message.index <= 0 && message.name === undefined && message.group !== undefined)
    throw new NotSimulated('a change of all links of a group');
}

function looksOf(state: KernelState, link: Link): string {
  const message = linkMessage(state, link);
  // Of a link that is down a new group is not told (net/core/dev.c, netdev_state_change).
  return JSON.stringify(link.isUp ? message : { ...message, group: undefined });
}

function makeLink(state: KernelState, message: LinkMessage): void {
  const kind = toKind(message.kind);
  const parent = state.links.get(message.parent ?? 0);
  if (kind === 'vlan') {
    if (parent === undefined) throw new Refusal('ENODEV', 'link does not exist');
    if (message.vlanId === undefined || message.vlanId >= 4095)
      throw new Refusal('ERANGE', 'Invalid VLAN id');
    const isTaken = [...state.links.values()].some(
      (one) => one.kind === 'vlan' && one.parent === parent.index && one.vlanId === message.vlanId,
    );
    if (isTaken) throw new Refusal('EEXIST');
  }
  if (kind === 'vrf' && message.vrfTable === undefined)
    throw new Refusal('EINVAL', 'VRF table id is missing');
  const peer = kind === 'veth' ? makePeer(state, message) : undefined;
  const link: Link = {
    ...blankLink(
      state,
      kind,
      message.name ?? freeName(state, kind),
      hardwareAddressFor(state, message, parent),
    ),
    isAddressSet: message.address !== undefined,
    dependsOnPorts: kind === 'bond' || (kind === 'bridge' && message.address !== undefined),
    mtu: message.mtu ?? GIVEN_MTU[kind] ?? parent?.mtu ?? 1500,
    parent: peer?.index ?? (kind === 'vlan' ? (parent?.index ?? 0) : 0),
    vlanId: message.vlanId ?? 0,
    vrfTable: message.vrfTable ?? 0,
    bondMode: message.bondMode ?? 0,
    group: message.group ?? 0,
  };
  if (peer !== undefined) peer.parent = link.index;
  register(state, link);
  if (message.master !== undefined && message.master !== 0) joinMaster(state, link, message.master);
  const wanted = wantedFlags(message, 0);
  if (wanted !== undefined && (wanted & linkFlags.IFF_UP) !== 0) takeUp(state, link);
}

function makePeer(state: KernelState, message: LinkMessage): Link {
  const asked = message.peer;
  if (asked?.name !== undefined) {
    checkName(state, asked.name);
    if (asked.name === message.name) throw new Refusal('EEXIST');
  }
  const address = asked?.address ?? state.randomAddress();
  const peer = blankLink(state, 'veth', asked?.name ?? freeName(state, 'veth'), address);
  peer.mtu = asked?.mtu ?? 1500;
  // veth_newlink: an end of which nothing is said is made by what is said of the other.
  peer.group = (asked ?? message).group ?? 0;
  register(state, peer);
  return peer;
}

function hardwareAddressFor(state: KernelState, message: LinkMessage, parent: Link | undefined): string {
  if (message.address !== undefined) return message.address;
  return parent?.hardwareAddress ?? state.randomAddress();
}

function toKind(kind: string | undefined): LinkKind {
  switch (kind) {
    case 'veth':
    case 'bridge':
    case 'dummy':
    case 'bond':
    case 'vlan':
    case 'vrf':
    case 'ifb':
      return kind;
    default:
      throw new Refusal('EOPNOTSUPP', 'Unknown device type');
  }
}

function checkName(state: KernelState, name: string): void {
  if (
    name.length === 0 ||
    name.length > NAME_BYTES_MAX ||
    /[/:\s]/.test(name) ||
    name === '.' ||
    name === '..'
  )
    throw new Refusal('EINVAL');
  if ([...state.links.values()].some((link) => link.name === name)) throw new Refusal('EEXIST');
}

function freeName(state: KernelState, kind: LinkKind): string {
  const names = new Set([...state.links.values()].map(({ name }) => name));
  for (let i = 0; ; i++) if (!names.has(`${kind}${i}`)) return `${kind}${i}`;
}

function blankLink(state: KernelState, kind: LinkKind, name: string, hardwareAddress: string): Link {
  return {
    index: state.nextIndex++,
    kind,
    name,
    hardwareAddress,
    isAddressSet: true,
    mtu: GIVEN_MTU[kind] ?? 1500,
    isUp: false,
    isPlugged: true,
    dependsOnPorts: false,
    master: 0,
    parent: 0,
    vlanId: 0,
    vrfTable: 0,
    bondMode: 0,
    group: 0,
    isReady6: false,
    addressGeneration: 0,
    addresses4: [],
    addresses6: [],
  };
}

function register(state: KernelState, link: Link): void {
  state.links.set(link.index, link);
  tellLink(state, messageTypes.RTM_NEWLINK, link);
}

/** do_setlink since 6.9, where flags come before the master: in this order, and what came before a refusal stays done. */
function changeLink(state: KernelState, link: Link, message: LinkMessage): void {
  observing(state, () => {
    if (message.address !== undefined && message.address !== link.hardwareAddress) {
      link.hardwareAddress = message.address;
      link.isAddressSet = true;
      link.dependsOnPorts ||= link.kind === 'bridge';
    }
    if (message.mtu !== undefined) changeMtu(link, message.mtu);
    if (message.group !== undefined) link.group = message.group;
    if (message.index > 0 && message.name !== undefined && message.name !== link.name) {
      checkName(state, message.name);
      link.name = message.name;
      relabelAddresses4(state, link);
    }
    if (message.addressGeneration !== undefined) link.addressGeneration = message.addressGeneration;
    const wanted = wantedFlags(message, flagsOf(state, link));
    if (wanted !== undefined) {
      if ((wanted & linkFlags.IFF_UP) !== 0) takeUp(state, link);
      else takeDown(state, link);
    }
    if (message.master !== undefined && message.master !== link.master) {
      if (link.master !== 0) leaveMaster(state, link);
      if (message.master !== 0) joinMaster(state, link, message.master);
    }
  });
}

function changeMtu(link: Link, mtu: number): void {
  if (link.kind === 'veth' && (mtu < 68 || mtu > MTU_MAX))
    throw new Refusal(
      'EINVAL',
      mtu < 68 ? 'mtu less than device minimum' : 'mtu greater than device maximum',
    );
  if (mtu < MTU_MIN_OF_INTERNET6) throw new NotSimulated(`an MTU of ${mtu}, which takes IPv6 off the link`);
  link.mtu = mtu;
}

/** The flags that a message asks for (rtnl_dev_get_flags), or undefined if it asks for none. */
function wantedFlags(message: LinkMessage, present: number): number | undefined {
  if (message.flags === 0 && message.change === 0) return undefined;
  if (message.change === 0) return message.flags;
  return (message.flags & message.change) | (present & ~message.change);
}

export function takeUp(state: KernelState, link: Link): void {
  if (link.isUp) return;
  if (link.kind === 'vlan' && state.links.get(link.parent)?.isUp !== true) throw new Refusal('ENETDOWN');
  link.isUp = true;
  if (link.kind === 'loopback' && link.addresses4.length === 0)
    giveAddress4(state, link, loopbackAddress4(link));
  else for (const address of link.addresses4) addRoutesOf(state, link, address);
  restoreRoutes6(state, link);
  for (const other of state.links.values())
    if (other.kind === 'vlan' && other.parent === link.index) takeUp(state, other);
}

export function takeDown(state: KernelState, link: Link): void {
  if (!link.isUp) return;
  for (const other of state.links.values())
    if (other.kind === 'vlan' && other.parent === link.index) takeDown(state, other);
  clearLink6(state, link);
  link.isUp = false;
  const { RT_SCOPE_NOWHERE } = routeScopes;
  dropRoutes4(state, (route) => route.output === link.index && route.nextHopScope !== RT_SCOPE_NOWHERE);
}

/** A link that comes to a VRF or leaves it goes down in between, and the kernel says so (`cycle_netdev` in drivers/net/vrf.c). */
function tellDown(state: KernelState, link: Link): void {
  const wasUp = link.isUp;
  takeDown(state, link);
  if (wasUp) tellLink(state, messageTypes.RTM_NEWLINK, link);
}

function joinMaster(state: KernelState, link: Link, index: number): void {
  const master = state.links.get(index);
  if (master === undefined) throw new Refusal('EINVAL');
  if (!['bridge', 'bond', 'vrf'].includes(master.kind)) throw new Refusal('EOPNOTSUPP');
  if (link.kind === 'loopback') throw new Refusal('EINVAL');
  if (link.kind === 'bridge' && master.kind === 'bridge')
    throw new Refusal('ELOOP', 'Can not enslave a bridge to a bridge');
  // __netdev_upper_dev_link (net/core/dev.c): what is above is not put below.
  if (isAbove(state, link, master)) throw new Refusal('EBUSY');
  if (master.kind === 'bond' && link.isUp) throw new Refusal('EPERM', 'Device can not be enslaved while up');
  const wasUp = link.isUp;
  if (master.kind === 'vrf') tellDown(state, link);
  link.master = index;
  master.dependsOnPorts = true;
  if (master.kind === 'bond' || (master.kind === 'vrf' && wasUp)) takeUp(state, link);
  followPorts(state, master);
  if (master.kind === 'bridge') tellBridgePort(state, messageTypes.RTM_NEWLINK, link);
}

function leaveMaster(state: KernelState, link: Link): void {
  const master = state.links.get(link.master);
  if (master?.kind === 'bridge') tellBridgePort(state, messageTypes.RTM_DELLINK, link);
  const wasUp = link.isUp;
  if (master?.kind === 'vrf') tellDown(state, link);
  else if (master?.kind === 'bond') takeDown(state, link);
  link.master = 0;
  if (master?.kind === 'vrf' && wasUp) takeUp(state, link);
  if (master !== undefined) followPorts(state, master);
}

/** A bridge whose address nobody has set has the lowest of its ports', and none without ports. */

/** Whether `link` is `other`, its master or a VLAN on it, or one of these of those. */
function isAbove(state: KernelState, link: Link, other: Link): boolean {
  if (link === other) return true;
  return [...state.links.values()].some(
    (upper) =>
      (upper.index === other.master || (upper.kind === 'vlan' && upper.parent === other.index)) &&
      isAbove(state, link, upper),
  );
}

function followPorts(state: KernelState, master: Link): void {
  const addresses = portsOf(state, master).map(({ hardwareAddress }) => hardwareAddress);
  if (master.kind === 'bridge' && !master.isAddressSet)
    master.hardwareAddress = addresses.toSorted()[0] ?? '000000000000';
}

/** Bridges tell of their ports in messages of a family of their own, on the group of links. net/bridge/br_netlink.c */
function tellBridgePort(state: KernelState, type: number, link: Link): void {
  const payload = encodeLink({ ...linkMessage(state, link), kind: undefined, slaveKind: undefined });
  payload[0] = families.AF_BRIDGE;
  state.tell(groups.RTNLGRP_LINK, type, 0, payload);
}

function tellLink(state: KernelState, type: number, link: Link): void {
  state.tell(groups.RTNLGRP_LINK, type, 0, encodeLink(linkMessage(state, link)));
}
