/**
 * The values of flight records as CBOR, and back, strictly: what a component's types can hold, and nothing else.
 *
 *   undefined                0xf7                        boolean            0xf4, 0xf5
 *   whole number             major type 0 or 1           other number, -0   a 64-bit float (0xfb)
 *   bigint                   tag 2 or 3 (bignum)         string             text
 *   Uint8Array               byte string                 other typed array  its tag of RFC 8746, little-endian
 *   array                    array                       object             map, keys in the order of RFC 8949, 4.2.1
 *
 * Why not `trust/deterministic-cbor.ts`: what is signed there has neither floats nor undefined, bigints or more than 64 KiB,
 * and must not learn them. Why not cbor-x alone: it writes -0 as 0, reads much that nobody writes here (references, classes,
 * dates), and believes counts, so its input would have to be scanned by as much code as reads it.
 *
 * The danger: records come from other machines. Nothing is allocated by a count that the bytes do not cover, nesting and items
 * have limits, and each value has one encoding: what is not that encoding is refused.
 *
 * RFC 8949 (heads in section 3, bignums in 3.4.3, deterministic encoding in 4.2.1); RFC 8746, section 2 (typed arrays).
 */

import { EftError } from '../errors/eft-error.ts';
import type { TypedArray, Value } from '../store/resource.ts';
import { compareBytes } from '../trust/deterministic-cbor-scan.ts';

/** Arrays and maps within each other. */
export const recordDepthLimit = 64;
/** Data items of one record. */
export const recordItemsLimit = 8_000_000;

/** Bytes of the largest integers in component types, u64 and s64. */
const bignumBytes = 8;

/** NaN is one value in JavaScript, whatever its bits; these are the ones that WebAssembly calls canonical. */
const nanBits = 0x7ff8_0000_0000_0000n;

type TypedArrayClass = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): TypedArray;
};

/** Little-endian; the machines that Eft runs on are. */
const typedArrays: readonly { readonly tag: number; readonly type: TypedArrayClass }[] = [
  { tag: 69, type: Uint16Array },
  { tag: 70, type: Uint32Array },
  { tag: 71, type: BigUint64Array },
  { tag: 72, type: Int8Array },
  { tag: 77, type: Int16Array },
  { tag: 78, type: Int32Array },
  { tag: 79, type: BigInt64Array },
  { tag: 85, type: Float32Array },
  { tag: 86, type: Float64Array },
];

/** The encoding of `value`. Error: TypeError for what no component type has: functions, symbols, objects of classes. */
export function encodeRecordValue(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.finish();
}

/** The value that `bytes` encode; what it holds are copies. Error: `record.cbor`, with the offset in `bytes`. */
export function decodeRecordValue(bytes: Uint8Array, file: string): Value {
  return new Reader(bytes, file).document();
}

const utf8Encoder = new TextEncoder();

