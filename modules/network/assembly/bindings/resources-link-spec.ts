// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/link-spec@0.1.0
 *
 * A link as it is to be: what all layers together say. The id is its name.
 */

import { Ipv6Mode, Layer, LinkKind, _loadLinkKind, _storeLinkKind } from './resources-network-config';
import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

export { Layer };

export { LinkKind };

export { Ipv6Mode };

@final
export class LinkSpec {
  constructor(
    public kind: Option<LinkKind>,
    public up: bool,
    public mtu: Option<u32>,
    public hardwareAddress: Option<string>,
    public master: Option<string>,
    public ipv6: Option<Ipv6Mode>,
    /** The highest layer that speaks of it. */
    public layer: Layer,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: LinkSpec,
  ) {}
}

@external('cm32p2|eft:resources/link-spec@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/link-spec@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/link-spec@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: LinkSpec): void {
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeLinkSpec(_area + 8, value);
  host_put(_area);
}

@external('cm32p2|eft:resources/link-spec@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(136, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadLinkSpec(pointer + 40));
}

export function _loadLinkSpec(pointer: usize): LinkSpec {
  return new LinkSpec(
    (load<u8>(pointer) ? Option.some<LinkKind>(_loadLinkKind(pointer + 4)) : Option.none<LinkKind>()),
    load<bool>(pointer, 48),
    (load<u8>(pointer, 52) ? Option.some<u32>(load<u32>(pointer, 56)) : Option.none<u32>()),
    (load<u8>(pointer, 60) ? Option.some<string>(adoptString(load<usize>(pointer, 64), load<i32>(pointer, 68))) : Option.none<string>()),
    (load<u8>(pointer, 72) ? Option.some<string>(adoptString(load<usize>(pointer, 76), load<i32>(pointer, 80))) : Option.none<string>()),
    (load<u8>(pointer, 84) ? Option.some<Ipv6Mode>(<i32>load<u8>(pointer, 85)) : Option.none<Ipv6Mode>()),
    <i32>load<u8>(pointer, 86),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 128) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeLinkSpec(pointer: usize, value: LinkSpec): void {
  store<u8>(pointer, value.kind.isSome);
  if (value.kind.isSome) {
    _storeLinkKind(pointer + 4, value.kind._value);
  }
  store<u8>(pointer, value.up, 48);
  store<u8>(pointer, value.mtu.isSome, 52);
  if (value.mtu.isSome) {
    store<u32>(pointer, value.mtu._value, 56);
  }
  store<u8>(pointer, value.hardwareAddress.isSome, 60);
  if (value.hardwareAddress.isSome) {
    store<usize>(pointer, changetype<usize>(value.hardwareAddress._value), 64);
    store<i32>(pointer, value.hardwareAddress._value.length, 68);
  }
  store<u8>(pointer, value.master.isSome, 72);
  if (value.master.isSome) {
    store<usize>(pointer, changetype<usize>(value.master._value), 76);
    store<i32>(pointer, value.master._value.length, 80);
  }
  store<u8>(pointer, value.ipv6.isSome, 84);
  if (value.ipv6.isSome) {
    store<u8>(pointer, value.ipv6._value, 85);
  }
  store<u8>(pointer, value.layer, 86);
}
