// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/link-status@0.1.0
 *
 * A link as the kernel has it. The id is its name.
 */

import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

/** What it can do (RFC 2863 ifOperStatus; linux/if.h IF_OPER_*), in the order of the kernel's numbers from 0. */
export enum OperationalState {
  Unknown,
  NotPresent,
  Down,
  LowerLayerDown,
  Testing,
  Dormant,
  Up,
}

@final
export class LinkStatus {
  constructor(
    /** The kernel's number for it. */
    public index: u32,
    /** `ethernet`, `loopback`, `vlan`, `bridge`, … : what `ip link` calls it. */
    public kind: string,
    /** Empty if it has none. */
    public hardwareAddress: string,
    public mtu: u32,
    /** Administratively up. */
    public up: bool,
    /** There is a carrier. */
    public carrier: bool,
    public operationalState: OperationalState,
    /** The bridge, bond or VRF that it belongs to. */
    public master: Option<string>,
    /** The link below, of a VLAN. */
    public parent: Option<string>,
    /** Made by the network module, which may therefore remove it. */
    public owned: bool,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: LinkStatus,
  ) {}
}

@external('cm32p2|eft:resources/link-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/link-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/link-status@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: LinkStatus): void {
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeLinkStatus(_area + 8, value);
  host_put(_area);
}

@external('cm32p2|eft:resources/link-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(104, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadLinkStatus(pointer + 40));
}

export function _loadLinkStatus(pointer: usize): LinkStatus {
  return new LinkStatus(
    load<u32>(pointer),
    adoptString(load<usize>(pointer, 4), load<i32>(pointer, 8)),
    adoptString(load<usize>(pointer, 12), load<i32>(pointer, 16)),
    load<u32>(pointer, 20),
    load<bool>(pointer, 24),
    load<bool>(pointer, 25),
    <i32>load<u8>(pointer, 26),
    (load<u8>(pointer, 28) ? Option.some<string>(adoptString(load<usize>(pointer, 32), load<i32>(pointer, 36))) : Option.none<string>()),
    (load<u8>(pointer, 40) ? Option.some<string>(adoptString(load<usize>(pointer, 44), load<i32>(pointer, 48))) : Option.none<string>()),
    load<bool>(pointer, 52),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 96) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeLinkStatus(pointer: usize, value: LinkStatus): void {
  store<u32>(pointer, value.index);
  store<usize>(pointer, changetype<usize>(value.kind), 4);
  store<i32>(pointer, value.kind.length, 8);
  store<usize>(pointer, changetype<usize>(value.hardwareAddress), 12);
  store<i32>(pointer, value.hardwareAddress.length, 16);
  store<u32>(pointer, value.mtu, 20);
  store<u8>(pointer, value.up, 24);
  store<u8>(pointer, value.carrier, 25);
  store<u8>(pointer, value.operationalState, 26);
  store<u8>(pointer, value.master.isSome, 28);
  if (value.master.isSome) {
    store<usize>(pointer, changetype<usize>(value.master._value), 32);
    store<i32>(pointer, value.master._value.length, 36);
  }
  store<u8>(pointer, value.parent.isSome, 40);
  if (value.parent.isSome) {
    store<usize>(pointer, changetype<usize>(value.parent._value), 44);
    store<i32>(pointer, value.parent._value.length, 48);
  }
  store<u8>(pointer, value.owned, 52);
}
