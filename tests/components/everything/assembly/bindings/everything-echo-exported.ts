// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Exported: eft:everything/echo@0.1.0. */

import {
  aBool,
  aChar,
  aColor,
  aKeywords,
  aNarrow,
  aNumber,
  aPerson,
  aPoint,
  aString,
  aTeam,
  aTree,
  aTuple,
  aU16,
  aU32,
  aU64,
  aU8,
  anF32,
  anF64,
  anOwn,
  anS16,
  anS32,
  anS64,
  anS8,
  flagsEight,
  flagsNine,
  flagsOne,
  flagsSeventeen,
  flagsSixteen,
  flagsThirtyTwo,
  listBool,
  listChar,
  listColor,
  listDeep,
  listEight,
  listF32,
  listF64,
  listList,
  listNumber,
  listOption,
  listS16,
  listS32,
  listS64,
  listS8,
  listString,
  listThirtyTwo,
  listTuple,
  listU16,
  listU32,
  listU64,
  listU8,
  many,
  nothing,
  optionBool,
  optionDeep,
  optionOption,
  optionPerson,
  optionString,
  optionU64,
  resultBoth,
  resultErr,
  resultJoined,
  resultNested,
  resultNone,
  resultOk,
  sixteenParameters,
} from '../echo';
import {
  Color,
  Eight,
  Grid,
  Keywords,
  Names,
  Narrow,
  Nine,
  Number,
  One,
  Person,
  Point,
  Seventeen,
  Sixteen,
  Team,
  ThirtyTwo,
  Tree,
  _liftKeywords,
  _liftNarrow,
  _liftNumber,
  _liftPerson,
  _liftPoint,
  _liftTeam,
  _liftTree,
  _loadNumber,
  _loadPerson,
  _loadPoint,
  _storeKeywords,
  _storeNarrow,
  _storeNumber,
  _storePerson,
  _storePoint,
  _storeTeam,
  _storeTree,
} from './everything-types';
import { Tuple11, Tuple2, Tuple3 } from './tuples';
import { Option, Result, Unit } from 'eft';
import { finishCall } from 'eft/collector';
import { adoptList, adoptString } from 'eft/memory';
import { releaseAllScratch, scratch } from 'eft/scratch';

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