class Writer {
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  value(value: unknown, depth: number): void {
    if (value === undefined) this.#byte(0xf7);
    else if (typeof value === 'boolean') this.#byte(value ? 0xf5 : 0xf4);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#bignum(value);
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'object' && value !== null) this.#object(value, depth);
    else throw new TypeError(`a ${value === null ? 'null' : typeof value} has no place in a record`);
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0) this.#head(0, value);
      else this.#head(1, -1 - value);
      return;
    }
    this.#byte(0xfb);
    this.#reserve(8);
    if (Number.isNaN(value)) this.#view.setBigUint64(this.#length, nanBits);
    else this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  #bignum(value: bigint): void {
    let rest = value < 0n ? -1n - value : value;
    const bytes: number[] = [];
    for (; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
    if (bytes.length > bignumBytes)
      throw new TypeError('an integer of more than 64 bits has no place in a record');
    this.#head(6, value < 0n ? 3 : 2);
    this.#byteString(Uint8Array.from(bytes));
  }

  #text(value: string): void {
    // At most three bytes for a UTF-16 code unit.
    this.#reserve(value.length * 3 + 9);
    const start = this.#length;
    const width = headWidth(value.length);
    const { written } = utf8Encoder.encodeInto(value, this.#bytes.subarray(start + width));
    if (headWidth(written) !== width)
      this.#bytes.copyWithin(start + headWidth(written), start + width, start + width + written);
    this.#head(3, written);
    this.#length += written;
  }

  #object(value: object, depth: number): void {
    if (depth >= recordDepthLimit) throw new TypeError('a value nests too deep for a record');
    if (value instanceof Uint8Array) {
      this.#byteString(value);
    } else if (ArrayBuffer.isView(value)) {
      this.#typedArray(value);
    } else if (Array.isArray(value)) {
      this.#head(4, value.length);
      for (const item of value) this.value(item, depth + 1);
    } else {
      this.#map(value, depth);
    }
  }

  #map(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    // Plain objects of another realm, such as a test's, have another Object.prototype; all of them end the chain.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      throw new TypeError('an object of a class has no place in a record');
    const entries = Object.entries(value);
    // Fields are WIT names. In ASCII, the order of code units is the order of encoded bytes.
    if (entries.some(([key]) => Buffer.byteLength(key) !== key.length))
      throw new TypeError('a field whose name is not ASCII has no place in a record');
    entries.sort(([one], [other]) => one.length - other.length || (one < other ? -1 : 1));
    this.#head(5, entries.length);
    for (const [key, item] of entries) {
      this.#text(key);
      this.value(item, depth + 1);
    }
  }

  #typedArray(value: ArrayBufferView): void {
    const found = typedArrays.find(({ type }) => value instanceof type);
    if (found === undefined) throw new TypeError('this kind of buffer has no place in a record');
    this.#head(6, found.tag);
    this.#byteString(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  #byteString(bytes: Uint8Array): void {
    this.#head(2, bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #head(major: number, argument: number): void {
    this.#reserve(9);
    const width = headWidth(argument) - 1;
    const at = this.#length;
    const info = width === 0 ? argument : 24 + Math.log2(width);
    this.#view.setUint8(at, (major << 5) | info);
    if (width === 1) this.#view.setUint8(at + 1, argument);
    else if (width === 2) this.#view.setUint16(at + 1, argument);
    else if (width === 4) this.#view.setUint32(at + 1, argument);
    else if (width === 8) this.#view.setBigUint64(at + 1, BigInt(argument));
    this.#length += 1 + width;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Bytes of the shortest head for `argument`. */
