/**
 * Routes: added when their link is up, and put in the place of whatever has the same destination, table and metric, for the kernel has
 * room for one.
 */
import { Family } from '../ip/family';
import { IpAddress } from '../ip/ip-address';
import { DeclaredNetwork } from '../model/declared-network';
import { ObservedRoute, WantedRoute } from '../model/route';
import { ownedProtocol } from '../netlink/marks';
import { IFF_UP, RTN_UNICAST, RTNH_F_ONLINK } from '../netlink/numbers';
import { scopeOf, writeNewRoute, writeRouteRemoval } from '../netlink/route-message';
import { Dump } from '../observe/kernel-view';
import { Plan } from './plan';

const kind = 'route-spec';

export function planRoutes(plan: Plan, network: DeclaredNetwork): void {
  const routes = network.routes.values();
  plan.routes.declared = <u32>routes.length;
  for (let index = 0; index < routes.length; ++index) planRoute(plan, routes[index]);
}

function planRoute(plan: Plan, route: WantedRoute): void {
  let link: u32 = 0;
  if (route.link.length > 0) {
    link = plan.view.indexOf(route.link);
    if (link == 0) {
      plan.blocked(kind, route.key, 'waits for its link, ' + route.link + ', which is not there');
      return;
    }
    if ((plan.view.links.get(link).flags & IFF_UP) == 0) {
      plan.blocked(kind, route.key, 'waits for its link, ' + route.link + ', which is down');
      return;
    }
  }
  const routes = plan.view.routes;
  if (routes.has(route.key)) {
    const observed = routes.get(route.key);
    observed.declaredIn = plan.number;
    if (!isCleared(plan, observed) && isAs(route, link, observed)) {
      ++plan.routes.applied;
      plan.right(route.planKey, kind, route.key);
      return;
    }
  }
  const sequence = plan.propose(
    route.planKey,
    kind,
    route.key,
    dumpOf(route.destination.address.family),
    false,
  );
  if (sequence > 0) writeNewRoute(plan.writer, sequence, route, link);
}

/** Routes with the module's mark that nobody wants any more. */
export function planRouteRemovals(plan: Plan, network: DeclaredNetwork): void {
  const observed = plan.view.routes.values();
  for (let index = 0; index < observed.length; ++index) {
    const route = observed[index];
    if (route.protocol != ownedProtocol || route.declaredIn == plan.number) continue;
    if (network.routes.has(route.key)) continue;
    const dump = dumpOf(route.destination.address.family);
    const sequence = plan.propose('route/' + route.key, kind, route.key, dump, true);
    if (sequence > 0) writeRouteRemoval(plan.writer, sequence, route);
  }
}

/** Whether the kernel may drop it in this exchange, with an address of its link. */
function isCleared(plan: Plan, observed: ObservedRoute): bool {
  return observed.destination.address.family == Family.Ipv4 && plan.clearedLinks.has(observed.link);
}

function isAs(wanted: WantedRoute, link: u32, observed: ObservedRoute): bool {
  if (wanted.type != observed.type || observed.isBeyond || wanted.mtu != observed.mtu) return false;
  if (!isSame(wanted.source, observed.source)) return false;
  if (wanted.type != RTN_UNICAST) return true;
  if (wanted.isOnLink != ((observed.flags & RTNH_F_ONLINK) != 0)) return false;
  if (link > 0 && link != observed.link) return false;
  if (scopeOf(wanted) != observed.scope) return false;
  return isSame(wanted.gateway, observed.gateway);
}

function isSame(wanted: IpAddress | null, observed: IpAddress | null): bool {
  if (wanted === null || observed === null) return wanted === observed;
  return wanted.equals(observed);
}

function dumpOf(family: Family): Dump {
  return family == Family.Ipv4 ? Dump.Routes4 : Dump.Routes6;
}
