// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:everything/types@0.1.0
 *
 * Types of every class, in nestings that have gone wrong somewhere before.
 */

import { Tuple2 } from './tuples';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { scratch } from 'eft/scratch';

/** Two numbers with room between them: the second is aligned to 8. */
@final
export class Point {
  constructor(
    public x: u8,
    public y: f64,
  ) {}
}

@final
export class Person {
  constructor(
    public name: string,
    public age: u8,
    public email: Option<string>,
    public tags: StaticArray<string>,
  ) {}
}

/** Records in records, and lists of them. */
@final
export class Team {
  constructor(
    public lead: Person,
    public members: StaticArray<Person>,
    public home: Point,
    public route: StaticArray<Point>,
  ) {}
}

export enum Color {
  Red,
  Green,
  Blue,
}

/** A set of bits: join them with `One.A | One.A`, test them with `&`. */
export enum One {
  A = 1 << 0,
}

/** A set of bits: join them with `Eight.A | Eight.B`, test them with `&`. */
export enum Eight {
  A = 1 << 0,
  B = 1 << 1,
  C = 1 << 2,
  D = 1 << 3,
  E = 1 << 4,
  F = 1 << 5,
  G = 1 << 6,
  H = 1 << 7,
}

/** A set of bits: join them with `Nine.A | Nine.B`, test them with `&`. */
export enum Nine {
  A = 1 << 0,
  B = 1 << 1,
  C = 1 << 2,
  D = 1 << 3,
  E = 1 << 4,
  F = 1 << 5,
  G = 1 << 6,
  H = 1 << 7,
  I = 1 << 8,
}

/** A set of bits: join them with `Sixteen.A | Sixteen.B`, test them with `&`. */
export enum Sixteen {
  A = 1 << 0,
  B = 1 << 1,
  C = 1 << 2,
  D = 1 << 3,
  E = 1 << 4,
  F = 1 << 5,
  G = 1 << 6,
  H = 1 << 7,
  I = 1 << 8,
  J = 1 << 9,
  K = 1 << 10,
  L = 1 << 11,
  M = 1 << 12,
  N = 1 << 13,
  O = 1 << 14,
  P = 1 << 15,
}

/** A set of bits: join them with `Seventeen.A | Seventeen.B`, test them with `&`. */
export enum Seventeen {
  A = 1 << 0,
  B = 1 << 1,
  C = 1 << 2,
  D = 1 << 3,
  E = 1 << 4,
  F = 1 << 5,
  G = 1 << 6,
  H = 1 << 7,
  I = 1 << 8,
  J = 1 << 9,
  K = 1 << 10,
  L = 1 << 11,
  M = 1 << 12,
  N = 1 << 13,
  O = 1 << 14,
  P = 1 << 15,
  Q = 1 << 16,
}

/** A set of bits: join them with `ThirtyTwo.A | ThirtyTwo.B`, test them with `&`. */
export enum ThirtyTwo {
  A = 1 << 0,
  B = 1 << 1,
  C = 1 << 2,
  D = 1 << 3,
  E = 1 << 4,
  F = 1 << 5,
  G = 1 << 6,
  H = 1 << 7,
  I = 1 << 8,
  J = 1 << 9,
  K = 1 << 10,
  L = 1 << 11,
  M = 1 << 12,
  N = 1 << 13,
  O = 1 << 14,
  P = 1 << 15,
  Q = 1 << 16,
  R = 1 << 17,
  S = 1 << 18,
  T = 1 << 19,
  U = 1 << 20,
  V = 1 << 21,
  W = 1 << 22,
  X = 1 << 23,
  Y = 1 << 24,
  Z = 1 << 25,
  Aa = 1 << 26,
  Bb = 1 << 27,
  Cc = 1 << 28,
  Dd = 1 << 29,
  Ee = 1 << 30,
  Ff = 1 << 31,
}

/** The cases of `Number`. */
export enum NumberKind {
  Small,
  Single,
  Wide,
  Double,
  Text,
  Nothing,
}

