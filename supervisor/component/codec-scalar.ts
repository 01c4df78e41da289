/**
 * Codecs of the types that are one core value: booleans, integers, floats, chars.
 *
 * Integers from a guest are cut to their width, as the spec says; numbers from the host must be in range. NaNs lose their
 * payload in both directions, so that a guest sees the same bits on every machine.
 */
import { EftError } from '../errors/eft-error.ts';
import type { CoreValue } from './call-context.ts';
import { asBigint, asNumber, type Bulk, type Codec, wrongValue } from './codec.ts';
import { layoutOf } from './layout.ts';
import type { PrimitiveKind, ValueType } from './types.ts';

type ScalarKind = Exclude<PrimitiveKind, 'string'>;

type Scalar = {
  readonly liftOne: (value: CoreValue) => unknown;
  readonly lowerOne: (value: unknown) => CoreValue;
  readonly load: (view: DataView, pointer: number) => CoreValue;
  readonly store: (view: DataView, pointer: number, value: CoreValue) => void;
  readonly bulk?: Bulk;
};

/** Bits of the one NaN that is ever written (CanonicalABI.md, CANONICAL_FLOAT32_NAN and CANONICAL_FLOAT64_NAN). */
const canonicalNan32 = 0x7fc0_0000;
const canonicalNan64 = 0x7ff8_0000_0000_0000n;

function integer(value: unknown, minimum: number, maximum: number, expected: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
    return value;
  throw wrongValue(value, expected);
}

function charToString(code: number): string {
  if (code >= 0x11_0000 || (code >= 0xd800 && code <= 0xdfff)) {
    throw EftError.of('trap.char', { value: `0x${code.toString(16)}` });
  }
  return String.fromCodePoint(code);
}

function stringToChar(value: unknown): number {
  if (typeof value === 'string') {
    const code = value.codePointAt(0);
    const isWhole = code !== undefined && value.length === (code > 0xffff ? 2 : 1);
    if (isWhole && !(code >= 0xd800 && code <= 0xdfff)) return code;
  }
  throw wrongValue(value, 'a char: a string of one Unicode scalar value');
}

type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

type TypedArrayClass<Typed extends TypedArray> = {
  new (buffer: ArrayBufferLike, offset: number, length: number): Typed;
  readonly BYTES_PER_ELEMENT: number;
};

/** Lists of numbers: copied as bytes, then made canonical where the type needs it. */
function bulk<Typed extends TypedArray>(
  typedArray: TypedArrayClass<Typed>,
  canonicalize: (values: Typed) => void = () => undefined,
): Bulk {
  const width = typedArray.BYTES_PER_ELEMENT;
  return {
    load: ({ memory }, pointer, length) => {
      const copy = new Uint8Array(length * width);
      copy.set(memory.bytes.subarray(pointer, pointer + length * width));
      const values = new typedArray(copy.buffer, 0, length);
      canonicalize(values);
      return values;
    },
    store: ({ memory }, pointer, value) => {
      if (!(value instanceof typedArray)) return false;
      memory.bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), pointer);
      const { buffer, byteOffset } = memory.bytes;
      if (value.length > 0) canonicalize(new typedArray(buffer, byteOffset + pointer, value.length));
      return true;
    },
  };
}

function canonicalizeFloats32(values: Float32Array): void {
  let bits: Uint32Array | undefined;
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isNaN(values[index])) continue;
    bits ??= new Uint32Array(values.buffer, values.byteOffset, values.length);
    bits[index] = canonicalNan32;
  }
}

function canonicalizeFloats64(values: Float64Array): void {
  let bits: BigUint64Array | undefined;
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isNaN(values[index])) continue;
    bits ??= new BigUint64Array(values.buffer, values.byteOffset, values.length);
    bits[index] = canonicalNan64;
  }
}