/** `aBool`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-bool')
export function export_aBool(c0: i32): i32 {
  const result: bool = aBool(c0 != 0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `anS8`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-s8')
export function export_anS8(c0: i32): i32 {
  const result: i8 = anS8(<i8>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `aU8`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-u8')
export function export_aU8(c0: i32): i32 {
  const result: u8 = aU8(<u8>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `anS16`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-s16')
export function export_anS16(c0: i32): i32 {
  const result: i16 = anS16(<i16>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `aU16`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-u16')
export function export_aU16(c0: i32): i32 {
  const result: u16 = aU16(<u16>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `anS32`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-s32')
export function export_anS32(c0: i32): i32 {
  const result: i32 = anS32(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `aU32`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-u32')
export function export_aU32(c0: i32): i32 {
  const result: u32 = aU32(<u32>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `anS64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-s64')
export function export_anS64(c0: i64): i64 {
  const result: i64 = anS64(c0);
  const lowered: i64 = result;
  finishCall();
  return lowered;
}

/** `aU64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-u64')
export function export_aU64(c0: i64): i64 {
  const result: u64 = aU64(<u64>c0);
  const lowered: i64 = result;
  finishCall();
  return lowered;
}

/** `anF32`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-f32')
export function export_anF32(c0: f32): f32 {
  const result: f32 = anF32(c0);
  const lowered: f32 = result;
  finishCall();
  return lowered;
}

/** `anF64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-f64')
export function export_anF64(c0: f64): f64 {
  const result: f64 = anF64(c0);
  const lowered: f64 = result;
  finishCall();
  return lowered;
}

/** `aChar`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-char')
export function export_aChar(c0: i32): i32 {
  const result: u32 = aChar(<u32>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `aString`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-string')
export function export_aString(c0: i32, c1: i32): i32 {
  const result: string = aString(adoptString(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listBool`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-bool')
export function export_listBool(c0: i32, c1: i32): i32 {
  const result: StaticArray<bool> = listBool(adoptList<bool>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listS8`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-s8')
export function export_listS8(c0: i32, c1: i32): i32 {
  const result: StaticArray<i8> = listS8(adoptList<i8>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listU8`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-u8')
export function export_listU8(c0: i32, c1: i32): i32 {
  const result: StaticArray<u8> = listU8(adoptList<u8>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listS16`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-s16')
export function export_listS16(c0: i32, c1: i32): i32 {
  const result: StaticArray<i16> = listS16(adoptList<i16>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listU16`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-u16')
export function export_listU16(c0: i32, c1: i32): i32 {
  const result: StaticArray<u16> = listU16(adoptList<u16>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listS32`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-s32')
export function export_listS32(c0: i32, c1: i32): i32 {
  const result: StaticArray<i32> = listS32(adoptList<i32>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listU32`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-u32')
export function export_listU32(c0: i32, c1: i32): i32 {
  const result: StaticArray<u32> = listU32(adoptList<u32>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listS64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-s64')
export function export_listS64(c0: i32, c1: i32): i32 {
  const result: StaticArray<i64> = listS64(adoptList<i64>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listU64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-u64')
export function export_listU64(c0: i32, c1: i32): i32 {
  const result: StaticArray<u64> = listU64(adoptList<u64>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listF32`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-f32')
export function export_listF32(c0: i32, c1: i32): i32 {
  const result: StaticArray<f32> = listF32(adoptList<f32>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listF64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-f64')
export function export_listF64(c0: i32, c1: i32): i32 {
  const result: StaticArray<f64> = listF64(adoptList<f64>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listChar`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-char')
export function export_listChar(c0: i32, c1: i32): i32 {
  const result: StaticArray<u32> = listChar(adoptList<u32>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listString`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-string')
export function export_listString(c0: i32, c1: i32): i32 {
  const result: Names = listString(_loadListOfString(<usize>c0, c1));
  store<usize>(_area, _layOutListOfString(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listColor`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-color')
export function export_listColor(c0: i32, c1: i32): i32 {
  const result: StaticArray<Color> = listColor(_loadListOfColor(<usize>c0, c1));
  store<usize>(_area, _layOutListOfColor(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listEight`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-eight')
export function export_listEight(c0: i32, c1: i32): i32 {
  const result: StaticArray<Eight> = listEight(_loadListOfEight(<usize>c0, c1));
  store<usize>(_area, _layOutListOfEight(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listThirtyTwo`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-thirty-two')
export function export_listThirtyTwo(c0: i32, c1: i32): i32 {
  const result: StaticArray<ThirtyTwo> = listThirtyTwo(adoptList<ThirtyTwo>(<usize>c0, c1));
  store<usize>(_area, changetype<usize>(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listNumber`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-number')
export function export_listNumber(c0: i32, c1: i32): i32 {
  const result: StaticArray<Number> = listNumber(_loadListOfNumber(<usize>c0, c1));
  store<usize>(_area, _layOutListOfNumber(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listOption`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-option')
export function export_listOption(c0: i32, c1: i32): i32 {
  const result: StaticArray<Option<u64>> = listOption(_loadListOfOptionOfU64(<usize>c0, c1));
  store<usize>(_area, _layOutListOfOptionOfU64(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listTuple`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-tuple')
export function export_listTuple(c0: i32, c1: i32): i32 {
  const result: StaticArray<Tuple3<u8, string, u16>> = listTuple(_loadListOfTupleOfU8AndStringAndU16End(<usize>c0, c1));
  store<usize>(_area, _layOutListOfTupleOfU8AndStringAndU16End(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listList`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-list')
export function export_listList(c0: i32, c1: i32): i32 {
  const result: Grid = listList(_loadListOfListOfPoint(<usize>c0, c1));
  store<usize>(_area, _layOutListOfListOfPoint(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `listDeep`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|list-deep')
export function export_listDeep(c0: i32, c1: i32): i32 {
  const result: StaticArray<StaticArray<StaticArray<string>>> = listDeep(_loadListOfListOfListOfString(<usize>c0, c1));
  store<usize>(_area, _layOutListOfListOfListOfString(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

/** `aTuple`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-tuple')
export function export_aTuple(c0: i32, c1: i64, c2: i32, c3: i32): i32 {
  const result: Tuple3<u8, u64, string> = aTuple(new Tuple3<u8, u64, string>(<u8>c0, <u64>c1, adoptString(<usize>c2, c3)));
  store<u8>(_area, result.item0);
  store<u64>(_area, result.item1, 8);
  store<usize>(_area, changetype<usize>(result.item2), 16);
  store<i32>(_area, result.item2.length, 20);
  return _area;
}

/** `aPoint`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-point')
export function export_aPoint(c0: i32, c1: f64): i32 {
  const result: Point = aPoint(_liftPoint(c0, c1));
  _storePoint(_area, result);
  return _area;
}

/** `aPerson`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-person')
export function export_aPerson(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32): i32 {
  const result: Person = aPerson(_liftPerson(c0, c1, c2, c3, c4, c5, c6, c7));
  _storePerson(_area, result);
  return _area;
}

/** `aTeam`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-team')
export function export_aTeam(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32, c9: i32, c10: i32, c11: f64, c12: i32, c13: i32): i32 {
  const result: Team = aTeam(_liftTeam(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13));
  _storeTeam(_area, result);
  return _area;
}

/** `aKeywords`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-keywords')
export function export_aKeywords(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32): i32 {
  const result: Keywords = aKeywords(_liftKeywords(c0, c1, c2, c3, c4));
  _storeKeywords(_area, result);
  return _area;
}

/** `aColor`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-color')
export function export_aColor(c0: i32): i32 {
  const result: Color = aColor(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `flagsOne`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|flags-one')
export function export_flagsOne(c0: i32): i32 {
  const result: One = flagsOne(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `flagsEight`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|flags-eight')
export function export_flagsEight(c0: i32): i32 {
  const result: Eight = flagsEight(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `flagsNine`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|flags-nine')
export function export_flagsNine(c0: i32): i32 {
  const result: Nine = flagsNine(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `flagsSixteen`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|flags-sixteen')
export function export_flagsSixteen(c0: i32): i32 {
  const result: Sixteen = flagsSixteen(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `flagsSeventeen`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|flags-seventeen')
export function export_flagsSeventeen(c0: i32): i32 {
  const result: Seventeen = flagsSeventeen(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `flagsThirtyTwo`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|flags-thirty-two')
export function export_flagsThirtyTwo(c0: i32): i32 {
  const result: ThirtyTwo = flagsThirtyTwo(c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `aNumber`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-number')
export function export_aNumber(c0: i32, c1: i64, c2: i32): i32 {
  const result: Number = aNumber(_liftNumber(c0, c1, c2));
  _storeNumber(_area, result);
  return _area;
}

/** `aNarrow`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-narrow')
export function export_aNarrow(c0: i32, c1: i32): i32 {
  const result: Narrow = aNarrow(_liftNarrow(c0, c1));
  _storeNarrow(_area, result);
  return _area;
}

/** `aTree`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|a-tree')
export function export_aTree(c0: i32, c1: i32, c2: i64, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32): i32 {
  const result: Tree = aTree(_liftTree(c0, c1, c2, c3, c4, c5, c6, c7, c8));
  _storeTree(_area, result);
  return _area;
}

/** `anOwn`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|an-own')
export function export_anOwn(c0: i32, c1: i32, c2: i32, c3: i64): i32 {
  const result: OwnRecord = anOwn(_liftOwnRecord(c0, c1, c2, c3));
  _storeOwnRecord(_area, result);
  return _area;
}

/** `optionBool`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|option-bool')
export function export_optionBool(c0: i32, c1: i32): i32 {
  const result: Option<bool> = optionBool((c0 ? Option.some<bool>(c1 != 0) : Option.none<bool>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    store<u8>(_area, result._value, 1);
  }
  return _area;
}

/** `optionU64`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|option-u64')
export function export_optionU64(c0: i32, c1: i64): i32 {
  const result: Option<u64> = optionU64((c0 ? Option.some<u64>(<u64>c1) : Option.none<u64>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    store<u64>(_area, result._value, 8);
  }
  return _area;
}

/** `optionString`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|option-string')
export function export_optionString(c0: i32, c1: i32, c2: i32): i32 {
  const result: Option<string> = optionString((c0 ? Option.some<string>(adoptString(<usize>c1, c2)) : Option.none<string>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    store<usize>(_area, changetype<usize>(result._value), 4);
    store<i32>(_area, result._value.length, 8);
  }
  return _area;
}

/** `optionOption`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|option-option')
export function export_optionOption(c0: i32, c1: i32, c2: i32): i32 {
  const result: Option<Option<u32>> = optionOption((c0 ? Option.some<Option<u32>>((c1 ? Option.some<u32>(<u32>c2) : Option.none<u32>())) : Option.none<Option<u32>>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    store<u8>(_area, result._value.isSome, 4);
    if (result._value.isSome) {
      store<u32>(_area, result._value._value, 8);
    }
  }
  return _area;
}

/** `optionDeep`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|option-deep')
export function export_optionDeep(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32): i32 {
  const result: Option<Option<Option<string>>> = optionDeep((c0 ? Option.some<Option<Option<string>>>((c1 ? Option.some<Option<string>>((c2 ? Option.some<string>(adoptString(<usize>c3, c4)) : Option.none<string>())) : Option.none<Option<string>>())) : Option.none<Option<Option<string>>>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    store<u8>(_area, result._value.isSome, 4);
    if (result._value.isSome) {
      store<u8>(_area, result._value._value.isSome, 8);
      if (result._value._value.isSome) {
        store<usize>(_area, changetype<usize>(result._value._value._value), 12);
        store<i32>(_area, result._value._value._value.length, 16);
      }
    }
  }
  return _area;
}

/** `optionPerson`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|option-person')
export function export_optionPerson(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32): i32 {
  const result: Option<Person> = optionPerson((c0 ? Option.some<Person>(_liftPerson(c1, c2, c3, c4, c5, c6, c7, c8)) : Option.none<Person>()));
  store<u8>(_area, result.isSome);
  if (result.isSome) {
    _storePerson(_area + 4, result._value);
  }
  return _area;
}

/** `resultBoth`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|result-both')
export function export_resultBoth(c0: i32, c1: i32, c2: i32): i32 {
  const result: Result<u32, string> = resultBoth((c0 ? Result.err<u32, string>(adoptString(<usize>c1, c2)) : Result.ok<u32, string>(<u32>c1)));
  store<u8>(_area, !result.isOk);
  if (result.isOk) {
    store<u32>(_area, result._value, 4);
  } else {
    store<usize>(_area, changetype<usize>(result._error), 4);
    store<i32>(_area, result._error.length, 8);
  }
  return _area;
}

/** `resultOk`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|result-ok')
export function export_resultOk(c0: i32, c1: i32, c2: i32): i32 {
  const result: Result<string, Unit> = resultOk((c0 ? Result.err<string, Unit>(0) : Result.ok<string, Unit>(adoptString(<usize>c1, c2))));
  store<u8>(_area, !result.isOk);
  if (result.isOk) {
    store<usize>(_area, changetype<usize>(result._value), 4);
    store<i32>(_area, result._value.length, 8);
  }
  return _area;
}

/** `resultErr`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|result-err')
export function export_resultErr(c0: i32, c1: f64): i32 {
  const result: Result<Unit, f64> = resultErr((c0 ? Result.err<Unit, f64>(c1) : Result.ok<Unit, f64>(0)));
  store<u8>(_area, !result.isOk);
  if (!result.isOk) {
    store<f64>(_area, result._error, 8);
  }
  return _area;
}

/** `resultNone`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|result-none')
export function export_resultNone(c0: i32): i32 {
  const result: Result<Unit, Unit> = resultNone((c0 ? Result.err<Unit, Unit>(0) : Result.ok<Unit, Unit>(0)));
  const lowered: i32 = !result.isOk;
  finishCall();
  return lowered;
}

/** `resultJoined`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|result-joined')
export function export_resultJoined(c0: i32, c1: i64): i32 {
  const result: Result<f32, u64> = resultJoined((c0 ? Result.err<f32, u64>(<u64>c1) : Result.ok<f32, u64>(reinterpret<f32>(<i32>c1))));
  store<u8>(_area, !result.isOk);
  if (result.isOk) {
    store<f32>(_area, result._value, 8);
  } else {
    store<u64>(_area, result._error, 8);
  }
  return _area;
}

/** `resultNested`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|result-nested')
export function export_resultNested(c0: i32, c1: i32, c2: i32, c3: i32): i32 {
  const result: Result<Option<u8>, Result<string, Color>> = resultNested((c0 ? Result.err<Option<u8>, Result<string, Color>>((c1 ? Result.err<string, Color>(c2) : Result.ok<string, Color>(adoptString(<usize>c2, c3)))) : Result.ok<Option<u8>, Result<string, Color>>((c1 ? Option.some<u8>(<u8>c2) : Option.none<u8>()))));
  store<u8>(_area, !result.isOk);
  if (result.isOk) {
    store<u8>(_area, result._value.isSome, 4);
    if (result._value.isSome) {
      store<u8>(_area, result._value._value, 5);
    }
  } else {
    store<u8>(_area, !result._error.isOk, 4);
    if (result._error.isOk) {
      store<usize>(_area, changetype<usize>(result._error._value), 8);
      store<i32>(_area, result._error._value.length, 12);
    } else {
      store<u8>(_area, result._error._error, 8);
    }
  }
  return _area;
}

/** `many`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|many')
export function export_many(c0: i32): i32 {
  const result: Tuple11<u8, string, u16, f32, u64, StaticArray<u8>, bool, Option<u32>, Person, f64, i8> = many(load<u8>(<usize>c0), adoptString(load<usize>(<usize>c0, 4), load<i32>(<usize>c0, 8)), load<u16>(<usize>c0, 12), load<f32>(<usize>c0, 16), load<u64>(<usize>c0, 24), adoptList<u8>(load<usize>(<usize>c0, 32), load<i32>(<usize>c0, 36)), load<bool>(<usize>c0, 40), (load<u8>(<usize>c0, 44) ? Option.some<u32>(load<u32>(<usize>c0, 48)) : Option.none<u32>()), _loadPerson(<usize>c0 + 52), load<f64>(<usize>c0, 88), load<i8>(<usize>c0, 96));
  store<u8>(_area, result.item0);
  store<usize>(_area, changetype<usize>(result.item1), 4);
  store<i32>(_area, result.item1.length, 8);
  store<u16>(_area, result.item2, 12);
  store<f32>(_area, result.item3, 16);
  store<u64>(_area, result.item4, 24);
  store<usize>(_area, changetype<usize>(result.item5), 32);
  store<i32>(_area, result.item5.length, 36);
  store<u8>(_area, result.item6, 40);
  store<u8>(_area, result.item7.isSome, 44);
  if (result.item7.isSome) {
    store<u32>(_area, result.item7._value, 48);
  }
  _storePerson(_area + 52, result.item8);
  store<f64>(_area, result.item9, 88);
  store<i8>(_area, result.item10, 96);
  return _area;
}

/** `sixteenParameters`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|sixteen-parameters')
export function export_sixteenParameters(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i64, c9: i64, c10: f32, c11: f64, c12: i32, c13: i32, c14: i32, c15: i32): i32 {
  const result: Tuple2<u64, string> = sixteenParameters(<u8>c0, <u8>c1, <u8>c2, <u8>c3, <u8>c4, <u8>c5, <u8>c6, <u8>c7, <u64>c8, <u64>c9, c10, c11, adoptString(<usize>c12, c13), adoptList<u8>(<usize>c14, c15));
  store<u64>(_area, result.item0);
  store<usize>(_area, changetype<usize>(result.item1), 8);
  store<i32>(_area, result.item1.length, 12);
  return _area;
}

/** `nothing`, as the host calls it. */
@canonical('cm32p2|eft:everything/echo@0.1|nothing')
export function export_nothing(): void {
  nothing();
  finishCall();
}