/** Cases whose core types are joined: i32 with f32 is i32, with i64 is i64. */
@final
export class Number {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: NumberKind,
    readonly _payload0: i8,
    readonly _payload1: f32,
    readonly _payload2: i64,
    readonly _payload3: f64,
    readonly _payload4: string,
  ) {}

  static small(value: i8): Number {
    return new Number(NumberKind.Small, value, 0, 0, 0, changetype<string>(0));
  }

  /** What `small` carries. Traps in any other case. */
  asSmall(): i8 {
    assert(this.kind == NumberKind.Small);
    return this._payload0;
  }

  static single(value: f32): Number {
    return new Number(NumberKind.Single, 0, value, 0, 0, changetype<string>(0));
  }

  /** What `single` carries. Traps in any other case. */
  asSingle(): f32 {
    assert(this.kind == NumberKind.Single);
    return this._payload1;
  }

  static wide(value: i64): Number {
    return new Number(NumberKind.Wide, 0, 0, value, 0, changetype<string>(0));
  }

  /** What `wide` carries. Traps in any other case. */
  asWide(): i64 {
    assert(this.kind == NumberKind.Wide);
    return this._payload2;
  }

  static double(value: f64): Number {
    return new Number(NumberKind.Double, 0, 0, 0, value, changetype<string>(0));
  }

  /** What `double` carries. Traps in any other case. */
  asDouble(): f64 {
    assert(this.kind == NumberKind.Double);
    return this._payload3;
  }

  static text(value: string): Number {
    return new Number(NumberKind.Text, 0, 0, 0, 0, value);
  }

  /** What `text` carries. Traps in any other case. */
  asText(): string {
    assert(this.kind == NumberKind.Text);
    return this._payload4;
  }

  static nothing(): Number {
    return new Number(NumberKind.Nothing, 0, 0, 0, 0, changetype<string>(0));
  }
}

/** The cases of `Narrow`. */
export enum NarrowKind {
  Whole,
  Part,
}

/** i32 and f32 only. */
@final
export class Narrow {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: NarrowKind,
    readonly _payload0: u32,
    readonly _payload1: f32,
  ) {}

  static whole(value: u32): Narrow {
    return new Narrow(NarrowKind.Whole, value, 0);
  }

  /** What `whole` carries. Traps in any other case. */
  asWhole(): u32 {
    assert(this.kind == NarrowKind.Whole);
    return this._payload0;
  }

  static part(value: f32): Narrow {
    return new Narrow(NarrowKind.Part, 0, value);
  }

  /** What `part` carries. Traps in any other case. */
  asPart(): f32 {
    assert(this.kind == NarrowKind.Part);
    return this._payload1;
  }
}

/** The cases of `Tree`. */
export enum TreeKind {
  Leaf,
  Pair,
  Many,
  Named,
  Maybe,
}

/** A variant in a variant, with pointers and handles of all sizes. */
@final
export class Tree {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: TreeKind,
    readonly _payload0: Number,
    readonly _payload1: Tuple2<Number, Narrow>,
    readonly _payload2: StaticArray<Number>,
    readonly _payload3: Person,
    readonly _payload4: Option<Option<u16>>,
  ) {}

  static leaf(value: Number): Tree {
    return new Tree(TreeKind.Leaf, value, changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
  }

  /** What `leaf` carries. Traps in any other case. */
  asLeaf(): Number {
    assert(this.kind == TreeKind.Leaf);
    return this._payload0;
  }

  static pair(value: Tuple2<Number, Narrow>): Tree {
    return new Tree(TreeKind.Pair, changetype<Number>(0), value, changetype<StaticArray<Number>>(0), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
  }

  /** What `pair` carries. Traps in any other case. */
  asPair(): Tuple2<Number, Narrow> {
    assert(this.kind == TreeKind.Pair);
    return this._payload1;
  }

  static many(value: StaticArray<Number>): Tree {
    return new Tree(TreeKind.Many, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), value, changetype<Person>(0), changetype<Option<Option<u16>>>(0));
  }

  /** What `many` carries. Traps in any other case. */
  asMany(): StaticArray<Number> {
    assert(this.kind == TreeKind.Many);
    return this._payload2;
  }

  static named(value: Person): Tree {
    return new Tree(TreeKind.Named, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), value, changetype<Option<Option<u16>>>(0));
  }

  /** What `named` carries. Traps in any other case. */
  asNamed(): Person {
    assert(this.kind == TreeKind.Named);
    return this._payload3;
  }

  static maybe(value: Option<Option<u16>>): Tree {
    return new Tree(TreeKind.Maybe, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), changetype<Person>(0), value);
  }

  /** What `maybe` carries. Traps in any other case. */
  asMaybe(): Option<Option<u16>> {
    assert(this.kind == TreeKind.Maybe);
    return this._payload4;
  }
}