const scalars: Record<ScalarKind, Scalar> = {
  bool: {
    liftOne: (value) => value !== 0,
    lowerOne: (value) => {
      if (typeof value !== 'boolean') throw wrongValue(value, 'a bool');
      return value ? 1 : 0;
    },
    load: (view, pointer) => view.getUint8(pointer),
    store: (view, pointer, value) => view.setUint8(pointer, asNumber(value)),
  },
  s8: {
    liftOne: (value) => (asNumber(value) << 24) >> 24,
    lowerOne: (value) => integer(value, -0x80, 0x7f, 'an s8'),
    load: (view, pointer) => view.getInt8(pointer),
    store: (view, pointer, value) => view.setInt8(pointer, asNumber(value)),
    bulk: bulk(Int8Array),
  },
  u8: {
    liftOne: (value) => asNumber(value) & 0xff,
    lowerOne: (value) => integer(value, 0, 0xff, 'a u8'),
    load: (view, pointer) => view.getUint8(pointer),
    store: (view, pointer, value) => view.setUint8(pointer, asNumber(value)),
    bulk: bulk(Uint8Array),
  },
  s16: {
    liftOne: (value) => (asNumber(value) << 16) >> 16,
    lowerOne: (value) => integer(value, -0x8000, 0x7fff, 'an s16'),
    load: (view, pointer) => view.getInt16(pointer, true),
    store: (view, pointer, value) => view.setInt16(pointer, asNumber(value), true),
    bulk: bulk(Int16Array),
  },
  u16: {
    liftOne: (value) => asNumber(value) & 0xffff,
    lowerOne: (value) => integer(value, 0, 0xffff, 'a u16'),
    load: (view, pointer) => view.getUint16(pointer, true),
    store: (view, pointer, value) => view.setUint16(pointer, asNumber(value), true),
    bulk: bulk(Uint16Array),
  },
  s32: {
    liftOne: (value) => asNumber(value) | 0,
    lowerOne: (value) => {
      if (typeof value === 'number' && value === (value | 0)) return value;
      throw wrongValue(value, 'an s32');
    },
    load: (view, pointer) => view.getInt32(pointer, true),
    store: (view, pointer, value) => view.setInt32(pointer, asNumber(value), true),
    bulk: bulk(Int32Array),
  },
  u32: {
    liftOne: (value) => asNumber(value) >>> 0,
    lowerOne: (value) => {
      if (typeof value === 'number' && value === value >>> 0) return value;
      throw wrongValue(value, 'a u32');
    },
    load: (view, pointer) => view.getUint32(pointer, true),
    store: (view, pointer, value) => view.setUint32(pointer, asNumber(value), true),
    bulk: bulk(Uint32Array),
  },
  s64: {
    liftOne: (value) => BigInt.asIntN(64, asBigint(value)),
    lowerOne: (value) => {
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
      throw wrongValue(value, 'an s64');
    },
    load: (view, pointer) => view.getBigInt64(pointer, true),
    store: (view, pointer, value) => view.setBigInt64(pointer, asBigint(value), true),
    bulk: bulk(BigInt64Array),
  },
  u64: {
    liftOne: (value) => BigInt.asUintN(64, asBigint(value)),
    lowerOne: (value) => {
      if (typeof value === 'bigint' && BigInt.asUintN(64, value) === value) return value;
      throw wrongValue(value, 'a u64');
    },
    load: (view, pointer) => view.getBigUint64(pointer, true),
    store: (view, pointer, value) => view.setBigUint64(pointer, asBigint(value), true),
    bulk: bulk(BigUint64Array),
  },
  f32: {
    liftOne: (value) => (Number.isNaN(value) ? Number.NaN : value),
    lowerOne: (value) => {
      if (typeof value !== 'number') throw wrongValue(value, 'an f32');
      return Number.isNaN(value) ? Number.NaN : Math.fround(value);
    },
    load: (view, pointer) => view.getFloat32(pointer, true),
    store: (view, pointer, value) => {
      if (Number.isNaN(value)) view.setUint32(pointer, canonicalNan32, true);
      else view.setFloat32(pointer, asNumber(value), true);
    },
    bulk: bulk(Float32Array, canonicalizeFloats32),
  },
  f64: {
    liftOne: (value) => (Number.isNaN(value) ? Number.NaN : value),
    lowerOne: (value) => {
      if (typeof value !== 'number') throw wrongValue(value, 'an f64');
      return Number.isNaN(value) ? Number.NaN : value;
    },
    load: (view, pointer) => view.getFloat64(pointer, true),
    store: (view, pointer, value) => {
      if (Number.isNaN(value)) view.setBigUint64(pointer, canonicalNan64, true);
      else view.setFloat64(pointer, asNumber(value), true);
    },
    bulk: bulk(Float64Array, canonicalizeFloats64),
  },
  char: {
    liftOne: (value) => charToString(asNumber(value) >>> 0),
    lowerOne: (value) => stringToChar(value),
    load: (view, pointer) => view.getUint32(pointer, true),
    store: (view, pointer, value) => view.setUint32(pointer, asNumber(value), true),
  },
};

/** Scalar kinds as small numbers, to switch on where a call through a closure would cost more than the work itself. */
const scalarCodes: Readonly<Record<ScalarKind, number>> = {
  bool: 0,
  s8: 1,
  u8: 2,
  s16: 3,
  u16: 4,
  s32: 5,
  u32: 6,
  s64: 7,
  u64: 8,
  f32: 9,
  f64: 10,
  char: 11,
};

/** The code of a type that is not scalar. */
export const notScalar = -1;