@canonical('cm32p2|eft:everything/echo@0.1|a-string_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-bool_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-s8_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-u8_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-s16_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-u16_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-s32_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-u32_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-s64_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-u64_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-f32_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-f64_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-char_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-thirty-two_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-tuple_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-point_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-keywords_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-number_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-narrow_post')
@canonical('cm32p2|eft:everything/echo@0.1|an-own_post')
@canonical('cm32p2|eft:everything/echo@0.1|option-bool_post')
@canonical('cm32p2|eft:everything/echo@0.1|option-u64_post')
@canonical('cm32p2|eft:everything/echo@0.1|option-string_post')
@canonical('cm32p2|eft:everything/echo@0.1|option-option_post')
@canonical('cm32p2|eft:everything/echo@0.1|option-deep_post')
@canonical('cm32p2|eft:everything/echo@0.1|result-both_post')
@canonical('cm32p2|eft:everything/echo@0.1|result-ok_post')
@canonical('cm32p2|eft:everything/echo@0.1|result-err_post')
@canonical('cm32p2|eft:everything/echo@0.1|result-joined_post')
@canonical('cm32p2|eft:everything/echo@0.1|result-nested_post')
@canonical('cm32p2|eft:everything/echo@0.1|sixteen-parameters_post')
export function _afterI32(result: i32): void {
  finishCall();
}

