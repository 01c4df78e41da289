/** A core module taken apart, as far as instrumentation needs it: sections, functions with their instructions, exports, mutable globals. */
import { type Opcode, prefixed, walkCode } from '../../supervisor/cells/core-code.ts';
import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import type { CoreModuleShape, CoreType } from '../../supervisor/component/core-module.ts';
import {
  concatenate,
  globalExportPrefix,
  readSections,
  type Section,
  unsignedLeb,
} from '../toolchain/wasm-sections.ts';
import type { Global } from './added-functions.ts';
import { CannotInstrument } from './fuzz-map.ts';

/** An instruction: it takes the bytes from `start` up to `end`. */
export type Read = { readonly opcode: Opcode; readonly start: number; readonly end: number };
/** A function: its locals and code take the bytes from `start` up to `end`. */
export type Body = {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly reads: readonly Read[];
};
export type ExportEntry = { readonly name: string; readonly kind: number; readonly index: number };

export class CoreParts {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly importedFunctions: number;
  readonly bodies: readonly Body[];
  readonly #parameterCounts: readonly number[];
  readonly #functionTypes: readonly number[];

  /** Error: CannotInstrument. */
  constructor(bytes: Uint8Array, shape: CoreModuleShape) {
    this.bytes = bytes;
    this.sections = readSections(bytes);
    this.importedFunctions = shape.imports.filter(({ extern }) => extern.kind === 'function').length;
    this.bodies = readBodies(bytes, this.importedFunctions);
    this.#parameterCounts = parameterCounts(this.content(1));
    const functions = new ByteReader(this.content(3));
    this.#functionTypes = functions.vector(() => functions.u32());
  }

  /** What is in the section `id`; an empty vector if there is none. */
  content(id: number): Uint8Array {
    return this.sections.find((candidate) => candidate.id === id)?.content ?? Uint8Array.of(0);
  }

  /** How many entries the section `id` has. */
  countOf(id: number): number {
    return new ByteReader(this.content(id)).u32();
  }

  /** The section `id` with entries added to its end. */
  extended(id: number, entries: readonly Uint8Array[]): Uint8Array {
    const content = this.content(id);
    const reader = new ByteReader(content);
    const count = reader.u32();
    return concatenate([unsignedLeb(count + entries.length), content.subarray(reader.position), ...entries]);
  }

  /** Parameters of the function `index`, which is one of the module's own. */
  parameterCount(index: number): number {
    const type = this.#functionTypes[index - this.importedFunctions];
    const found = type === undefined ? undefined : this.#parameterCounts[type];
    if (found === undefined) throw new CannotInstrument('a function has no type');
    return found;
  }

  get exports(): readonly ExportEntry[] {
    const reader = new ByteReader(this.content(7));
    return reader.vector(() => ({ name: reader.name(), kind: reader.byte(), index: reader.u32() }));
  }
}

function readBodies(bytes: Uint8Array, importedFunctions: number): readonly Body[] {
  const bodies: Body[] = [];
  let reads: Read[] = [];
  walkCode(bytes, importedFunctions, {
    onFunction: (index, length, start) => {
      reads = [];
      bodies.push({ index, start, end: start + length, reads });
    },
    onInitialisers: () => {
      reads = [];
    },
    onInstruction: () => undefined,
    onInstructionRead: (opcode, start, end) => reads.push({ opcode, start, end }),
    onTable: () => undefined,
    onUnknown: (what) => new CannotInstrument(what),
  });
  return bodies;
}

export function mutableGlobals(shape: CoreModuleShape): readonly Global[] {
  const globals = [...shape.exports].flatMap(([name, extern]) => {
    if (!name.startsWith(globalExportPrefix) || extern.kind !== 'global') return [];
    if (extern.type === undefined) throw new CannotInstrument(`the type of ${name} is not known`);
    return [{ index: Number(name.slice(globalExportPrefix.length)), type: extern.type }];
  });
  if (globals.length !== shape.mutableGlobals)
    throw new CannotInstrument('it does not export all of its mutable globals');
  return globals;
}

/** The type that an instruction stores; undefined if it stores none. */
export function storedType(opcode: Opcode): CoreType | 'v128' | undefined {
  switch (opcode) {
    case 0x36:
    case 0x3a:
    case 0x3b:
      return 'i32';
    case 0x37:
    case 0x3c:
    case 0x3d:
    case 0x3e:
      return 'i64';
    case 0x38:
      return 'f32';
    case 0x39:
      return 'f64';
    default: {
      const isVector =
        opcode === prefixed(0xfd, 11) || (opcode >= prefixed(0xfd, 88) && opcode <= prefixed(0xfd, 91));
      return isVector ? 'v128' : undefined;
    }
  }
}

/** The type that an instruction compares: `eq` to `ge_u`. */
export function comparedType(opcode: Opcode): 'i32' | 'i64' | undefined {
  if (opcode >= 0x46 && opcode <= 0x4f) return 'i32';
  return opcode >= 0x51 && opcode <= 0x5a ? 'i64' : undefined;
}

/** How many parameters each type of a type section has. */
function parameterCounts(content: Uint8Array): readonly number[] {
  const reader = new ByteReader(content);
  return reader.vector(() => {
    if (reader.byte() !== 0x60) throw new CannotInstrument('it has types other than of functions');
    const types = () => reader.vector(() => reader.byte());
    const { length } = types();
    types();
    return length;
  });
}

/** Counters that the instructions of a function need, besides that of its entry. */
export function sitesOf(bytes: Uint8Array, reads: readonly Read[]): number {
  let count = 0;
  for (const { opcode, start, end } of reads) {
    // An `if` has two, whether it has an `else` or not; `else` is of an `if`.
    if (opcode === 0x03) count += 1;
    else if (opcode === 0x04 || opcode === 0x0d) count += 2;
    else if (opcode === 0x0e) count += 1 + new ByteReader(bytes, start + 1, end).u32();
  }
  return count;
}

/** What is taken off the value that a `br_table` is about to choose by: its first case. 0 if nothing is, or something that is not known. */
export function switchBase(bytes: Uint8Array, reads: readonly Read[], table: number): number {
  const [constant, subtraction] = [reads[table - 2], reads[table - 1]];
  if (constant?.opcode !== 0x41 || subtraction?.opcode !== 0x6b) return 0;
  let [value, shift] = [0, 0];
  for (let at = constant.start + 1; at < constant.end; at += 1) {
    const byte = bytes[at] ?? 0;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    // Signed LEB128: a negative one is no case of a switch.
    if ((byte & 0x80) === 0 && (byte & 0x40) !== 0) return 0;
  }
  return Math.max(0, value);
}

/** An export section. */
export function writeExports(entries: readonly ExportEntry[]): Uint8Array {
  return concatenate([
    unsignedLeb(entries.length),
    ...entries.flatMap(({ name, kind, index }) => {
      const text = new TextEncoder().encode(name);
      return [unsignedLeb(text.length), text, Uint8Array.of(kind), unsignedLeb(index)];
    }),
  ]);
}
