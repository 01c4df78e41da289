/** The functions that instrumentation adds to a core module, as code: what would be too long to stand in between the instructions. */
import type { CoreType } from '../../supervisor/component/core-module.ts';
import * as code from './core-assembler.ts';
import {
  comparisonSize,
  comparisonsLimit,
  dirtyPageShift,
  flagsTogether,
  type MapLayout,
  storeReach,
} from './fuzz-map.ts';

/** In the order in which they come after the module's own functions. */
export const addedNames = [
  'mark',
  'compare32',
  'compare64',
  'save-globals',
  'undo',
  'realloc',
  'grow',
  'look',
] as const;
export type AddedName = (typeof addedNames)[number];

export type Global = { readonly index: number; readonly type: CoreType };

/** Where in the index spaces and in the map everything is. */
export type Places = {
  readonly map: MapLayout;
  /** The index of the first added function. */
  readonly firstAdded: number;
  /** The function that the module exports as its `realloc`. */
  readonly realloc: number | undefined;
  /** The module's mutable globals, and `pages`. */
  readonly globals: readonly Global[];
  readonly cursor: number;
  readonly pages: number;
  readonly maximumPages: number;
};

/** The functions that come after the module's own, in the order of `addedNames`, each with its type. */
export function addedFunctions(
  places: Places,
): readonly { readonly type: Uint8Array; readonly body: Uint8Array }[] {
  const { i32, i64, v128 } = code.valueTypeCodes;
  const type = (parameters: readonly number[], results: readonly number[]) =>
    Uint8Array.from([0x60, parameters.length, ...parameters, results.length, ...results]);
  const globalsOf = (step: (global: Global, at: number) => readonly number[]) =>
    places.globals.flatMap((global, order) => step(global, places.map.globals + 8 * order));
  const { realloc } = places;
  return [
    { type: type([i32, i32], []), body: code.functionBody([i32, i32], markCode(places)) },
    { type: type([i32, i32, i32], []), body: code.functionBody([], compareCode(places, 'i32')) },
    { type: type([i64, i64, i32], []), body: code.functionBody([], compareCode(places, 'i64')) },
    {
      type: type([], []),
      body: code.functionBody(
        [],
        globalsOf(({ index, type: of }, at) => [
          ...code.i32Const(0),
          ...code.globalGet(index),
          ...code.mapStore(of, at),
        ]),
      ),
    },
    {
      type: type([], []),
      body: code.functionBody(
        [i32, i32, i32, i32],
        [
          ...undoCode(places),
          ...globalsOf(({ index, type: of }, at) => [
            ...code.i32Const(0),
            ...code.mapLoad(of, at),
            ...code.globalSet(index),
          ]),
        ],
      ),
    },
    {
      type: type([i32, i32, i32, i32], [i32]),
      body: code.functionBody(
        [i32],
        realloc === undefined
          ? [0x00]
          : [
              ...[0, 1, 2, 3].flatMap((parameter) => code.localGet(parameter)),
              ...code.call(realloc),
              ...code.localTee(4),
              ...code.localGet(3),
              ...code.call(places.firstAdded + addedNames.indexOf('mark')),
              ...code.localGet(4),
            ],
      ),
    },
    { type: type([i32], [i32]), body: code.functionBody([], growCode(places)) },
    { type: type([], [i32]), body: code.functionBody([i32, i32, i32, v128, v128], lookCode(places)) },
  ];
}

/** (pages): as `memory.grow`, of the size that the module believes in. */
function growCode({ pages, maximumPages }: Places): readonly number[] {
  const missing = [...code.globalGet(pages), ...code.localGet(0), ...code.add, ...code.memorySize, 0x6b];
  return [
    // if (delta > maximum - pages) return -1
    ...code.localGet(0),
    ...code.i32Const(maximumPages),
    ...code.globalGet(pages),
    ...[0x6b, 0x4b, 0x04, 0x40, ...code.minusOne, 0x0f],
    ...code.end,
    // if (missing > 0 && memory.grow(missing) == -1) return -1
    ...missing,
    ...code.i32Const(0),
    ...[0x4a, 0x04, 0x40],
    ...missing,
    ...code.memoryGrow,
    ...[...code.minusOne, 0x46, 0x04, 0x40, ...code.minusOne, 0x0f],
    ...code.end,
    ...code.end,
    ...code.globalGet(pages),
    ...code.globalGet(pages),
    ...code.localGet(0),
    ...code.add,
    ...code.globalSet(pages),
  ];
}

