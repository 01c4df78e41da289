/**
 * Values into CBOR (record-cbor.ts), a piece at a time: what a cell is told and what it says can be hundreds of thousands of values, and
 * PID 1's only thread must not stand still until all of them are written. So there is no recursion here but a stack, and whoever drives
 * the writer says how far it goes before others have their turn.
 *
 * Large byte strings are not copied: they are pieces of the result as they are. The danger: nobody may change a value, or bytes in it,
 * until all is written.
 */
import { bignumBytes, headWidth, nanBits, recordDepthLimit, typedArrays } from './record-cbor.ts';

/** Bytes of one piece of the result. */
const pieceBytes = 64 * 1024;
/** Byte strings of this many bytes and more become pieces of their own. */
const ownPieceBytes = 16 * 1024;
/** Bytes written that count as much as one value. */
const bytesPerValue = 64;
/** Names of fields whose encoding is remembered: those of the records themselves, and of the kinds. */
const knownKeysLimit = 1_024;
/** UTF-16 code units of texts that are written one by one, if they are ASCII. */
const shortText = 48;

/**
 * What is written at once is written into the same piece each time and copied from there: a new one for each of a thousand small messages a second would be
 * 64 MB to be collected again. Nothing in it outlives the call.
 */
const scratch = { piece: new Uint8Array(pieceBytes), knownKeys: new Map<string, Uint8Array>() };

