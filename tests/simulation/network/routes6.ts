/**
 * IPv6 routes as the kernel keeps them: net/ipv6/route.c (what a route must be) and ip6_fib.c (which one is replaced, refused or put
 * beside another). They are not like IPv4's: host bits are cut off, every route has a link, and routes that go are told.
 */
import {
  hasCarrier,
  isSamePrefix,
  type KernelState,
  type Link,
  linkOrRefuse,
  matchingRules,
  NotSimulated,
  prefixOf,
  Refusal,
  type Route,
  tableOf,
  tableOrder,
} from './kernel-state.ts';
import { encodeRoute, type RouteMessage } from './messages.ts';
import { netlinkFlags } from './netlink-bytes.ts';
import {
  families,
  groups,
  messageTypes,
  nextHopFlags,
  routeProtocols,
  routeTables,
  routeTypes,
  ruleActions,
} from './rtnetlink.ts';

/** IP6_RT_PRIO_USER and IP6_RT_PRIO_ADDRCONF of `linux/ipv6_route.h` */
const PRIORITY_OF_USER = 1024;
export const PRIORITY_OF_KERNEL = 256;

const ZERO = '0'.repeat(32);
const LOOPBACK_INDEX = 1;
const refusing: ReadonlySet<number> = new Set([
  routeTypes.RTN_BLACKHOLE,
  routeTypes.RTN_UNREACHABLE,
  routeTypes.RTN_PROHIBIT,
  routeTypes.RTN_THROW,
]);

/** RTM_NEWROUTE with the flags of its header. */
export function addRoute6(state: KernelState, message: RouteMessage, flags: number): void {
  insertRoute6(state, routeFrom(state, message), flags);
}

/** What fib6_add does with a route that is known to be right. */
export function insertRoute6(state: KernelState, route: Route, flags: number): void {
  const { NLM_F_EXCL, NLM_F_REPLACE, NLM_F_CREATE } = netlinkFlags;
  const node = state.routes6.filter((other) => isSameDestination(other, route));
  const rivals = node.filter((other) => other.priority === route.priority);
  const isReplacing = (flags & NLM_F_REPLACE) !== 0;
  const isCreating = (flags & NLM_F_CREATE) !== 0;
  if (node.length === 0 && isReplacing && !isCreating) throw new Refusal('ENOENT');
  if (rivals.length > 0 && (flags & NLM_F_EXCL) !== 0) throw new Refusal('EEXIST');
  if (isReplacing) {
    const victim = rivals.find((other) => canShare(other) === canShare(route)) ?? rivals[0];
    if (victim !== undefined) {
      state.routes6.splice(state.routes6.indexOf(victim), 1, route);
      tellRoute(state, messageTypes.RTM_NEWROUTE, NLM_F_REPLACE, route);
      return;
    }
    if (!isCreating) throw new Refusal('ENOENT');
  }
  if (rivals.some((other) => other.output === route.output && other.gateway === route.gateway))
    throw new Refusal('EEXIST');
  if (canShare(route) && rivals.some(canShare)) throw new NotSimulated('IPv6 routes with several next hops');
  const at = state.routes6.findIndex((other) => compareRoutes(other, route) > 0);
  state.routes6.splice(at < 0 ? state.routes6.length : at, 0, route);
  const told = NLM_F_CREATE | (rivals.length === 0 && (flags & NLM_F_EXCL) !== 0 ? NLM_F_EXCL : 0);
  tellRoute(state, messageTypes.RTM_NEWROUTE, told, route);
}

/** RTM_DELROUTE: the first route that has everything which the message names. */
export function deleteRoute6(state: KernelState, message: RouteMessage): void {
  if (message.unknown.length > 0) throw new NotSimulated(`route attributes ${message.unknown}`);
  if (message.destinationLength > 128) throw new Refusal('EINVAL', 'Invalid prefix length');
  const table = message.table || routeTables.RT_TABLE_MAIN;
  const destination = prefixOf(message.destination ?? ZERO, message.destinationLength);
  const found = state.routes6.find(
    (route) =>
      route.table === table &&
      route.destination === destination &&
      route.destinationLength === message.destinationLength &&
      (!message.output || route.output === message.output) &&
      (!message.gateway || route.gateway === message.gateway) &&
      (!message.priority || route.priority === message.priority) &&
      (!message.protocol || route.protocol === message.protocol),
  );
  if (found === undefined) throw new Refusal(meansNoRoute(state, message, table) ? 'ENOENT' : 'ESRCH');
  dropRoutes6(state, (route) => route === found);
}