/** (): puts back every part of memory in which a store began, and what a store may reach beyond it, as far as there is memory. */
function undoCode({ map }: Places): readonly number[] {
  const [at, inner, start, size] = [0, 1, 2, 3] as const;
  return [
    ...code.memorySize,
    ...code.i32Const(16),
    0x74,
    ...code.localSet(size),
    // loop: over the flags, as many together as a vector holds; a page has a multiple of them
    ...[0x03, 0x40],
    ...code.localGet(at),
    ...code.mapLoad128(map.dirty),
    ...anyTrue,
    ...[0x04, 0x40],
    ...code.i32Const(0),
    ...code.localSet(inner),
    ...[0x03, 0x40],
    ...code.localGet(at),
    ...code.localGet(inner),
    ...code.add,
    ...code.localTee(start),
    ...code.mapLoad8(map.dirty),
    ...[0x04, 0x40],
    // memory.copy(start, snapshot + start, min(part + reach, size - start))
    ...code.localGet(start),
    ...code.i32Const(dirtyPageShift),
    0x74,
    ...code.localTee(start),
    ...code.localGet(start),
    ...code.i32Const(map.snapshot),
    ...code.add,
    ...code.i32Const((1 << dirtyPageShift) + storeReach),
    ...code.localGet(size),
    ...code.localGet(start),
    0x6b,
    ...code.i32Const((1 << dirtyPageShift) + storeReach),
    ...code.localGet(size),
    ...code.localGet(start),
    ...[0x6b, 0x49, 0x1b],
    ...code.copyFromMap,
    ...code.end,
    ...code.localGet(inner),
    ...code.i32Const(1),
    ...code.add,
    ...code.localTee(inner),
    ...code.i32Const(flagsTogether),
    ...[0x49, 0x0d, 0x00],
    ...code.end,
    ...code.localGet(at),
    ...code.v128Const(noBytes),
    ...code.mapStore128(map.dirty),
    ...code.end,
    ...code.localGet(at),
    ...code.i32Const(flagsTogether),
    ...code.add,
    ...code.localTee(at),
    ...code.i32Const(dirtyPageShift),
    0x74,
    ...code.localGet(size),
    ...[0x49, 0x0d, 0x00],
    ...code.end,
  ];
}

/** Classes of counts up to 15, and of those from 16 on by their upper half: a bit each, as `Reached` says. */
const lowClasses = [0, 1, 2, 4, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16];
const highClasses = [0, 32, 64, 64, 64, 64, 64, 64, 128, 128, 128, 128, 128, 128, 128, 128];

const noBytes: readonly number[] = Array.from({ length: 16 }, () => 0);
const anyTrue = code.simd(0x53);
const swizzle = code.simd(0x0e);
const shiftRight = code.simd(0x6d);
const or128 = code.simd(0x50);
const andNot = code.simd(0x4f);

/**
 * (): takes the counters in, sixteen at a time. What is in a class that is not in `seen` is put there and into `fresh`; all counters are zero
 * then. Gives how many there are in `fresh`.
 */
