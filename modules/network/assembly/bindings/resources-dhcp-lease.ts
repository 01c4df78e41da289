// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/dhcp-lease@0.1.0
 *
 * The DHCPv4 client of a link and its lease. The id is the link's name.
 */

import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptList, adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Metadata };

@final
export class Route {
  constructor(
    public destination: string,
    /** None: the destination is on the link itself. */
    public gateway: Option<string>,
  ) {}
}

@final
export class Lease {
  constructor(
    /** With its prefix: `10.0.0.17/24`. */
    public address: string,
    public server: string,
    public routes: StaticArray<Route>,
    public resolvers: StaticArray<string>,
    public searchDomains: StaticArray<string>,
    public timeServers: StaticArray<string>,
    /** Empty if the server named none. */
    public hostName: string,
    public domainName: string,
    public mtu: Option<u32>,
    /** Instants of the monotonic clock, in nanoseconds since the machine started. None: never. */
    public obtained: u64,
    public renews: Option<u64>,
    public rebinds: Option<u64>,
    public expires: Option<u64>,
    /** The DHCP message that gave it (RFC 2131, section 2), so that a restarted client can go on with it. */
    public packet: StaticArray<u8>,
  ) {}
}

@final
export class DhcpLease {
  constructor(
    /** The state of RFC 2131, figure 5, in small letters: `bound`, `renewing`, `init-reboot`. */
    public state: string,
    /** What may be used now. */
    public lease: Option<Lease>,
    /** Why there is no lease, or the empty string. */
    public message: string,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: DhcpLease,
  ) {}
}

@external('cm32p2|eft:resources/dhcp-lease@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/dhcp-lease@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/dhcp-lease@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: DhcpLease): void {
  const _mark = scratchMark();
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeDhcpLease(_area + 8, value);
  host_put(_area);
  releaseScratch(_mark);
}

@external('cm32p2|eft:resources/dhcp-lease@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(208, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadDhcpLease(pointer + 40));
}

export function _loadDhcpLease(pointer: usize): DhcpLease {
  return new DhcpLease(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    (load<u8>(pointer, 8) ? Option.some<Lease>(_loadLease(pointer + 16)) : Option.none<Lease>()),
    adoptString(load<usize>(pointer, 152), load<i32>(pointer, 156)),
  );
}

export function _loadLease(pointer: usize): Lease {
  return new Lease(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
    _loadListOfRoute(load<usize>(pointer, 16), load<i32>(pointer, 20)),
    _loadListOfString(load<usize>(pointer, 24), load<i32>(pointer, 28)),
    _loadListOfString(load<usize>(pointer, 32), load<i32>(pointer, 36)),
    _loadListOfString(load<usize>(pointer, 40), load<i32>(pointer, 44)),
    adoptString(load<usize>(pointer, 48), load<i32>(pointer, 52)),
    adoptString(load<usize>(pointer, 56), load<i32>(pointer, 60)),
    (load<u8>(pointer, 64) ? Option.some<u32>(load<u32>(pointer, 68)) : Option.none<u32>()),
    load<u64>(pointer, 72),
    (load<u8>(pointer, 80) ? Option.some<u64>(load<u64>(pointer, 88)) : Option.none<u64>()),
    (load<u8>(pointer, 96) ? Option.some<u64>(load<u64>(pointer, 104)) : Option.none<u64>()),
    (load<u8>(pointer, 112) ? Option.some<u64>(load<u64>(pointer, 120)) : Option.none<u64>()),
    adoptList<u8>(load<usize>(pointer, 128), load<i32>(pointer, 132)),
  );
}

function _loadListOfRoute(pointer: usize, length: i32): StaticArray<Route> {
  const list = new StaticArray<Route>(length);
  for (let index = 0; index < length; ++index, pointer += 20) {
    unchecked((list[index] = _loadRoute(pointer)));
  }
  return list;
}

export function _loadRoute(pointer: usize): Route {
  return new Route(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    (load<u8>(pointer, 8) ? Option.some<string>(adoptString(load<usize>(pointer, 12), load<i32>(pointer, 16))) : Option.none<string>()),
  );
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 200) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeDhcpLease(pointer: usize, value: DhcpLease): void {
  store<usize>(pointer, changetype<usize>(value.state));
  store<i32>(pointer, value.state.length, 4);
  store<u8>(pointer, value.lease.isSome, 8);
  if (value.lease.isSome) {
    _storeLease(pointer + 16, value.lease._value);
  }
  store<usize>(pointer, changetype<usize>(value.message), 152);
  store<i32>(pointer, value.message.length, 156);
}

export function _storeLease(pointer: usize, value: Lease): void {
  store<usize>(pointer, changetype<usize>(value.address));
  store<i32>(pointer, value.address.length, 4);
  store<usize>(pointer, changetype<usize>(value.server), 8);
  store<i32>(pointer, value.server.length, 12);
  store<usize>(pointer, _layOutListOfRoute(value.routes), 16);
  store<i32>(pointer, value.routes.length, 20);
  store<usize>(pointer, _layOutListOfString(value.resolvers), 24);
  store<i32>(pointer, value.resolvers.length, 28);
  store<usize>(pointer, _layOutListOfString(value.searchDomains), 32);
  store<i32>(pointer, value.searchDomains.length, 36);
  store<usize>(pointer, _layOutListOfString(value.timeServers), 40);
  store<i32>(pointer, value.timeServers.length, 44);
  store<usize>(pointer, changetype<usize>(value.hostName), 48);
  store<i32>(pointer, value.hostName.length, 52);
  store<usize>(pointer, changetype<usize>(value.domainName), 56);
  store<i32>(pointer, value.domainName.length, 60);
  store<u8>(pointer, value.mtu.isSome, 64);
  if (value.mtu.isSome) {
    store<u32>(pointer, value.mtu._value, 68);
  }
  store<u64>(pointer, value.obtained, 72);
  store<u8>(pointer, value.renews.isSome, 80);
  if (value.renews.isSome) {
    store<u64>(pointer, value.renews._value, 88);
  }
  store<u8>(pointer, value.rebinds.isSome, 96);
  if (value.rebinds.isSome) {
    store<u64>(pointer, value.rebinds._value, 104);
  }
  store<u8>(pointer, value.expires.isSome, 112);
  if (value.expires.isSome) {
    store<u64>(pointer, value.expires._value, 120);
  }
  store<usize>(pointer, changetype<usize>(value.packet), 128);
  store<i32>(pointer, value.packet.length, 132);
}

function _layOutListOfRoute(list: StaticArray<Route>): usize {
  const start = scratch(list.length, 20);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 20) {
    const element = unchecked(list[index]);
    _storeRoute(pointer, element);
  }
  return start;
}

export function _storeRoute(pointer: usize, value: Route): void {
  store<usize>(pointer, changetype<usize>(value.destination));
  store<i32>(pointer, value.destination.length, 4);
  store<u8>(pointer, value.gateway.isSome, 8);
  if (value.gateway.isSome) {
    store<usize>(pointer, changetype<usize>(value.gateway._value), 12);
    store<i32>(pointer, value.gateway._value.length, 16);
  }
}

function _layOutListOfString(list: StaticArray<string>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, changetype<usize>(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}