function headWidth(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x1_0000) return 3;
  return argument < 0x1_0000_0000 ? 5 : 9;
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Head = {
  readonly major: number;
  readonly info: number;
  readonly argument: number;
  readonly start: number;
};

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  #position = 0;
  #items = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
  }

  document(): Value {
    const value = this.#value(0);
    if (this.#position < this.#bytes.length) throw this.#refuse('it goes on after its end', this.#position);
    return value;
  }

  #value(depth: number): Value {
    this.#items += 1;
    if (this.#items > recordItemsLimit)
      throw this.#refuse(`it has more than ${recordItemsLimit} items`, this.#position);
    const head = this.#head();
    switch (head.major) {
      case 0:
        return this.#integer(head, head.argument);
      case 1:
        return this.#integer(head, -1 - head.argument);
      case 2:
        return this.#take(head.argument).slice();
      case 3:
        return this.#text(head);
      case 4:
        return this.#array(head, depth);
      case 5:
        return this.#map(head, depth);
      case 6:
        return this.#tagged(head);
      default:
        return this.#simple(head);
    }
  }

  #integer(head: Head, value: number): number {
    if (Number.isSafeInteger(value)) return value;
    throw this.#refuse('an integer is beyond ±(2^53 - 1)', head.start);
  }

  #text({ argument, start }: Head): string {
    try {
      return utf8Decoder.decode(this.#take(argument));
    } catch (error) {
      if (error instanceof EftError) throw error;
      throw this.#refuse('a text is not valid UTF-8', start);
    }
  }

  #array(head: Head, depth: number): Value[] {
    this.#enter(head, depth);
    const items: Value[] = [];
    for (let index = 0; index < head.argument; index += 1) items.push(this.#value(depth + 1));
    return items;
  }

  #map(head: Head, depth: number): Value {
    this.#enter(head, depth);
    const entries: [string, Value][] = [];
    let previous: Uint8Array | undefined;
    for (let index = 0; index < head.argument; index += 1) {
      const start = this.#position;
      const keyHead = this.#head();
      if (keyHead.major !== 3) throw this.#refuse('a key of a map is not text', start);
      const key = this.#text(keyHead);
      const bytes = this.#bytes.subarray(start, this.#position);
      if (previous !== undefined && compareBytes(previous, bytes) >= 0)
        throw this.#refuse('the keys of a map are not in order', start);
      previous = bytes;
      entries.push([key, this.#value(depth + 1)]);
    }
    // Defines the fields instead of assigning them: `__proto__` is a name like any other.
    return Object.fromEntries(entries);
  }

  #enter({ argument, start }: Head, depth: number): void {
    if (depth >= recordDepthLimit)
      throw this.#refuse(`it nests deeper than ${recordDepthLimit} levels`, start);
    // Each item takes a byte at least, so a count beyond the end is wrong before any of it is read.
    if (argument > this.#bytes.length - this.#position)
      throw this.#refuse('it ends too early', this.#bytes.length);
  }

  #tagged({ argument: tag, start }: Head): Value {
    const head = this.#head();
    const type = typedArrays.find((candidate) => candidate.tag === tag)?.type;
    if (head.major !== 2 || (type === undefined && tag !== 2 && tag !== 3))
      throw this.#refuse(`tag ${tag} has no meaning here`, start);
    const bytes = this.#take(head.argument);
    if (type === undefined) return this.#bignum(bytes, tag === 3, start);
    if (bytes.length % type.BYTES_PER_ELEMENT !== 0)
      throw this.#refuse('a typed array ends within an element', start);
    return new type(bytes.slice().buffer);
  }

  #bignum(bytes: Uint8Array, isNegative: boolean, start: number): bigint {
    if (bytes.length > bignumBytes || bytes[0] === 0)
      throw this.#refuse('a bigint is not as u64 and s64 are', start);
    let value = 0n;
    for (const byte of bytes) value = value * 256n + BigInt(byte);
    return isNegative ? -1n - value : value;
  }

  #simple({ info, start }: Head): Value {
    if (info === 20 || info === 21) return info === 21;
    if (info === 23) return undefined;
    if (info === 27) {
      const value = this.#view.getFloat64(this.#position - 8);
      if (Number.isNaN(value) && this.#view.getBigUint64(this.#position - 8) !== nanBits)
        throw this.#refuse('a NaN has bits of its own', start);
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return value;
      throw this.#refuse('a whole number is written as a float', start);
    }
    throw this.#refuse(`simple value ${info} has no meaning here`, start);
  }

  #head(): Head {
    const start = this.#position;
    const [first = 0] = this.#take(1);
    const major = first >> 5;
    const info = first & 0x1f;
    if (info < 24) return { major, info, argument: info, start };
    if (info > 27) throw this.#refuse('a length is indefinite or reserved', start);
    const width = 1 << (info - 24);
    let argument = 0;
    for (const byte of this.#take(width)) argument = argument * 256 + byte;
    // A simple value or a float has no shorter form; all else must be in its shortest.
    if (major !== 7 && headWidth(argument) !== width + 1)
      throw this.#refuse('a head is not in its shortest form', start);
    return { major, info, argument, start };
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#position)
      throw this.#refuse('it ends too early', this.#bytes.length);
    const view = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += length;
    return view;
  }

  #refuse(reason: string, offset: number): EftError {
    return EftError.of('record.cbor', { reason, offset }, { place: { file: this.#file } });
  }
}
