// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/resolver-status@0.1.0
 *
 * The name servers in use. There is one, with the id `resolvers`.
 */

import { Layer } from './resources-network-config';
import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Metadata };

export { Layer };

@final
export class ResolverStatus {
  constructor(
    /** By address, in the order in which they are asked. */
    public servers: StaticArray<string>,
    public searchDomains: StaticArray<string>,
    /** Where the servers come from. */
    public layer: Layer,
    /** They are in resolv.conf. */
    public applied: bool,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: ResolverStatus,
  ) {}
}

@external('cm32p2|eft:resources/resolver-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/resolver-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/resolver-status@0.1', 'put')
declare function host_put(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32): void;

export function put(id: string, value: ResolverStatus): void {
  const _mark = scratchMark();
  host_put(changetype<usize>(id), id.length, _layOutListOfString(value.servers), value.servers.length, _layOutListOfString(value.searchDomains), value.searchDomains.length, value.layer, value.applied);
  releaseScratch(_mark);
}

@external('cm32p2|eft:resources/resolver-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(72, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadResolverStatus(pointer + 40));
}

export function _loadResolverStatus(pointer: usize): ResolverStatus {
  return new ResolverStatus(
    _loadListOfString(load<usize>(pointer), load<i32>(pointer, 4)),
    _loadListOfString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
    <i32>load<u8>(pointer, 16),
    load<bool>(pointer, 17),
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
  for (let index = 0; index < length; ++index, pointer += 64) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
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
