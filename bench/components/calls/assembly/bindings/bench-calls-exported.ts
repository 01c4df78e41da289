// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Exported: eft:bench/calls@0.1.0
 *
 * What the component bench calls, in both directions.
 */

import { add, addLong, countUnits, echo, makeEntries, nothing, scatter, weigh } from '../calls';
import { Option } from 'eft';
import { finishCall } from 'eft/collector';
import { adoptString } from 'eft/memory';
import { releaseAllScratch, scratch } from 'eft/scratch';

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

/** `nothing`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|nothing')
export function export_nothing(): void {
  nothing();
  finishCall();
}

/** `add`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|add')
export function export_add(c0: i32, c1: i32): i32 {
  const result: u32 = add(<u32>c0, <u32>c1);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `addLong`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|add-long')
export function export_addLong(c0: i64, c1: i64): i64 {
  const result: u64 = addLong(<u64>c0, <u64>c1);
  const lowered: i64 = result;
  finishCall();
  return lowered;
}

/** `echo`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|echo')
export function export_echo(c0: i32, c1: i32): i32 {
  const result: string = echo(adoptString(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `weigh`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|weigh')
export function export_weigh(c0: i32, c1: i32): f64 {
  const result: f64 = weigh(_loadListOfPoint(<usize>c0, c1));
  const lowered: f64 = result;
  finishCall();
  return lowered;
}

/** `scatter`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|scatter')
export function export_scatter(c0: i32): i32 {
  const result: StaticArray<Point> = scatter(<u32>c0);
  store<usize>(_area, _layOutListOfPoint(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `countUnits`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|count-units')
export function export_countUnits(c0: i32, c1: i32): i32 {
  const result: u32 = countUnits(_loadListOfEntry(<usize>c0, c1));
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `makeEntries`, as the host calls it. */
@canonical('cm32p2|eft:bench/calls@0.1|make-entries')
export function export_makeEntries(c0: i32): i32 {
  const result: StaticArray<Entry> = makeEntries(<u32>c0);
  store<usize>(_area, _layOutListOfEntry(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

@canonical('cm32p2|eft:bench/calls@0.1|echo_post')
export function _afterI32(result: i32): void {
  finishCall();
}

@canonical('cm32p2|eft:bench/calls@0.1|scatter_post')
@canonical('cm32p2|eft:bench/calls@0.1|make-entries_post')
export function _afterI32WithScratch(result: i32): void {
  releaseAllScratch();
  finishCall();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(8, 8);

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
