// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:bench/calls@0.1.0
 *
 * What the component bench calls, in both directions.
 */

import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

@final
export class Position {
  constructor(
    public x: i32,
    public y: i32,
  ) {}
}

/** Numbers only, with a record inside. */
@final
export class Point {
  constructor(
    public position: Position,
    public weight: f64,
    public tag: u32,
  ) {}
}

export enum Phase {
  Running,
  TearingDown,
}

@final
export class Metadata {
  constructor(
    public id: string,
    public version: u64,
    public phase: Phase,
    public owner: string,
    public finalizers: StaticArray<string>,
  ) {}
}

/** A resource as the store holds it, by the example of an address: what crosses most in a running node. */
@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public address: string,
    public prefixLength: u8,
    public isScopeGlobal: bool,
    public priority: Option<u32>,
  ) {}
}

@external('cm32p2|eft:bench/calls@0.1', 'nothing')
declare function host_nothing(): void;

export function nothing(): void {
  host_nothing();
}

@external('cm32p2|eft:bench/calls@0.1', 'add')
declare function host_add(c0: i32, c1: i32): i32;

export function add(one: u32, other: u32): u32 {
  return <u32>host_add(one, other);
}

@external('cm32p2|eft:bench/calls@0.1', 'add-long')
declare function host_addLong(c0: i64, c1: i64): i64;

export function addLong(one: u64, other: u64): u64 {
  return <u64>host_addLong(one, other);
}

@external('cm32p2|eft:bench/calls@0.1', 'echo')
declare function host_echo(c0: i32, c1: i32, c2: i32): void;

export function echo(text: string): string {
  host_echo(changetype<usize>(text), text.length, _area);
  return adoptString(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:bench/calls@0.1', 'weigh')
declare function host_weigh(c0: i32, c1: i32): f64;

export function weigh(points: StaticArray<Point>): f64 {
  const _mark = scratchMark();
  const _result = host_weigh(_layOutListOfPoint(points), points.length);
  releaseScratch(_mark);
  return _result;
}

@external('cm32p2|eft:bench/calls@0.1', 'scatter')
declare function host_scatter(c0: i32, c1: i32): void;

export function scatter(count: u32): StaticArray<Point> {
  host_scatter(count, _area);
  return _loadListOfPoint(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:bench/calls@0.1', 'count-units')
declare function host_countUnits(c0: i32, c1: i32): i32;

export function countUnits(entries: StaticArray<Entry>): u32 {
  const _mark = scratchMark();
  const _result = host_countUnits(_layOutListOfEntry(entries), entries.length);
  releaseScratch(_mark);
  return <u32>_result;
}

@external('cm32p2|eft:bench/calls@0.1', 'make-entries')
declare function host_makeEntries(c0: i32, c1: i32): void;

export function makeEntries(count: u32): StaticArray<Entry> {
  host_makeEntries(count, _area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(8, 8);

function _layOutListOfPoint(list: StaticArray<Point>): usize {
  const start = scratch(list.length, 24);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 24) {
    const element = unchecked(list[index]);
    _storePoint(pointer, element);
  }
  return start;
}

export function _storePoint(pointer: usize, value: Point): void {
  _storePosition(pointer, value.position);
  store<f64>(pointer, value.weight, 8);
  store<u32>(pointer, value.tag, 16);
}

export function _storePosition(pointer: usize, value: Position): void {
  store<i32>(pointer, value.x);
  store<i32>(pointer, value.y, 4);
}

function _loadListOfPoint(pointer: usize, length: i32): StaticArray<Point> {
  const list = new StaticArray<Point>(length);
  for (let index = 0; index < length; ++index, pointer += 24) {
    unchecked((list[index] = _loadPoint(pointer)));
  }
  return list;
}

export function _loadPoint(pointer: usize): Point {
  return new Point(_loadPosition(pointer), load<f64>(pointer, 8), load<u32>(pointer, 16));
}

export function _loadPosition(pointer: usize): Position {
  return new Position(load<i32>(pointer), load<i32>(pointer, 4));
}

function _layOutListOfEntry(list: StaticArray<Entry>): usize {
  const start = scratch(list.length, 64);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 64) {
    const element = unchecked(list[index]);
    _storeEntry(pointer, element);
  }
  return start;
}

export function _storeEntry(pointer: usize, value: Entry): void {
  _storeMetadata(pointer, value.metadata);
  store<usize>(pointer, changetype<usize>(value.address), 40);
  store<i32>(pointer, value.address.length, 44);
  store<u8>(pointer, value.prefixLength, 48);
  store<u8>(pointer, value.isScopeGlobal, 49);
  store<u8>(pointer, value.priority.isSome, 52);
  if (value.priority.isSome) {
    store<u32>(pointer, value.priority._value, 56);
  }
}

export function _storeMetadata(pointer: usize, value: Metadata): void {
  store<usize>(pointer, changetype<usize>(value.id));
  store<i32>(pointer, value.id.length, 4);
  store<u64>(pointer, value.version, 8);
  store<u8>(pointer, value.phase, 16);
  store<usize>(pointer, changetype<usize>(value.owner), 20);
  store<i32>(pointer, value.owner.length, 24);
  store<usize>(pointer, _layOutListOfString(value.finalizers), 28);
  store<i32>(pointer, value.finalizers.length, 32);
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

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 64) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _loadEntry(pointer: usize): Entry {
  return new Entry(
    _loadMetadata(pointer),
    adoptString(load<usize>(pointer, 40), load<i32>(pointer, 44)),
    load<u8>(pointer, 48),
    load<bool>(pointer, 49),
    (load<u8>(pointer, 52) ? Option.some<u32>(load<u32>(pointer, 56)) : Option.none<u32>()),
  );
}

export function _loadMetadata(pointer: usize): Metadata {
  return new Metadata(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    load<u64>(pointer, 8),
    <i32>load<u8>(pointer, 16),
    adoptString(load<usize>(pointer, 20), load<i32>(pointer, 24)),
    _loadListOfString(load<usize>(pointer, 28), load<i32>(pointer, 32)),
  );
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}
