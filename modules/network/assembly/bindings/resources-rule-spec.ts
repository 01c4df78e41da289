// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/rule-spec@0.1.0
 *
 * A routing rule as it is to be. The id says what it matches, such as `ipv4/1000/from 10.0.0.0/8`.
 */

import { Family, Layer, RuleAction, _loadRuleAction, _storeRuleAction } from './resources-network-config';
import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';

export { Metadata };

export { Layer };

export { Family };

export { RuleAction };

@final
export class RuleSpec {
  constructor(
    public family: Family,
    public priority: u32,
    public from: Option<string>,
    public to: Option<string>,
    public mark: Option<u32>,
    public markMask: Option<u32>,
    public incomingLink: Option<string>,
    public outgoingLink: Option<string>,
    public action: RuleAction,
    public layer: Layer,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: RuleSpec,
  ) {}
}

@external('cm32p2|eft:resources/rule-spec@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/rule-spec@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/rule-spec@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: RuleSpec): void {
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeRuleSpec(_area + 8, value);
  host_put(_area);
}

@external('cm32p2|eft:resources/rule-spec@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(136, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadRuleSpec(pointer + 40));
}

export function _loadRuleSpec(pointer: usize): RuleSpec {
  return new RuleSpec(
    <i32>load<u8>(pointer),
    load<u32>(pointer, 4),
    (load<u8>(pointer, 8) ? Option.some<string>(adoptString(load<usize>(pointer, 12), load<i32>(pointer, 16))) : Option.none<string>()),
    (load<u8>(pointer, 20) ? Option.some<string>(adoptString(load<usize>(pointer, 24), load<i32>(pointer, 28))) : Option.none<string>()),
    (load<u8>(pointer, 32) ? Option.some<u32>(load<u32>(pointer, 36)) : Option.none<u32>()),
    (load<u8>(pointer, 40) ? Option.some<u32>(load<u32>(pointer, 44)) : Option.none<u32>()),
    (load<u8>(pointer, 48) ? Option.some<string>(adoptString(load<usize>(pointer, 52), load<i32>(pointer, 56))) : Option.none<string>()),
    (load<u8>(pointer, 60) ? Option.some<string>(adoptString(load<usize>(pointer, 64), load<i32>(pointer, 68))) : Option.none<string>()),
    _loadRuleAction(pointer + 72),
    <i32>load<u8>(pointer, 80),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 128) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeRuleSpec(pointer: usize, value: RuleSpec): void {
  store<u8>(pointer, value.family);
  store<u32>(pointer, value.priority, 4);
  store<u8>(pointer, value.from.isSome, 8);
  if (value.from.isSome) {
    store<usize>(pointer, changetype<usize>(value.from._value), 12);
    store<i32>(pointer, value.from._value.length, 16);
  }
  store<u8>(pointer, value.to.isSome, 20);
  if (value.to.isSome) {
    store<usize>(pointer, changetype<usize>(value.to._value), 24);
    store<i32>(pointer, value.to._value.length, 28);
  }
  store<u8>(pointer, value.mark.isSome, 32);
  if (value.mark.isSome) {
    store<u32>(pointer, value.mark._value, 36);
  }
  store<u8>(pointer, value.markMask.isSome, 40);
  if (value.markMask.isSome) {
    store<u32>(pointer, value.markMask._value, 44);
  }
  store<u8>(pointer, value.incomingLink.isSome, 48);
  if (value.incomingLink.isSome) {
    store<usize>(pointer, changetype<usize>(value.incomingLink._value), 52);
    store<i32>(pointer, value.incomingLink._value.length, 56);
  }
  store<u8>(pointer, value.outgoingLink.isSome, 60);
  if (value.outgoingLink.isSome) {
    store<usize>(pointer, changetype<usize>(value.outgoingLink._value), 64);
    store<i32>(pointer, value.outgoingLink._value.length, 68);
  }
  _storeRuleAction(pointer + 72, value.action);
  store<u8>(pointer, value.layer, 80);
}
