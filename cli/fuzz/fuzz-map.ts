/**
 * What instrumentation adds to a core module besides code: the map, a second memory, and names by which the fuzzer finds it all.
 *
 * The map:
 *   counters     one byte each, wrapping: how often a place was passed
 *   seen         one byte each: the classes of counts that have been seen there (reached.ts)
 *   fresh        four bytes each: what the last look has found new, the number of the counter times 256 plus the class
 *   scratch      sixteen bytes
 *   dirty        one byte for each 512 bytes of the module's memory: whether a store began there
 *   globals      eight bytes each: room for the values of the module's mutable globals
 *   comparisons  entries of 24 bytes: place, width in bytes, two operands of 64 bits
 *   snapshot     as many pages as the module's memory may have: the state that it goes back to, and zeros
 */

/** The names of what is exported besides. */
export const mapExport = 'eft:fuzz|map';
export const fuelExport = 'eft:fuzz|fuel';
export const cursorExport = 'eft:fuzz|cursor';
export const pagesExport = 'eft:fuzz|pages';
export const saveGlobalsExport = 'eft:fuzz|save-globals';
export const undoExport = 'eft:fuzz|undo';
export const lookExport = 'eft:fuzz|look';

/** Bytes of a part of memory that is marked, and put back, as a whole. */
export const dirtyPageShift = 9;
/** Bytes that a store which begins in a dirty page may reach beyond it. */
export const storeReach = 16;
/** Counters, and flags of dirty parts, that are looked at together; there are a multiple of it in the map. */
export const countersTogether = 16;
export const flagsTogether = 16;
/** Bytes of one comparison in the map, and how many there is room for. */
export const comparisonSize = 24;
export const comparisonsLimit = 8_192;

/** What a counter counts. A branch has two: `taken` and `not-taken`. */
export type SiteKind = 'function' | 'loop' | 'then' | 'else' | 'taken' | 'not-taken' | 'target';

/** A counter: its index is its place in the list. `offset` is of the instruction, in the bytes of the shipped core module. */
export type Site = { readonly kind: SiteKind; readonly function: number; readonly offset: number };

export type MapLayout = {
  /** Counters, rounded up to a multiple of 16; they begin at 0. */
  readonly counters: number;
  readonly seen: number;
  readonly fresh: number;
  readonly scratch: number;
  readonly dirty: number;
  readonly dirtyPages: number;
  readonly globals: number;
  readonly globalCount: number;
  readonly comparisons: number;
  readonly snapshot: number;
};

/** Why a core module cannot be instrumented: one that the toolchain does not make. */
export class CannotInstrument extends Error {}
