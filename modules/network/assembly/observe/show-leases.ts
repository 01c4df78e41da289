/** DHCP clients as resources, which are also their memory: a restarted client finds its lease there. */
import { Option } from 'eft';
import {
  DhcpLease,
  get,
  put,
  remove,
  Lease as ShownLease,
  Route as ShownRoute,
} from '../bindings/resources-dhcp-lease';
import { Lease, never } from '../dhcp/contract';
import { IpAddress } from '../ip/ip-address';

const shown: Map<string, string> = new Map();
/** Links whose resource was removed, as far as anybody knows. */
const forgotten: Set<string> = new Set();

/** Nothing of what was put or removed last is certain. */
export function doubtLeases(): void {
  shown.clear();
  const links = forgotten.values();
  for (let index = 0; index < links.length; ++index) {
    if (get(links[index]).isSome) remove(links[index]);
    else forgotten.delete(links[index]);
  }
}

/** The lease that the store has for a link, or null. */
export function rememberedLease(link: string): ShownLease | null {
  const entry = get(link);
  if (!entry.isSome) return null;
  const lease = entry.unwrap().value.lease;
  return lease.isSome ? lease.unwrap() : null;
}

export function forgetLease(link: string): void {
  shown.delete(link);
  forgotten.add(link);
  remove(link);
}

export function showLease(link: string, state: string, lease: Lease | null, message: string): void {
  const times = lease === null ? '' : lease.obtainedAt.toString() + ' ' + lease.address.toString();
  const value = state + ' ' + times + ' ' + message;
  if (shown.has(link) && shown.get(link) == value) return;
  shown.set(link, value);
  forgotten.delete(link);
  const given = lease === null ? Option.none<ShownLease>() : Option.some<ShownLease>(leaseOf(lease));
  put(link, new DhcpLease(state.toLowerCase(), given, message));
}

function leaseOf(lease: Lease): ShownLease {
  const routes = new StaticArray<ShownRoute>(lease.routes.length);
  for (let index = 0; index < routes.length; ++index) {
    const route = lease.routes[index];
    const gateway =
      route.gateway == 0 ? Option.none<string>() : Option.some<string>(IpAddress.ipv4(route.gateway).text());
    routes[index] = new ShownRoute(
      IpAddress.ipv4(route.destination).text() + '/' + route.prefixLength.toString(),
      gateway,
    );
  }
  return new ShownLease(
    IpAddress.ipv4(lease.address).text() + '/' + lease.prefixLength.toString(),
    IpAddress.ipv4(lease.serverId).text(),
    routes,
    texts(lease.resolvers),
    StaticArray.fromArray(lease.searchDomains),
    texts(lease.ntpServers),
    lease.hostname,
    lease.domainName,
    lease.mtu == 0 ? Option.none<u32>() : Option.some<u32>(lease.mtu),
    lease.obtainedAt,
    instant(lease.renewsAt),
    instant(lease.rebindsAt),
    instant(lease.expiresAt),
    lease.message,
  );
}

function texts(addresses: Array<u32>): StaticArray<string> {
  const list = new StaticArray<string>(addresses.length);
  for (let index = 0; index < list.length; ++index) list[index] = IpAddress.ipv4(addresses[index]).text();
  return list;
}

function instant(at: u64): Option<u64> {
  return at == never ? Option.none<u64>() : Option.some<u64>(at);
}
