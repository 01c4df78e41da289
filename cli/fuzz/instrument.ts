/**
 * Adds to a core module, in memory, what the fuzzer must see: which way the code went, what it compared, and which memory it
 * wrote. What the module computes stays the same.
 *
 * Bytes go in between the instructions, and everything that is added comes last in its index space: a second memory (`the map`),
 * two globals, a few functions. So the module's own functions, globals and memory keep their indices and contents, and each
 * counter knows the offset in the shipped bytes that it stands for, which is what source lines are found by. That is why it is done on
 * the bytes and not on a tree of expressions (decision 020).
 *
 * Memory cannot shrink, and a new instance costs a millisecond, so memory is larger than the module knows: it is told the size that it would
 * have (`pages`), and growing within what was there in an earlier run only changes that number. A load between the two does not trap as it
 * would in the shipped bytes; a store is seen by its mark, and fails (target.ts).
 *
 * The danger: a store by the host is in no instruction. The host stores to what `realloc` gives, which is marked when it
 * returns, and to where the guest asks for a result, which is marked after the call.
 */

import type { Opcode } from '../../supervisor/cells/core-code.ts';
import { prefixed } from '../../supervisor/cells/core-code.ts';
import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import type { CoreModuleShape, CoreType } from '../../supervisor/component/core-module.ts';
import { concatenate, unsignedLeb, writeSections } from '../toolchain/wasm-sections.ts';
import { type AddedName, addedFunctions, addedNames, type Global } from './added-functions.ts';
import { AddedLocals } from './added-locals.ts';
import * as code from './core-assembler.ts';
import {
  type Body,
  CoreParts,
  comparedType,
  mutableGlobals,
  type Read,
  sitesOf,
  storedType,
  switchBase,
  writeExports,
} from './core-parts.ts';
import {
  CannotInstrument,
  comparisonSize,
  comparisonsLimit,
  countersTogether,
  cursorExport,
  dirtyPageShift,
  fuelExport,
  lookExport,
  type MapLayout,
  mapExport,
  pagesExport,
  type Site,
  type SiteKind,
  saveGlobalsExport,
  undoExport,
} from './fuzz-map.ts';

const pageSize = 65_536;
/** Pages that a memory may have which says itself that there is no limit. */
const boundlessPages = 4_096;
/** Cases of a switch that are noted as compared with. */
const casesLimit = 64;

export type Instrumented = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sites: readonly Site[];
  readonly map: MapLayout;
};

export type InstrumentOptions = {
  /** Whether comparisons are noted as well: slower by half, for runs of which it pays to know. */
  readonly comparisons: boolean;
  /** The export through which the host allocates, if any. */
  readonly realloc: string | undefined;
  /** By index of an imported function: the bytes that the host stores where the last parameter says. */
  readonly resultSizes: ReadonlyMap<number, number>;
};

/** Instruments the core module that `bytes` are. Error: CannotInstrument. */
export function instrument(
  bytes: Uint8Array,
  shape: CoreModuleShape,
  options: InstrumentOptions,
): Instrumented {
  return new Instrumentation(bytes, shape, options).run();
}

class Instrumentation {
  readonly #bytes: Uint8Array;
  readonly #options: InstrumentOptions;
  readonly #parts: CoreParts;
  readonly #sites: Site[] = [];
  readonly #globals: readonly Global[];
  readonly #functionCount: number;
  readonly #typeCount: number;
  readonly #fuel: number;
  readonly #cursor: number;
  readonly #pages: number;
  readonly #minimumPages: number;
  readonly #maximumPages: number;
  readonly #map: MapLayout;