/** The code of `type`, or `notScalar`. */
export function scalarCodeOf(type: ValueType | undefined): number {
  return type !== undefined && type.kind in scalarCodes
    ? (codeByKind.get(type.kind) ?? notScalar)
    : notScalar;
}

const codeByKind: ReadonlyMap<string, number> = new Map(Object.entries(scalarCodes));
const scalarByCode: readonly Scalar[] = Object.keys(scalarCodes).map((kind) => scalars[asScalarKind(kind)]);

function asScalarKind(kind: string): ScalarKind {
  if (isScalarKind(kind)) return kind;
  throw new TypeError(`${kind} is no scalar kind`);
}

function isScalarKind(kind: string): kind is ScalarKind {
  return kind in scalarCodes;
}

function scalarOf(code: number): Scalar {
  const scalar = scalarByCode[code];
  if (scalar === undefined) throw new TypeError('no such scalar');
  return scalar;
}

/** `lowerOne` of the scalar type with this code. The frequent types are done here, the others by their own function. */
export function lowerScalar(code: number, value: unknown): CoreValue {
  if (code === 6) {
    if (typeof value === 'number' && value === value >>> 0) return value;
  } else if (code === 5) {
    if (typeof value === 'number' && value === (value | 0)) return value;
  } else if (code === 8) {
    if (typeof value === 'bigint' && BigInt.asUintN(64, value) === value) return value;
  } else if (code === 0) {
    if (typeof value === 'boolean') return value ? 1 : 0;
  }
  return scalarOf(code).lowerOne(value);
}

/** `liftOne` of the scalar type with this code. */
export function liftScalar(code: number, value: CoreValue): unknown {
  if (typeof value === 'number') {
    if (code === 6) return value >>> 0;
    if (code === 5) return value | 0;
    if (code === 0) return value !== 0;
  } else if (code === 8) {
    return BigInt.asUintN(64, value);
  }
  return scalarOf(code).liftOne(value);
}

/** `load` of the scalar type with this code. */
export function loadScalar(view: DataView, code: number, pointer: number): unknown {
  switch (code) {
    case 0:
      return view.getUint8(pointer) !== 0;
    case 2:
      return view.getUint8(pointer);
    case 5:
      return view.getInt32(pointer, true);
    case 6:
      return view.getUint32(pointer, true);
    case 8:
      return view.getBigUint64(pointer, true);
    case 10: {
      const value = view.getFloat64(pointer, true);
      return Number.isNaN(value) ? Number.NaN : value;
    }
    default: {
      const scalar = scalarOf(code);
      return scalar.liftOne(scalar.load(view, pointer));
    }
  }
}

/** `store` of the scalar type with this code. */
export function storeScalar(view: DataView, code: number, pointer: number, value: unknown): void {
  if (typeof value === 'number') {
    if (code === 6 && value === value >>> 0) {
      view.setUint32(pointer, value, true);
      return;
    }
    if (code === 5 && value === (value | 0)) {
      view.setInt32(pointer, value, true);
      return;
    }
    if (code === 10 && !Number.isNaN(value)) {
      view.setFloat64(pointer, value, true);
      return;
    }
    if (code === 2 && value === (value & 0xff)) {
      view.setUint8(pointer, value);
      return;
    }
  }
  const scalar = scalarOf(code);
  scalar.store(view, pointer, scalar.lowerOne(value));
}

function scalarCodec(kind: ScalarKind): Codec {
  const { liftOne, lowerOne, load, store, bulk } = scalars[kind];
  return {
    layout: layoutOf({ kind, name: undefined }),
    load: (context, pointer) => liftOne(load(context.memory.view, pointer)),
    store: (context, pointer, value) => store(context.memory.view, pointer, lowerOne(value)),
    lift: (_, source) => liftOne(source.next()),
    lower: (_, value, sink) => {
      sink.push(lowerOne(value));
    },
    liftOne: (_, value) => liftOne(value),
    lowerOne: (_, value) => lowerOne(value),
    ...(bulk === undefined ? {} : { bulk }),
  };
}

/** The codecs of all scalar types, by kind. */
export const scalarCodecs: Readonly<Record<ScalarKind, Codec>> = {
  bool: scalarCodec('bool'),
  s8: scalarCodec('s8'),
  u8: scalarCodec('u8'),
  s16: scalarCodec('s16'),
  u16: scalarCodec('u16'),
  s32: scalarCodec('s32'),
  u32: scalarCodec('u32'),
  s64: scalarCodec('s64'),
  u64: scalarCodec('u64'),
  f32: scalarCodec('f32'),
  f64: scalarCodec('f64'),
  char: scalarCodec('char'),
};
