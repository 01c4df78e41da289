/** Gives back what it gets: at once, or by way of the host's own `echo`. */
import { Option, Result, Unit } from 'eft';
import * as host from './bindings/everything-echo';
import { OwnRecord, OwnVariant, OwnVariantKind } from './bindings/everything-echo-exported';
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
} from './bindings/everything-types';
import { Tuple2, Tuple3, Tuple11 } from './bindings/tuples';
import { isRelaying } from './control';

export function aBool(v: bool): bool {
  return isRelaying() ? host.aBool(v) : v;
}

export function anS8(v: i8): i8 {
  return isRelaying() ? host.anS8(v) : v;
}

export function aU8(v: u8): u8 {
  return isRelaying() ? host.aU8(v) : v;
}

export function anS16(v: i16): i16 {
  return isRelaying() ? host.anS16(v) : v;
}

export function aU16(v: u16): u16 {
  return isRelaying() ? host.aU16(v) : v;
}

export function anS32(v: i32): i32 {
  return isRelaying() ? host.anS32(v) : v;
}

export function aU32(v: u32): u32 {
  return isRelaying() ? host.aU32(v) : v;
}

export function anS64(v: i64): i64 {
  return isRelaying() ? host.anS64(v) : v;
}

export function aU64(v: u64): u64 {
  return isRelaying() ? host.aU64(v) : v;
}

export function anF32(v: f32): f32 {
  return isRelaying() ? host.anF32(v) : v;
}

export function anF64(v: f64): f64 {
  return isRelaying() ? host.anF64(v) : v;
}

export function aChar(v: u32): u32 {
  return isRelaying() ? host.aChar(v) : v;
}

export function aString(v: string): string {
  return isRelaying() ? host.aString(v) : v;
}

export function listBool(v: StaticArray<bool>): StaticArray<bool> {
  return isRelaying() ? host.listBool(v) : v;
}

export function listS8(v: StaticArray<i8>): StaticArray<i8> {
  return isRelaying() ? host.listS8(v) : v;
}

export function listU8(v: StaticArray<u8>): StaticArray<u8> {
  return isRelaying() ? host.listU8(v) : v;
}

export function listS16(v: StaticArray<i16>): StaticArray<i16> {
  return isRelaying() ? host.listS16(v) : v;
}

export function listU16(v: StaticArray<u16>): StaticArray<u16> {
  return isRelaying() ? host.listU16(v) : v;
}

export function listS32(v: StaticArray<i32>): StaticArray<i32> {
  return isRelaying() ? host.listS32(v) : v;
}

export function listU32(v: StaticArray<u32>): StaticArray<u32> {
  return isRelaying() ? host.listU32(v) : v;
}

export function listS64(v: StaticArray<i64>): StaticArray<i64> {
  return isRelaying() ? host.listS64(v) : v;
}

export function listU64(v: StaticArray<u64>): StaticArray<u64> {
  return isRelaying() ? host.listU64(v) : v;
}

export function listF32(v: StaticArray<f32>): StaticArray<f32> {
  return isRelaying() ? host.listF32(v) : v;
}

export function listF64(v: StaticArray<f64>): StaticArray<f64> {
  return isRelaying() ? host.listF64(v) : v;
}

export function listChar(v: StaticArray<u32>): StaticArray<u32> {
  return isRelaying() ? host.listChar(v) : v;
}

export function listString(v: Names): Names {
  return isRelaying() ? host.listString(v) : v;
}

export function listColor(v: StaticArray<Color>): StaticArray<Color> {
  return isRelaying() ? host.listColor(v) : v;
}

export function listEight(v: StaticArray<Eight>): StaticArray<Eight> {
  return isRelaying() ? host.listEight(v) : v;
}

export function listThirtyTwo(v: StaticArray<ThirtyTwo>): StaticArray<ThirtyTwo> {
  return isRelaying() ? host.listThirtyTwo(v) : v;
}

export function listNumber(v: StaticArray<Number>): StaticArray<Number> {
  return isRelaying() ? host.listNumber(v) : v;
}

export function listOption(v: StaticArray<Option<u64>>): StaticArray<Option<u64>> {
  return isRelaying() ? host.listOption(v) : v;
}

export function listTuple(v: StaticArray<Tuple3<u8, string, u16>>): StaticArray<Tuple3<u8, string, u16>> {
  return isRelaying() ? host.listTuple(v) : v;
}

export function listList(v: Grid): Grid {
  return isRelaying() ? host.listList(v) : v;
}

export function listDeep(
  v: StaticArray<StaticArray<StaticArray<string>>>,
): StaticArray<StaticArray<StaticArray<string>>> {
  return isRelaying() ? host.listDeep(v) : v;
}

export function aTuple(v: Tuple3<u8, u64, string>): Tuple3<u8, u64, string> {
  return isRelaying() ? host.aTuple(v) : v;
}

export function aPoint(v: Point): Point {
  return isRelaying() ? host.aPoint(v) : v;
}

export function aPerson(v: Person): Person {
  return isRelaying() ? host.aPerson(v) : v;
}

