/** Routes as resources: wanted and observed. */
import { Option } from 'eft';
import { RouteKind, RouteScope } from '../bindings/resources-network-config';
import {
  list as listSpecs,
  put as putSpec,
  RouteSpec,
  remove as removeSpec,
} from '../bindings/resources-route-spec';
import {
  list as listStatuses,
  put as putStatus,
  RouteStatus,
  remove as removeStatus,
} from '../bindings/resources-route-status';
import { IpAddress } from '../ip/ip-address';
import { DeclaredNetwork } from '../model/declared-network';
import { ObservedRoute, WantedRoute } from '../model/route';
import { ownedProtocol } from '../netlink/marks';
import * as rt from '../netlink/numbers';
import { KernelView } from './kernel-view';
import { optionalText } from './show-links';
import { Shown } from './shown';

/** A table of a backbone would fill the store; whoever has that many asks the kernel. */
const maximumShown = 2048;

export const specs: Shown = new Shown(maximumShown);
export const statuses: Shown = new Shown(maximumShown);

export function rememberRoutes(): void {
  const spec = listSpecs();
  for (let index = 0; index < spec.length; ++index) specs.remember(spec[index].metadata.id);
  const status = listStatuses();
  for (let index = 0; index < status.length; ++index) statuses.remember(status[index].metadata.id);
}

export function showWantedRoutes(network: DeclaredNetwork): void {
  specs.begin();
  const routes = network.routes.values();
  for (let index = 0; index < routes.length && index < maximumShown; ++index) {
    const route = routes[index];
    if (route.shownText.length == 0) route.shownText = wantedText(route);
    if (specs.offer(route.key, route.shownText)) putSpec(route.key, specOf(route));
  }
  const gone = specs.end();
  for (let index = 0; index < gone.length; ++index) removeSpec(gone[index]);
}

export function showRoutes(view: KernelView): void {
  statuses.begin();
  const routes = view.routes.values();
  for (let index = 0; index < routes.length && index < maximumShown; ++index) {
    const route = routes[index];
    const link = view.nameOf(route.link);
    if (route.shownText.length == 0 || route.shownLink != link) {
      route.shownText = observedText(route, link);
      route.shownLink = link;
    }
    if (statuses.offer(route.key, route.shownText)) putStatus(route.key, statusOf(route, link));
  }
  const gone = statuses.end();
  for (let index = 0; index < gone.length; ++index) removeStatus(gone[index]);
}

function wantedText(route: WantedRoute): string {
  const numbers: u32[] = [route.layer, route.type, route.scope, route.isOnLink ? 1 : 0, route.mtu];
  return numbers.join(' ') + ' ' + textOf(route.gateway) + ' ' + textOf(route.source) + ' ' + route.link;
}

function observedText(route: ObservedRoute, link: string): string {
  const numbers: u32[] = [route.type, route.protocol];
  return numbers.join(' ') + ' ' + textOf(route.gateway) + ' ' + textOf(route.source) + ' ' + link;
}

function specOf(route: WantedRoute): RouteSpec {
  return new RouteSpec(
    route.destination.text(),
    kindOf(route.type),
    optionalText(textOf(route.gateway)),
    optionalText(route.link),
    route.metric,
    route.table,
    scopeOf(route.scope),
    optionalText(textOf(route.source)),
    route.isOnLink,
    route.mtu == 0 ? Option.none<u32>() : Option.some<u32>(route.mtu),
    route.layer,
  );
}

function statusOf(route: ObservedRoute, link: string): RouteStatus {
  return new RouteStatus(
    route.destination.text(),
    kindOf(route.type),
    optionalText(textOf(route.gateway)),
    optionalText(link),
    route.metric,
    route.table,
    optionalText(textOf(route.source)),
    protocolName(route.protocol),
    route.protocol == ownedProtocol,
  );
}

function textOf(address: IpAddress | null): string {
  return address === null ? '' : address.text();
}

function kindOf(type: u8): RouteKind {
  switch (<i32>type) {
    case <i32>rt.RTN_BLACKHOLE:
      return RouteKind.Blackhole;
    case <i32>rt.RTN_UNREACHABLE:
      return RouteKind.Unreachable;
    case <i32>rt.RTN_PROHIBIT:
      return RouteKind.Prohibit;
    default:
      return RouteKind.Unicast;
  }
}

function scopeOf(scope: u8): RouteScope {
  if (scope == rt.RT_SCOPE_LINK) return RouteScope.Link;
  return scope == rt.RT_SCOPE_HOST ? RouteScope.Host : RouteScope.Global;
}

/** RTPROT_* of linux/rtnetlink.h: the few that a node meets. */
function protocolName(protocol: u8): string {
  switch (<i32>protocol) {
    case 1:
      return 'redirect';
    case 2:
      return 'kernel';
    case 3:
      return 'boot';
    case 4:
      return 'static';
    case 9:
      return 'ra';
    case 12:
      return 'bird';
    case 16:
      return 'dhcp';
    case <i32>ownedProtocol:
      return 'eft';
    default:
      return protocol.toString();
  }
}
