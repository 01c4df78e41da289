/**
 * Mutants of a module: its shipped bytes with one instruction changed, in a way that a person could have got wrong. The length of the code
 * stays, so nothing is compiled again, and a hundred mutants are made in a second.
 *
 * A mutant is always valid WebAssembly: it takes the same from the stack as the original did, and leaves the same.
 */

import { type Opcode, walkCode } from '../../supervisor/cells/core-code.ts';
import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import { decodeComponent } from '../../supervisor/component/decode.ts';
import type { CoreModule } from '../../supervisor/component/definition.ts';
import type { Random } from '../fuzz/random.ts';
import type { FuzzModule } from '../fuzz/target.ts';

export const mutantKinds = [
  'changed comparison',
  'swapped branch',
  'shifted constant',
  'dropped statement',
  'removed call',
  'changed operator',
] as const;

export type MutantKind = (typeof mutantKinds)[number];

/** A place that can be mutated. Offsets are in the core module. */
export type MutantPlace = {
  readonly kind: MutantKind;
  readonly function: number;
  readonly start: number;
  /** In the place of the instruction; as long as it. */
  readonly bytes: readonly number[];
  /** What it was and what it has become: `i32.lt_s → i32.le_s`. */
  readonly change: string;
};

const nop = 0x01;
const drop = 0x1a;
const i32Const = 0x41;
const branches: readonly Opcode[] = [0x04, 0x0d];
const isZero = 0x45;

const comparisons: readonly string[] = [
  'eq',
  'ne',
  'lt_s',
  'lt_u',
  'gt_s',
  'gt_u',
  'le_s',
  'le_u',
  'ge_s',
  'ge_u',
];
/** The one next to it, by where the limit belongs. */
const neighbours: Readonly<Record<string, string>> = {
  lt_s: 'le_s',
  lt_u: 'le_u',
  gt_s: 'ge_s',
  gt_u: 'ge_u',
  le_s: 'lt_s',
  le_u: 'lt_u',
  ge_s: 'gt_s',
  ge_u: 'gt_u',
};
const opposites: Readonly<Record<string, string>> = {
  eq: 'ne',
  ne: 'eq',
  lt_s: 'ge_s',
  lt_u: 'ge_u',
  gt_s: 'le_s',
  gt_u: 'le_u',
  le_s: 'gt_s',
  le_u: 'gt_u',
  ge_s: 'lt_s',
  ge_u: 'lt_u',
};
const comparisonsAt: Readonly<Record<'i32' | 'i64', number>> = { i32: 0x46, i64: 0x51 };
/** Opcode, what it becomes, and both by name. */
const operators: ReadonlyMap<Opcode, readonly [to: number, change: string]> = new Map([
  [0x6a, [0x6b, 'i32.add → i32.sub']],
  [0x6b, [0x6a, 'i32.sub → i32.add']],
  [0x6c, [0x6a, 'i32.mul → i32.add']],
  [0x71, [0x72, 'i32.and → i32.or']],
  [0x72, [0x71, 'i32.or → i32.and']],
  [0x74, [0x76, 'i32.shl → i32.shr_u']],
  [0x76, [0x74, 'i32.shr_u → i32.shl']],
  [0x7c, [0x7d, 'i64.add → i64.sub']],
  [0x7d, [0x7c, 'i64.sub → i64.add']],
  [0x83, [0x84, 'i64.and → i64.or']],
  [0x84, [0x83, 'i64.or → i64.and']],
]);

type Read = {
  readonly opcode: Opcode;
  readonly start: number;
  readonly end: number;
  readonly function: number;
};

/** Every place of a core module that can be mutated, in the order in which they stand. */
export function mutantPlaces(core: CoreModule): readonly MutantPlace[] {
  const { bytes, shape } = core;
  const importedFunctions = shape.imports.filter(({ extern }) => extern.kind === 'function').length;
  const signatures = readSignatures(core, importedFunctions);
  const places: MutantPlace[] = [];
  let before: Read | undefined;
  let index = 0;
  walkCode(bytes, importedFunctions, {
    onFunction: (next) => {
      index = next;
      before = undefined;
    },
    onInitialisers: () => {
      index = -1;
    },
    onInstruction: () => undefined,
    onInstructionRead: (opcode, start, end) => {
      // Initialisers have no function.
      if (index < importedFunctions) return;
      const read = { opcode, start, end, function: index };
      if (before !== undefined) places.push(...mutate(bytes, before, read.opcode, signatures));
      before = read;
    },
    onTable: () => undefined,
    onUnknown: (what) => new TypeError(what),
  });
  return places;
}

