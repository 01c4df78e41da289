/**
 * How a value type lies in linear memory and in core parameters.
 * Spec: CanonicalABI.md, "Alignment", "Element Size" and "Flattening".
 */
import { EftError } from '../errors/eft-error.ts';
import type { CoreSignature, CoreType } from './core-module.ts';
import type { Case, FunctionType, ValueType } from './types.ts';

/** More flat parameters than this go through memory (MAX_FLAT_PARAMS). */
export const flatParameterLimit = 16;
/** More flat results than this go through memory (MAX_FLAT_RESULTS). */
export const flatResultLimit = 1;
/** The most bytes that a string or a list may have (MAX_STRING_BYTE_LENGTH, MAX_LIST_BYTE_LENGTH). */
export const byteLengthLimit = 2 ** 28 - 1;

/** The most bytes that one value may take in memory (Binary.md, notes on `defvaltype`). */
export const elementSizeLimit = 2 ** 28;

/**
 * Bytes, alignment in bytes, and core types of a value. `flat` is cut after `flatParameterLimit + 1` entries: what has more
 * goes through memory anyway, and a type that doubles at each level must not double the list.
 */
export type Layout = {
  readonly size: number;
  readonly alignment: number;
  readonly flat: readonly CoreType[];
};

/** Where the payload of a variant begins and how wide its discriminant is, in bytes. */
export type VariantLayout = Layout & { readonly discriminantSize: 1 | 2 | 4; readonly payloadOffset: number };

const scalarLayouts = {
  bool: { size: 1, alignment: 1, flat: ['i32'] },
  s8: { size: 1, alignment: 1, flat: ['i32'] },
  u8: { size: 1, alignment: 1, flat: ['i32'] },
  s16: { size: 2, alignment: 2, flat: ['i32'] },
  u16: { size: 2, alignment: 2, flat: ['i32'] },
  s32: { size: 4, alignment: 4, flat: ['i32'] },
  u32: { size: 4, alignment: 4, flat: ['i32'] },
  s64: { size: 8, alignment: 8, flat: ['i64'] },
  u64: { size: 8, alignment: 8, flat: ['i64'] },
  f32: { size: 4, alignment: 4, flat: ['f32'] },
  f64: { size: 8, alignment: 8, flat: ['f64'] },
  char: { size: 4, alignment: 4, flat: ['i32'] },
  own: { size: 4, alignment: 4, flat: ['i32'] },
  borrow: { size: 4, alignment: 4, flat: ['i32'] },
  string: { size: 8, alignment: 4, flat: ['i32', 'i32'] },
  list: { size: 8, alignment: 4, flat: ['i32', 'i32'] },
} as const satisfies Record<string, Layout>;

const cache = new WeakMap<ValueType, Layout>();

/** The layout of `type`. */
export function layoutOf(type: ValueType): Layout {
  const known = cache.get(type);
  if (known !== undefined) return known;
  const layout = computeLayout(type);
  if (layout.size >= elementSizeLimit) {
    throw EftError.of('component.type', { reason: `a ${type.kind} takes ${layout.size} bytes in memory` });
  }
  cache.set(type, layout);
  return layout;
}

export function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** The offset of each part of a record or tuple, and the layout of the whole. */
export function sequenceLayout(
  types: readonly ValueType[],
): Layout & { readonly offsets: readonly number[] } {
  const offsets: number[] = [];
  const flat: CoreType[] = [];
  let size = 0;
  let alignment = 1;
  for (const type of types) {
    const part = layoutOf(type);
    size = alignTo(size, part.alignment);
    offsets.push(size);
    size += part.size;
    alignment = Math.max(alignment, part.alignment);
    flat.push(...part.flat.slice(0, flatParameterLimit + 1 - flat.length));
  }
  return { size: alignTo(size, alignment), alignment, flat, offsets };
}