/** Every table of IPv6 ends in an entry that says there is no route: it is found like a default route by `lo`, and cannot be removed. */
function meansNoRoute(state: KernelState, message: RouteMessage, table: number): boolean {
  const isNamed = !!message.gateway || !!message.priority || !!message.protocol;
  const isElsewhere = (message.output ?? LOOPBACK_INDEX) !== LOOPBACK_INDEX;
  return message.destinationLength === 0 && !isNamed && !isElsewhere && state.tables6.has(table);
}

/** Removes routes, and tells of each in the order in which they are kept. */
export function dropRoutes6(state: KernelState, isGone: (route: Route) => boolean): void {
  for (const route of dumpedRoutes6(state).filter(isGone)) {
    state.routes6.splice(state.routes6.indexOf(route), 1);
    tellRoute(state, messageTypes.RTM_DELROUTE, 0, route);
  }
}

/** A route that the kernel makes by itself; one that is there already is left. */
export function giveRoute6(
  state: KernelState,
  route: Pick<Route, 'type' | 'destination' | 'destinationLength' | 'output' | 'table' | 'priority'>,
): void {
  const whole: Route = {
    ...route,
    typeOfService: 0,
    protocol: routeProtocols.RTPROT_KERNEL,
    scope: 0,
    gateway: undefined,
    nextHopScope: 0,
    isOnLink: false,
    preferredSource: undefined,
  };
  try {
    insertRoute6(state, whole, netlinkFlags.NLM_F_CREATE);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

export function routeMessage6(state: KernelState, route: Route): RouteMessage {
  const link = state.links.get(route.output);
  const isDown = link !== undefined && !refusing.has(route.type) && route.type !== routeTypes.RTN_LOCAL;
  const isLinkDown = isDown && !hasCarrier(state, link);
  return {
    ...route,
    family: families.AF_INET6,
    destination: route.destinationLength === 0 ? undefined : route.destination,
    flags:
      (isLinkDown ? nextHopFlags.RTNH_F_LINKDOWN : 0) | (route.isOnLink ? nextHopFlags.RTNH_F_ONLINK : 0),
    unknown: [],
  };
}

/** All of them in the order of a dump: table by table; in a table, what is inside another prefix before it. */
export function dumpedRoutes6(state: KernelState): Route[] {
  return state.routes6.toSorted((a, b) => tableOrder(a.table) - tableOrder(b.table));
}

function tellRoute(state: KernelState, type: number, flags: number, route: Route): void {
  state.tell(groups.RTNLGRP_IPV6_ROUTE, type, flags, encodeRoute(routeMessage6(state, route)));
}

function compareRoutes(a: Route, b: Route): number {
  if (a.table !== b.table) return tableOrder(a.table) - tableOrder(b.table);
  if (isSameDestination(a, b)) return a.priority - b.priority;
  if (
    a.destinationLength > b.destinationLength &&
    isSamePrefix(a.destination, b.destination, b.destinationLength)
  )
    return -1;
  if (
    b.destinationLength > a.destinationLength &&
    isSamePrefix(a.destination, b.destination, a.destinationLength)
  )
    return 1;
  return a.destination < b.destination ? -1 : 1;
}

function isSameDestination(a: Route, b: Route): boolean {
  return (
    a.table === b.table && a.destination === b.destination && a.destinationLength === b.destinationLength
  );
}

/** rt6_qualify_for_ecmp */
function canShare(route: Route): boolean {
  return route.gateway !== undefined;
}

/** What ip6_route_info_create makes of a message, or why it refuses. */
function routeFrom(state: KernelState, message: RouteMessage): Route {
  if (message.unknown.length > 0) throw new NotSimulated(`route attributes ${message.unknown}`);
  if (message.destinationLength > 128) throw new Refusal('EINVAL', 'Invalid prefix length');
  const isOnLink = (message.flags & nextHopFlags.RTNH_F_ONLINK) !== 0;
  const table = message.table || routeTables.RT_TABLE_MAIN;
  state.tables6.add(table);
  const gateway = message.gateway === ZERO ? undefined : message.gateway;
  const output = findOutput(state, message, { gateway, isOnLink, table });
  const source = message.preferredSource === ZERO ? undefined : message.preferredSource;
  if (source !== undefined && !hasAddress(state, source))
    throw new Refusal('EINVAL', 'Invalid source address');
  return {
    destination: prefixOf(message.destination ?? ZERO, message.destinationLength),
    destinationLength: message.destinationLength,
    typeOfService: 0,
    table,
    protocol: message.protocol || routeProtocols.RTPROT_BOOT,
    scope: 0,
    type: message.type,
    gateway: refusing.has(message.type) ? undefined : gateway,
    output,
    nextHopScope: 0,
    isOnLink,
    priority: message.priority || PRIORITY_OF_USER,
    preferredSource: source,
  };
}

type Wanted = Pick<Route, 'table' | 'gateway' | 'isOnLink'>;

/** fib6_nh_init: the index of the link that the route goes by. */
function findOutput(state: KernelState, message: RouteMessage, wanted: Wanted): number {
  const named = message.output ? linkOrRefuse(state, message.output) : undefined;
  if (wanted.isOnLink) {
    if (named === undefined) throw new Refusal('ENODEV', 'Nexthop device required for onlink');
    if (!named.isUp) throw new Refusal('ENETDOWN', 'Nexthop device is not up');
  }
  if (refusing.has(message.type)) return LOOPBACK_INDEX;
  const link = wanted.gateway === undefined ? named : checkGateway(state, wanted, wanted.gateway, named);
  if (link === undefined) throw new Refusal('ENODEV');
  if (!link.isUp) throw new Refusal('ENETDOWN', 'Nexthop device is not up');
  return link.index;
}

/** ip6_validate_gw */
function checkGateway(state: KernelState, wanted: Wanted, gateway: string, named: Link | undefined): Link {
  const isLinkLocal = isSamePrefix(gateway, `fe80${'0'.repeat(28)}`, 10);
  const holders = isLinkLocal ? [named] : [...state.links.values()];
  if (holders.some((link) => link?.addresses6.some((one) => one.address === gateway)))
    throw new Refusal('EINVAL', 'Gateway can not be a local address');
  let link = named;
  if (!isLinkLocal) {
    if (gateway.startsWith('ff') || gateway === `${'0'.repeat(31)}1`)
      throw new Refusal('EINVAL', 'Invalid gateway address');
    if (wanted.isOnLink && named !== undefined) checkOnLink(state, gateway, named);
    const found = wanted.isOnLink ? named : findGatewayLink(state, wanted.table, gateway, named);
    if (found === undefined) throw new Refusal('EHOSTUNREACH');
    link = found;
  }
  if (link === undefined) throw new Refusal('EINVAL', 'Egress device not specified');
  if (link.kind === 'loopback')
    throw new Refusal('EINVAL', 'Egress device can not be loopback device for this route');
  return link;
}

/** ip6_route_check_nh_onlink: a route to the gateway that is more than the default one must go by the link that was named. */
function checkOnLink(state: KernelState, gateway: string, named: Link): void {
  const table = tableOf(state, named, routeTables.RT_TABLE_MAIN);
  const found = lookUpTable(state, table, gateway, named.index) ?? lookUpTable(state, table, gateway, 0);
  if (found === undefined || refusing.has(found.type) || found.destination === ZERO) return;
  if (found.type !== routeTypes.RTN_UNICAST || found.output !== named.index)
    throw new Refusal('EINVAL', 'Nexthop has invalid gateway or device mismatch');
}

/** ip6_route_check_nh */
function findGatewayLink(
  state: KernelState,
  table: number,
  to: string,
  named: Link | undefined,
): Link | undefined {
  const output = named?.index ?? 0;
  const isFit = (route: Route | undefined): route is Route =>
    route !== undefined &&
    !refusing.has(route.type) &&
    route.gateway === undefined &&
    (output === 0 || route.output === output);
  const inTable = lookUpTable(state, table, to, output);
  if (isFit(inTable)) return state.links.get(inTable.output);
  for (const rule of matchingRules(state, families.AF_INET6, { destination: to, output })) {
    if (rule.action !== ruleActions.TO_TABLE) return undefined;
    const found = lookUpTable(state, rule.table, to, output);
    if (found === undefined || found.type === routeTypes.RTN_THROW) continue;
    return isFit(found) ? state.links.get(found.output) : undefined;
  }
  return undefined;
}

function lookUpTable(state: KernelState, table: number, to: string, output: number): Route | undefined {
  const candidates = state.routes6
    .filter((r) => r.table === table && isSamePrefix(r.destination, to, r.destinationLength))
    .sort((a, b) => b.destinationLength - a.destinationLength || a.priority - b.priority);
  return candidates.find((r) => output === 0 || r.output === output);
}

function hasAddress(state: KernelState, address: string): boolean {
  return [...state.links.values()].some((link) => link.addresses6.some((one) => one.address === address));
}
