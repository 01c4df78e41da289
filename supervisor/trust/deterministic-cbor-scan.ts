/**
 * A strict scanner for deterministic CBOR: it says whether bytes are exactly the one encoding of one value, and builds
 * nothing.
 *
 * It stands before the decoder because decoders are lenient: they take long heads, unsorted and repeated keys,
 * indefinite lengths, and tags that make objects. Anything lenient under a signature means that two files can say the
 * same, or that one file says different things to two readers. The danger lies in the counts: every length and count
 * comes from the file, so nothing here is allocated by one, and each is held against what is left to read.
 *
 * RFC 8949: section 3 (heads), 4.2.1 (core deterministic encoding), appendix C (well-formedness).
 */
import { EftError, type ErrorCode, type ErrorParameters, type Place } from '../errors/eft-error.ts';

/** Bytes of one CBOR document. A manifest has about one thousand. */
export const maximumCborBytes = 64 * 1024;
/** Arrays and maps within each other. A manifest needs six. */
export const maximumCborDepth = 16;
/** Data items of one document, keys and containers included. */
export const maximumCborItems = 8192;

/** Where the scanned bytes stand, for errors: the file, and the offset of their first byte in it. */
export type CborOrigin = { readonly file?: string; readonly offset?: number };

/** Major types by their number. The last one's only item of indefinite length is the break that ends others. */
const majorNames = [
  'an integer',
  'an integer',
  'a byte string',
  'a text',
  'an array',
  'a map',
  'a tag',
  'a break',
] as const;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Head = {
  readonly major: number;
  readonly info: number;
  /** The integer, length, count, tag or simple value of the head. */
  readonly argument: number;
  readonly start: number;
};

/**
 * Fails unless `bytes` are the deterministic encoding of one value, tagged with `tag` if one is given, that is made of
 * integers within ±(2^53 - 1), byte strings, text, arrays, maps with integer or text keys, false, true and null.
 * Errors: `cbor.*`, with the byte offset.
 */