/** The layout of a variant, and of what is a variant underneath: option, result, enum. */
export function variantLayout(cases: readonly Case[]): VariantLayout {
  const discriminantSize = cases.length <= 0x100 ? 1 : cases.length <= 0x1_0000 ? 2 : 4;
  let payloadAlignment = 1;
  let payloadSize = 0;
  const payloadFlat: CoreType[] = [];
  for (const { type } of cases) {
    if (type === undefined) continue;
    const part = layoutOf(type);
    payloadAlignment = Math.max(payloadAlignment, part.alignment);
    payloadSize = Math.max(payloadSize, part.size);
    part.flat.forEach((core, index) => {
      payloadFlat[index] = join(payloadFlat[index] ?? core, core);
    });
  }
  const payloadOffset = alignTo(discriminantSize, payloadAlignment);
  const alignment = Math.max(discriminantSize, payloadAlignment);
  const size = alignTo(payloadOffset + payloadSize, alignment);
  return {
    size,
    alignment,
    flat: ['i32' as const, ...payloadFlat].slice(0, flatParameterLimit + 1),
    discriminantSize,
    payloadOffset,
  };
}

/** The cases of what is a variant underneath. */
export function casesOf(
  type: ValueType & { kind: 'variant' | 'enum' | 'option' | 'result' },
): readonly Case[] {
  switch (type.kind) {
    case 'variant':
      return type.cases;
    case 'enum':
      return type.labels.map((name) => ({ name, type: undefined }));
    case 'option':
      return [
        { name: 'none', type: undefined },
        { name: 'some', type: type.some },
      ];
    case 'result':
      return [
        { name: 'ok', type: type.ok },
        { name: 'error', type: type.err },
      ];
  }
}

/** The core function type of `type`, lifted from an export or lowered into an import. */
export function flattenFunction(type: FunctionType, context: 'lift' | 'lower'): CoreSignature {
  const flat = sequenceLayout(type.parameters.map((parameter) => parameter.type)).flat;
  const parameters: CoreType[] = flat.length > flatParameterLimit ? ['i32'] : [...flat];
  const results = type.result === undefined ? [] : layoutOf(type.result).flat;
  if (results.length <= flatResultLimit) return { parameters, results };
  if (context === 'lift') return { parameters, results: ['i32'] };
  return { parameters: [...parameters, 'i32'], results: [] };
}

export function sameSignature(one: CoreSignature, other: CoreSignature): boolean {
  return formatSignature(one) === formatSignature(other);
}

export function formatSignature(signature: CoreSignature): string {
  return `(${signature.parameters.join(' ')}) -> (${signature.results.join(' ')})`;
}

const memoryNeeds = new WeakMap<ValueType, boolean>();

/** Whether a value of `type` holds a string or a list, which live in memory. */
export function needsMemory(type: ValueType): boolean {
  const known = memoryNeeds.get(type);
  if (known !== undefined) return known;
  const needs = computeNeedsMemory(type);
  memoryNeeds.set(type, needs);
  return needs;
}

function computeNeedsMemory(type: ValueType): boolean {
  switch (type.kind) {
    case 'string':
    case 'list':
      return true;
    case 'record':
      return type.fields.some((field) => needsMemory(field.type));
    case 'tuple':
      return type.elements.some(needsMemory);
    case 'variant':
    case 'option':
    case 'result':
      return casesOf(type).some((item) => item.type !== undefined && needsMemory(item.type));
    default:
      return false;
  }
}

function join(one: CoreType, other: CoreType): CoreType {
  if (one === other) return one;
  const pair = `${one} ${other}`;
  return pair === 'i32 f32' || pair === 'f32 i32' ? 'i32' : 'i64';
}

function computeLayout(type: ValueType): Layout {
  switch (type.kind) {
    case 'record':
      return sequenceLayout(type.fields.map((field) => field.type));
    case 'tuple':
      return sequenceLayout(type.elements);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return variantLayout(casesOf(type));
    case 'flags': {
      const size = type.labels.length <= 8 ? 1 : type.labels.length <= 16 ? 2 : 4;
      return { size, alignment: size, flat: ['i32'] };
    }
    default:
      return scalarLayouts[type.kind];
  }
}
