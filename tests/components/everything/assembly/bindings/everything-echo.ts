// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Imported: eft:everything/echo@0.1.0. */

import {
  Color,
  Eight,
  Grid,
  Keywords,
  Names,
  Narrow,
  NarrowKind,
  Nine,
  Number,
  NumberKind,
  One,
  Person,
  Point,
  Seventeen,
  Sixteen,
  Team,
  ThirtyTwo,
  Tree,
  TreeKind,
  _loadKeywords,
  _loadNarrow,
  _loadNumber,
  _loadPerson,
  _loadPoint,
  _loadTeam,
  _loadTree,
  _storeNumber,
  _storePerson,
  _storePoint,
} from './everything-types';
import { Tuple11, Tuple2, Tuple3 } from './tuples';
import { Option, Result, Unit } from 'eft';
import { adoptList, adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Point };

export { Person };

export { Team };

export { Color };

export { One };

export { Eight };

export { Nine };

export { Sixteen };

export { Seventeen };

export { ThirtyTwo };

export { Number };

export { Narrow };

export { Tree };

export { Keywords };

export { Names };

export { Grid };

/** The cases of `OwnVariant`. */
export enum OwnVariantKind {
  A,
  B,
}

@final
export class OwnVariant {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: OwnVariantKind,
    readonly _payload0: u64,
    readonly _payload1: f32,
  ) {}

  static a(value: u64): OwnVariant {
    return new OwnVariant(OwnVariantKind.A, value, 0);
  }

  /** What `a` carries. Traps in any other case. */
  asA(): u64 {
    assert(this.kind == OwnVariantKind.A);
    return this._payload0;
  }

  static b(value: f32): OwnVariant {
    return new OwnVariant(OwnVariantKind.B, 0, value);
  }

  /** What `b` carries. Traps in any other case. */
  asB(): f32 {
    assert(this.kind == OwnVariantKind.B);
    return this._payload1;
  }
}

/** A type of the interface itself: the imported and the exported one are two. */
@final
export class OwnRecord {
  constructor(
    public label: string,
    public value: OwnVariant,
  ) {}
}

@external('cm32p2|eft:everything/echo@0.1', 'a-bool')
declare function host_aBool(c0: i32): i32;

export function aBool(v: bool): bool {
  return host_aBool(v) != 0;
}

@external('cm32p2|eft:everything/echo@0.1', 'an-s8')
declare function host_anS8(c0: i32): i32;

