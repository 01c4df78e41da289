// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/network-status@0.1.0
 *
 * Whether the network is as it is declared. There is one, with the id `network`.
 */

import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Metadata };

/** Something that is not as declared. */
@final
export class Problem {
  constructor(
    /** What, by kind and id: `link-spec/eth0`, `network-config/machine`. */
    public subject: string,
    /** Why, and what would help. For a person. */
    public reason: string,
    /** Times that it was tried, or repaired, without lasting success. */
    public attempts: u32,
  ) {}
}

/** Objects of one sort: declared, and as declared. */
@final
export class Count {
  constructor(
    public declared: u32,
    public applied: u32,
    /** Of this sort in the kernel, whoever put them there. */
    public present: u32,
  ) {}
}

@final
export class NetworkStatus {
  constructor(
    /** All that is declared is so, and nothing is left of what no longer is. */
    public converged: bool,
    /** The first 64, sorted by subject. Empty if `converged`; it may be empty while things are on their way. */
    public problems: StaticArray<Problem>,
    /** Those beyond. */
    public furtherProblems: u32,
    public links: Count,
    public addresses: Count,
    public routes: Count,
    public rules: Count,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: NetworkStatus,
  ) {}
}

@external('cm32p2|eft:resources/network-status@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/network-status@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/network-status@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: NetworkStatus): void {
  const _mark = scratchMark();
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeNetworkStatus(_area + 8, value);
  host_put(_area);
  releaseScratch(_mark);
}

@external('cm32p2|eft:resources/network-status@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(112, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadNetworkStatus(pointer + 40));
}

export function _loadNetworkStatus(pointer: usize): NetworkStatus {
  return new NetworkStatus(
    load<bool>(pointer),
    _loadListOfProblem(load<usize>(pointer, 4), load<i32>(pointer, 8)),
    load<u32>(pointer, 12),
    _loadCount(pointer + 16),
    _loadCount(pointer + 28),
    _loadCount(pointer + 40),
    _loadCount(pointer + 52),
  );
}

function _loadListOfProblem(pointer: usize, length: i32): StaticArray<Problem> {
  const list = new StaticArray<Problem>(length);
  for (let index = 0; index < length; ++index, pointer += 20) {
    unchecked((list[index] = _loadProblem(pointer)));
  }
  return list;
}

export function _loadProblem(pointer: usize): Problem {
  return new Problem(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
    load<u32>(pointer, 16),
  );
}

export function _loadCount(pointer: usize): Count {
  return new Count(load<u32>(pointer), load<u32>(pointer, 4), load<u32>(pointer, 8));
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 104) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeNetworkStatus(pointer: usize, value: NetworkStatus): void {
  store<u8>(pointer, value.converged);
  store<usize>(pointer, _layOutListOfProblem(value.problems), 4);
  store<i32>(pointer, value.problems.length, 8);
  store<u32>(pointer, value.furtherProblems, 12);
  _storeCount(pointer + 16, value.links);
  _storeCount(pointer + 28, value.addresses);
  _storeCount(pointer + 40, value.routes);
  _storeCount(pointer + 52, value.rules);
}

function _layOutListOfProblem(list: StaticArray<Problem>): usize {
  const start = scratch(list.length, 20);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 20) {
    const element = unchecked(list[index]);
    _storeProblem(pointer, element);
  }
  return start;
}

export function _storeProblem(pointer: usize, value: Problem): void {
  store<usize>(pointer, changetype<usize>(value.subject));
  store<i32>(pointer, value.subject.length, 4);
  store<usize>(pointer, changetype<usize>(value.reason), 8);
  store<i32>(pointer, value.reason.length, 12);
  store<u32>(pointer, value.attempts, 16);
}

export function _storeCount(pointer: usize, value: Count): void {
  store<u32>(pointer, value.declared);
  store<u32>(pointer, value.applied, 4);
  store<u32>(pointer, value.present, 8);
}
