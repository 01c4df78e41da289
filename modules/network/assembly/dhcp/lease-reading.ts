/**
 * From a server's message to a lease that can be used as it is, or to the reason why not.
 *
 * What the lease stands on (address, netmask, server, times) must be right, or there is no lease. What is only added to it (routes,
 * resolvers, names) is left out where it is wrong, with a note: a bad domain name is no reason to be without a network.
 */
import { addressText, classfulPrefixLength, isUnicast, maskOf, prefixLengthOf } from './addresses';
import { infiniteSeconds, Lease, never, Route } from './contract';
import { Code, Reply } from './message';
import { isHostname, readName, readSearchDomains } from './names';
import { u16At, u32At } from './octets';
import { Randomness } from './randomness';

const nanoseconds: u64 = 1_000_000_000;
/** Shorter leases are a mistake: nobody can renew them by the RFC's own pace, and the machine would do nothing else. */
const leaseSecondsMinimum: u32 = 4;
/** A link of IPv4 carries 68 bytes (RFC 791), a host takes 576: a server that says less is wrong more often than right. */
const mtuMinimum: u32 = 576;
/** The largest frames that switches commonly carry. A server that says more would cut the machine off. */
const mtuMaximum: u32 = 9216;
const routesLimit: i32 = 128;
/** Routers, resolvers, time servers: of each. More than anything makes use of. */
const addressesLimit: i32 = 8;
/** T1 and T2 come earlier by up to this part of T1, and by no more than this time (RFC 2131 section 4.4.5: "some random fuzz"). */
const spreadDivisor: u64 = 32;
const spreadMaximum: u64 = 30 * nanoseconds;

/** What was read: the lease, or the reason why there is none, and what was left out of it. */
export class LeaseReading {
  lease: Lease | null = null;
  refusal: string = '';
  notes: Array<string> = [];
}

/** Reads the lease in an OFFER or ACK that answers a request of the instant `obtainedAt`. */
export function readLease(
  reply: Reply,
  message: StaticArray<u8>,
  obtainedAt: u64,
  randomness: Randomness,
): LeaseReading {
  const reading = new LeaseReading();
  const lease = new Lease();
  lease.message = message;
  lease.address = reply.address;
  lease.serverId = reply.u32Option(Code.serverId, 0);
  reading.refusal = readBasis(reply, lease, reading.notes);
  if (reading.refusal.length == 0)
    reading.refusal = readTimes(reply, lease, obtainedAt, randomness, reading.notes);
  if (reading.refusal.length > 0) return reading;
  readRoutes(reply, lease, reading.notes);
  lease.resolvers = readAddresses(reply, Code.resolvers, 'resolvers', reading.notes);
  lease.ntpServers = readAddresses(reply, Code.ntpServers, 'time servers', reading.notes);
  readNames(reply, lease, reading.notes);
  readMtu(reply, lease, reading.notes);
  reading.lease = lease;
  return reading;
}

/** Address, netmask and server. Gives the reason if one of them will not do. */
function readBasis(reply: Reply, lease: Lease, notes: Array<string>): string {
  if (!isUnicast(lease.serverId)) return 'it does not say which server it is from';
  if (!isUnicast(lease.address)) return addressText(lease.address) + ' is no address for one machine';
  const mask = reply.option(Code.subnetMask);
  if (mask == null) {
    lease.prefixLength = <u8>classfulPrefixLength(lease.address);
    notes.push('no netmask given: took /' + lease.prefixLength.toString() + ' from the class of the address');
  } else {
    const prefixLength = mask.length == 4 ? prefixLengthOf(u32At(mask, 0)) : -1;
    if (prefixLength < 1) return 'its netmask is none';
    lease.prefixLength = <u8>prefixLength;
  }
  // Networks of two or one have neither (RFC 3021).
  if (lease.prefixLength > 30) return '';
  const host = lease.address & ~maskOf(lease.prefixLength);
  const isWhole = host == 0 || host == ~maskOf(lease.prefixLength);
  return isWhole ? addressText(lease.address) + ' is the network or its broadcast address' : '';
}