export function scanDeterministicCbor(bytes: Uint8Array, origin: CborOrigin = {}, tag?: number): void {
  new Scanner(bytes, origin).document(tag);
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #origin: CborOrigin;
  #position = 0;
  #items = 0;

  constructor(bytes: Uint8Array, origin: CborOrigin) {
    this.#bytes = bytes;
    this.#origin = origin;
  }

  document(tag: number | undefined): void {
    const size = this.#bytes.length;
    if (size > maximumCborBytes) throw this.#error('cbor.too-large', { size, limit: maximumCborBytes }, 0);
    if (tag !== undefined) {
      const head = this.#head();
      if (head.major !== 6) throw this.#error('cbor.tag-missing', { expected: tag }, 0);
      if (head.argument !== tag) {
        throw this.#error('cbor.tag', { tag: head.argument, expected: `tag ${tag}` }, 0);
      }
    }
    this.#item(0);
    if (this.#position < size) {
      throw this.#error('cbor.trailing-bytes', { count: size - this.#position }, this.#position);
    }
  }

  #item(depth: number): void {
    const head = this.#head();
    this.#items += 1;
    if (this.#items > maximumCborItems) {
      throw this.#error('cbor.too-many-items', { limit: maximumCborItems }, head.start);
    }
    switch (head.major) {
      case 0:
      case 1:
        this.#checkInteger(head);
        break;
      case 2:
        this.#take(head.argument, 'a byte string');
        break;
      case 3:
        this.#checkText(head);
        break;
      case 4:
        this.#checkDepth(depth, head);
        for (let index = 0; index < head.argument; index += 1) this.#item(depth + 1);
        break;
      case 5:
        this.#checkDepth(depth, head);
        this.#map(head.argument, depth);
        break;
      case 6:
        throw this.#error('cbor.tag', { tag: head.argument, expected: 'no tag' }, head.start);
      default:
        this.#checkSimple(head);
    }
  }

  #map(count: number, depth: number): void {
    let previous: Uint8Array | undefined;
    for (let index = 0; index < count; index += 1) {
      const start = this.#position;
      const major = (this.#bytes[start] ?? 0) >> 5;
      if (start < this.#bytes.length && major !== 0 && major !== 1 && major !== 3) {
        throw this.#error('cbor.map-key', { item: majorNames[major] ?? 'a value' }, start);
      }
      this.#item(depth + 1);
      const key = this.#bytes.subarray(start, this.#position);
      if (previous !== undefined) {
        const order = compareBytes(previous, key);
        if (order === 0) throw this.#error('cbor.duplicate-key', {}, start);
        if (order > 0) throw this.#error('cbor.key-order', {}, start);
      }
      previous = key;
      this.#item(depth + 1);
    }
  }

  #head(): Head {
    const start = this.#position;
    const first = this.#bytes[start];
    if (first === undefined) throw this.#error('cbor.truncated', { item: 'a data item' }, start);
    this.#position += 1;
    const major = first >> 5;
    const info = first & 0x1f;
    if (info < 24) return { major, info, argument: info, start };
    if (info === 31) {
      throw this.#error('cbor.indefinite-length', { item: majorNames[major] ?? 'a value' }, start);
    }
    if (info > 27) {
      throw this.#error('cbor.reserved', { byte: first.toString(16).padStart(2, '0'), value: info }, start);
    }
    if (major === 7 && info > 24) throw this.#error('cbor.float', {}, start);
    const width = 1 << (info - 24);
    const bytes = this.#take(width, 'the head of a data item');
    let exact = 0n;
    for (const byte of bytes) exact = exact * 256n + BigInt(byte);
    if (major === 7) return { major, info, argument: Number(exact), start };
    if (shortestWidth(exact) < width) {
      throw this.#error('cbor.length-not-shortest', { value: exact }, start);
    }
    // A length or count this large runs into the end of the bytes, which is the better error.
    if (major <= 1 && exact > BigInt(Number.MAX_SAFE_INTEGER)) {
      const value = major === 1 ? -1n - exact : exact;
      throw this.#error('cbor.integer-range', { value }, start);
    }
    return { major, info, argument: Number(exact), start };
  }

  #checkInteger(head: Head): void {
    const value = head.major === 1 ? -1 - head.argument : head.argument;
    if (!Number.isSafeInteger(value)) {
      throw this.#error('cbor.integer-range', { value: -1n - BigInt(head.argument) }, head.start);
    }
  }

  #checkText(head: Head): void {
    const bytes = this.#take(head.argument, 'a text');
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      throw this.#error('cbor.byte-order-mark', {}, head.start);
    }
    try {
      utf8.decode(bytes);
    } catch {
      throw this.#error('cbor.utf8', {}, head.start);
    }
  }

  #checkDepth(depth: number, head: Head): void {
    if (depth >= maximumCborDepth)
      throw this.#error('cbor.too-deep', { limit: maximumCborDepth }, head.start);
  }

  #checkSimple(head: Head): void {
    if (head.info === 24 || head.argument < 20 || head.argument > 22) {
      throw this.#error('cbor.simple-value', { value: head.argument }, head.start);
    }
  }

  #take(length: number, item: string): Uint8Array {
    if (length > this.#bytes.length - this.#position) {
      throw this.#error('cbor.truncated', { item }, this.#bytes.length);
    }
    const view = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += length;
    return view;
  }

  #error<Code extends Extract<ErrorCode, `cbor.${string}`>>(
    code: Code,
    parameters: ErrorParameters<Code>,
    position: number,
  ): EftError {
    const offset = (this.#origin.offset ?? 0) + position;
    const place: Place = this.#origin.file === undefined ? { offset } : { file: this.#origin.file, offset };
    return EftError.of(code, parameters, { place });
  }
}

/** Bytes that the shortest head needs after its first byte to hold `argument`. */
function shortestWidth(argument: bigint): number {
  if (argument < 24n) return 0;
  if (argument < 0x100n) return 1;
  if (argument < 0x1_0000n) return 2;
  if (argument < 0x1_0000_0000n) return 4;
  return 8;
}

/** Negative, zero or positive as `left` sorts before, with or after `right`: bytewise, the shorter first on a tie. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