export function aTeam(v: Team): Team {
  return isRelaying() ? host.aTeam(v) : v;
}

export function aKeywords(v: Keywords): Keywords {
  return isRelaying() ? host.aKeywords(v) : v;
}

export function aColor(v: Color): Color {
  return isRelaying() ? host.aColor(v) : v;
}

export function flagsOne(v: One): One {
  return isRelaying() ? host.flagsOne(v) : v;
}

export function flagsEight(v: Eight): Eight {
  return isRelaying() ? host.flagsEight(v) : v;
}

export function flagsNine(v: Nine): Nine {
  return isRelaying() ? host.flagsNine(v) : v;
}

export function flagsSixteen(v: Sixteen): Sixteen {
  return isRelaying() ? host.flagsSixteen(v) : v;
}

export function flagsSeventeen(v: Seventeen): Seventeen {
  return isRelaying() ? host.flagsSeventeen(v) : v;
}

export function flagsThirtyTwo(v: ThirtyTwo): ThirtyTwo {
  return isRelaying() ? host.flagsThirtyTwo(v) : v;
}

export function aNumber(v: Number): Number {
  return isRelaying() ? host.aNumber(v) : v;
}

export function aNarrow(v: Narrow): Narrow {
  return isRelaying() ? host.aNarrow(v) : v;
}

export function aTree(v: Tree): Tree {
  return isRelaying() ? host.aTree(v) : v;
}

export function optionBool(v: Option<bool>): Option<bool> {
  return isRelaying() ? host.optionBool(v) : v;
}

export function optionU64(v: Option<u64>): Option<u64> {
  return isRelaying() ? host.optionU64(v) : v;
}

export function optionString(v: Option<string>): Option<string> {
  return isRelaying() ? host.optionString(v) : v;
}

export function optionOption(v: Option<Option<u32>>): Option<Option<u32>> {
  return isRelaying() ? host.optionOption(v) : v;
}

export function optionDeep(v: Option<Option<Option<string>>>): Option<Option<Option<string>>> {
  return isRelaying() ? host.optionDeep(v) : v;
}

export function optionPerson(v: Option<Person>): Option<Person> {
  return isRelaying() ? host.optionPerson(v) : v;
}

export function resultBoth(v: Result<u32, string>): Result<u32, string> {
  return isRelaying() ? host.resultBoth(v) : v;
}

export function resultOk(v: Result<string, Unit>): Result<string, Unit> {
  return isRelaying() ? host.resultOk(v) : v;
}

export function resultErr(v: Result<Unit, f64>): Result<Unit, f64> {
  return isRelaying() ? host.resultErr(v) : v;
}

export function resultNone(v: Result<Unit, Unit>): Result<Unit, Unit> {
  return isRelaying() ? host.resultNone(v) : v;
}

export function resultJoined(v: Result<f32, u64>): Result<f32, u64> {
  return isRelaying() ? host.resultJoined(v) : v;
}

export function resultNested(
  v: Result<Option<u8>, Result<string, Color>>,
): Result<Option<u8>, Result<string, Color>> {
  return isRelaying() ? host.resultNested(v) : v;
}

export function many(
  a: u8,
  b: string,
  c: u16,
  d: f32,
  e: u64,
  f: StaticArray<u8>,
  g: bool,
  h: Option<u32>,
  i: Person,
  j: f64,
  k: i8,
): Tuple11<u8, string, u16, f32, u64, StaticArray<u8>, bool, Option<u32>, Person, f64, i8> {
  if (isRelaying()) return host.many(a, b, c, d, e, f, g, h, i, j, k);
  return new Tuple11<u8, string, u16, f32, u64, StaticArray<u8>, bool, Option<u32>, Person, f64, i8>(
    a,
    b,
    c,
    d,
    e,
    f,
    g,
    h,
    i,
    j,
    k,
  );
}

export function sixteenParameters(
  a: u8,
  b: u8,
  c: u8,
  d: u8,
  e: u8,
  f: u8,
  g: u8,
  h: u8,
  i: u64,
  j: u64,
  k: f32,
  l: f64,
  m: string,
  n: StaticArray<u8>,
): Tuple2<u64, string> {
  if (isRelaying()) return host.sixteenParameters(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  const sum = i + j + a + b + c + d + e + f + g + h + <u64>k + <u64>l + n.length;
  return new Tuple2<u64, string>(sum, m);
}

export function nothing(): void {
  if (isRelaying()) host.nothing();
}

export function anOwn(v: OwnRecord): OwnRecord {
  if (!isRelaying()) return v;
  const answer = host.anOwn(new host.OwnRecord(v.label, toHost(v.value)));
  return new OwnRecord(answer.label, fromHost(answer.value));
}

function toHost(value: OwnVariant): host.OwnVariant {
  return value.kind == OwnVariantKind.A ? host.OwnVariant.a(value.asA()) : host.OwnVariant.b(value.asB());
}

function fromHost(value: host.OwnVariant): OwnVariant {
  return value.kind == host.OwnVariantKind.A ? OwnVariant.a(value.asA()) : OwnVariant.b(value.asB());
}
