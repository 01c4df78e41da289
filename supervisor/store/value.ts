/**
 * Takes a value into the store: checks it against its type, copies it, measures it and freezes the copy.
 *
 * Values come from other threads and from the API, so nothing about them is believed: what is stored is a copy that
 * holds the fields of the type and nothing else. It is frozen, because all readers in this thread share it.
 *
 * The danger: JavaScript cannot freeze the bytes of a typed array. The stored copy is private to the store and as
 * tight as its content, but who reads it here must not write to it.
 */

import { camelCase } from '../component/host-name.ts';
import type { RecordType, ValueType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import type { RecordValue, TypedArray, Value } from './resource.ts';

/*
 * Charged bytes: what V8 (64 bit, pointers not compressed, as in Node.js) keeps for each part, rounded up so that
 * the sum bounds the heap. `bench/store.ts` measures the real figure beside it.
 */
const SLOT_BYTES = 8;
const OBJECT_BYTES = 64;
const STRING_BYTES = 32;
const STRING_UNIT_BYTES = 2;
const NUMBER_BYTES = 16;
const BIGINT_BYTES = 24;
const TYPED_ARRAY_BYTES = 256;

/** Who puts what, for messages, and how large it may be. */
export type Admission = {
  readonly actor: string;
  readonly reference: string;
  readonly limitBytes: number;
};

export type Admitted = { readonly value: RecordValue; readonly bytes: number };

/**
 * A frozen copy of `value`, which must be of `type`, and its charged bytes.
 * Throws `store.value`, `store.value-field` or `store.value-too-large`.
 */
export function admitValue(value: unknown, type: RecordType, admission: Admission): Admitted {
  const intake = new Intake(admission);
  const copy = intake.record(value, type);
  return { value: copy, bytes: intake.bytes };
}

class Intake {
  bytes = 0;
  readonly #admission: Admission;
  readonly #path: (string | number)[] = [];

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  record(value: unknown, type: RecordType): RecordValue {
    if (!isObject(value)) return this.#refuse(value, 'a record');
    this.#charge(OBJECT_BYTES + type.fields.length * SLOT_BYTES);
    const copy: Record<string, Value> = {};
    for (const [name, fieldType] of fieldsOf(type)) {
      copy[name] = this.#inside(name, property(value, name), fieldType);
    }
    this.#refuseOthers(value, copy);
    return Object.freeze(copy);
  }

  #value(value: unknown, type: ValueType): Value {
    switch (type.kind) {
      case 'bool':
        return typeof value === 'boolean' ? value : this.#refuse(value, 'a boolean');
      case 's8':
      case 'u8':
      case 's16':
      case 'u16':
      case 's32':
      case 'u32': {
        const [low, high] = integerRanges[type.kind];
        const fits = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
        // -0 is an integer to JavaScript, and would not come back from a component as it went in.
        return fits && !Object.is(value, -0)
          ? value
          : this.#refuse(value, `an integer from ${low} to ${high}`);
      }
      case 's64':
      case 'u64': {
        const same =
          typeof value === 'bigint' &&
          (type.kind === 's64' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value;
        if (!same) return this.#refuse(value, `a bigint in the range of ${type.kind}`);
        this.#charge(BIGINT_BYTES);
        return value;
      }
      case 'f32': {
        const fits = typeof value === 'number' && Object.is(Math.fround(value), value);
        if (!fits) return this.#refuse(value, 'a number of single precision');
        this.#charge(NUMBER_BYTES);
        return value;
      }
      case 'f64':
        if (typeof value !== 'number') return this.#refuse(value, 'a number');
        this.#charge(NUMBER_BYTES);
        return value;
      case 'char':
        if (typeof value !== 'string' || !isOneCodePoint(value)) {
          return this.#refuse(value, 'a string of one Unicode scalar value');
        }
        this.#charge(STRING_BYTES);
        return value;
      case 'string':
        if (typeof value !== 'string') return this.#refuse(value, 'a string');
        this.#charge(STRING_BYTES + value.length * STRING_UNIT_BYTES);
        return value.isWellFormed() ? value : this.#refuse(value, 'a string without lone surrogates');
      case 'list':
        return this.#list(value, type.element);
      case 'tuple': {
        const { elements } = type;
        if (!Array.isArray(value) || value.length !== elements.length) {
          return this.#refuse(value, `an array of ${elements.length}`);
        }
        this.#charge(OBJECT_BYTES + elements.length * SLOT_BYTES);
        return Object.freeze(elements.map((element, at) => this.#inside(at, value[at], element)));
      }
      case 'record':
        return this.record(value, type);
      case 'enum':
        return typeof value === 'string' && type.labels.includes(value)
          ? value
          : this.#refuse(value, `one of ${type.labels.join(', ')}`);
      case 'flags': {
        if (!isObject(value)) return this.#refuse(value, 'an object of flags');
        this.#charge(OBJECT_BYTES + type.labels.length * SLOT_BYTES);
        const copy: Record<string, Value> = {};
        for (const label of type.labels) {
          const name = camelCase(label);
          const flag = property(value, name);
          if (typeof flag !== 'boolean') {
            this.#path.push(name);
            return this.#refuse(flag, 'a boolean');
          }
          copy[name] = flag;
        }
        this.#refuseOthers(value, copy);
        return Object.freeze(copy);
      }
      case 'option':
        if (type.some.kind === 'option') {
          return this.#tagged(value, [
            { name: 'none', type: undefined },
            { name: 'some', type: type.some },
          ]);
        }
        return value === undefined ? undefined : this.#value(value, type.some);
      case 'result':
        return this.#tagged(value, [
          { name: 'ok', type: type.ok },
          { name: 'err', type: type.err },
        ]);
      case 'variant':
        return this.#tagged(value, type.cases);
      case 'own':
      case 'borrow':
        // A kind with a handle in it cannot be defined: see kind.ts.
        throw new Error(`a handle in a stored value at ${this.#renderPath()}`);
    }
  }

  #tagged(
    value: unknown,
    cases: readonly { readonly name: string; readonly type: ValueType | undefined }[],
  ): Value {
    const expected = `an object with a tag of ${cases.map((one) => one.name).join(', ')}`;
    if (!isObject(value)) return this.#refuse(value, expected);
    const tag = property(value, 'tag');
    const chosen = cases.find((one) => one.name === tag);
    if (chosen === undefined) return this.#refuse(value, expected);
    this.#charge(OBJECT_BYTES + 2 * SLOT_BYTES);
    const content = property(value, 'val');
    this.#refuseOthers(value, taggedFields);
    if (chosen.type === undefined) {
      if (content === undefined) return Object.freeze({ tag: chosen.name });
      this.#path.push('val');
      return this.#refuse(content, `nothing, as ${chosen.name} has no content`);
    }
    return Object.freeze({ tag: chosen.name, val: this.#inside('val', content, chosen.type) });
  }

  #list(value: unknown, element: ValueType): Value {
    switch (element.kind) {
      case 'u8':
        return this.#numbers(value, Uint8Array);
      case 's8':
        return this.#numbers(value, Int8Array);
      case 'u16':
        return this.#numbers(value, Uint16Array);
      case 's16':
        return this.#numbers(value, Int16Array);
      case 'u32':
        return this.#numbers(value, Uint32Array);
      case 's32':
        return this.#numbers(value, Int32Array);
      case 'u64':
        return this.#numbers(value, BigUint64Array);
      case 's64':
        return this.#numbers(value, BigInt64Array);
      case 'f32':
        return this.#numbers(value, Float32Array);
      case 'f64':
        return this.#numbers(value, Float64Array);
    }
    if (!Array.isArray(value)) return this.#refuse(value, 'an array');
    // Charged before it is walked: a length alone must not cost time.
    this.#charge(OBJECT_BYTES + value.length * SLOT_BYTES);
    const copy = new Array<Value>(value.length);
    for (let at = 0; at < value.length; at++) copy[at] = this.#inside(at, value[at], element);
    return Object.freeze(copy);
  }

  /** Copies a typed array: the original may be shared memory, or a small window on a large buffer. */
  #numbers<List extends TypedArray>(value: unknown, List: TypedArrayConstructor<List>): List {
    if (!(value instanceof List)) return this.#refuse(value, `a ${List.name}`);
    this.#charge(TYPED_ARRAY_BYTES + value.byteLength);
    const copy = new List(value.length);
    new Uint8Array(copy.buffer).set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return copy;
  }

  #inside(step: string | number, value: unknown, type: ValueType): Value {
    this.#path.push(step);
    const copy = this.#value(value, type);
    this.#path.pop();
    return copy;
  }

  #refuseOthers(value: object, known: object): void {
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(known, name)) continue;
      const { actor, reference } = this.#admission;
      throw EftError.of('store.value-field', { actor, reference, path: this.#renderPath(), field: name });
    }
  }

  #charge(bytes: number): void {
    this.bytes += bytes;
    const { actor, reference, limitBytes } = this.#admission;
    if (this.bytes > limitBytes) {
      throw EftError.of('store.value-too-large', { actor, reference, limit: limitBytes });
    }
  }

  #refuse(value: unknown, expected: string): never {
    const { actor, reference } = this.#admission;
    throw EftError.of('store.value', {
      actor,
      reference,
      path: this.#renderPath(),
      found: describeValue(value),
      expected,
    });
  }

  #renderPath(): string {
    const steps = this.#path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    return `value${steps.join('')}`;
  }
}

