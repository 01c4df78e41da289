/**
 * IPv4 routes as the kernel keeps them: net/ipv4/fib_semantics.c (what a route must be), fib_trie.c (which one is replaced, refused
 * or put beside another) and fib_frontend.c (routes that addresses bring), read and said again in our own words.
 */
import {
  hasCarrier,
  isSamePrefix,
  type KernelState,
  linkOrRefuse,
  matchingRules,
  NotSimulated,
  prefixOf,
  Refusal,
  type Route,
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
  routeScopes,
  routeTables,
  routeTypes,
  ruleActions,
} from './rtnetlink.ts';

const ADDRESS_BITS = 32;
const { RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW } = routeTypes;
const refusing: ReadonlySet<number> = new Set([RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW]);
const ZERO = '00000000';

/** RTM_NEWROUTE with the flags of its header. */
export function addRoute4(state: KernelState, message: RouteMessage, flags: number): void {
  insertRoute4(state, routeFrom(state, message), flags);
}

/** What fib_table_insert does with a route that is known to be right. */
export function insertRoute4(state: KernelState, route: Route, flags: number): void {
  const { NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND, NLM_F_CREATE } = netlinkFlags;
  const rivals = state.routes4.filter(
    (other) => hasSameKey(other, route) && other.priority === route.priority,
  );
  const [first] = rivals;
  let told: number = NLM_F_EXCL;
  let before = first;
  if (first !== undefined) {
    if ((flags & NLM_F_EXCL) !== 0) throw new Refusal('EEXIST');
    told = 0;
    const same = rivals.find((other) => isSameRoute(other, route));
    if ((flags & NLM_F_REPLACE) !== 0) {
      if (same === first) return;
      if (same !== undefined) throw new Refusal('EEXIST');
      state.routes4.splice(state.routes4.indexOf(first), 1, route);
      tellRoute(state, messageTypes.RTM_NEWROUTE, NLM_F_REPLACE, route);
      return;
    }
    if (same !== undefined) throw new Refusal('EEXIST');
    if ((flags & NLM_F_APPEND) !== 0) {
      told = NLM_F_APPEND;
      before = undefined;
    }
  }
  if ((flags & NLM_F_CREATE) === 0) throw new Refusal('ENOENT');
  const last = rivals.at(-1);
  let at = state.routes4.findIndex((other) => compareRoutes(other, route) > 0);
  if (before !== undefined) at = state.routes4.indexOf(before);
  else if (last !== undefined) at = state.routes4.indexOf(last) + 1;
  state.routes4.splice(at < 0 ? state.routes4.length : at, 0, route);
  tellRoute(state, messageTypes.RTM_NEWROUTE, told | NLM_F_CREATE, route);
}

/** RTM_DELROUTE: the first route that has everything which the message names. */
export function deleteRoute4(state: KernelState, message: RouteMessage): void {
  if (message.unknown.length > 0) throw new NotSimulated(`route attributes ${message.unknown}`);
  const table = message.table || routeTables.RT_TABLE_MAIN;
  const destination = message.destination ?? ZERO;
  if (message.destinationLength > ADDRESS_BITS) throw new Refusal('EINVAL', 'Invalid prefix length');
  if (prefixOf(destination, message.destinationLength) !== destination)
    throw new Refusal('EINVAL', 'Invalid prefix for given prefix length');
  const isMeant = (route: Route) =>
    route.table === table &&
    route.destination === destination &&
    route.destinationLength === message.destinationLength &&
    route.typeOfService === message.typeOfService &&
    (message.type === 0 || route.type === message.type) &&
    (message.scope === routeScopes.RT_SCOPE_NOWHERE || route.scope === message.scope) &&
    (!message.preferredSource || route.preferredSource === message.preferredSource) &&
    (message.protocol === 0 || route.protocol === message.protocol) &&
    (!message.priority || route.priority === message.priority) &&
    (!message.output || route.output === message.output) &&
    (!message.gateway || message.gateway === ZERO || route.gateway === message.gateway);
  const found = state.routes4.find(isMeant);
  if (found === undefined) throw new Refusal('ESRCH');
  state.routes4.splice(state.routes4.indexOf(found), 1);
  tellRoute(state, messageTypes.RTM_DELROUTE, 0, found);
}

