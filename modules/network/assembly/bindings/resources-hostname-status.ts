// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/hostname-status@0.1.0
 *
 * The names of the machine. There is one, with the id `hostname`.
 */

import { Layer } from './resources-network-config';
import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

export { Layer };

@final
export class HostnameStatus {
  constructor(
    public hostName: string,
    /** Empty if there is none. */
    public domainName: string,
    /** Where the host name comes from. */
    public layer: Layer,
    /** The kernel has them. */
    public applied: bool,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: HostnameStatus,
  ) {}
}

@external('cm32p2|eft:resources/hostname-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/hostname-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/hostname-status@0.1', 'put')
declare function host_put(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32): void;

export function put(id: string, value: HostnameStatus): void {
  host_put(changetype<usize>(id), id.length, changetype<usize>(value.hostName), value.hostName.length, changetype<usize>(value.domainName), value.domainName.length, value.layer, value.applied);
}

@external('cm32p2|eft:resources/hostname-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(72, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadHostnameStatus(pointer + 40));
}

export function _loadHostnameStatus(pointer: usize): HostnameStatus {
  return new HostnameStatus(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
    <i32>load<u8>(pointer, 16),
    load<bool>(pointer, 17),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 64) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}
