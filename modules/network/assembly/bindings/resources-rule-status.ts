// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/rule-status@0.1.0
 *
 * A routing rule as the kernel has it. The id says what it matches, such as `ipv4/1000/from 10.0.0.0/8`.
 */

import { Family } from './resources-network-config';
import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

export { Family };

@final
export class RuleStatus {
  constructor(
    public family: Family,
    public priority: u32,
    /** The table that it looks in, or 0. */
    public table: u32,
    /** `table 100`, `blackhole`, `unreachable`, `prohibit`, or the kernel's number for another. */
    public action: string,
    /** Put there by the network module, which may therefore remove it. */
    public owned: bool,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: RuleStatus,
  ) {}
}

@external('cm32p2|eft:resources/rule-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/rule-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/rule-status@0.1', 'put')
declare function host_put(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32): void;

export function put(id: string, value: RuleStatus): void {
  host_put(changetype<usize>(id), id.length, value.family, value.priority, value.table, changetype<usize>(value.action), value.action.length, value.owned);
}

@external('cm32p2|eft:resources/rule-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(72, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadRuleStatus(pointer + 40));
}

export function _loadRuleStatus(pointer: usize): RuleStatus {
  return new RuleStatus(
    <i32>load<u8>(pointer),
    load<u32>(pointer, 4),
    load<u32>(pointer, 8),
    adoptString(load<usize>(pointer, 12), load<i32>(pointer, 16)),
    load<bool>(pointer, 20),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 64) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}
