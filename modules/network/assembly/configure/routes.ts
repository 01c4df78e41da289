/** Declared routes. */
import { Route, RouteKind, RouteScope } from '../bindings/resources-network-config';
import { Family } from '../ip/family';
import { IpAddress, parseAddress } from '../ip/ip-address';
import { parsePrefix } from '../ip/prefix';
import { defaultMetric, WantedRoute } from '../model/route';
import * as rt from '../netlink/numbers';
import { isLinkName } from './names';
import { quoted, Source } from './source';

export function configureRoutes(source: Source, routes: StaticArray<Route>): void {
  for (let index = 0; index < routes.length; ++index) configureRoute(source, routes[index]);
}

function configureRoute(source: Source, declared: Route): void {
  const destination = parsePrefix(declared.destination);
  if (destination === null || !destination.isNetwork) {
    refuse(source, declared, 'a destination is a prefix whose other bits are zero, as in 10.1.0.0/16');
    return;
  }
  const family = destination.address.family;
  const table = declared.table.or(rt.RT_TABLE_MAIN);
  if (table == 0 || table == rt.RT_TABLE_LOCAL) {
    refuse(source, declared, 'its table must be another than 0 and 255, which are the kernel’s own');
    return;
  }
  const metric = declared.metric.or(0);
  const route = new WantedRoute(destination, metric == 0 ? defaultMetric(family) : metric, table);
  route.layer = source.layer;
  route.type = typeOf(declared.kind);
  route.mtu = declared.mtu.or(0);
  if (declared.source.isSome) {
    const address = sameFamily(declared.source.unwrap(), family);
    if (address === null) {
      refuse(source, declared, 'its source must be an address of the same family');
      return;
    }
    route.source = address;
  }
  if (route.type == rt.RTN_UNICAST && !readNextHop(source, route, declared)) return;
  if (family == Family.Ipv4) route.scope = scopeOf(declared, route);
  source.network.routes.set(route.key, route);
}

function refuse(source: Source, declared: Route, why: string): void {
  source.refuse('the route to ' + quoted(declared.destination), why);
}

/** Gateway and link of a route that leads somewhere; false if they make no sense. */
function readNextHop(source: Source, route: WantedRoute, declared: Route): bool {
  if (declared.gateway.isSome) {
    const gateway = sameFamily(declared.gateway.unwrap(), route.destination.address.family);
    if (gateway === null || gateway.isZero) {
      refuse(source, declared, 'its gateway must be an address of the same family');
      return false;
    }
    route.gateway = gateway;
  }
  if (declared.link.isSome) {
    route.link = declared.link.unwrap();
    if (!isLinkName(route.link)) {
      refuse(source, declared, quoted(route.link) + ' is no name of a link');
      return false;
    }
  }
  if (route.link.length == 0 && (route.gateway === null || declared.onLink)) {
    refuse(source, declared, 'it needs a link, or a gateway that is not only `on-link`');
    return false;
  }
  route.isOnLink = declared.onLink && route.gateway !== null;
  return true;
}

function sameFamily(text: string, family: Family): IpAddress | null {
  const address = parseAddress(text);
  return address !== null && address.family == family ? address : null;
}

function typeOf(kind: RouteKind): u8 {
  switch (kind) {
    case RouteKind.Blackhole:
      return rt.RTN_BLACKHOLE;
    case RouteKind.Unreachable:
      return rt.RTN_UNREACHABLE;
    case RouteKind.Prohibit:
      return rt.RTN_PROHIBIT;
    default:
      return rt.RTN_UNICAST;
  }
}

function scopeOf(declared: Route, route: WantedRoute): u8 {
  if (declared.scope.isSome) {
    const scope = declared.scope.unwrap();
    if (scope == RouteScope.Link) return rt.RT_SCOPE_LINK;
    return scope == RouteScope.Host ? rt.RT_SCOPE_HOST : rt.RT_SCOPE_UNIVERSE;
  }
  return route.type == rt.RTN_UNICAST && route.gateway === null ? rt.RT_SCOPE_LINK : rt.RT_SCOPE_UNIVERSE;
}
