/**
 * What the host must know of a core module beyond what the engine tells: the signatures of its imports and exports,
 * and the limits of its memories. The engine validates the module itself; here only the sections up to `export` are read.
 *
 * A JavaScript function imported into core WebAssembly is not checked against the signature of the import, so the
 * component host must do it: otherwise a lying component could hand a float where a pointer is expected.
 *
 * Spec: WebAssembly core specification 3.0, section 5.5 (binary format, modules).
 */
import { EftError } from '../errors/eft-error.ts';
import { ByteReader } from './byte-reader.ts';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

export type CoreSignature = {
  readonly parameters: readonly CoreType[];
  readonly results: readonly CoreType[];
};

/** Pages of 64 KiB. `maximum` is undefined when the module states none. */
export type CoreLimits = { readonly minimum: number; readonly maximum: number | undefined };

export type CoreExtern =
  | { readonly kind: 'function'; readonly signature: CoreSignature | undefined }
  | { readonly kind: 'memory'; readonly limits: CoreLimits }
  | { readonly kind: 'table' }
  | { readonly kind: 'global'; readonly type: CoreType | undefined; readonly mutable: boolean };

export type CoreImport = { readonly module: string; readonly name: string; readonly extern: CoreExtern };

export type CoreModuleShape = {
  readonly imports: readonly CoreImport[];
  readonly exports: ReadonlyMap<string, CoreExtern>;
  /** Memories that the module itself defines. */
  readonly memories: readonly CoreLimits[];
  /** How many mutable globals the module itself defines, or undefined if an initialiser is more than one constant. */
  readonly mutableGlobals: number | undefined;
};

/** The most parameters, and the most results, of a core function: what engines allow (WebAssembly JS API, "Limits"). */
const coreTypeLimit = 1000;

const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const valueTypes: ReadonlyMap<number, CoreType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
]);

/** Reads the shape of the core module that `bytes` are. Errors: `component.*`, with the byte offset in `bytes`. */
export function readCoreModule(bytes: Uint8Array): CoreModuleShape {
  const reader = new ByteReader(bytes, 0, bytes.length, 'a core module');
  for (const byte of magic) {
    if (reader.byte() !== byte)
      throw reader.malformed('a core module does not begin with its magic number', 0);
  }
  const shape = new ShapeReader();
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.u32(), `section ${id} of a core module`);
    shape.section(id, section);
  }
  return shape.finish();
}

class ShapeReader {
  readonly #types: (CoreSignature | undefined)[] = [];
  readonly #imports: CoreImport[] = [];
  readonly #exports = new Map<string, CoreExtern>();
  readonly #functions: CoreExtern[] = [];
  readonly #memories: CoreExtern[] = [];
  readonly #ownMemories: CoreLimits[] = [];
  readonly #globals: CoreExtern[] = [];
  #mutableGlobals: number | undefined = 0;