function readTimes(
  reply: Reply,
  lease: Lease,
  obtainedAt: u64,
  randomness: Randomness,
  notes: Array<string>,
): string {
  const seconds = reply.u32Option(Code.leaseTime, 0);
  if (seconds < leaseSecondsMinimum) return 'it lasts ' + seconds.toString() + ' s';
  lease.leaseSeconds = seconds;
  lease.obtainedAt = obtainedAt;
  if (seconds == infiniteSeconds) {
    lease.renewalSeconds = infiniteSeconds;
    lease.rebindingSeconds = infiniteSeconds;
    return '';
  }
  const half = seconds / 2;
  const sevenEighths = <u32>((<u64>seconds * 7) / 8);
  let renewal = reply.u32Option(Code.renewalTime, 0);
  let rebinding = reply.u32Option(Code.rebindingTime, 0);
  // One of the two is enough, if it fits the other's default (RFC 2131 section 4.4.5).
  if (renewal == 0 && rebinding > half) renewal = half;
  if (rebinding == 0 && renewal < sevenEighths) rebinding = sevenEighths;
  if (renewal == 0 || renewal >= rebinding || rebinding >= seconds) {
    if (reply.option(Code.renewalTime) != null || reply.option(Code.rebindingTime) != null)
      notes.push(
        'times for renewal and rebinding that do not fit a lease of ' +
          seconds.toString() +
          ' s: took the usual ones',
      );
    renewal = half;
    rebinding = sevenEighths;
  }
  lease.renewalSeconds = renewal;
  lease.rebindingSeconds = rebinding;
  const spread = randomness.below(min((<u64>renewal * nanoseconds) / spreadDivisor, spreadMaximum));
  lease.renewsAt = later(obtainedAt, <u64>renewal * nanoseconds - spread);
  lease.rebindsAt = later(obtainedAt, <u64>rebinding * nanoseconds - spread);
  lease.expiresAt = later(obtainedAt, <u64>seconds * nanoseconds);
  return '';
}

/** Without wrapping round; no instant but `never` itself is `never`. */
function later(instant: u64, duration: u64): u64 {
  return instant > never - 1 - duration ? never - 1 : instant + duration;
}

/** Option 121, which makes a client ignore routers (RFC 3442); else a default route by each router. */
function readRoutes(reply: Reply, lease: Lease, notes: Array<string>): void {
  lease.routers = readAddresses(reply, Code.routers, 'routers', notes);
  const classless = reply.option(Code.classlessRoutes);
  if (classless != null) {
    const routes = readClasslessRoutes(classless, lease);
    if (routes != null) {
      keepReachable(routes, lease, notes);
      return;
    }
    notes.push('classless routes that are malformed: left out, and the routers taken');
  }
  const routes: Array<Route> = [];
  for (let index = 0; index < lease.routers.length; ++index) {
    const gateway = lease.routers[index];
    routes.push(new Route(0, 0, gateway, !isWithin(gateway, lease)));
  }
  keepReachable(routes, lease, notes);
}

/** Destination descriptors (RFC 3442): a length in bits, as many bytes as it needs, and the router. Null: malformed. */
function readClasslessRoutes(bytes: StaticArray<u8>, lease: Lease): Array<Route> | null {
  const routes: Array<Route> = [];
  let at = 0;
  while (at < bytes.length) {
    const prefixLength = <u32>bytes[at];
    if (prefixLength > 32) return null;
    const significant = <i32>((prefixLength + 7) / 8);
    if (at + 1 + significant + 4 > bytes.length) return null;
    let destination: u32 = 0;
    for (let index = 0; index < significant; ++index)
      destination |= (<u32>bytes[at + 1 + index]) << (24 - 8 * index);
    const gateway = u32At(bytes, at + 1 + significant);
    const isOnLink = gateway != 0 && !isWithin(gateway, lease);
    // Bits beyond the length are no part of the destination: RFC 3442 has the client clear them.
    routes.push(new Route(destination & maskOf(prefixLength), <u8>prefixLength, gateway, isOnLink));
    at += 1 + significant + 4;
  }
  return routes.length > 0 ? routes : null;
}

/**
 * Keeps the routes whose gateways can be reached: in the lease's network, or by a route of the same option that says that they are
 * on the link, or, if the lease is for the one address alone (/32), anywhere: then the link is all there is.
 */
function keepReachable(routes: Array<Route>, lease: Lease, notes: Array<string>): void {
  let unreachable = 0;
  let beyond = 0;
  for (let index = 0; index < routes.length; ++index) {
    const route = routes[index];
    if (!isUsable(route, routes, lease)) unreachable += 1;
    else if (isKnown(route, lease.routes)) continue;
    else if (lease.routes.length >= routesLimit) beyond += 1;
    else lease.routes.push(route);
    // A thousand routes, each looked up in all: a server's whim must not cost a second.
    if (index >= 4 * routesLimit) {
      beyond += routes.length - index - 1;
      break;
    }
  }
  if (unreachable > 0)
    notes.push('routes by gateways that are not on the link: left out ' + unreachable.toString());
  if (beyond > 0)
    notes.push('routes beyond the first ' + routesLimit.toString() + ': left out ' + beyond.toString());
}