  constructor(bytes: Uint8Array, shape: CoreModuleShape, options: InstrumentOptions) {
    this.#bytes = bytes;
    this.#options = options;
    const imports = shape.imports.map(({ extern }) => extern.kind);
    if (imports.includes('memory') || imports.includes('global'))
      throw new CannotInstrument('it imports a memory or a global');
    const [memory] = shape.memories;
    if (memory === undefined || shape.memories.length > 1)
      throw new CannotInstrument('it has not exactly one memory');
    this.#parts = new CoreParts(bytes, shape);
    this.#functionCount = this.#parts.importedFunctions + this.#parts.countOf(3);
    this.#typeCount = this.#parts.countOf(1);
    this.#fuel = this.#parts.countOf(6);
    this.#cursor = this.#fuel + 1;
    this.#pages = this.#fuel + 2;
    this.#minimumPages = memory.minimum;
    this.#maximumPages = memory.maximum ?? boundlessPages;
    // The size that the module believes in is a part of its state, like its own globals.
    this.#globals = [...mutableGlobals(shape), { index: this.#pages, type: 'i32' }];
    // Counters come first in the map, and how many there are is known only after the code has been gone through.
    this.#map = this.#layout(this.#maximumPages);
  }

  run(): Instrumented {
    const bodies = this.#parts.bodies;
    const functions = bodies.map((body) => this.#body(body));
    const added = addedFunctions({
      map: this.#map,
      firstAdded: this.#functionCount,
      realloc: this.#parts.exports.find(({ name, kind }) => name === this.#options.realloc && kind === 0)
        ?.index,
      globals: this.#globals,
      cursor: this.#cursor,
      pages: this.#pages,
      maximumPages: this.#maximumPages,
    });
    const replaced = new Map<number, Uint8Array>([
      [
        1,
        this.#parts.extended(
          1,
          added.map(({ type }) => type),
        ),
      ],
      [
        3,
        this.#parts.extended(
          3,
          added.map((_, index) => unsignedLeb(this.#typeCount + index)),
        ),
      ],
      [5, this.#parts.extended(5, [Uint8Array.from([0x00, ...code.leb(this.#mapPages())])])],
      [
        6,
        this.#parts.extended(6, [
          code.i32Global(2 ** 31 - 1),
          code.i32Global(0),
          code.i32Global(this.#minimumPages),
        ]),
      ],
      [7, this.#exports()],
      [
        10,
        concatenate([
          unsignedLeb(functions.length + added.length),
          ...functions,
          ...added.map(({ body }) => body),
        ]),
      ],
    ]);
    const present = new Set(this.#parts.sections.map(({ id }) => id));
    if (!present.has(6)) throw new CannotInstrument('it has no globals');
    const sections = this.#parts.sections.map(({ id, content }) => ({
      id,
      content: replaced.get(id) ?? content,
    }));
    return {
      bytes: writeSections(this.#bytes.subarray(0, 8), sections),
      sites: this.#sites,
      map: this.#map,
    };
  }

  #layout(maximumPages: number): MapLayout {
    const sites = this.#parts.bodies.reduce((sum, { reads }) => sum + 1 + sitesOf(this.#bytes, reads), 0);
    const counters = Math.ceil(sites / countersTogether) * countersTogether;
    const dirtyPages = maximumPages * (pageSize >> dirtyPageShift);
    const [seen, fresh] = [counters, 2 * counters];
    const scratch = fresh + 4 * counters;
    const dirty = scratch + countersTogether;
    const globals = dirty + dirtyPages;
    const globalCount = this.#globals.length;
    const comparisons = globals + 8 * globalCount;
    const room = this.#options.comparisons ? comparisonSize * comparisonsLimit : 0;
    const snapshot = Math.ceil((comparisons + room) / pageSize) * pageSize;
    return { counters, seen, fresh, scratch, dirty, dirtyPages, globals, globalCount, comparisons, snapshot };
  }