/** The encoding of `value`. Error: TypeError for what no component type has: functions, symbols, objects of classes. */
export function encodeRecordValue(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new RecordWriter(value, scratch);
  writer.advance(Number.POSITIVE_INFINITY);
  const bytes = new Uint8Array(writer.length);
  let at = 0;
  for (const piece of writer.pieces()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** An array, or an object's values in the order of `keys`, of which `next` comes next. */
type Frame = {
  readonly items: readonly unknown[];
  readonly keys: readonly string[] | undefined;
  next: number;
};

const utf8Encoder = new TextEncoder();

export class RecordWriter {
  readonly #pieces: Uint8Array[] = [];
  readonly #stack: Frame[] = [];
  readonly #knownKeys: Map<string, Uint8Array>;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;
  #finished = 0;

  /** `room` is the first piece, and what has been learned of keys; nobody else writes there until all is written and copied. */
  constructor(
    value: unknown,
    room: { readonly piece: Uint8Array<ArrayBuffer>; readonly knownKeys: Map<string, Uint8Array> } = {
      piece: new Uint8Array(pieceBytes),
      knownKeys: new Map(),
    },
  ) {
    this.#bytes = room.piece;
    this.#view = new DataView(this.#bytes.buffer);
    this.#knownKeys = room.knownKeys;
    this.#stack.push({ items: [value], keys: undefined, next: 0 });
  }

  /**
   * Writes about `values` values more, fewer if they are long. True if that was all. Errors: as `encodeRecordValue`; the writer is of no
   * use after one.
   */
  advance(values: number): boolean {
    let left = values;
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      if (frame.next === frame.items.length) {
        this.#stack.pop();
        continue;
      }
      if (left <= 0) return false;
      const before = this.length;
      const index = frame.next;
      frame.next += 1;
      const key = frame.keys?.[index];
      if (key !== undefined) this.#key(key);
      this.#value(frame.items[index]);
      left -= 1 + (this.length - before) / bytesPerValue;
    }
    return true;
  }

  /** Bytes written. */
  get length(): number {
    return this.#finished + this.#at;
  }

  /** What has been written, in order. To be asked for at the end. */
  pieces(): readonly Uint8Array[] {
    return [...this.#pieces, this.#bytes.subarray(0, this.#at)];
  }

  #value(value: unknown): void {
    if (value === undefined) this.#byte(0xf7);
    else if (typeof value === 'boolean') this.#byte(value ? 0xf5 : 0xf4);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#bignum(value);
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'object' && value !== null) this.#object(value);
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
    if (Number.isNaN(value)) this.#view.setBigUint64(this.#at, nanBits);
    else this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  #bignum(value: bigint): void {
    const rest = value < 0n ? -1n - value : value;
    if (BigInt.asUintN(8 * bignumBytes, rest) !== rest)
      throw new TypeError('an integer of more than 64 bits has no place in a record');
    this.#head(6, value < 0n ? 3 : 2);
    const bytes = new Uint8Array(bignumBytes);
    new DataView(bytes.buffer).setBigUint64(0, rest);
    const first = bytes.findIndex((byte) => byte !== 0);
    this.#byteString(bytes.subarray(first < 0 ? bignumBytes : first));
  }

  #text(value: string): void {
    if (value.length <= shortText && this.#shortText(value)) return;
    // At most three bytes for a UTF-16 code unit.
    this.#reserve(value.length * 3 + 9);
    const start = this.#at;
    const width = headWidth(value.length);
    const { written } = utf8Encoder.encodeInto(value, this.#bytes.subarray(start + width));
    if (headWidth(written) !== width)
      this.#bytes.copyWithin(start + headWidth(written), start + width, start + width + written);
    this.#head(3, written);
    this.#at += written;
  }

  /** Writes a text that is ASCII; false if it is not, and then nothing is written. */
  #shortText(value: string): boolean {
    this.#reserve(value.length + 9);
    const width = headWidth(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[this.#at + width + index] = unit;
    }
    this.#head(3, value.length);
    this.#at += value.length;
    return true;
  }

  #object(value: object): void {
    // The first frame holds the value itself.
    if (this.#stack.length > recordDepthLimit) throw new TypeError('a value nests too deep for a record');
    if (value instanceof Uint8Array) {
      this.#byteString(value);
    } else if (ArrayBuffer.isView(value)) {
      this.#typedArray(value);
    } else if (Array.isArray(value)) {
      this.#head(4, value.length);
      this.#stack.push({ items: value, keys: undefined, next: 0 });
    } else {
      this.#map(value);
    }
  }

  #map(value: object): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    // Plain objects of another realm, such as a test's, have another Object.prototype; all of them end the chain.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      throw new TypeError('an object of a class has no place in a record');
    const entries: [string, unknown][] = Object.entries(value);
    entries.sort(([one], [other]) => one.length - other.length || (one < other ? -1 : 1));
    this.#head(5, entries.length);
    const keys = entries.map(([key]) => key);
    this.#stack.push({ items: entries.map(([, item]) => item), keys, next: 0 });
  }

  #key(key: string): void {
    const known = this.#knownKeys.get(key);
    if (known !== undefined) {
      this.#reserve(known.length);
      this.#bytes.set(known, this.#at);
      this.#at += known.length;
      return;
    }
    // Fields are WIT names. In ASCII, the order of code units is the order of encoded bytes.
    if (Buffer.byteLength(key) !== key.length)
      throw new TypeError('a field whose name is not ASCII has no place in a record');
    const before = this.length;
    this.#text(key);
    const width = this.length - before;
    if (this.#knownKeys.size < knownKeysLimit && width <= this.#at)
      this.#knownKeys.set(key, this.#bytes.slice(this.#at - width, this.#at));
  }

  #typedArray(value: ArrayBufferView): void {
    const found = typedArrays.find(({ type }) => value instanceof type);
    if (found === undefined) throw new TypeError('this kind of buffer has no place in a record');
    this.#head(6, found.tag);
    this.#byteString(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  #byteString(bytes: Uint8Array): void {
    this.#head(2, bytes.length);
    if (bytes.length >= ownPieceBytes) {
      this.#finishPiece();
      this.#pieces.push(bytes);
      this.#finished += bytes.length;
      return;
    }
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #head(major: number, argument: number): void {
    this.#reserve(9);
    const width = headWidth(argument) - 1;
    const at = this.#at;
    const info = width === 0 ? argument : 24 + Math.log2(width);
    this.#view.setUint8(at, (major << 5) | info);
    if (width === 1) this.#view.setUint8(at + 1, argument);
    else if (width === 2) this.#view.setUint16(at + 1, argument);
    else if (width === 4) this.#view.setUint32(at + 1, argument);
    else if (width === 8) this.#view.setBigUint64(at + 1, BigInt(argument));
    this.#at += 1 + width;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  /** Has `count` bytes follow each other in one piece. */
  #reserve(count: number): void {
    if (this.#at + count > this.#bytes.length) this.#finishPiece(count);
  }

  #finishPiece(room = 0): void {
    this.#pieces.push(this.#bytes.subarray(0, this.#at));
    this.#finished += this.#at;
    this.#bytes = new Uint8Array(Math.max(room, pieceBytes));
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = 0;
  }
}