export function anS8(v: i8): i8 {
  return <i8>host_anS8(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-u8')
declare function host_aU8(c0: i32): i32;

export function aU8(v: u8): u8 {
  return <u8>host_aU8(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'an-s16')
declare function host_anS16(c0: i32): i32;

export function anS16(v: i16): i16 {
  return <i16>host_anS16(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-u16')
declare function host_aU16(c0: i32): i32;

export function aU16(v: u16): u16 {
  return <u16>host_aU16(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'an-s32')
declare function host_anS32(c0: i32): i32;

export function anS32(v: i32): i32 {
  return host_anS32(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-u32')
declare function host_aU32(c0: i32): i32;

export function aU32(v: u32): u32 {
  return <u32>host_aU32(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'an-s64')
declare function host_anS64(c0: i64): i64;

export function anS64(v: i64): i64 {
  return host_anS64(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-u64')
declare function host_aU64(c0: i64): i64;

export function aU64(v: u64): u64 {
  return <u64>host_aU64(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'an-f32')
declare function host_anF32(c0: f32): f32;

export function anF32(v: f32): f32 {
  return host_anF32(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'an-f64')
declare function host_anF64(c0: f64): f64;

export function anF64(v: f64): f64 {
  return host_anF64(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-char')
declare function host_aChar(c0: i32): i32;

export function aChar(v: u32): u32 {
  return <u32>host_aChar(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-string')
declare function host_aString(c0: i32, c1: i32, c2: i32): void;

export function aString(v: string): string {
  host_aString(changetype<usize>(v), v.length, _area);
  return adoptString(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-bool')
declare function host_listBool(c0: i32, c1: i32, c2: i32): void;

export function listBool(v: StaticArray<bool>): StaticArray<bool> {
  host_listBool(changetype<usize>(v), v.length, _area);
  return adoptList<bool>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-s8')
declare function host_listS8(c0: i32, c1: i32, c2: i32): void;

export function listS8(v: StaticArray<i8>): StaticArray<i8> {
  host_listS8(changetype<usize>(v), v.length, _area);
  return adoptList<i8>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-u8')
declare function host_listU8(c0: i32, c1: i32, c2: i32): void;

export function listU8(v: StaticArray<u8>): StaticArray<u8> {
  host_listU8(changetype<usize>(v), v.length, _area);
  return adoptList<u8>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-s16')
declare function host_listS16(c0: i32, c1: i32, c2: i32): void;

export function listS16(v: StaticArray<i16>): StaticArray<i16> {
  host_listS16(changetype<usize>(v), v.length, _area);
  return adoptList<i16>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-u16')
declare function host_listU16(c0: i32, c1: i32, c2: i32): void;

export function listU16(v: StaticArray<u16>): StaticArray<u16> {
  host_listU16(changetype<usize>(v), v.length, _area);
  return adoptList<u16>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-s32')
declare function host_listS32(c0: i32, c1: i32, c2: i32): void;

export function listS32(v: StaticArray<i32>): StaticArray<i32> {
  host_listS32(changetype<usize>(v), v.length, _area);
  return adoptList<i32>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-u32')
declare function host_listU32(c0: i32, c1: i32, c2: i32): void;

export function listU32(v: StaticArray<u32>): StaticArray<u32> {
  host_listU32(changetype<usize>(v), v.length, _area);
  return adoptList<u32>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-s64')
declare function host_listS64(c0: i32, c1: i32, c2: i32): void;

export function listS64(v: StaticArray<i64>): StaticArray<i64> {
  host_listS64(changetype<usize>(v), v.length, _area);
  return adoptList<i64>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-u64')
declare function host_listU64(c0: i32, c1: i32, c2: i32): void;

export function listU64(v: StaticArray<u64>): StaticArray<u64> {
  host_listU64(changetype<usize>(v), v.length, _area);
  return adoptList<u64>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-f32')
declare function host_listF32(c0: i32, c1: i32, c2: i32): void;

export function listF32(v: StaticArray<f32>): StaticArray<f32> {
  host_listF32(changetype<usize>(v), v.length, _area);
  return adoptList<f32>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-f64')
declare function host_listF64(c0: i32, c1: i32, c2: i32): void;

export function listF64(v: StaticArray<f64>): StaticArray<f64> {
  host_listF64(changetype<usize>(v), v.length, _area);
  return adoptList<f64>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-char')
declare function host_listChar(c0: i32, c1: i32, c2: i32): void;

export function listChar(v: StaticArray<u32>): StaticArray<u32> {
  host_listChar(changetype<usize>(v), v.length, _area);
  return adoptList<u32>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-string')
declare function host_listString(c0: i32, c1: i32, c2: i32): void;

export function listString(v: Names): Names {
  const _mark = scratchMark();
  host_listString(_layOutListOfString(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfString(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-color')
declare function host_listColor(c0: i32, c1: i32, c2: i32): void;

export function listColor(v: StaticArray<Color>): StaticArray<Color> {
  const _mark = scratchMark();
  host_listColor(_layOutListOfColor(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfColor(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-eight')
declare function host_listEight(c0: i32, c1: i32, c2: i32): void;

export function listEight(v: StaticArray<Eight>): StaticArray<Eight> {
  const _mark = scratchMark();
  host_listEight(_layOutListOfEight(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfEight(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-thirty-two')
declare function host_listThirtyTwo(c0: i32, c1: i32, c2: i32): void;

export function listThirtyTwo(v: StaticArray<ThirtyTwo>): StaticArray<ThirtyTwo> {
  host_listThirtyTwo(changetype<usize>(v), v.length, _area);
  return adoptList<ThirtyTwo>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-number')
declare function host_listNumber(c0: i32, c1: i32, c2: i32): void;

export function listNumber(v: StaticArray<Number>): StaticArray<Number> {
  const _mark = scratchMark();
  host_listNumber(_layOutListOfNumber(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfNumber(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-option')
declare function host_listOption(c0: i32, c1: i32, c2: i32): void;

export function listOption(v: StaticArray<Option<u64>>): StaticArray<Option<u64>> {
  const _mark = scratchMark();
  host_listOption(_layOutListOfOptionOfU64(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfOptionOfU64(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-tuple')
declare function host_listTuple(c0: i32, c1: i32, c2: i32): void;

export function listTuple(v: StaticArray<Tuple3<u8, string, u16>>): StaticArray<Tuple3<u8, string, u16>> {
  const _mark = scratchMark();
  host_listTuple(_layOutListOfTupleOfU8AndStringAndU16End(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfTupleOfU8AndStringAndU16End(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-list')
declare function host_listList(c0: i32, c1: i32, c2: i32): void;

export function listList(v: Grid): Grid {
  const _mark = scratchMark();
  host_listList(_layOutListOfListOfPoint(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfListOfPoint(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'list-deep')
declare function host_listDeep(c0: i32, c1: i32, c2: i32): void;

export function listDeep(v: StaticArray<StaticArray<StaticArray<string>>>): StaticArray<StaticArray<StaticArray<string>>> {
  const _mark = scratchMark();
  host_listDeep(_layOutListOfListOfListOfString(v), v.length, _area);
  releaseScratch(_mark);
  return _loadListOfListOfListOfString(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:everything/echo@0.1', 'a-tuple')
declare function host_aTuple(c0: i32, c1: i64, c2: i32, c3: i32, c4: i32): void;

export function aTuple(v: Tuple3<u8, u64, string>): Tuple3<u8, u64, string> {
  host_aTuple(v.item0, v.item1, changetype<usize>(v.item2), v.item2.length, _area);
  return new Tuple3<u8, u64, string>(load<u8>(_area), load<u64>(_area, 8), adoptString(load<usize>(_area, 16), load<i32>(_area, 20)));
}

@external('cm32p2|eft:everything/echo@0.1', 'a-point')
declare function host_aPoint(c0: i32, c1: f64, c2: i32): void;

export function aPoint(v: Point): Point {
  host_aPoint(v.x, v.y, _area);
  return _loadPoint(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-person')
declare function host_aPerson(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32): void;

export function aPerson(v: Person): Person {
  const _mark = scratchMark();
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  if (v.email.isSome) {
    _core1 = changetype<usize>(v.email._value);
    _core2 = v.email._value.length;
  }
  host_aPerson(changetype<usize>(v.name), v.name.length, v.age, v.email.isSome, _core1, _core2, _layOutListOfString(v.tags), v.tags.length, _area);
  releaseScratch(_mark);
  return _loadPerson(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-team')
declare function host_aTeam(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32, c9: i32, c10: i32, c11: f64, c12: i32, c13: i32, c14: i32): void;

export function aTeam(v: Team): Team {
  const _mark = scratchMark();
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  if (v.lead.email.isSome) {
    _core1 = changetype<usize>(v.lead.email._value);
    _core2 = v.lead.email._value.length;
  }
  host_aTeam(changetype<usize>(v.lead.name), v.lead.name.length, v.lead.age, v.lead.email.isSome, _core1, _core2, _layOutListOfString(v.lead.tags), v.lead.tags.length, _layOutListOfPerson(v.members), v.members.length, v.home.x, v.home.y, _layOutListOfPoint(v.route), v.route.length, _area);
  releaseScratch(_mark);
  return _loadTeam(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-keywords')
declare function host_aKeywords(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32): void;

export function aKeywords(v: Keywords): Keywords {
  host_aKeywords(v.type, v.class_, v.default_, v.i32_, v.load_, _area);
  return _loadKeywords(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-color')
declare function host_aColor(c0: i32): i32;

export function aColor(v: Color): Color {
  return host_aColor(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'flags-one')
declare function host_flagsOne(c0: i32): i32;

export function flagsOne(v: One): One {
  return host_flagsOne(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'flags-eight')
declare function host_flagsEight(c0: i32): i32;

export function flagsEight(v: Eight): Eight {
  return host_flagsEight(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'flags-nine')
declare function host_flagsNine(c0: i32): i32;

export function flagsNine(v: Nine): Nine {
  return host_flagsNine(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'flags-sixteen')
declare function host_flagsSixteen(c0: i32): i32;

export function flagsSixteen(v: Sixteen): Sixteen {
  return host_flagsSixteen(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'flags-seventeen')
declare function host_flagsSeventeen(c0: i32): i32;

export function flagsSeventeen(v: Seventeen): Seventeen {
  return host_flagsSeventeen(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'flags-thirty-two')
declare function host_flagsThirtyTwo(c0: i32): i32;

export function flagsThirtyTwo(v: ThirtyTwo): ThirtyTwo {
  return host_flagsThirtyTwo(v);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-number')
declare function host_aNumber(c0: i32, c1: i64, c2: i32, c3: i32): void;

export function aNumber(v: Number): Number {
  let _core1: i64 = 0;
  let _core2: i32 = 0;
  switch (v.kind) {
    case NumberKind.Small: {
      _core1 = <i64><u32>v._payload0;
      break;
    }
    case NumberKind.Single: {
      _core1 = <i64><u32>reinterpret<i32>(v._payload1);
      break;
    }
    case NumberKind.Wide: {
      _core1 = v._payload2;
      break;
    }
    case NumberKind.Double: {
      _core1 = reinterpret<i64>(v._payload3);
      break;
    }
    case NumberKind.Text: {
      _core1 = <i64><u32>(changetype<usize>(v._payload4));
      _core2 = v._payload4.length;
      break;
    }
  }
  host_aNumber(v.kind, _core1, _core2, _area);
  return _loadNumber(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-narrow')
declare function host_aNarrow(c0: i32, c1: i32, c2: i32): void;

export function aNarrow(v: Narrow): Narrow {
  let _core1: i32 = 0;
  switch (v.kind) {
    case NarrowKind.Whole: {
      _core1 = v._payload0;
      break;
    }
    case NarrowKind.Part: {
      _core1 = reinterpret<i32>(v._payload1);
      break;
    }
  }
  host_aNarrow(v.kind, _core1, _area);
  return _loadNarrow(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'a-tree')
declare function host_aTree(c0: i32, c1: i32, c2: i64, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32, c9: i32): void;

export function aTree(v: Tree): Tree {
  const _mark = scratchMark();
  let _core1: i32 = 0;
  let _core2: i64 = 0;
  let _core3: i32 = 0;
  let _core4: i32 = 0;
  let _core5: i32 = 0;
  let _core6: i32 = 0;
  let _core7: i32 = 0;
  let _core8: i32 = 0;
  switch (v.kind) {
    case TreeKind.Leaf: {
      let _core9: i64 = 0;
      let _core10: i32 = 0;
      switch (v._payload0.kind) {
        case NumberKind.Small: {
          _core9 = <i64><u32>v._payload0._payload0;
          break;
        }
        case NumberKind.Single: {
          _core9 = <i64><u32>reinterpret<i32>(v._payload0._payload1);
          break;
        }
        case NumberKind.Wide: {
          _core9 = v._payload0._payload2;
          break;
        }
        case NumberKind.Double: {
          _core9 = reinterpret<i64>(v._payload0._payload3);
          break;
        }
        case NumberKind.Text: {
          _core9 = <i64><u32>(changetype<usize>(v._payload0._payload4));
          _core10 = v._payload0._payload4.length;
          break;
        }
      }
      _core1 = v._payload0.kind;
      _core2 = _core9;
      _core3 = _core10;
      break;
    }
    case TreeKind.Pair: {
      let _core11: i64 = 0;
      let _core12: i32 = 0;
      switch (v._payload1.item0.kind) {
        case NumberKind.Small: {
          _core11 = <i64><u32>v._payload1.item0._payload0;
          break;
        }
        case NumberKind.Single: {
          _core11 = <i64><u32>reinterpret<i32>(v._payload1.item0._payload1);
          break;
        }
        case NumberKind.Wide: {
          _core11 = v._payload1.item0._payload2;
          break;
        }
        case NumberKind.Double: {
          _core11 = reinterpret<i64>(v._payload1.item0._payload3);
          break;
        }
        case NumberKind.Text: {
          _core11 = <i64><u32>(changetype<usize>(v._payload1.item0._payload4));
          _core12 = v._payload1.item0._payload4.length;
          break;
        }
      }
      let _core13: i32 = 0;
      switch (v._payload1.item1.kind) {
        case NarrowKind.Whole: {
          _core13 = v._payload1.item1._payload0;
          break;
        }
        case NarrowKind.Part: {
          _core13 = reinterpret<i32>(v._payload1.item1._payload1);
          break;
        }
      }
      _core1 = v._payload1.item0.kind;
      _core2 = _core11;
      _core3 = _core12;
      _core4 = v._payload1.item1.kind;
      _core5 = _core13;
      break;
    }
    case TreeKind.Many: {
      _core1 = _layOutListOfNumber(v._payload2);
      _core2 = <i64><u32>v._payload2.length;
      break;
    }
    case TreeKind.Named: {
      let _core14: i32 = 0;
      let _core15: i32 = 0;
      if (v._payload3.email.isSome) {
        _core14 = changetype<usize>(v._payload3.email._value);
        _core15 = v._payload3.email._value.length;
      }
      _core1 = changetype<usize>(v._payload3.name);
      _core2 = <i64><u32>v._payload3.name.length;
      _core3 = v._payload3.age;
      _core4 = v._payload3.email.isSome;
      _core5 = _core14;
      _core6 = _core15;
      _core7 = _layOutListOfString(v._payload3.tags);
      _core8 = v._payload3.tags.length;
      break;
    }
    case TreeKind.Maybe: {
      let _core16: i32 = 0;
      let _core17: i32 = 0;
      if (v._payload4.isSome) {
        let _core18: i32 = 0;
        if (v._payload4._value.isSome) {
          _core18 = v._payload4._value._value;
        }
        _core16 = v._payload4._value.isSome;
        _core17 = _core18;
      }
      _core1 = v._payload4.isSome;
      _core2 = <i64><u32>_core16;
      _core3 = _core17;
      break;
    }
  }
  host_aTree(v.kind, _core1, _core2, _core3, _core4, _core5, _core6, _core7, _core8, _area);
  releaseScratch(_mark);
  return _loadTree(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'an-own')
declare function host_anOwn(c0: i32, c1: i32, c2: i32, c3: i64, c4: i32): void;

export function anOwn(v: OwnRecord): OwnRecord {
  let _core1: i64 = 0;
  switch (v.value.kind) {
    case OwnVariantKind.A: {
      _core1 = v.value._payload0;
      break;
    }
    case OwnVariantKind.B: {
      _core1 = <i64><u32>reinterpret<i32>(v.value._payload1);
      break;
    }
  }
  host_anOwn(changetype<usize>(v.label), v.label.length, v.value.kind, _core1, _area);
  return _loadOwnRecord(_area);
}

@external('cm32p2|eft:everything/echo@0.1', 'option-bool')
declare function host_optionBool(c0: i32, c1: i32, c2: i32): void;

export function optionBool(v: Option<bool>): Option<bool> {
  let _core1: i32 = 0;
  if (v.isSome) {
    _core1 = v._value;
  }
  host_optionBool(v.isSome, _core1, _area);
  return (load<u8>(_area) ? Option.some<bool>(load<bool>(_area, 1)) : Option.none<bool>());
}

@external('cm32p2|eft:everything/echo@0.1', 'option-u64')
declare function host_optionU64(c0: i32, c1: i64, c2: i32): void;

export function optionU64(v: Option<u64>): Option<u64> {
  let _core1: i64 = 0;
  if (v.isSome) {
    _core1 = v._value;
  }
  host_optionU64(v.isSome, _core1, _area);
  return (load<u8>(_area) ? Option.some<u64>(load<u64>(_area, 8)) : Option.none<u64>());
}

@external('cm32p2|eft:everything/echo@0.1', 'option-string')
declare function host_optionString(c0: i32, c1: i32, c2: i32, c3: i32): void;

export function optionString(v: Option<string>): Option<string> {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  if (v.isSome) {
    _core1 = changetype<usize>(v._value);
    _core2 = v._value.length;
  }
  host_optionString(v.isSome, _core1, _core2, _area);
  return (load<u8>(_area) ? Option.some<string>(adoptString(load<usize>(_area, 4), load<i32>(_area, 8))) : Option.none<string>());
}

@external('cm32p2|eft:everything/echo@0.1', 'option-option')
declare function host_optionOption(c0: i32, c1: i32, c2: i32, c3: i32): void;

export function optionOption(v: Option<Option<u32>>): Option<Option<u32>> {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  if (v.isSome) {
    let _core3: i32 = 0;
    if (v._value.isSome) {
      _core3 = v._value._value;
    }
    _core1 = v._value.isSome;
    _core2 = _core3;
  }
  host_optionOption(v.isSome, _core1, _core2, _area);
  return (load<u8>(_area) ? Option.some<Option<u32>>((load<u8>(_area, 4) ? Option.some<u32>(load<u32>(_area, 8)) : Option.none<u32>())) : Option.none<Option<u32>>());
}

@external('cm32p2|eft:everything/echo@0.1', 'option-deep')
declare function host_optionDeep(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32): void;

export function optionDeep(v: Option<Option<Option<string>>>): Option<Option<Option<string>>> {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  let _core3: i32 = 0;
  let _core4: i32 = 0;
  if (v.isSome) {
    let _core5: i32 = 0;
    let _core6: i32 = 0;
    let _core7: i32 = 0;
    if (v._value.isSome) {
      let _core8: i32 = 0;
      let _core9: i32 = 0;
      if (v._value._value.isSome) {
        _core8 = changetype<usize>(v._value._value._value);
        _core9 = v._value._value._value.length;
      }
      _core5 = v._value._value.isSome;
      _core6 = _core8;
      _core7 = _core9;
    }
    _core1 = v._value.isSome;
    _core2 = _core5;
    _core3 = _core6;
    _core4 = _core7;
  }
  host_optionDeep(v.isSome, _core1, _core2, _core3, _core4, _area);
  return (load<u8>(_area) ? Option.some<Option<Option<string>>>((load<u8>(_area, 4) ? Option.some<Option<string>>((load<u8>(_area, 8) ? Option.some<string>(adoptString(load<usize>(_area, 12), load<i32>(_area, 16))) : Option.none<string>())) : Option.none<Option<string>>())) : Option.none<Option<Option<string>>>());
}

@external('cm32p2|eft:everything/echo@0.1', 'option-person')
declare function host_optionPerson(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32, c9: i32): void;

export function optionPerson(v: Option<Person>): Option<Person> {
  const _mark = scratchMark();
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  let _core3: i32 = 0;
  let _core4: i32 = 0;
  let _core5: i32 = 0;
  let _core6: i32 = 0;
  let _core7: i32 = 0;
  let _core8: i32 = 0;
  if (v.isSome) {
    let _core9: i32 = 0;
    let _core10: i32 = 0;
    if (v._value.email.isSome) {
      _core9 = changetype<usize>(v._value.email._value);
      _core10 = v._value.email._value.length;
    }
    _core1 = changetype<usize>(v._value.name);
    _core2 = v._value.name.length;
    _core3 = v._value.age;
    _core4 = v._value.email.isSome;
    _core5 = _core9;
    _core6 = _core10;
    _core7 = _layOutListOfString(v._value.tags);
    _core8 = v._value.tags.length;
  }
  host_optionPerson(v.isSome, _core1, _core2, _core3, _core4, _core5, _core6, _core7, _core8, _area);
  releaseScratch(_mark);
  return (load<u8>(_area) ? Option.some<Person>(_loadPerson(_area + 4)) : Option.none<Person>());
}

@external('cm32p2|eft:everything/echo@0.1', 'result-both')
declare function host_resultBoth(c0: i32, c1: i32, c2: i32, c3: i32): void;

export function resultBoth(v: Result<u32, string>): Result<u32, string> {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  if (v.isOk) {
    _core1 = v._value;
  } else {
    _core1 = changetype<usize>(v._error);
    _core2 = v._error.length;
  }
  host_resultBoth(!v.isOk, _core1, _core2, _area);
  return (load<u8>(_area) ? Result.err<u32, string>(adoptString(load<usize>(_area, 4), load<i32>(_area, 8))) : Result.ok<u32, string>(load<u32>(_area, 4)));
}

@external('cm32p2|eft:everything/echo@0.1', 'result-ok')
declare function host_resultOk(c0: i32, c1: i32, c2: i32, c3: i32): void;

export function resultOk(v: Result<string, Unit>): Result<string, Unit> {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  if (v.isOk) {
    _core1 = changetype<usize>(v._value);
    _core2 = v._value.length;
  }
  host_resultOk(!v.isOk, _core1, _core2, _area);
  return (load<u8>(_area) ? Result.err<string, Unit>(0) : Result.ok<string, Unit>(adoptString(load<usize>(_area, 4), load<i32>(_area, 8))));
}

@external('cm32p2|eft:everything/echo@0.1', 'result-err')
declare function host_resultErr(c0: i32, c1: f64, c2: i32): void;

export function resultErr(v: Result<Unit, f64>): Result<Unit, f64> {
  let _core1: f64 = 0;
  if (!v.isOk) {
    _core1 = v._error;
  }
  host_resultErr(!v.isOk, _core1, _area);
  return (load<u8>(_area) ? Result.err<Unit, f64>(load<f64>(_area, 8)) : Result.ok<Unit, f64>(0));
}

@external('cm32p2|eft:everything/echo@0.1', 'result-none')
declare function host_resultNone(c0: i32): i32;

export function resultNone(v: Result<Unit, Unit>): Result<Unit, Unit> {
  return (host_resultNone(!v.isOk) ? Result.err<Unit, Unit>(0) : Result.ok<Unit, Unit>(0));
}

@external('cm32p2|eft:everything/echo@0.1', 'result-joined')
declare function host_resultJoined(c0: i32, c1: i64, c2: i32): void;

export function resultJoined(v: Result<f32, u64>): Result<f32, u64> {
  let _core1: i64 = 0;
  if (v.isOk) {
    _core1 = <i64><u32>reinterpret<i32>(v._value);
  } else {
    _core1 = v._error;
  }
  host_resultJoined(!v.isOk, _core1, _area);
  return (load<u8>(_area) ? Result.err<f32, u64>(load<u64>(_area, 8)) : Result.ok<f32, u64>(load<f32>(_area, 8)));
}

@external('cm32p2|eft:everything/echo@0.1', 'result-nested')
declare function host_resultNested(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32): void;

export function resultNested(v: Result<Option<u8>, Result<string, Color>>): Result<Option<u8>, Result<string, Color>> {
  let _core1: i32 = 0;
  let _core2: i32 = 0;
  let _core3: i32 = 0;
  if (v.isOk) {
    let _core4: i32 = 0;
    if (v._value.isSome) {
      _core4 = v._value._value;
    }
    _core1 = v._value.isSome;
    _core2 = _core4;
  } else {
    let _core5: i32 = 0;
    let _core6: i32 = 0;
    if (v._error.isOk) {
      _core5 = changetype<usize>(v._error._value);
      _core6 = v._error._value.length;
    } else {
      _core5 = v._error._error;
    }
    _core1 = !v._error.isOk;
    _core2 = _core5;
    _core3 = _core6;
  }
  host_resultNested(!v.isOk, _core1, _core2, _core3, _area);
  return (load<u8>(_area) ? Result.err<Option<u8>, Result<string, Color>>((load<u8>(_area, 4) ? Result.err<string, Color>(<i32>load<u8>(_area, 8)) : Result.ok<string, Color>(adoptString(load<usize>(_area, 8), load<i32>(_area, 12))))) : Result.ok<Option<u8>, Result<string, Color>>((load<u8>(_area, 4) ? Option.some<u8>(load<u8>(_area, 5)) : Option.none<u8>())));
}

@external('cm32p2|eft:everything/echo@0.1', 'many')
declare function host_many(c0: i32, c1: i32): void;

/** More than 16 core parameters: they go through memory. */
export function many(a: u8, b: string, c: u16, d: f32, e: u64, f: StaticArray<u8>, g: bool, h: Option<u32>, i: Person, j: f64, k: i8): Tuple11<u8, string, u16, f32, u64, StaticArray<u8>, bool, Option<u32>, Person, f64, i8> {
  const _mark = scratchMark();
  store<u8>(_area, a);
  store<usize>(_area, changetype<usize>(b), 4);
  store<i32>(_area, b.length, 8);
  store<u16>(_area, c, 12);
  store<f32>(_area, d, 16);
  store<u64>(_area, e, 24);
  store<usize>(_area, changetype<usize>(f), 32);
  store<i32>(_area, f.length, 36);
  store<u8>(_area, g, 40);
  store<u8>(_area, h.isSome, 44);
  if (h.isSome) {
    store<u32>(_area, h._value, 48);
  }
  _storePerson(_area + 52, i);
  store<f64>(_area, j, 88);
  store<i8>(_area, k, 96);
  host_many(_area, _area);
  releaseScratch(_mark);
  return new Tuple11<u8, string, u16, f32, u64, StaticArray<u8>, bool, Option<u32>, Person, f64, i8>(load<u8>(_area), adoptString(load<usize>(_area, 4), load<i32>(_area, 8)), load<u16>(_area, 12), load<f32>(_area, 16), load<u64>(_area, 24), adoptList<u8>(load<usize>(_area, 32), load<i32>(_area, 36)), load<bool>(_area, 40), (load<u8>(_area, 44) ? Option.some<u32>(load<u32>(_area, 48)) : Option.none<u32>()), _loadPerson(_area + 52), load<f64>(_area, 88), load<i8>(_area, 96));
}

@external('cm32p2|eft:everything/echo@0.1', 'sixteen-parameters')
declare function host_sixteenParameters(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i64, c9: i64, c10: f32, c11: f64, c12: i32, c13: i32, c14: i32, c15: i32, c16: i32): void;

/** Exactly 16. */
export function sixteenParameters(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u64, j: u64, k: f32, l: f64, m: string, n: StaticArray<u8>): Tuple2<u64, string> {
  host_sixteenParameters(a, b, c, d, e, f, g, h, i, j, k, l, changetype<usize>(m), m.length, changetype<usize>(n), n.length, _area);
  return new Tuple2<u64, string>(load<u64>(_area), adoptString(load<usize>(_area, 8), load<i32>(_area, 12)));
}

@external('cm32p2|eft:everything/echo@0.1', 'nothing')
declare function host_nothing(): void;

export function nothing(): void {
  host_nothing();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(104, 8);

function _layOutListOfString(list: StaticArray<string>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, changetype<usize>(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

function _layOutListOfColor(list: StaticArray<Color>): usize {
  const start = scratch(list.length, 1);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 1) {
    const element = unchecked(list[index]);
    store<u8>(pointer, element);
  }
  return start;
}

function _loadListOfColor(pointer: usize, length: i32): StaticArray<Color> {
  const list = new StaticArray<Color>(length);
  for (let index = 0; index < length; ++index, pointer += 1) {
    unchecked((list[index] = <i32>load<u8>(pointer)));
  }
  return list;
}

function _layOutListOfEight(list: StaticArray<Eight>): usize {
  const start = scratch(list.length, 1);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 1) {
    const element = unchecked(list[index]);
    store<u8>(pointer, element);
  }
  return start;
}

function _loadListOfEight(pointer: usize, length: i32): StaticArray<Eight> {
  const list = new StaticArray<Eight>(length);
  for (let index = 0; index < length; ++index, pointer += 1) {
    unchecked((list[index] = <i32>load<u8>(pointer)));
  }
  return list;
}

function _layOutListOfNumber(list: StaticArray<Number>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storeNumber(pointer, element);
  }
  return start;
}

function _loadListOfNumber(pointer: usize, length: i32): StaticArray<Number> {
  const list = new StaticArray<Number>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadNumber(pointer)));
  }
  return list;
}

function _layOutListOfOptionOfU64(list: StaticArray<Option<u64>>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    store<u8>(pointer, element.isSome);
    if (element.isSome) {
      store<u64>(pointer, element._value, 8);
    }
  }
  return start;
}

function _loadListOfOptionOfU64(pointer: usize, length: i32): StaticArray<Option<u64>> {
  const list = new StaticArray<Option<u64>>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = (load<u8>(pointer) ? Option.some<u64>(load<u64>(pointer, 8)) : Option.none<u64>())));
  }
  return list;
}

function _layOutListOfTupleOfU8AndStringAndU16End(list: StaticArray<Tuple3<u8, string, u16>>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    store<u8>(pointer, element.item0);
    store<usize>(pointer, changetype<usize>(element.item1), 4);
    store<i32>(pointer, element.item1.length, 8);
    store<u16>(pointer, element.item2, 12);
  }
  return start;
}

function _loadListOfTupleOfU8AndStringAndU16End(pointer: usize, length: i32): StaticArray<Tuple3<u8, string, u16>> {
  const list = new StaticArray<Tuple3<u8, string, u16>>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = new Tuple3<u8, string, u16>(load<u8>(pointer), adoptString(load<usize>(pointer, 4), load<i32>(pointer, 8)), load<u16>(pointer, 12))));
  }
  return list;
}

function _layOutListOfListOfPoint(list: StaticArray<StaticArray<Point>>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, _layOutListOfPoint(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}

function _layOutListOfPoint(list: StaticArray<Point>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storePoint(pointer, element);
  }
  return start;
}

function _loadListOfListOfPoint(pointer: usize, length: i32): StaticArray<StaticArray<Point>> {
  const list = new StaticArray<StaticArray<Point>>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = _loadListOfPoint(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

function _loadListOfPoint(pointer: usize, length: i32): StaticArray<Point> {
  const list = new StaticArray<Point>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadPoint(pointer)));
  }
  return list;
}

function _layOutListOfListOfListOfString(list: StaticArray<StaticArray<StaticArray<string>>>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, _layOutListOfListOfString(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}

function _layOutListOfListOfString(list: StaticArray<StaticArray<string>>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, _layOutListOfString(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}

function _loadListOfListOfListOfString(pointer: usize, length: i32): StaticArray<StaticArray<StaticArray<string>>> {
  const list = new StaticArray<StaticArray<StaticArray<string>>>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = _loadListOfListOfString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

function _loadListOfListOfString(pointer: usize, length: i32): StaticArray<StaticArray<string>> {
  const list = new StaticArray<StaticArray<string>>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = _loadListOfString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

function _layOutListOfPerson(list: StaticArray<Person>): usize {
  const start = scratch(list.length, 32);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 32) {
    const element = unchecked(list[index]);
    _storePerson(pointer, element);
  }
  return start;
}

export function _loadOwnRecord(pointer: usize): OwnRecord {
  return new OwnRecord(adoptString(load<usize>(pointer), load<i32>(pointer, 4)), _loadOwnVariant(pointer + 8));
}

export function _loadOwnVariant(pointer: usize): OwnVariant {
  switch (load<u8>(pointer)) {
    case 0:
      return new OwnVariant(OwnVariantKind.A, load<u64>(pointer, 8), 0);
    default:
      return new OwnVariant(OwnVariantKind.B, 0, load<f32>(pointer, 8));
  }
}