function isUsable(route: Route, routes: Array<Route>, lease: Lease): bool {
  const isDefault = route.prefixLength == 0;
  const first = route.destination >> 24;
  if (!isDefault && (first == 0 || first == 127 || first >= 224)) return false;
  if (route.gateway == 0) return true;
  if (!isUnicast(route.gateway) || route.gateway == lease.address) return false;
  if (!route.isOnLink || lease.prefixLength == 32) return true;
  for (let index = 0; index < min(routes.length, routesLimit); ++index) {
    const link = routes[index];
    if (link.gateway == 0 && (route.gateway & maskOf(link.prefixLength)) == link.destination) return true;
  }
  return false;
}

/** Whether there is a route to the same destination by the same gateway. */
function isKnown(route: Route, routes: Array<Route>): bool {
  for (let index = 0; index < routes.length; ++index) if (isSameRoute(route, routes[index])) return true;
  return false;
}

function isSameRoute(one: Route, other: Route): bool {
  return (
    one.destination == other.destination &&
    one.prefixLength == other.prefixLength &&
    one.gateway == other.gateway &&
    one.isOnLink == other.isOnLink
  );
}

function isWithin(address: u32, lease: Lease): bool {
  return ((address ^ lease.address) & maskOf(lease.prefixLength)) == 0;
}

/** The addresses of an option, without duplicates and those that no one machine can have. */
function readAddresses(reply: Reply, code: u8, what: string, notes: Array<string>): Array<u32> {
  const addresses: Array<u32> = [];
  const bytes = reply.option(code);
  if (bytes == null) return addresses;
  if (bytes.length == 0 || bytes.length % 4 != 0) {
    notes.push(what + ' that are malformed: left out');
    return addresses;
  }
  for (let at = 0; at < bytes.length; at += 4) {
    const address = u32At(bytes, at);
    if (!isUnicast(address) || addresses.includes(address)) continue;
    if (addresses.length == addressesLimit) {
      notes.push(what + ' beyond the first ' + addressesLimit.toString() + ': left out');
      break;
    }
    addresses.push(address);
  }
  return addresses;
}

function readNames(reply: Reply, lease: Lease, notes: Array<string>): void {
  const hostname = reply.option(Code.hostname);
  if (hostname != null) {
    lease.hostname = readName(hostname);
    if (lease.hostname.length == 0) notes.push('a host name that is none: left out');
  }
  const domainName = reply.option(Code.domainName);
  if (domainName != null) {
    lease.domainName = readName(domainName);
    if (!isHostname(lease.domainName)) notes.push('a domain name that is none: left out');
  }
  const search = reply.option(Code.domainSearch);
  if (search != null) {
    lease.searchDomains = readSearchDomains(search);
    if (lease.searchDomains.length == 0) notes.push('search domains that are none: left out');
  }
}

function readMtu(reply: Reply, lease: Lease, notes: Array<string>): void {
  const bytes = reply.option(Code.interfaceMtu);
  if (bytes == null) return;
  const mtu = bytes.length == 2 ? u16At(bytes, 0) : 0;
  if (mtu >= mtuMinimum && mtu <= mtuMaximum) lease.mtu = <u16>mtu;
  else notes.push('an MTU of ' + mtu.toString() + ' bytes: left out');
}

/** Whether two leases differ in nothing but server, times and message. */
export function isSameSettings(one: Lease, other: Lease): bool {
  return (
    one.address == other.address &&
    one.prefixLength == other.prefixLength &&
    one.mtu == other.mtu &&
    one.hostname == other.hostname &&
    one.domainName == other.domainName &&
    isSameNumbers(one.routers, other.routers) &&
    isSameNumbers(one.resolvers, other.resolvers) &&
    isSameNumbers(one.ntpServers, other.ntpServers) &&
    isSameTexts(one.searchDomains, other.searchDomains) &&
    isSameRoutes(one.routes, other.routes)
  );
}

function isSameNumbers(one: Array<u32>, other: Array<u32>): bool {
  if (one.length != other.length) return false;
  for (let index = 0; index < one.length; ++index) if (one[index] != other[index]) return false;
  return true;
}

function isSameTexts(one: Array<string>, other: Array<string>): bool {
  if (one.length != other.length) return false;
  for (let index = 0; index < one.length; ++index) if (one[index] != other[index]) return false;
  return true;
}

function isSameRoutes(one: Array<Route>, other: Array<Route>): bool {
  if (one.length != other.length) return false;
  for (let index = 0; index < one.length; ++index) if (!isSameRoute(one[index], other[index])) return false;
  return true;
}