function lookCode({ map }: Places): readonly number[] {
  const [at, found, inner, classes, fresh] = [0, 1, 2, 3, 4] as const;
  const ifThen = [0x04, 0x40];
  const loop = [0x03, 0x40];
  return [
    ...loop,
    // if (any of the counters at `at`)
    ...code.localGet(at),
    ...code.mapLoad128(0),
    ...code.localTee(classes),
    ...anyTrue,
    ...ifThen,
    // classes = low[count] | high[count >> 4], where an index beyond the table gives 0; the count itself is one for `low`.
    ...code.v128Const(lowClasses),
    ...code.localGet(classes),
    ...swizzle,
    ...code.v128Const(highClasses),
    ...code.localGet(classes),
    ...code.i32Const(4),
    ...shiftRight,
    ...swizzle,
    ...or128,
    ...code.localTee(classes),
    ...code.localGet(at),
    ...code.mapLoad128(map.seen),
    ...andNot,
    ...code.localTee(fresh),
    ...anyTrue,
    ...ifThen,
    ...code.localGet(at),
    ...code.localGet(at),
    ...code.mapLoad128(map.seen),
    ...code.localGet(fresh),
    ...or128,
    ...code.mapStore128(map.seen),
    ...code.i32Const(0),
    ...code.localGet(fresh),
    ...code.mapStore128(map.scratch),
    ...code.i32Const(0),
    ...code.localSet(inner),
    ...loop,
    ...code.localGet(inner),
    ...code.mapLoad8(map.scratch),
    ...ifThen,
    // fresh[found++] = (at + inner) * 256 + class
    ...code.localGet(found),
    ...code.i32Const(2),
    0x74,
    ...code.localGet(at),
    ...code.localGet(inner),
    ...code.add,
    ...code.i32Const(8),
    0x74,
    ...code.localGet(inner),
    ...code.mapLoad8(map.scratch),
    ...code.add,
    ...code.mapStore('i32', map.fresh),
    ...code.localGet(found),
    ...code.i32Const(1),
    ...code.add,
    ...code.localSet(found),
    ...code.end,
    ...code.localGet(inner),
    ...code.i32Const(1),
    ...code.add,
    ...code.localTee(inner),
    ...code.i32Const(16),
    ...[0x49, 0x0d, 0x00],
    ...code.end,
    ...code.end,
    ...code.localGet(at),
    ...code.v128Const(noBytes),
    ...code.mapStore128(0),
    ...code.end,
    ...code.localGet(at),
    ...code.i32Const(16),
    ...code.add,
    ...code.localTee(at),
    ...code.i32Const(map.counters),
    ...[0x49, 0x0d, 0x00],
    ...code.end,
    ...code.localGet(found),
  ];
}

/** (start, length): marks the pages that the bytes lie in, as far as there are pages. */
function markCode({ map }: Places): readonly number[] {
  const [start, length, page, last] = [0, 1, 2, 3];
  const { dirty, dirtyPages } = map;
  return [
    // if (length == 0) return
    ...code.localGet(length ?? 0),
    ...[0x45, 0x04, 0x40, 0x0f],
    ...code.end,
    ...code.localGet(start ?? 0),
    ...code.i32Const(dirtyPageShift),
    0x76,
    ...code.localSet(page ?? 0),
    ...code.localGet(start ?? 0),
    ...code.localGet(length ?? 0),
    ...code.add,
    ...code.i32Const(1),
    0x6b,
    ...code.i32Const(dirtyPageShift),
    0x76,
    ...code.localSet(last ?? 0),
    // loop: if (page > last || page >= pages) return; mark; ++page
    ...[0x03, 0x40],
    ...code.localGet(page ?? 0),
    ...code.localGet(last ?? 0),
    0x4b,
    ...code.localGet(page ?? 0),
    ...code.i32Const(dirtyPages),
    ...[0x4f, 0x72, 0x04, 0x40, 0x0f],
    ...code.end,
    ...code.localGet(page ?? 0),
    ...code.i32Const(1),
    ...code.mapStore8(dirty),
    ...code.localGet(page ?? 0),
    ...code.i32Const(1),
    ...code.add,
    ...code.localSet(page ?? 0),
    ...[0x0c, 0x00],
    ...code.end,
  ];
}

/** (one, other, place): notes two operands that differ, while there is room. */
function compareCode({ cursor, map }: Places, type: 'i32' | 'i64'): readonly number[] {
  const base = map.comparisons;
  const widen = type === 'i32' ? [0xad] : [];
  return [
    ...code.localGet(0),
    ...code.localGet(1),
    ...(type === 'i32' ? [0x46] : [0x51]),
    ...code.globalGet(cursor),
    ...code.i32Const(comparisonSize * comparisonsLimit),
    ...[0x4f, 0x72, 0x04, 0x40, 0x0f],
    ...code.end,
    ...code.globalGet(cursor),
    ...code.localGet(2),
    ...code.mapStore('i32', base),
    ...code.globalGet(cursor),
    ...code.i32Const(type === 'i32' ? 4 : 8),
    ...code.mapStore('i32', base + 4),
    ...code.globalGet(cursor),
    ...code.localGet(0),
    ...widen,
    ...code.mapStore('i64', base + 8),
    ...code.globalGet(cursor),
    ...code.localGet(1),
    ...widen,
    ...code.mapStore('i64', base + 16),
    ...code.globalGet(cursor),
    ...code.i32Const(comparisonSize),
    ...code.add,
    ...code.globalSet(cursor),
  ];
}