  #mapPages(): number {
    return this.#map.snapshot / pageSize + this.#maximumPages;
  }

  #site(kind: SiteKind, functionIndex: number, offset: number): number {
    this.#sites.push({ kind, function: functionIndex, offset });
    return this.#sites.length - 1;
  }

  /** A function with its counters; its length comes first. */
  #body({ index, start, end, reads }: Body): Uint8Array {
    const reader = new ByteReader(this.#bytes, start, end);
    let declared = 0;
    const groups = reader.u32();
    const groupsStart = reader.position;
    for (let group = 0; group < groups; group += 1) {
      declared += reader.u32();
      reader.byte();
    }
    const groupBytes = this.#bytes.subarray(groupsStart, reader.position);
    const parameters = this.#parts.parameterCount(index);
    const locals = new AddedLocals(parameters + declared);
    const parts: Uint8Array[] = [];
    const insert = (...bytes: readonly number[]): void => {
      parts.push(Uint8Array.from(bytes));
    };
    insert(...code.count(this.#site('function', index, start)), ...this.#burn());
    const hasElse: boolean[] = [];
    const opened: Opcode[] = [];
    for (const [order, read] of reads.entries()) {
      const original = this.#bytes.subarray(read.start, read.end);
      switch (read.opcode) {
        case 0x02:
          opened.push(read.opcode);
          hasElse.push(true);
          parts.push(original);
          break;
        case 0x03:
          opened.push(read.opcode);
          hasElse.push(true);
          // Once for all rounds: what goes round passes a branch in each, and that counts.
          insert(...code.count(this.#site('loop', index, read.start)));
          parts.push(original);
          insert(...this.#burn());
          break;
        case 0x04:
          opened.push(read.opcode);
          hasElse.push(false);
          parts.push(original);
          insert(...code.count(this.#site('then', index, read.start)));
          break;
        case 0x05:
          hasElse[hasElse.length - 1] = true;
          parts.push(original);
          insert(...code.count(this.#site('else', index, read.start)));
          break;
        case 0x0b:
          // The end of an `if` without `else`: its block has as many parameters as results, or it would not be valid.
          if (opened.pop() === 0x04 && hasElse.at(-1) === false)
            insert(...code.orElse, ...code.count(this.#site('else', index, read.start)));
          hasElse.pop();
          parts.push(original);
          break;
        case 0x0d:
          insert(...this.#countBranch(index, read.start, locals));
          parts.push(original);
          break;
        case 0x0e:
          insert(...this.#countTargets(index, read, switchBase(this.#bytes, reads, order), locals));
          parts.push(original);
          break;
        case 0x3f:
          insert(...code.globalGet(this.#pages));
          break;
        case 0x40:
          insert(...code.call(this.#added('grow')));
          break;
        case 0x10:
          parts.push(...this.#call(read, original, locals));
          break;
        default:
          insert(...this.#before(read, locals));
          parts.push(original);
      }
    }
    const added = locals.groups();
    const whole = concatenate([unsignedLeb(groups + added.length), groupBytes, ...added, ...parts]);
    return concatenate([unsignedLeb(whole.length), whole]);
  }

  /** Takes one off the fuel, and traps when it is used up. */
  #burn(): readonly number[] {
    const fuel = this.#fuel;
    return [
      ...code.globalGet(fuel),
      ...code.i32Const(1),
      0x6b,
      ...code.globalSet(fuel),
      ...code.globalGet(fuel),
      ...code.i32Const(0),
      ...[0x48, 0x04, 0x40, 0x00],
      ...code.end,
    ];
  }

  /** Before `br_if`: the condition is on the stack and stays there. */
  #countBranch(index: number, offset: number, locals: AddedLocals): readonly number[] {
    const site = this.#site('taken', index, offset);
    this.#site('not-taken', index, offset);
    const condition = locals.get('i32', 0);
    const which = locals.get('i32', 1);
    return [...code.localTee(condition), ...code.localGet(condition), 0x45, ...code.countAt(site, which)];
  }

  /** Before `br_table`: the index is on the stack and stays there. Beyond the last label the default is taken. */
  #countTargets(index: number, { start, end }: Read, base: number, locals: AddedLocals): readonly number[] {
    const labels = new ByteReader(this.#bytes, start + 1, end).u32();
    const site = this.#sites.length;
    for (let label = 0; label <= labels; label += 1) this.#site('target', index, start);
    const value = locals.get('i32', 0);
    return [
      ...code.localTee(value),
      ...code.localGet(value),
      ...code.i32Const(labels),
      ...code.localGet(value),
      ...code.i32Const(labels),
      ...[0x49, 0x1b],
      ...code.countAt(site, locals.get('i32', 1)),
      ...this.#compareTargets(value, labels, base, start),
    ];
  }

  /** A switch compares with each of its cases, of which `base` is the first. */
  #compareTargets(value: number, labels: number, base: number, start: number): readonly number[] {
    if (!this.#options.comparisons) return [];
    return Array.from({ length: Math.min(labels, casesLimit) }, (_, label) => [
      ...code.localGet(value),
      ...code.i32Const(base),
      ...code.add,
      ...code.i32Const(base + label),
      ...code.i32Const(start),
      ...code.call(this.#added('compare32')),
    ]).flat();
  }

  /** A call; after one of the host that stores a result where the last parameter says, that place is marked. */
  #call({ start, end }: Read, original: Uint8Array, locals: AddedLocals): readonly Uint8Array[] {
    const callee = new ByteReader(this.#bytes, start + 1, end).u32();
    const size = callee < this.#parts.importedFunctions ? this.#options.resultSizes.get(callee) : undefined;
    if (size === undefined) return [original];
    const place = locals.get('i32', 2);
    const mark = [...code.localGet(place), ...code.i32Const(size), ...code.call(this.#added('mark'))];
    return [Uint8Array.from(code.localTee(place)), original, Uint8Array.from(mark)];
  }

  /** What goes before an instruction that stores or compares. */
  #before({ opcode, start, end }: Read, locals: AddedLocals): readonly number[] {
    const stored = storedType(opcode);
    if (stored !== undefined) return this.#markStore(stored, opcode, start, end, locals);
    if (opcode === prefixed(0xfc, 8) || opcode === prefixed(0xfc, 10) || opcode === prefixed(0xfc, 11)) {
      const [target, source, length] = [0, 1, 2].map((number) => locals.get('i32', number));
      if (target === undefined || source === undefined || length === undefined) return [];
      return [
        ...code.localSet(length),
        ...code.localSet(source),
        ...code.localTee(target),
        ...code.localGet(length),
        ...code.call(this.#added('mark')),
        ...code.localGet(target),
        ...code.localGet(source),
        ...code.localGet(length),
      ];
    }
    const compared = this.#options.comparisons ? comparedType(opcode) : undefined;
    if (compared === undefined) return [];
    const [one, other] = [locals.get(compared, 0), locals.get(compared, 1)];
    return [
      ...code.localSet(other),
      ...code.localTee(one),
      ...code.localGet(other),
      ...code.i32Const(start),
      ...code.call(this.#added(compared === 'i32' ? 'compare32' : 'compare64')),
      ...code.localGet(one),
      ...code.localGet(other),
    ];
  }

  #markStore(
    type: CoreType | 'v128',
    opcode: Opcode,
    start: number,
    end: number,
    locals: AddedLocals,
  ): readonly number[] {
    const reader = new ByteReader(this.#bytes, start + (opcode > 0xff ? 2 : 1), end);
    const alignment = reader.u32();
    if ((alignment & 0x40) !== 0) throw new CannotInstrument('it stores to another memory than its own');
    const offset = reader.u32();
    const address = locals.get('i32', 0);
    const value = locals.get(type, type === 'i32' ? 1 : 0);
    return [
      ...code.localSet(value),
      ...code.localTee(address),
      ...(offset === 0 ? [] : [...code.i32Const(offset), ...code.add]),
      ...code.i32Const(dirtyPageShift),
      0x76,
      ...code.i32Const(1),
      ...code.mapStore8(this.#map.dirty),
      ...code.localGet(address),
      ...code.localGet(value),
    ];
  }

  #added(name: AddedName): number {
    return this.#functionCount + addedNames.indexOf(name);
  }

  /** The exports as they were, but for `realloc`, which goes through the added function; and the added ones, last. */
  #exports(): Uint8Array {
    const entries = this.#parts.exports.map((entry) =>
      entry.name === this.#options.realloc && entry.kind === 0
        ? { ...entry, index: this.#added('realloc') }
        : entry,
    );
    const added = [
      { name: mapExport, kind: 2, index: code.mapMemory },
      { name: fuelExport, kind: 3, index: this.#fuel },
      { name: cursorExport, kind: 3, index: this.#cursor },
      { name: pagesExport, kind: 3, index: this.#pages },
      { name: saveGlobalsExport, kind: 0, index: this.#added('save-globals') },
      { name: undoExport, kind: 0, index: this.#added('undo') },
      { name: lookExport, kind: 0, index: this.#added('look') },
    ];
    return writeExports([...entries, ...added]);
  }
}
