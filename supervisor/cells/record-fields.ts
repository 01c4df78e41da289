/**
 * Takes a decoded flight record apart, field by field: every value is of the type that is asked for, and no object has fields that
 * nobody asks for. All of it fails with the path of what is wrong.
 */
import { quotable } from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import type { RecordValue, TypedArray, Value } from '../store/resource.ts';

/** Somewhere in a record: what is there, and where that is. */
export class RecordItem {
  readonly value: Value;
  readonly #path: string;
  readonly #file: string;

  constructor(value: Value, path: string, file: string) {
    this.value = value;
    this.#path = path;
    this.#file = file;
  }

  get isMissing(): boolean {
    return this.value === undefined;
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('text');
  }

  flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('true or false');
  }

  /** A whole number from 0 to `maximum`. */
  count(maximum: number): number {
    const isCount = typeof this.value === 'number' && Number.isSafeInteger(this.value) && this.value >= 0;
    return isCount && Number(this.value) <= maximum
      ? Number(this.value)
      : this.refuse(`a count up to ${maximum}`);
  }

  u64(): bigint {
    const isU64 = typeof this.value === 'bigint' && this.value >= 0n;
    return isU64 && typeof this.value === 'bigint' ? this.value : this.refuse('a u64');
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const { value } = this;
    return value instanceof Uint8Array && value.buffer instanceof ArrayBuffer
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : this.refuse('bytes');
  }

  choice<const Choice extends string>(choices: readonly Choice[]): Choice {
    return (
      choices.find((choice) => choice === this.value) ??
      this.refuse(choices.map((choice) => `\`${choice}\``).join(' or '))
    );
  }

  list<Item>(read: (item: RecordItem) => Item): Item[] {
    if (!isList(this.value)) return this.refuse('a list');
    return this.value.map((item, index) => read(new RecordItem(item, `${this.#path}[${index}]`, this.#file)));
  }

  /** Reads the value if it is there. */
  optional<Content>(read: (content: RecordItem) => Content): Content | undefined {
    return this.isMissing ? undefined : read(this);
  }

  /** An object, whatever its fields. */
  record(): RecordValue {
    return isObject(this.value) ? this.value : this.refuse('an object');
  }

  /** The fields of an object: all of `names` can be asked for, and there are no others. */
  fields<const Name extends string>(names: readonly Name[]): (name: Name) => RecordItem {
    const value = this.record();
    const known: readonly string[] = names;
    const stranger = Object.keys(value).find((key) => !known.includes(key));
    if (stranger !== undefined) {
      const parameters = { path: this.#path, field: quotable(stranger) };
      throw EftError.of('record.field', parameters, { place: { file: this.#file } });
    }
    return (name) => new RecordItem(ownField(value, name), `${this.#path}.${name}`, this.#file);
  }

  /** One field of an object, whatever else it has. */
  field(name: string): RecordItem {
    return new RecordItem(ownField(this.record(), name), `${this.#path}.${name}`, this.#file);
  }

  refuse(expected: string): never {
    const parameters = { path: this.#path, found: describe(this.value), expected };
    throw EftError.of('record.shape', parameters, { place: { file: this.#file } });
  }
}

function ownField(value: RecordValue, name: string): Value {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isTypedArray(value: Value): value is TypedArray {
  return ArrayBuffer.isView(value);
}

function isObject(value: Value): value is RecordValue {
  return typeof value === 'object' && !isList(value) && !isTypedArray(value);
}

/** What a wrong value is, and not what it says: it may be long. */
function describe(value: Value): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return `the bigint ${value}`;
  if (typeof value === 'string') return `the text ${JSON.stringify(quotable(value))}`;
  if (isList(value)) return `a list of ${value.length}`;
  return isTypedArray(value) ? `${value.byteLength} bytes` : 'an object';
}
