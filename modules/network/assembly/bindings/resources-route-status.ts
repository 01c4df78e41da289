// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/route-status@0.1.0
 *
 * A route as the kernel has it, other than those of the table `local`. The id is `TABLE/DESTINATION/PREFIX/METRIC`, such as
 * `254/0.0.0.0/0/1024`. At most 2,048 are shown; `network-status` counts all.
 */

import { RouteKind } from './resources-network-config';
import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

export { RouteKind };

@final
export class RouteStatus {
  constructor(
    public destination: string,
    public kind: RouteKind,
    public gateway: Option<string>,
    public link: Option<string>,
    public metric: u32,
    public table: u32,
    public source: Option<string>,
    /** Who put it there (`rtm_protocol`): `kernel`, `boot`, `static`, `ra`, `eft`, or its number. */
    public protocol: string,
    /** Put there by the network module, which may therefore remove it. */
    public owned: bool,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: RouteStatus,
  ) {}
}

@external('cm32p2|eft:resources/route-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/route-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/route-status@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: RouteStatus): void {
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeRouteStatus(_area + 8, value);
  host_put(_area);
}

@external('cm32p2|eft:resources/route-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(120, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadRouteStatus(pointer + 40));
}

export function _loadRouteStatus(pointer: usize): RouteStatus {
  return new RouteStatus(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    <i32>load<u8>(pointer, 8),
    (load<u8>(pointer, 12) ? Option.some<string>(adoptString(load<usize>(pointer, 16), load<i32>(pointer, 20))) : Option.none<string>()),
    (load<u8>(pointer, 24) ? Option.some<string>(adoptString(load<usize>(pointer, 28), load<i32>(pointer, 32))) : Option.none<string>()),
    load<u32>(pointer, 36),
    load<u32>(pointer, 40),
    (load<u8>(pointer, 44) ? Option.some<string>(adoptString(load<usize>(pointer, 48), load<i32>(pointer, 52))) : Option.none<string>()),
    adoptString(load<usize>(pointer, 56), load<i32>(pointer, 60)),
    load<bool>(pointer, 64),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 112) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeRouteStatus(pointer: usize, value: RouteStatus): void {
  store<usize>(pointer, changetype<usize>(value.destination));
  store<i32>(pointer, value.destination.length, 4);
  store<u8>(pointer, value.kind, 8);
  store<u8>(pointer, value.gateway.isSome, 12);
  if (value.gateway.isSome) {
    store<usize>(pointer, changetype<usize>(value.gateway._value), 16);
    store<i32>(pointer, value.gateway._value.length, 20);
  }
  store<u8>(pointer, value.link.isSome, 24);
  if (value.link.isSome) {
    store<usize>(pointer, changetype<usize>(value.link._value), 28);
    store<i32>(pointer, value.link._value.length, 32);
  }
  store<u32>(pointer, value.metric, 36);
  store<u32>(pointer, value.table, 40);
  store<u8>(pointer, value.source.isSome, 44);
  if (value.source.isSome) {
    store<usize>(pointer, changetype<usize>(value.source._value), 48);
    store<i32>(pointer, value.source._value.length, 52);
  }
  store<usize>(pointer, changetype<usize>(value.protocol), 56);
  store<i32>(pointer, value.protocol.length, 60);
  store<u8>(pointer, value.owned, 64);
}
