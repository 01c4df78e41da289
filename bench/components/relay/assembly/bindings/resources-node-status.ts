// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/node-status@0.1.0
 *
 * Whether the node as a whole is ready, and what it waits for. There is one, with the id `node`.
 */

import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Metadata };

export enum Stage {
  /** Modules are still starting for the first time. */
  Booting,
  /** The node is up. What is wrong now is a fault, not the boot. */
  Running,
}

/** One thing that keeps the node from being ready. */
@final
export class Condition {
  constructor(
    /** What is not as it should be: `module/network`. */
    public name: string,
    /** Why, for a person. */
    public reason: string,
  ) {}
}

@final
export class NodeStatus {
  constructor(
    public stage: Stage,
    public ready: bool,
    /** Empty exactly when `ready` is true. Sorted by name. */
    public unmet: StaticArray<Condition>,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: NodeStatus,
  ) {}
}

@external('cm32p2|eft:resources/node-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/node-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/node-status@0.1', 'put')
declare function host_put(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32): void;

export function put(id: string, value: NodeStatus): void {
  const _mark = scratchMark();
  host_put(changetype<usize>(id), id.length, value.stage, value.ready, _layOutListOfCondition(value.unmet), value.unmet.length);
  releaseScratch(_mark);
}

@external('cm32p2|eft:resources/node-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(64, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadNodeStatus(pointer + 40));
}

export function _loadNodeStatus(pointer: usize): NodeStatus {
  return new NodeStatus(
    <i32>load<u8>(pointer),
    load<bool>(pointer, 1),
    _loadListOfCondition(load<usize>(pointer, 4), load<i32>(pointer, 8)),
  );
}

function _loadListOfCondition(pointer: usize, length: i32): StaticArray<Condition> {
  const list = new StaticArray<Condition>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadCondition(pointer)));
  }
  return list;
}

export function _loadCondition(pointer: usize): Condition {
  return new Condition(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 56) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

function _layOutListOfCondition(list: StaticArray<Condition>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storeCondition(pointer, element);
  }
  return start;
}

export function _storeCondition(pointer: usize, value: Condition): void {
  store<usize>(pointer, changetype<usize>(value.name));
  store<i32>(pointer, value.name.length, 4);
  store<usize>(pointer, changetype<usize>(value.reason), 8);
  store<i32>(pointer, value.reason.length, 12);
}
