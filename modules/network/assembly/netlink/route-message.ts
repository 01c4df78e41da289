/** RTM_*ROUTE messages: `rtmsg`, RTA_* and `rtnexthop` (linux/rtnetlink.h). */
import { Family } from '../ip/family';
import { addressBytes, IpAddress } from '../ip/ip-address';
import { longestPrefix, Prefix } from '../ip/prefix';
import { ObservedRoute, WantedRoute } from '../model/route';
import { ownedProtocol } from './marks';
import { AttributeReader, MessageReader } from './message-reader';
import { MessageWriter } from './message-writer';
import * as rt from './numbers';

/** `struct rtmsg`: family, two lengths of prefixes, tos, table, protocol, scope, type, flags. */
const fixedBytes = 12;

/**
 * Reads an RTM_NEWROUTE or RTM_DELROUTE; null if it is unsound, or none that anyone configures: cached ones, those of the table
 * `local`, multicast and broadcast.
 */
export function readRoute(message: MessageReader): ObservedRoute | null {
  if (!message.has(fixedBytes)) return null;
  const family = message.u8(0);
  if (family != <u8>Family.Ipv4 && family != <u8>Family.Ipv6) return null;
  const known = <Family>family;
  const length = <i32>message.u8(1);
  const flags = message.u32(8);
  const type = message.u8(7);
  const isOfKnownType = type == rt.RTN_UNICAST || (type >= rt.RTN_BLACKHOLE && type <= rt.RTN_PROHIBIT);
  if (length > longestPrefix(known) || (flags & rt.RTM_F_CLONED) != 0 || !isOfKnownType) return null;
  const parts = new RouteParts(known, message.u8(4));
  parts.read(message.attributes(fixedBytes));
  if (parts.table == rt.RT_TABLE_LOCAL) return null;
  const address = parts.destination;
  // The bits after the prefix are zero in what the kernel says; what is not so is no route of its.
  const destination = new Prefix(address === null ? new IpAddress(known, 0, 0) : address, length);
  if (!destination.isNetwork) return null;
  const route = new ObservedRoute(destination, parts.metric, parts.table, message.u8(3));
  route.type = type;
  route.gateway = parts.gateway;
  // A route that drops has the loopback as its link in IPv6; nobody asked for that.
  route.link = type == rt.RTN_UNICAST ? parts.link : 0;
  route.scope = message.u8(6);
  route.source = parts.source;
  route.flags = flags;
  route.mtu = parts.mtu;
  route.protocol = message.u8(5);
  route.isBeyond = parts.isBeyond || message.u8(2) != 0;
  return route;
}

/** What the attributes of a route say. */
class RouteParts {
  destination: IpAddress | null = null;
  gateway: IpAddress | null = null;
  source: IpAddress | null = null;
  link: u32 = 0;
  metric: u32 = 0;
  mtu: u32 = 0;
  isBeyond: bool = false;
  constructor(
    private readonly family: Family,
    public table: u32,
  ) {}

  read(attributes: AttributeReader): void {
    while (attributes.next()) {
      switch (<i32>attributes.type) {
        case <i32>rt.RTA_DST:
          this.destination = this.address(attributes);
          break;
        case <i32>rt.RTA_GATEWAY:
          this.gateway = this.address(attributes);
          break;
        case <i32>rt.RTA_PREFSRC:
          this.source = this.address(attributes);
          break;
        case <i32>rt.RTA_OIF:
          this.link = attributes.u32(0);
          break;
        case <i32>rt.RTA_PRIORITY:
          this.metric = attributes.u32(0);
          break;
        case <i32>rt.RTA_TABLE:
          this.table = attributes.u32(this.table);
          break;
        case <i32>rt.RTA_METRICS:
          this.readMetrics(attributes.nested());
          break;
        case <i32>rt.RTA_MULTIPATH:
        case <i32>rt.RTA_VIA:
        case <i32>rt.RTA_ENCAP_TYPE:
        case <i32>rt.RTA_NH_ID:
        case <i32>rt.RTA_SRC:
          this.isBeyond = true;
          break;
        default:
          break;
      }
    }
  }

