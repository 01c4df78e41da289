/**
 * A cursor over the bytes of a component or core module. It trusts no length: every read is checked against the end of
 * the part it belongs to, and every number must be in its shortest form, so that one component has one encoding.
 */
import { EftError } from '../errors/eft-error.ts';
import { DecodeBudget } from './decode-budget.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;
  /** What is left of the definitions that may be read, shared by all readers of one component. */
  readonly budget: DecodeBudget;
  readonly #part: string;

  /** Reads `bytes` from `start` up to `end`; `part` names what is read, for errors. */
  constructor(
    bytes: Uint8Array,
    start = 0,
    end = bytes.length,
    part = 'the file',
    budget = new DecodeBudget(),
  ) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.budget = budget;
    this.#part = part;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    const value = this.position < this.end ? this.bytes[this.position] : undefined;
    if (value === undefined) throw this.#truncated();
    this.position += 1;
    return value;
  }

  /** The next byte, without going past it. */
  peek(): number {
    const value = this.position < this.end ? this.bytes[this.position] : undefined;
    if (value === undefined) throw this.#truncated();
    return value;
  }

  /** `length` bytes, as a view. */
  take(length: number): Uint8Array {
    if (length > this.end - this.position) throw this.#truncated();
    const view = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    return view;
  }

  /** An unsigned LEB128 number of at most 32 bits, in its shortest form. */
  u32(): number {
    const start = this.position;
    let value = 0;
    let scale = 1;
    for (let count = 1; ; count += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) {
        const isPadded = byte === 0 && count > 1;
        if (isPadded || value > 0xffff_ffff) break;
        return value;
      }
      if (count === 5) break;
      scale *= 128;
    }
    throw EftError.of('component.leb128', {}, { place: { offset: start } });
  }

  /** A signed LEB128 number of at most 33 bits, as type indices and type codes are written. */
  s33(): number {
    const start = this.position;
    let value = 0;
    let scale = 1;
    let previous = 0;
    for (let count = 1; ; count += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if ((byte & 0x80) === 0) {
        const isNegative = (byte & 0x40) !== 0;
        const isPadded =
          count > 1 &&
          ((byte === 0 && (previous & 0x40) === 0) || (byte === 0x7f && (previous & 0x40) !== 0));
        if (isPadded) break;
        return isNegative ? value - scale : value;
      }
      if (count === 5) break;
      previous = byte;
    }
    throw EftError.of('component.leb128', {}, { place: { offset: start } });
  }

  /** A name: a length in bytes, then UTF-8. */
  name(): string {
    const start = this.position;
    const bytes = this.take(this.u32());
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.malformed('a name is not valid UTF-8', start);
    }
  }

  /** How many items follow. No item is shorter than a byte, which bounds the count; the budget does as well. */
  count(): number {
    const count = this.u32();
    if (count > this.end - this.position) throw this.#truncated();
    this.budget.spend(count);
    return count;
  }

  /** A vector: a count, then that many items. */
  vector<Item>(read: () => Item): Item[] {
    const count = this.count();
    const items: Item[] = [];
    for (let index = 0; index < count; index += 1) items.push(read());
    return items;
  }

  /** A reader over the next `length` bytes, which this one goes past. */
  part(length: number, part: string): ByteReader {
    if (length > this.end - this.position) throw this.#truncated();
    const reader = new ByteReader(this.bytes, this.position, this.position + length, part, this.budget);
    this.position += length;
    return reader;
  }

  malformed(reason: string, offset = this.position): EftError {
    return EftError.of('component.malformed', { reason }, { place: { offset } });
  }

  unsupported(feature: string, offset = this.position): EftError {
    return EftError.of('component.unsupported', { feature }, { place: { offset } });
  }

  /** Fails unless everything has been read. */
  finish(): void {
    if (!this.atEnd) throw this.malformed(`${this.#part} has ${this.end - this.position} bytes too many`);
  }

  #truncated(): EftError {
    return EftError.of('component.truncated', { part: this.#part }, { place: { offset: this.end } });
  }
}
