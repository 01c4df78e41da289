import { Option, Result, Unit, unit } from 'eft';
import { covers, formatAddress, isPrivate, isSameAddress, parseAddress } from './addresses';
import { now } from './bindings/host-clock';
import { Address, Counters, Failure, Family, Link, Route, Rule, Verdict } from './bindings/thirty-table';
import { upSince } from './lifecycle';

export { formatAddress, isPrivate, parseAddress };

/** The most entries of a kind. */
const entriesLimit = 4096;

const links = new Array<Link>();
const routes = new Array<Route>();
const rules = new Array<Rule>();
const counts = new Map<string, Counters>();

function fail(failure: Failure): Result<Unit, Failure> {
  return Result.err<Unit, Failure>(failure);
}

function done(): Result<Unit, Failure> {
  return Result.ok<Unit, Failure>(unit);
}

function linkAt(index: u32): i32 {
  for (let at = 0; at < links.length; ++at) if (links[at].index == index) return at;
  return -1;
}

export function addLink(link: Link): Result<u32, Failure> {
  if (links.length >= entriesLimit) return Result.err<u32, Failure>(Failure.full(entriesLimit));
  if (linkAt(link.index) >= 0) return Result.err<u32, Failure>(Failure.exists());
  links.push(link);
  return Result.ok<u32, Failure>(links.length);
}

export function removeLink(index: u32): Result<Unit, Failure> {
  const at = linkAt(index);
  if (at < 0) return fail(Failure.notFound());
  links.splice(at, 1);
  return done();
}

export function getLink(index: u32): Option<Link> {
  const at = linkAt(index);
  return at < 0 ? Option.none<Link>() : Option.some<Link>(links[at]);
}

export function findLink(name: string): Option<u32> {
  for (let at = 0; at < links.length; ++at)
    if (links[at].name == name) return Option.some<u32>(links[at].index);
  return Option.none<u32>();
}

export function listLinks(): StaticArray<Link> {
  return StaticArray.fromArray(links);
}

export function renameLink(index: u32, name: string): Result<Unit, Failure> {
  const at = linkAt(index);
  if (at < 0) return fail(Failure.notFound());
  if (name.length == 0 || name.length > 15) return fail(Failure.invalid('a name has 1 to 15 characters'));
  links[at].name = name;
  return done();
}

export function setFlags(index: u32, flags: i32): Result<i32, Failure> {
  const at = linkAt(index);
  if (at < 0) return Result.err<i32, Failure>(Failure.notFound());
  const before = links[at].flags;
  links[at].flags = flags;
  return Result.ok<i32, Failure>(before);
}

export function setMtu(index: u32, mtu: u32): Result<Unit, Failure> {
  const at = linkAt(index);
  if (at < 0) return fail(Failure.notFound());
  if (mtu < 68) return fail(Failure.invalid('an MTU is at least 68'));
  links[at].mtu = mtu;
  return done();
}

export function addAddress(index: u32, address: Address): Result<Unit, Failure> {
  const at = linkAt(index);
  if (at < 0) return fail(Failure.notFound());
  const addresses = links[at].addresses.slice<Array<Address>>();
  addresses.push(address);
  links[at].addresses = StaticArray.fromArray(addresses);
  return done();
}

export function removeAddress(index: u32, address: Address): Result<Unit, Failure> {
  const at = linkAt(index);
  if (at < 0) return fail(Failure.notFound());
  const kept = new Array<Address>();
  const addresses = links[at].addresses;
  for (let one = 0; one < addresses.length; ++one) {
    if (!isSameAddress(addresses[one], address)) kept.push(addresses[one]);
  }
  if (kept.length == addresses.length) return fail(Failure.notFound());
  links[at].addresses = StaticArray.fromArray(kept);
  return done();
}

export function listAddresses(family: Option<Family>): StaticArray<Address> {
  const found = new Array<Address>();
  for (let at = 0; at < links.length; ++at) {
    const addresses = links[at].addresses;
    for (let one = 0; one < addresses.length; ++one) {
      if (family.isNone || family.unwrap() == addresses[one].family) found.push(addresses[one]);
    }
  }
  return StaticArray.fromArray(found);
}

export function addRoute(route: Route): Result<Unit, Failure> {
  if (routes.length >= entriesLimit) return fail(Failure.full(entriesLimit));
  for (let at = 0; at < routes.length; ++at) {
    if (isSameAddress(routes[at].target, route.target)) return fail(Failure.exists());
  }
  routes.push(route);
  return done();
}

export function removeRoute(target: Address): Result<Unit, Failure> {
  for (let at = 0; at < routes.length; ++at) {
    if (!isSameAddress(routes[at].target, target)) continue;
    routes.splice(at, 1);
    return done();
  }
  return fail(Failure.notFound());
}

export function lookUp(target: Address): Option<Route> {
  let best: Route | null = null;
  for (let at = 0; at < routes.length; ++at) {
    const route = routes[at];
    if (!covers(route.target, target)) continue;
    if (best === null || route.target.prefixLength > best.target.prefixLength) best = route;
  }
  return best === null ? Option.none<Route>() : Option.some<Route>(best);
}

export function listRoutes(): StaticArray<Route> {
  return StaticArray.fromArray(routes);
}

export function addRule(rule: Rule): Result<Unit, Failure> {
  for (let at = 0; at < rules.length; ++at) if (rules[at].name == rule.name) return fail(Failure.exists());
  rules.push(rule);
  return done();
}

export function removeRule(name: string): Result<Unit, Failure> {
  for (let at = 0; at < rules.length; ++at) {
    if (rules[at].name != name) continue;
    rules.splice(at, 1);
    return done();
  }
  return fail(Failure.notFound());
}

export function listRules(): StaticArray<Rule> {
  return StaticArray.fromArray(rules);
}

export function judge(source: Address, port: u16): Verdict {
  for (let at = 0; at < rules.length; ++at) {
    const rule = rules[at];
    if (rule.source.isSome && !covers(rule.source.unwrap(), source)) continue;
    if (rule.port.isSome) {
      const range = rule.port.unwrap();
      if (port < range.item0 || port > range.item1) continue;
    }
    return rule.verdict;
  }
  return Verdict.drop();
}

export function count(name: string, packets: u64, bytes: u64): void {
  if (!counts.has(name)) counts.set(name, new Counters(0, 0));
  const counters = counts.get(name);
  counters.packets += packets;
  counters.bytes += bytes;
}

export function readCounters(name: string): Option<Counters> {
  return counts.has(name) ? Option.some<Counters>(counts.get(name)) : Option.none<Counters>();
}

export function resetCounters(): u32 {
  const size = counts.size;
  counts.clear();
  return size;
}

/** The Internet checksum (RFC 1071). */
export function checksum(bytes: StaticArray<u8>): u16 {
  let sum: u32 = 0;
  for (let index = 0; index < bytes.length; ++index) {
    sum += (<u32>bytes[index]) << (index % 2 == 0 ? 8 : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return <u16>~sum;
}

export function uptime(): u64 {
  return now() - upSince();
}