/** A route of an address (fib_magic): made if it is not there yet, or taken away if it is. */
export function magicRoute4(
  state: KernelState,
  doing: 'add' | 'delete',
  route: Pick<Route, 'type' | 'destination' | 'destinationLength' | 'output' | 'table' | 'priority'> & {
    readonly preferredSource: string;
  },
): void {
  const scope = route.type === routeTypes.RTN_LOCAL ? routeScopes.RT_SCOPE_HOST : routeScopes.RT_SCOPE_LINK;
  const whole: Route = {
    ...route,
    typeOfService: 0,
    protocol: routeProtocols.RTPROT_KERNEL,
    scope,
    gateway: undefined,
    nextHopScope:
      route.type === routeTypes.RTN_LOCAL ? routeScopes.RT_SCOPE_NOWHERE : routeScopes.RT_SCOPE_HOST,
    isOnLink: false,
  };
  state.tables4.add(route.table);
  try {
    if (doing === 'delete')
      deleteRoute4(state, { ...whole, family: families.AF_INET, flags: 0, unknown: [] });
    else insertRoute4(state, whole, netlinkFlags.NLM_F_CREATE | netlinkFlags.NLM_F_APPEND);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Removes routes without telling: the kernel says nothing of IPv4 routes that go with their link or address. */
export function dropRoutes4(state: KernelState, isGone: (route: Route) => boolean): void {
  const kept = state.routes4.filter((route) => !isGone(route));
  state.routes4.splice(0, state.routes4.length, ...kept);
}

export function routeMessage4(state: KernelState, route: Route): RouteMessage {
  const link = state.links.get(route.output);
  const isDown =
    link !== undefined && route.nextHopScope !== routeScopes.RT_SCOPE_NOWHERE && !hasCarrier(state, link);
  return {
    ...route,
    family: families.AF_INET,
    destination: route.destinationLength === 0 ? undefined : route.destination,
    output: route.output || undefined,
    priority: route.priority || undefined,
    flags: (isDown ? nextHopFlags.RTNH_F_LINKDOWN : 0) | (route.isOnLink ? nextHopFlags.RTNH_F_ONLINK : 0),
    unknown: [],
  };
}

/** All of them in the order of a dump: table by table, then by address, longest prefix first. */
export function dumpedRoutes4(state: KernelState): Route[] {
  return state.routes4.toSorted((a, b) => tableOrder(a.table) - tableOrder(b.table));
}

function tellRoute(state: KernelState, type: number, flags: number, route: Route): void {
  state.tell(groups.RTNLGRP_IPV4_ROUTE, type, flags, encodeRoute(routeMessage4(state, route)));
}

function compareRoutes(a: Route, b: Route): number {
  if (a.table !== b.table) return tableOrder(a.table) - tableOrder(b.table);
  if (a.destination !== b.destination) return a.destination < b.destination ? -1 : 1;
  if (a.destinationLength !== b.destinationLength) return b.destinationLength - a.destinationLength;
  return b.typeOfService - a.typeOfService || a.priority - b.priority;
}

function hasSameKey(a: Route, b: Route): boolean {
  return (
    a.table === b.table &&
    a.destination === b.destination &&
    a.destinationLength === b.destinationLength &&
    a.typeOfService === b.typeOfService
  );
}

function isSameRoute(a: Route, b: Route): boolean {
  return (
    a.type === b.type &&
    a.protocol === b.protocol &&
    a.scope === b.scope &&
    a.preferredSource === b.preferredSource &&
    a.gateway === b.gateway &&
    a.output === b.output &&
    a.nextHopScope === b.nextHopScope &&
    a.isOnLink === b.isOnLink
  );
}

/** What fib_create_info makes of a message, or why it refuses. */
function routeFrom(state: KernelState, message: RouteMessage): Route {
  if (message.unknown.length > 0) throw new NotSimulated(`route attributes ${message.unknown}`);
  if (message.destinationLength > ADDRESS_BITS) throw new Refusal('EINVAL', 'Invalid prefix length');
  const destination = message.destination ?? ZERO;
  if (prefixOf(destination, message.destinationLength) !== destination)
    throw new Refusal('EINVAL', 'Invalid prefix for given prefix length');
  const table = message.table || routeTables.RT_TABLE_MAIN;
  state.tables4.add(table);
  const gateway = message.gateway === ZERO ? undefined : message.gateway;
  const isOnLink = (message.flags & nextHopFlags.RTNH_F_ONLINK) !== 0;
  const nextHop = findNextHop(state, message, { table, gateway, isOnLink });
  const route: Route = {
    destination,
    destinationLength: message.destinationLength,
    typeOfService: message.typeOfService,
    table,
    protocol: message.protocol,
    scope: message.scope,
    type: message.type,
    gateway,
    isOnLink,
    ...nextHop,
    priority: message.priority ?? 0,
    preferredSource: message.preferredSource === ZERO ? undefined : message.preferredSource,
  };
  const isChecked = !refusing.has(route.type) && route.scope !== routeScopes.RT_SCOPE_NOWHERE;
  if (isChecked && route.preferredSource !== undefined && !isValidSource(state, route, route.preferredSource))
    throw new Refusal('EINVAL', 'Invalid prefsrc address');
  return route;
}

type NextHop = Pick<Route, 'output' | 'nextHopScope'>;
type Wanted = Pick<Route, 'table' | 'gateway' | 'isOnLink'>;

function findNextHop(state: KernelState, message: RouteMessage, wanted: Wanted): NextHop {
  const { RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_NOWHERE } = routeScopes;
  const output = message.output ?? 0;
  const { RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, RTN_MULTICAST } = routeTypes;
  const leastScope: Partial<Record<number, number>> = {
    [RTN_LOCAL]: RT_SCOPE_HOST,
    [RTN_BROADCAST]: RT_SCOPE_LINK,
    [RTN_ANYCAST]: RT_SCOPE_LINK,
  };
  if (message.type > RTN_THROW) throw new NotSimulated(`routes of type ${message.type}`);
  if (message.scope < (leastScope[message.type] ?? 0)) throw new Refusal('EINVAL', 'Invalid scope');
  if (refusing.has(message.type)) {
    if (wanted.gateway !== undefined || output !== 0)
      throw new Refusal('EINVAL', 'Gateway, device and multipath can not be specified for this route type');
    return { output: 0, nextHopScope: RT_SCOPE_NOWHERE };
  }
  if (
    ![RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, RTN_MULTICAST].some((one) => one === message.type)
  )
    throw new Refusal('EINVAL', 'Invalid route type');
  if (message.scope > RT_SCOPE_HOST) throw new Refusal('EINVAL', 'Invalid scope');
  if (message.scope === RT_SCOPE_HOST) {
    if (wanted.gateway !== undefined)
      throw new Refusal('EINVAL', 'Route with host scope can not have a gateway');
    return { output: linkOrRefuse(state, output).index, nextHopScope: RT_SCOPE_NOWHERE };
  }
  if (wanted.gateway !== undefined) return findGateway(state, message, wanted, wanted.gateway);
  if (wanted.isOnLink)
    throw new Refusal('EINVAL', 'Invalid flags for nexthop - PERVASIVE and ONLINK can not be set');
  const link = linkOrRefuse(state, output);
  if (!link.isUp) throw new Refusal('ENETDOWN', 'Device for nexthop is not up');
  return { output, nextHopScope: RT_SCOPE_HOST };
}

/** fib_check_nh_v4_gw */
function findGateway(state: KernelState, message: RouteMessage, wanted: Wanted, gateway: string): NextHop {
  const { RT_SCOPE_LINK } = routeScopes;
  if (message.scope >= RT_SCOPE_LINK) throw new Refusal('EINVAL', 'Nexthop has invalid scope');
  const output = message.output ?? 0;
  if (wanted.isOnLink) {
    const link = linkOrRefuse(state, output, 'Nexthop device required for onlink');
    if (!link.isUp) throw new Refusal('ENETDOWN', 'Nexthop device is not up');
    if (addressType(state, gateway) !== routeTypes.RTN_UNICAST)
      throw new Refusal('EINVAL', 'Nexthop has invalid gateway');
    return { output, nextHopScope: RT_SCOPE_LINK };
  }
  const scope = Math.max(message.scope + 1, RT_SCOPE_LINK);
  const inTable =
    wanted.table === routeTables.RT_TABLE_MAIN
      ? 'none'
      : lookUpTable(state, wanted.table, gateway, output, scope);
  const found = typeof inTable === 'string' ? lookUp(state, gateway, output, scope) : inTable;
  if (found.type !== routeTypes.RTN_UNICAST && found.type !== routeTypes.RTN_LOCAL)
    throw new Refusal('EINVAL', 'Nexthop has invalid gateway');
  const link = state.links.get(found.output);
  if (link === undefined) throw new Refusal('EINVAL', 'No egress device for nexthop');
  if (!link.isUp) throw new Refusal('ENETDOWN');
  return { output: found.output, nextHopScope: found.scope };
}

/** The route to `destination` by the rules, or a refusal with the errno that a route or rule on the way stands for. */
function lookUp(state: KernelState, destination: string, output: number, scope: number): Route {
  for (const rule of matchingRules(state, families.AF_INET, { destination, output })) {
    if (rule.action === ruleActions.UNREACHABLE) refuseGateway('ENETUNREACH');
    if (rule.action === ruleActions.PROHIBIT) refuseGateway('EACCES');
    if (rule.action === ruleActions.BLACKHOLE) refuseGateway('EINVAL');
    const found = lookUpTable(state, rule.table, destination, output, scope);
    if (typeof found !== 'string') return found;
    if (found === 'EINVAL' || found === 'EHOSTUNREACH' || found === 'EACCES') refuseGateway(found);
  }
  return refuseGateway('ENETUNREACH');
}

function refuseGateway(name: 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL'): never {
  throw new Refusal(name, 'Nexthop has invalid gateway');
}

type Miss = 'none' | 'next' | 'EINVAL' | 'EHOSTUNREACH' | 'EACCES';

function lookUpTable(
  state: KernelState,
  table: number,
  to: string,
  output: number,
  scope: number,
): Route | Miss {
  const candidates = state.routes4
    .filter((r) => r.table === table && isSamePrefix(r.destination, to, r.destinationLength))
    .sort((a, b) => b.destinationLength - a.destinationLength);
  for (const route of candidates) {
    if (route.typeOfService !== 0 || route.scope < scope) continue;
    if (route.type === RTN_BLACKHOLE) return 'EINVAL';
    if (route.type === RTN_UNREACHABLE) return 'EHOSTUNREACH';
    if (route.type === RTN_PROHIBIT) return 'EACCES';
    if (route.type === RTN_THROW) return 'next';
    if (output === 0 || route.output === output) return route;
  }
  return 'none';
}

/** inet_addr_type_table: what an address is to this machine, on whichever link. */
function addressType(state: KernelState, address: string, table?: number): number {
  const first = Number.parseInt(address.slice(0, 2), 16);
  if (first === 0 || address === 'ffffffff') return routeTypes.RTN_BROADCAST;
  if (first >= 224 && first < 240) return routeTypes.RTN_MULTICAST;
  const where = table ?? routeTables.RT_TABLE_LOCAL;
  // As long as the machine never had an address there is no table of its own addresses, and the kernel takes no address for another's.
  if (!state.tables4.has(where)) return routeTypes.RTN_BROADCAST;
  const found = lookUpTable(state, where, address, 0, 0);
  return typeof found === 'string' ? routeTypes.RTN_UNICAST : found.type;
}

/** Whether the machine still has the address as its own. */
export function isLocal4(state: KernelState, address: string): boolean {
  return addressType(state, address) === routeTypes.RTN_LOCAL;
}

function isValidSource(state: KernelState, route: Route, source: string): boolean {
  if (route.type === routeTypes.RTN_LOCAL && source === route.destination) return true;
  const isMain = route.table === routeTables.RT_TABLE_MAIN;
  const table = isMain ? routeTables.RT_TABLE_LOCAL : route.table;
  return [table, routeTables.RT_TABLE_LOCAL].some(
    (one) => addressType(state, source, one) === routeTypes.RTN_LOCAL,
  );
}
