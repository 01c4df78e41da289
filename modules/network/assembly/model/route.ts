/** Routes: as wanted, and as the kernel has them. */
import { Family } from '../ip/family';
import { IpAddress } from '../ip/ip-address';
import { Prefix } from '../ip/prefix';
import { addCode, addDecimal, beginText, endText } from '../ip/short-text';

const slash: u16 = 0x2f;

/** The numbers of `RTN_*` (linux/rtnetlink.h) for the kinds that can be wanted. */
export class WantedRoute {
  layer: i32 = 0;
  /** RTN_* */
  type: u8 = 1;
  gateway: IpAddress | null = null;
  /** Empty: whichever leads to the gateway. */
  link: string = '';
  /** RT_SCOPE_* */
  scope: u8 = 0;
  source: IpAddress | null = null;
  isOnLink: bool = false;
  /** 0: none. */
  mtu: u32 = 0;
  readonly key: string;
  /** By which attempts at it are known (apply/attempts.ts). */
  readonly planKey: string;
  /** What differs when its resource does, once somebody has asked (observe/show-routes.ts). */
  shownText: string = '';
  constructor(
    public readonly destination: Prefix,
    public readonly metric: u32,
    public readonly table: u32,
  ) {
    const key = routeKey(table, destination, metric, 0);
    this.key = key;
    this.planKey = 'route/' + key;
  }
}

export class ObservedRoute {
  type: u8 = 0;
  gateway: IpAddress | null = null;
  link: u32 = 0;
  scope: u8 = 0;
  source: IpAddress | null = null;
  /** RTNH_F_* and RTM_F_* */
  flags: u32 = 0;
  mtu: u32 = 0;
  protocol: u8 = 0;
  /** Something that a wanted route never has: several next hops, an encapsulation, a gateway of the other family, a next hop object. */
  isBeyond: bool = false;
  /** There is, or was, another of the same key. */
  isShared: bool = false;
  generation: u32 = 0;
  /** The last plan that found it to be declared (apply/plan.ts). */
  declaredIn: u32 = 0;
  /** As with a wanted one; and the name of its link in it. */
  shownText: string = '';
  shownLink: string = '';
  readonly key: string;
  constructor(
    public readonly destination: Prefix,
    public readonly metric: u32,
    public readonly table: u32,
    public readonly tos: u8,
  ) {
    this.key = routeKey(table, destination, metric, tos);
  }
}

/** By what the kernel tells routes apart: `TABLE/DESTINATION/LENGTH/METRIC`, with the type of service if it is not 0. */
export function routeKey(table: u32, destination: Prefix, metric: u32, tos: u8): string {
  beginText();
  addDecimal(table);
  addCode(slash);
  destination.addText();
  addCode(slash);
  addDecimal(metric);
  const key = endText();
  return tos == 0 ? key : key + '/tos' + tos.toString();
}

/** The metric that a route without one has (Linux: IP6_RT_PRIO_USER, net/ip6_route.h). */
export function defaultMetric(family: Family): u32 {
  return family == Family.Ipv6 ? 1024 : 0;
}