  section(id: number, reader: ByteReader): void {
    switch (id) {
      case 1:
        reader.vector(() => this.#types.push(readSignature(reader)));
        break;
      case 2:
        reader.vector(() => this.#import(reader));
        break;
      case 3:
        reader.vector(() => this.#functions.push({ kind: 'function', signature: this.#types[reader.u32()] }));
        break;
      case 5:
        reader.vector(() => {
          const limits = readLimits(reader);
          this.#ownMemories.push(limits);
          this.#memories.push({ kind: 'memory', limits });
        });
        break;
      case 6:
        this.#readGlobals(reader);
        return;
      case 7:
        reader.vector(() => this.#export(reader));
        break;
      default:
        return;
    }
    reader.finish();
  }

  finish(): CoreModuleShape {
    return {
      imports: this.#imports,
      exports: this.#exports,
      memories: this.#ownMemories,
      mutableGlobals: this.#mutableGlobals,
    };
  }

  #import(reader: ByteReader): void {
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    const extern = this.#importedExtern(kind, reader);
    this.#imports.push({ module, name, extern });
  }

  #importedExtern(kind: number, reader: ByteReader): CoreExtern {
    switch (kind) {
      case 0x00: {
        const extern: CoreExtern = { kind: 'function', signature: this.#types[reader.u32()] };
        this.#functions.push(extern);
        return extern;
      }
      case 0x01:
        readReferenceType(reader);
        readLimits(reader);
        return { kind: 'table' };
      case 0x02: {
        const extern: CoreExtern = { kind: 'memory', limits: readLimits(reader) };
        this.#memories.push(extern);
        return extern;
      }
      case 0x03: {
        const extern = readGlobalType(reader);
        this.#globals.push(extern);
        return extern;
      }
      default:
        throw reader.unsupported(`a core import of kind 0x${kind.toString(16)}`, reader.position - 1);
    }
  }

  /**
   * Globals end in an initialiser of unknown length, so only those with a constant of one instruction are known by type;
   * the rest of the section is left alone. Nothing depends on the type of an exported global.
   */
  #readGlobals(reader: ByteReader): void {
    const count = reader.u32();
    let mutable = 0;
    for (let index = 0; index < count && !reader.atEnd; index += 1) {
      const global = readGlobalType(reader);
      this.#globals.push(global);
      if (global.kind === 'global' && global.mutable) mutable += 1;
      if (!skipConstant(reader)) {
        this.#mutableGlobals = undefined;
        return;
      }
    }
    this.#mutableGlobals = mutable;
  }

  #export(reader: ByteReader): void {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    const extern = this.#exportedExtern(kind, index, reader);
    this.#exports.set(name, extern);
  }

  #exportedExtern(kind: number, index: number, reader: ByteReader): CoreExtern {
    switch (kind) {
      case 0x00:
        return this.#functions[index] ?? { kind: 'function', signature: undefined };
      case 0x01:
        return { kind: 'table' };
      case 0x02: {
        const memory = this.#memories[index];
        if (memory === undefined) {
          throw EftError.of('component.index', { sort: 'core memory', index, count: this.#memories.length });
        }
        return memory;
      }
      case 0x03:
        return this.#globals[index] ?? { kind: 'global', type: undefined, mutable: true };
      default:
        throw reader.unsupported(`a core export of kind 0x${kind.toString(16)}`, reader.position - 2);
    }
  }
}

/** A function type over numbers; undefined for one with other types, which the host can neither lift nor lower. */
function readSignature(reader: ByteReader): CoreSignature | undefined {
  const form = reader.byte();
  if (form !== 0x60) throw reader.unsupported('a core type other than a function type', reader.position - 1);
  const parameters = reader.vector(() => readValueType(reader));
  const results = reader.vector(() => readValueType(reader));
  if (parameters.length > coreTypeLimit || results.length > coreTypeLimit)
    throw reader.unsupported(`a core function of more than ${coreTypeLimit} parameters or results`);
  const numbersOf = (types: readonly (CoreType | undefined)[]) => types.filter((type) => type !== undefined);
  const signature = { parameters: numbersOf(parameters), results: numbersOf(results) };
  const isNumeric =
    signature.parameters.length === parameters.length && signature.results.length === results.length;
  return isNumeric ? signature : undefined;
}

function readValueType(reader: ByteReader): CoreType | undefined {
  const code = reader.byte();
  const type = valueTypes.get(code);
  if (type === undefined && (code === 0x63 || code === 0x64)) reader.s33();
  return type;
}

function readReferenceType(reader: ByteReader): void {
  const code = reader.byte();
  if (code === 0x63 || code === 0x64) reader.s33();
}

/** Bit 0: a maximum follows; bit 1: shared; bit 2: 64-bit addresses. */
function readLimits(reader: ByteReader): CoreLimits {
  const flags = reader.byte();
  if (flags > 0x01) throw reader.unsupported('a shared or 64-bit core memory or table', reader.position - 1);
  const minimum = reader.u32();
  return { minimum, maximum: flags === 0x01 ? reader.u32() : undefined };
}

function readGlobalType(reader: ByteReader): CoreExtern {
  const type = readValueType(reader);
  return { kind: 'global', type, mutable: reader.byte() === 0x01 };
}

/** Goes past a constant initialiser `i32.const n; end` and the like. False for any other. */
function skipConstant(reader: ByteReader): boolean {
  const opcode = reader.byte();
  const skip: Partial<Record<number, () => unknown>> = {
    65: () => skipLeb(reader),
    66: () => skipLeb(reader),
    67: () => reader.take(4),
    68: () => reader.take(8),
    35: () => reader.u32(),
  };
  const skipOperand = skip[opcode];
  if (skipOperand === undefined) return false;
  skipOperand();
  return reader.byte() === 0x0b;
}

function skipLeb(reader: ByteReader): void {
  while ((reader.byte() & 0x80) !== 0);
}