/** Names that are words of the language that the bindings are written in. */
@final
export class Keywords {
  constructor(
    public type: u8,
    public class_: u8,
    public default_: u8,
    public i32_: u8,
    public load_: u8,
  ) {}
}

export type Names = StaticArray<string>;

export type Grid = StaticArray<StaticArray<Point>>;

// The canonical ABI: how these types lie in memory.

export function _storeNumber(pointer: usize, value: Number): void {
  store<u8>(pointer, value.kind);
  switch (value.kind) {
    case NumberKind.Small: {
      store<i8>(pointer, value._payload0, 8);
      break;
    }
    case NumberKind.Single: {
      store<f32>(pointer, value._payload1, 8);
      break;
    }
    case NumberKind.Wide: {
      store<i64>(pointer, value._payload2, 8);
      break;
    }
    case NumberKind.Double: {
      store<f64>(pointer, value._payload3, 8);
      break;
    }
    case NumberKind.Text: {
      store<usize>(pointer, changetype<usize>(value._payload4), 8);
      store<i32>(pointer, value._payload4.length, 12);
      break;
    }
  }
}

export function _loadNumber(pointer: usize): Number {
  switch (load<u8>(pointer)) {
    case 0:
      return new Number(NumberKind.Small, load<i8>(pointer, 8), 0, 0, 0, changetype<string>(0));
    case 1:
      return new Number(NumberKind.Single, 0, load<f32>(pointer, 8), 0, 0, changetype<string>(0));
    case 2:
      return new Number(NumberKind.Wide, 0, 0, load<i64>(pointer, 8), 0, changetype<string>(0));
    case 3:
      return new Number(NumberKind.Double, 0, 0, 0, load<f64>(pointer, 8), changetype<string>(0));
    case 4:
      return new Number(NumberKind.Text, 0, 0, 0, 0, adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)));
    default:
      return new Number(NumberKind.Nothing, 0, 0, 0, 0, changetype<string>(0));
  }
}

export function _storePoint(pointer: usize, value: Point): void {
  store<u8>(pointer, value.x);
  store<f64>(pointer, value.y, 8);
}

export function _loadPoint(pointer: usize): Point {
  return new Point(load<u8>(pointer), load<f64>(pointer, 8));
}

