/**
 * Deterministic CBOR: one value has one encoding, and what is not that encoding is refused.
 *
 * cbor-x does the encoding and decoding; it is lenient and knows many extensions, so it never sees bytes that the scanner
 * (deterministic-cbor-scan.ts) has not passed, and what it writes or reads is held against the scanner again. The build
 * of cbor-x used here is the one without generated code and without its native add-on.
 *
 * RFC 8949, section 4.2.1.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { Decoder, Encoder } from 'cbor-x/index-no-eval';
import { type CborOrigin, compareBytes, scanDeterministicCbor } from './deterministic-cbor-scan.ts';

export type CborKey = number | string;

/** A value that has a deterministic encoding here. Numbers are safe integers, never fractions; -0 is not one. */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<CborKey, CborValue>;

// The options that cbor-x's declarations leave out make 64-bit integers numbers; the scanner bounds them.
const decoderOptions = { mapsAsObjects: false, useRecords: false, int64AsNumber: true };
const decoder = new Decoder(decoderOptions);
const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false });

/**
 * The deterministic encoding of `value`, behind `tag` (24 to 255) if one is given.
 * Errors: RangeError for a number that is no safe integer and for text with a lone surrogate (mistakes of the caller);
 * `cbor.*` for a value beyond the scanner's limits.
 */
export function encodeDeterministicCbor(value: CborValue, tag?: number): Uint8Array<ArrayBuffer> {
  const body = encoder.encode(prepare(value));
  const prefix = tag === undefined ? [] : [0xd8, tag];
  if (tag !== undefined && !(tag >= 24 && tag <= 255))
    throw new RangeError(`tag ${tag} is not within 24 to 255`);
  const bytes = new Uint8Array(prefix.length + body.length);
  bytes.set(prefix);
  bytes.set(body, prefix.length);
  scanDeterministicCbor(bytes, {}, tag);
  return bytes;
}

/**
 * The value that `bytes` encode, behind `tag` if one is given. Byte strings in it are copies.
 * Errors: `cbor.*`, with the byte offset, for everything that is not the one encoding of its value.
 */
export function decodeDeterministicCbor(bytes: Uint8Array, origin: CborOrigin = {}, tag?: number): CborValue {
  scanDeterministicCbor(bytes, origin, tag);
  const body = new Uint8Array(bytes.subarray(tag === undefined ? 0 : tagHeadLength(tag)));
  const value = accept(decoder.decode(body));
  // Both readers of the same bytes must agree: what was decoded encodes to the bytes that were scanned.
  deepStrictEqual(encodeDeterministicCbor(value, tag), new Uint8Array(bytes));
  return value;
}

function tagHeadLength(tag: number): number {
  if (!(tag >= 24 && tag <= 255)) throw new RangeError(`tag ${tag} is not within 24 to 255`);
  return 2;
}

/** The same value in the types that cbor-x writes in shortest form, with the keys of maps sorted. */
function prepare(value: CborValue): unknown {
  if (typeof value === 'number') return prepareInteger(value);
  if (typeof value === 'string') return prepareText(value);
  if (value === null || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return value;
  if (isArray(value)) return value.map(prepare);
  const entries = [...value].map(([key, item]) => ({ key: prepare(key), order: encodeKey(key), item }));
  entries.sort((left, right) => compareBytes(left.order, right.order));
  return new Map(entries.map(({ key, item }) => [key, prepare(item)]));
}

function isArray(
  value: readonly CborValue[] | ReadonlyMap<CborKey, CborValue>,
): value is readonly CborValue[] {
  return Array.isArray(value);
}

function prepareInteger(value: number): number | bigint {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new RangeError(`${value} is not an integer within ±(2^53 - 1)`);
  }
  // cbor-x writes numbers beyond 32 bits as floats, and bigints always in eight bytes: right exactly for these.
  return value > 0xffff_ffff || value < -0x1_0000_0000 ? BigInt(value) : value;
}

function prepareText(value: string): string {
  if (!value.isWellFormed())
    throw new RangeError('the text holds a lone surrogate, which UTF-8 cannot carry');
  return value;
}

function encodeKey(key: CborKey): Uint8Array {
  return new Uint8Array(encoder.encode(prepare(key)));
}

/** Types what the decoder gives. Everything the scanner passes has one of these types. */
function accept(value: unknown): CborValue {
  if (
    typeof value === 'number' ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    value === null
  ) {
    return value;
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(accept);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [acceptKey(key), accept(item)]));
  throw new TypeError(`cbor-x gave a ${typeof value} for scanned CBOR`);
}

function acceptKey(key: unknown): CborKey {
  if (typeof key === 'number' || typeof key === 'string') return key;
  throw new TypeError(`cbor-x gave a ${typeof key} as a key for scanned CBOR`);
}