type HostField = readonly [name: string, type: ValueType];

const hostFields = new WeakMap<RecordType, readonly HostField[]>();

/** The fields of a record as JavaScript names them, worked out once for each type: lists have many records. */
function fieldsOf(type: RecordType): readonly HostField[] {
  let fields = hostFields.get(type);
  if (fields === undefined) {
    fields = type.fields.map((field) => [camelCase(field.name), field.type]);
    hostFields.set(type, fields);
  }
  return fields;
}

type TypedArrayConstructor<List> = {
  readonly name: string;
  new (length: number): List;
};

const taggedFields = { tag: undefined, val: undefined };

const integerRanges = {
  s8: [-0x80, 0x7f],
  u8: [0, 0xff],
  s16: [-0x8000, 0x7fff],
  u16: [0, 0xffff],
  s32: [-0x8000_0000, 0x7fff_ffff],
  u32: [0, 0xffff_ffff],
} as const;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Own properties only: a field may be called `constructor`. */
function property(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** Component model, Explainer.md: a char is a Unicode scalar value, so no surrogate. */
function isOneCodePoint(value: string): boolean {
  const code = value.codePointAt(0);
  return code !== undefined && value.length === (code > 0xffff ? 2 : 1) && value.isWellFormed();
}

/** What a wrong value is. Strings are not shown: they may be long, and are nobody's business. */
function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'number') return `the number ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value === 'bigint')
    return value > -(2n ** 64n) && value < 2n ** 65n ? `the bigint ${value}` : 'a huge bigint';
  if (typeof value === 'object') {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    return ArrayBuffer.isView(value) ? 'a typed array' : 'an object';
  }
  return `a ${typeof value}`;
}