  private readMetrics(metrics: AttributeReader): void {
    while (metrics.next()) if (metrics.type == rt.RTAX_MTU) this.mtu = metrics.u32(0);
  }

  private address(attribute: AttributeReader): IpAddress | null {
    if (attribute.length != addressBytes(this.family)) return null;
    return IpAddress.read(this.family, attribute.bytes, attribute.start);
  }
}

/** Asks for all routes of a family. */
export function writeRouteDump(writer: MessageWriter, sequence: u32, family: Family): void {
  writer.begin(rt.RTM_GETROUTE, rt.NLM_F_DUMP, sequence);
  writer.u8(<u8>family);
  writer.u8(0);
  writer.u16(0);
  writer.u32(0);
  writer.u32(0);
  writer.end();
}

/** Adds a route, in the place of the one with the same destination, table and metric if there is one. `link`: its index, or 0. */
export function writeNewRoute(writer: MessageWriter, sequence: u32, route: WantedRoute, link: u32): void {
  const destination = route.destination;
  const family = destination.address.family;
  writer.begin(rt.RTM_NEWROUTE, rt.NLM_F_ACK | rt.NLM_F_CREATE | rt.NLM_F_REPLACE, sequence);
  const flags: u32 = route.isOnLink ? rt.RTNH_F_ONLINK : 0;
  writeFixed(writer, destination, route.table, ownedProtocol, scopeOf(route), route.type, flags);
  if (destination.length > 0) writer.attributeAddress(rt.RTA_DST, destination.address);
  writeTable(writer, route.table);
  if (route.metric > 0 || family == Family.Ipv6) writer.attributeU32(rt.RTA_PRIORITY, route.metric);
  const gateway = route.gateway;
  if (gateway !== null) writer.attributeAddress(rt.RTA_GATEWAY, gateway);
  if (link > 0) writer.attributeU32(rt.RTA_OIF, link);
  const source = route.source;
  if (source !== null) writer.attributeAddress(rt.RTA_PREFSRC, source);
  if (route.mtu > 0) {
    const metrics = writer.beginNested(rt.RTA_METRICS);
    writer.attributeU32(rt.RTAX_MTU, route.mtu);
    writer.endNested(metrics);
  }
  writer.end();
}

/** Removes a route of this module's. */
export function writeRouteRemoval(writer: MessageWriter, sequence: u32, route: ObservedRoute): void {
  const destination = route.destination;
  const family = destination.address.family;
  writer.begin(rt.RTM_DELROUTE, rt.NLM_F_ACK, sequence);
  const scope = family == Family.Ipv4 ? rt.RT_SCOPE_NOWHERE : rt.RT_SCOPE_UNIVERSE;
  writeFixed(writer, destination, route.table, route.protocol, scope, route.type, 0, route.tos);
  if (destination.length > 0) writer.attributeAddress(rt.RTA_DST, destination.address);
  writeTable(writer, route.table);
  if (route.metric > 0) writer.attributeU32(rt.RTA_PRIORITY, route.metric);
  writer.end();
}

/** IPv6 knows no scopes. */
export function scopeOf(route: WantedRoute): u8 {
  return route.destination.address.family == Family.Ipv6 ? rt.RT_SCOPE_UNIVERSE : route.scope;
}

function writeTable(writer: MessageWriter, table: u32): void {
  if (table > 255) writer.attributeU32(rt.RTA_TABLE, table);
}

function writeFixed(
  writer: MessageWriter,
  destination: Prefix,
  table: u32,
  protocol: u8,
  scope: u8,
  type: u8,
  flags: u32,
  tos: u8 = 0,
): void {
  writer.u8(<u8>destination.address.family);
  writer.u8(<u8>destination.length);
  writer.u8(0);
  writer.u8(tos);
  writer.u8(table > 255 ? 0 : <u8>table);
  writer.u8(protocol);
  writer.u8(scope);
  writer.u8(type);
  writer.u32(flags);
}