@canonical('cm32p2|eft:everything/echo@0.1|list-string_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-color_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-eight_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-number_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-option_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-tuple_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-list_post')
@canonical('cm32p2|eft:everything/echo@0.1|list-deep_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-person_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-team_post')
@canonical('cm32p2|eft:everything/echo@0.1|a-tree_post')
@canonical('cm32p2|eft:everything/echo@0.1|option-person_post')
@canonical('cm32p2|eft:everything/echo@0.1|many_post')
export function _afterI32WithScratch(result: i32): void {
  releaseAllScratch();
  finishCall();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(104, 8);

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
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

function _loadListOfColor(pointer: usize, length: i32): StaticArray<Color> {
  const list = new StaticArray<Color>(length);
  for (let index = 0; index < length; ++index, pointer += 1) {
    unchecked((list[index] = <i32>load<u8>(pointer)));
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

function _loadListOfEight(pointer: usize, length: i32): StaticArray<Eight> {
  const list = new StaticArray<Eight>(length);
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

function _loadListOfNumber(pointer: usize, length: i32): StaticArray<Number> {
  const list = new StaticArray<Number>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadNumber(pointer)));
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

function _loadListOfOptionOfU64(pointer: usize, length: i32): StaticArray<Option<u64>> {
  const list = new StaticArray<Option<u64>>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = (load<u8>(pointer) ? Option.some<u64>(load<u64>(pointer, 8)) : Option.none<u64>())));
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

function _loadListOfTupleOfU8AndStringAndU16End(pointer: usize, length: i32): StaticArray<Tuple3<u8, string, u16>> {
  const list = new StaticArray<Tuple3<u8, string, u16>>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = new Tuple3<u8, string, u16>(load<u8>(pointer), adoptString(load<usize>(pointer, 4), load<i32>(pointer, 8)), load<u16>(pointer, 12))));
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

export function _liftOwnRecord(c0: i32, c1: i32, c2: i32, c3: i64): OwnRecord {
  return new OwnRecord(adoptString(<usize>c0, c1), _liftOwnVariant(c2, c3));
}

export function _liftOwnVariant(c0: i32, c1: i64): OwnVariant {
  switch (c0) {
    case 0:
      return new OwnVariant(OwnVariantKind.A, <u64>c1, 0);
    default:
      return new OwnVariant(OwnVariantKind.B, 0, reinterpret<f32>(<i32>c1));
  }
}

export function _storeOwnRecord(pointer: usize, value: OwnRecord): void {
  store<usize>(pointer, changetype<usize>(value.label));
  store<i32>(pointer, value.label.length, 4);
  _storeOwnVariant(pointer + 8, value.value);
}

export function _storeOwnVariant(pointer: usize, value: OwnVariant): void {
  store<u8>(pointer, value.kind);
  switch (value.kind) {
    case OwnVariantKind.A: {
      store<u64>(pointer, value._payload0, 8);
      break;
    }
    case OwnVariantKind.B: {
      store<f32>(pointer, value._payload1, 8);
      break;
    }
  }
}
