/**
 * CBOR (record-cbor.ts) into values, strictly and on a budget.
 *
 * The danger: records come from other machines, and a file of a few bytes can say that it holds a great deal. Every value is charged
 * with what V8 keeps for it, before it is made, and what would take more than the budget is refused; so is what the bytes do not
 * cover, what nests too deep, and what is not the one encoding of its value. Nothing else is thrown, whatever the bytes are.
 */

import { EftError } from '../errors/eft-error.ts';
import type { Value } from '../store/resource.ts';
import { compareBytes } from '../trust/deterministic-cbor-scan.ts';
import { bignumBytes, headWidth, nanBits, recordDepthLimit, typedArrays } from './record-cbor.ts';

/**
 * Bytes of memory that the values of one record may take, as charged below. A record that a node writes holds a mirror of the store, 64 MiB
 * at most, and some 8 MiB of what happened.
 */
export const recordMemoryLimit = 192 * 1024 * 1024;

/* What V8 (64 bit, pointers not compressed) and Node keep for each value at most; `record-reader.test.ts` measures it. */
const scalarCharge = 16;
const bigintCharge = 32;
const textCharge = 32;
/** A byte of UTF-8 becomes one code unit at most. */
const textByteCharge = 2;
const arrayCharge = 64;
const itemCharge = 8;
const mapCharge = 128;
const entryCharge = 64;
const bufferCharge = 512;

/** Bytes of a byte string from which on it is not copied, if that is asked for. */
export const sharedFromBytes = 64 * 1024;

/** The value that `bytes` encode; what it holds are copies. Error: `record.cbor`, with the offset in `bytes`. */
export function decodeRecordValue(bytes: Uint8Array, file: string, memoryLimit = recordMemoryLimit): Value {
  return new RecordReader(bytes, file, memoryLimit).document();
}

/** As `decodeRecordValue`, of `bytes` that nobody else has: byte strings of `sharedFromBytes` and more are views on them. */
export function decodeOwnValue(bytes: Uint8Array, file: string, memoryLimit: number): Value {
  return new RecordReader(bytes, file, memoryLimit, sharedFromBytes).document();
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Head = {
  readonly major: number;
  readonly info: number;
  readonly argument: number;
  readonly start: number;
};

/** Reads one value; see `decodeRecordValue`. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly #memoryLimit: number;
  readonly #sharedFrom: number;
  #position = 0;
  #charged = 0;

  constructor(
    bytes: Uint8Array,
    file: string,
    memoryLimit: number,
    sharedFrom: number = Number.POSITIVE_INFINITY,
  ) {
    // Of a Buffer, `slice` would be a view and no copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#memoryLimit = memoryLimit;
    this.#sharedFrom = sharedFrom;
  }

  /** Bytes of memory charged so far. */
  get charged(): number {
    return this.#charged;
  }

  document(): Value {
    const value = this.#value(0);
    if (this.#position < this.#bytes.length) throw this.#refuse('it goes on after its end', this.#position);
    return value;
  }

  #value(depth: number): Value {
    const head = this.#head();
    switch (head.major) {
      case 0:
        return this.#integer(head, head.argument);
      case 1:
        return this.#integer(head, -1 - head.argument);
      case 2:
        return head.argument >= this.#sharedFrom ? this.#buffer(head) : this.#buffer(head).slice();
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
    this.#charge(scalarCharge, head.start);
    if (Number.isSafeInteger(value)) return value;
    throw this.#refuse('an integer is beyond ±(2^53 - 1)', head.start);
  }

  /** Bytes that become a buffer of their own. */
  #buffer({ argument, start }: Head): Uint8Array {
    const bytes = this.#take(argument);
    this.#charge(bufferCharge + argument, start);
    return bytes;
  }

  #text({ argument, start }: Head): string {
    const bytes = this.#take(argument);
    this.#charge(textCharge + argument * textByteCharge, start);
    try {
      return utf8Decoder.decode(bytes);
    } catch {
      throw this.#refuse('a text is not valid UTF-8', start);
    }
  }

  #array(head: Head, depth: number): Value[] {
    this.#enter(head, depth, 1);
    this.#charge(arrayCharge + head.argument * itemCharge, head.start);
    // Of its length from the start: it would be copied again and again as it grows.
    const items = new Array<Value>(head.argument);
    for (let index = 0; index < head.argument; index += 1) items[index] = this.#value(depth + 1);
    return items;
  }

  #map(head: Head, depth: number): Value {
    this.#enter(head, depth, 2);
    this.#charge(mapCharge + head.argument * entryCharge, head.start);
    const entries: [string, Value][] = [];
    let previous: Uint8Array | undefined;
    for (let index = 0; index < head.argument; index += 1) {
      const start = this.#position;
      const keyHead = this.#head();
      if (keyHead.major !== 3) throw this.#refuse('a key of a map is not text', start);
      const key = this.#text(keyHead);
      // The writer has no such field either: it would fail on what was read here.
      if (key.length !== keyHead.argument) throw this.#refuse('the name of a field is not ASCII', start);
      const bytes = this.#bytes.subarray(start, this.#position);
      if (previous !== undefined && compareBytes(previous, bytes) >= 0)
        throw this.#refuse('the keys of a map are not in order', start);
      previous = bytes;
      entries.push([key, this.#value(depth + 1)]);
    }
    // Defines the fields instead of assigning them: `__proto__` is a name like any other.
    return Object.fromEntries(entries);
  }

  #enter({ argument, start }: Head, depth: number, bytesEach: number): void {
    if (depth >= recordDepthLimit)
      throw this.#refuse(`it nests deeper than ${recordDepthLimit} levels`, start);
    // Each item takes a byte at least, so a count beyond the end is wrong before any of it is read.
    if (argument > (this.#bytes.length - this.#position) / bytesEach)
      throw this.#refuse('it ends too early', this.#bytes.length);
  }

  #tagged({ argument: tag, start }: Head): Value {
    const head = this.#head();
    const type = typedArrays.find((candidate) => candidate.tag === tag)?.type;
    if (head.major !== 2 || (type === undefined && tag !== 2 && tag !== 3))
      throw this.#refuse(`tag ${tag} has no meaning here`, start);
    if (type === undefined) return this.#bignum(this.#take(head.argument), tag === 3, start);
    const bytes = this.#buffer(head);
    if (bytes.length % type.BYTES_PER_ELEMENT !== 0)
      throw this.#refuse('a typed array ends within an element', start);
    return new type(bytes.slice().buffer);
  }

  #bignum(bytes: Uint8Array, isNegative: boolean, start: number): bigint {
    if (bytes.length > bignumBytes || bytes[0] === 0)
      throw this.#refuse('a bigint is not as u64 and s64 are', start);
    this.#charge(bigintCharge, start);
    let value = 0n;
    for (const byte of bytes) value = value * 256n + BigInt(byte);
    return isNegative ? -1n - value : value;
  }

  #simple({ info, start }: Head): Value {
    this.#charge(scalarCharge, start);
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

  /** To be called before what it is for is made. */
  #charge(bytes: number, start: number): void {
    this.#charged += bytes;
    if (this.#charged > this.#memoryLimit)
      throw this.#refuse(`it would take more than ${this.#memoryLimit} bytes of memory`, start);
  }

  #refuse(reason: string, offset: number): EftError {
    return EftError.of('record.cbor', { reason, offset }, { place: { file: this.#file } });
  }
}