export function _loadPerson(pointer: usize): Person {
  return new Person(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    load<u8>(pointer, 8),
    (load<u8>(pointer, 12) ? Option.some<string>(adoptString(load<usize>(pointer, 16), load<i32>(pointer, 20))) : Option.none<string>()),
    _loadListOfString(load<usize>(pointer, 24), load<i32>(pointer, 28)),
  );
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

export function _storePerson(pointer: usize, value: Person): void {
  store<usize>(pointer, changetype<usize>(value.name));
  store<i32>(pointer, value.name.length, 4);
  store<u8>(pointer, value.age, 8);
  store<u8>(pointer, value.email.isSome, 12);
  if (value.email.isSome) {
    store<usize>(pointer, changetype<usize>(value.email._value), 16);
    store<i32>(pointer, value.email._value.length, 20);
  }
  store<usize>(pointer, _layOutListOfString(value.tags), 24);
  store<i32>(pointer, value.tags.length, 28);
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

export function _loadTeam(pointer: usize): Team {
  return new Team(
    _loadPerson(pointer),
    _loadListOfPerson(load<usize>(pointer, 32), load<i32>(pointer, 36)),
    _loadPoint(pointer + 40),
    _loadListOfPoint(load<usize>(pointer, 56), load<i32>(pointer, 60)),
  );
}

function _loadListOfPerson(pointer: usize, length: i32): StaticArray<Person> {
  const list = new StaticArray<Person>(length);
  for (let index = 0; index < length; ++index, pointer += 32) {
    unchecked((list[index] = _loadPerson(pointer)));
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

export function _loadKeywords(pointer: usize): Keywords {
  return new Keywords(
    load<u8>(pointer),
    load<u8>(pointer, 1),
    load<u8>(pointer, 2),
    load<u8>(pointer, 3),
    load<u8>(pointer, 4),
  );
}

export function _loadNarrow(pointer: usize): Narrow {
  switch (load<u8>(pointer)) {
    case 0:
      return new Narrow(NarrowKind.Whole, load<u32>(pointer, 4), 0);
    default:
      return new Narrow(NarrowKind.Part, 0, load<f32>(pointer, 4));
  }
}

export function _loadTree(pointer: usize): Tree {
  switch (load<u8>(pointer)) {
    case 0:
      return new Tree(TreeKind.Leaf, _loadNumber(pointer + 8), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
    case 1:
      return new Tree(TreeKind.Pair, changetype<Number>(0), new Tuple2<Number, Narrow>(_loadNumber(pointer + 8), _loadNarrow(pointer + 24)), changetype<StaticArray<Number>>(0), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
    case 2:
      return new Tree(TreeKind.Many, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), _loadListOfNumber(load<usize>(pointer, 8), load<i32>(pointer, 12)), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
    case 3:
      return new Tree(TreeKind.Named, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), _loadPerson(pointer + 8), changetype<Option<Option<u16>>>(0));
    default:
      return new Tree(TreeKind.Maybe, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), changetype<Person>(0), (load<u8>(pointer, 8) ? Option.some<Option<u16>>((load<u8>(pointer, 10) ? Option.some<u16>(load<u16>(pointer, 12)) : Option.none<u16>())) : Option.none<Option<u16>>()));
  }
}

function _loadListOfNumber(pointer: usize, length: i32): StaticArray<Number> {
  const list = new StaticArray<Number>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadNumber(pointer)));
  }
  return list;
}

export function _liftPoint(c0: i32, c1: f64): Point {
  return new Point(<u8>c0, c1);
}

export function _liftPerson(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32): Person {
  return new Person(
    adoptString(<usize>c0, c1),
    <u8>c2,
    (c3 ? Option.some<string>(adoptString(<usize>c4, c5)) : Option.none<string>()),
    _loadListOfString(<usize>c6, c7),
  );
}

export function _liftTeam(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32, c9: i32, c10: i32, c11: f64, c12: i32, c13: i32): Team {
  return new Team(
    _liftPerson(c0, c1, c2, c3, c4, c5, c6, c7),
    _loadListOfPerson(<usize>c8, c9),
    _liftPoint(c10, c11),
    _loadListOfPoint(<usize>c12, c13),
  );
}

export function _storeTeam(pointer: usize, value: Team): void {
  _storePerson(pointer, value.lead);
  store<usize>(pointer, _layOutListOfPerson(value.members), 32);
  store<i32>(pointer, value.members.length, 36);
  _storePoint(pointer + 40, value.home);
  store<usize>(pointer, _layOutListOfPoint(value.route), 56);
  store<i32>(pointer, value.route.length, 60);
}

function _layOutListOfPerson(list: StaticArray<Person>): usize {
  const start = scratch(list.length, 32);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 32) {
    const element = unchecked(list[index]);
    _storePerson(pointer, element);
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

export function _liftKeywords(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32): Keywords {
  return new Keywords(<u8>c0, <u8>c1, <u8>c2, <u8>c3, <u8>c4);
}

export function _storeKeywords(pointer: usize, value: Keywords): void {
  store<u8>(pointer, value.type);
  store<u8>(pointer, value.class_, 1);
  store<u8>(pointer, value.default_, 2);
  store<u8>(pointer, value.i32_, 3);
  store<u8>(pointer, value.load_, 4);
}

export function _liftNumber(c0: i32, c1: i64, c2: i32): Number {
  switch (c0) {
    case 0:
      return new Number(NumberKind.Small, <i8><i32>c1, 0, 0, 0, changetype<string>(0));
    case 1:
      return new Number(NumberKind.Single, 0, reinterpret<f32>(<i32>c1), 0, 0, changetype<string>(0));
    case 2:
      return new Number(NumberKind.Wide, 0, 0, c1, 0, changetype<string>(0));
    case 3:
      return new Number(NumberKind.Double, 0, 0, 0, reinterpret<f64>(c1), changetype<string>(0));
    case 4:
      return new Number(NumberKind.Text, 0, 0, 0, 0, adoptString(<usize><i32>c1, c2));
    default:
      return new Number(NumberKind.Nothing, 0, 0, 0, 0, changetype<string>(0));
  }
}

export function _liftNarrow(c0: i32, c1: i32): Narrow {
  switch (c0) {
    case 0:
      return new Narrow(NarrowKind.Whole, <u32>c1, 0);
    default:
      return new Narrow(NarrowKind.Part, 0, reinterpret<f32>(c1));
  }
}

export function _storeNarrow(pointer: usize, value: Narrow): void {
  store<u8>(pointer, value.kind);
  switch (value.kind) {
    case NarrowKind.Whole: {
      store<u32>(pointer, value._payload0, 4);
      break;
    }
    case NarrowKind.Part: {
      store<f32>(pointer, value._payload1, 4);
      break;
    }
  }
}

export function _liftTree(c0: i32, c1: i32, c2: i64, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32, c8: i32): Tree {
  switch (c0) {
    case 0:
      return new Tree(TreeKind.Leaf, _liftNumber(c1, c2, c3), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
    case 1:
      return new Tree(TreeKind.Pair, changetype<Number>(0), new Tuple2<Number, Narrow>(_liftNumber(c1, c2, c3), _liftNarrow(c4, c5)), changetype<StaticArray<Number>>(0), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
    case 2:
      return new Tree(TreeKind.Many, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), _loadListOfNumber(<usize>c1, <i32>c2), changetype<Person>(0), changetype<Option<Option<u16>>>(0));
    case 3:
      return new Tree(TreeKind.Named, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), _liftPerson(c1, <i32>c2, c3, c4, c5, c6, c7, c8), changetype<Option<Option<u16>>>(0));
    default:
      return new Tree(TreeKind.Maybe, changetype<Number>(0), changetype<Tuple2<Number, Narrow>>(0), changetype<StaticArray<Number>>(0), changetype<Person>(0), (c1 ? Option.some<Option<u16>>((<i32>c2 ? Option.some<u16>(<u16>c3) : Option.none<u16>())) : Option.none<Option<u16>>()));
  }
}

export function _storeTree(pointer: usize, value: Tree): void {
  store<u8>(pointer, value.kind);
  switch (value.kind) {
    case TreeKind.Leaf: {
      _storeNumber(pointer + 8, value._payload0);
      break;
    }
    case TreeKind.Pair: {
      _storeNumber(pointer + 8, value._payload1.item0);
      _storeNarrow(pointer + 24, value._payload1.item1);
      break;
    }
    case TreeKind.Many: {
      store<usize>(pointer, _layOutListOfNumber(value._payload2), 8);
      store<i32>(pointer, value._payload2.length, 12);
      break;
    }
    case TreeKind.Named: {
      _storePerson(pointer + 8, value._payload3);
      break;
    }
    case TreeKind.Maybe: {
      store<u8>(pointer, value._payload4.isSome, 8);
      if (value._payload4.isSome) {
        store<u8>(pointer, value._payload4._value.isSome, 10);
        if (value._payload4._value.isSome) {
          store<u16>(pointer, value._payload4._value._value, 12);
        }
      }
      break;
    }
  }
}

function _layOutListOfNumber(list: StaticArray<Number>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storeNumber(pointer, element);
  }
  return start;
}