function mutate(
  bytes: Uint8Array,
  read: Read,
  next: Opcode,
  signatures: readonly Signature[],
): readonly MutantPlace[] {
  const { opcode, start, end } = read;
  const length = end - start;
  const place = (kind: MutantKind, change: string, ...replacement: readonly number[]): MutantPlace => {
    const padding = Array.from({ length: length - replacement.length }, () => nop);
    return { kind, function: read.function, start, bytes: [...replacement, ...padding], change };
  };
  const operator = operators.get(opcode);
  if (operator !== undefined) return [place('changed operator', operator[1], operator[0])];
  if (opcode === isZero && branches.includes(next)) return [place('swapped branch', 'i32.eqz is gone', nop)];
  for (const [type, first] of Object.entries(comparisonsAt)) {
    const name = comparisons[opcode - first];
    if (name === undefined) continue;
    return [
      ['changed comparison', neighbours[name]] as const,
      ['swapped branch', opposites[name]] as const,
    ].flatMap(([kind, other]) => {
      const at = comparisons.indexOf(other ?? '');
      return at < 0 ? [] : [place(kind, `${type}.${name} → ${type}.${other}`, first + at)];
    });
  }
  if (opcode === i32Const) {
    const value = signedLeb(bytes.subarray(start + 1, end));
    return [value + 1, value - 1].flatMap((other) => {
      const encoded = writeSignedLeb(other);
      if (encoded.length !== length - 1) return [];
      return [place('shifted constant', `i32.const ${value} → ${other}`, i32Const, ...encoded)];
    });
  }
  // Stores of numbers, local.set, local.tee, global.set.
  if (opcode >= 0x36 && opcode <= 0x3e) return [place('dropped statement', 'a store is gone', drop, drop)];
  if (opcode === 0x21) return [place('dropped statement', 'local.set is gone', drop)];
  if (opcode === 0x22) return [place('dropped statement', 'local.tee is gone', nop)];
  if (opcode === 0x24) return [place('dropped statement', 'global.set is gone', drop)];
  if (opcode === 0x10) {
    const called = new ByteReader(bytes, start + 1, end, 'a call').u32();
    const signature = signatures[called];
    const without = signature === undefined ? undefined : withoutCall(signature, length);
    return without === undefined
      ? []
      : [place('removed call', `the call of function ${called} is gone`, ...without)];
  }
  return [];
}

type Signature = { readonly parameters: readonly number[]; readonly results: readonly number[] };

const i32Type = 0x7f;

/** What takes the parameters of a call from the stack, and leaves its result: a parameter of that type, or 0. Undefined: there is no room for it. */
function withoutCall({ parameters, results }: Signature, length: number): readonly number[] | undefined {
  const [result] = results;
  const drops = Array.from({ length: parameters.length }, () => drop);
  if (result === undefined) return drops.length <= length ? drops : undefined;
  if (results.length > 1) return undefined;
  if (parameters[0] === result) return parameters.length - 1 <= length ? drops.slice(1) : undefined;
  if (result !== i32Type || parameters.length + 2 > length) return undefined;
  return [...drops, i32Const, 0];
}

/** The signatures of all functions, the imported ones first. Spec 5.5.4 to 5.5.6. */
function readSignatures({ bytes, shape }: CoreModule, importedFunctions: number): readonly Signature[] {
  const module = new ByteReader(bytes, 8, bytes.length, 'a core module');
  let types: readonly Signature[] = [];
  let own: readonly number[] = [];
  while (!module.atEnd) {
    const id = module.byte();
    const section = module.part(module.u32(), `section ${id}`);
    if (id === 1) types = section.vector(() => readType(section));
    if (id === 3) own = section.vector(() => section.u32());
  }
  const none: Signature = { parameters: [], results: [] };
  const imported = shape.imports.flatMap(({ extern }): readonly Signature[] => {
    if (extern.kind !== 'function') return [];
    const code = (type: string) => ({ i32: i32Type, i64: 0x7e, f32: 0x7d, f64: 0x7c })[type] ?? 0;
    const { signature } = extern;
    if (signature === undefined) return [none];
    return [{ parameters: signature.parameters.map(code), results: signature.results.map(code) }];
  });
  if (imported.length !== importedFunctions) throw new TypeError('imports were counted twice');
  return [...imported, ...own.map((index) => types[index] ?? none)];
}

function readType(reader: ByteReader): Signature {
  if (reader.byte() !== 0x60) throw new TypeError('a type that is not of a function');
  const list = () => reader.vector(() => reader.byte());
  return { parameters: list(), results: list() };
}

/** The module with this place mutated. */
export function applyMutant(module: FuzzModule, core: CoreModule, place: MutantPlace): FuzzModule {
  const component = module.component.slice();
  // The bytes of a core module are a part of the component's.
  const start = core.bytes.byteOffset - module.component.byteOffset + place.start;
  component.set(place.bytes, start);
  return { ...module, component, definition: decodeComponent(component) };
}

/** Some of the places, of every kind about as many, by chance. */
export function samplePlaces(
  places: readonly MutantPlace[],
  count: number,
  random: Random,
): readonly MutantPlace[] {
  const chosen: MutantPlace[] = [];
  const left = mutantKinds.map((kind) => places.filter((place) => place.kind === kind));
  while (chosen.length < count && left.some((list) => list.length > 0)) {
    for (const list of left) {
      const [place] = list.splice(random.below(list.length), 1);
      if (place !== undefined && chosen.length < count) chosen.push(place);
    }
  }
  return chosen;
}

function signedLeb(bytes: Uint8Array): number {
  let value = 0;
  let shift = 0;
  for (const byte of bytes) {
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if ((byte & 0x80) === 0 && (byte & 0x40) !== 0 && shift < 32) value |= -1 << shift;
  }
  return value;
}

function writeSignedLeb(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}
