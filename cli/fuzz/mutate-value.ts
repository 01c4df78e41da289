/**
 * Makes and changes values of component types, so that they stay of their type: records keep their fields, variants their cases, text
 * stays text. The forms of values are those of supervisor/store/resource.ts.
 */
import type { ValueType, VariantType } from '../../supervisor/component/types.ts';
import type { TypedArray, Value } from '../../supervisor/store/resource.ts';
import type { Dictionary } from './dictionary.ts';
import { fieldKey } from './module-types.ts';
import { mutateBytes, randomBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** Items of a list that is made, and of one that is changed. */
const itemsMade = 4;
const itemsLimit = 64;
/** UTF-16 code units of a text. */
const textLimit = 512;
/** How deep values are made, in lists of lists. */
const depthLimit = 12;

export class ValueMutator {
  readonly #random: Random;
  readonly #dictionary: Dictionary;

  constructor(random: Random, dictionary: Dictionary) {
    this.#random = random;
    this.#dictionary = dictionary;
  }

  /** A value of the type. Results are mostly `ok`: behind an error there is little to see. */
  make(type: ValueType, depth = 0): Value {
    const random = this.#random;
    switch (type.kind) {
      case 'bool':
        return random.once(2);
      case 'char':
        return random.choose(['a', '0', '/', 'é', '\u{1f98e}', '\0']);
      case 'string':
        return this.#text();
      case 'list':
        return this.#makeList(type.element, depth);
      case 'tuple':
        return type.elements.map((element) => this.make(element, depth + 1));
      case 'record':
        return Object.fromEntries(
          type.fields.map(({ name, type: of }) => [fieldKey(name), this.make(of, depth + 1)]),
        );
      case 'variant':
        return this.#makeVariant(type, depth);
      case 'enum':
        return random.pick(type.labels) ?? '';
      case 'flags':
        return Object.fromEntries(type.labels.map((label) => [fieldKey(label), random.once(2)]));
      case 'option': {
        const isSome = depth < depthLimit && random.once(2);
        if (type.some.kind !== 'option') return isSome ? this.make(type.some, depth + 1) : undefined;
        return isSome ? { tag: 'some', val: this.make(type.some, depth + 1) } : { tag: 'none' };
      }
      case 'result': {
        const tag = random.once(6) ? 'err' : 'ok';
        const of = tag === 'ok' ? type.ok : type.err;
        return of === undefined ? { tag } : { tag, val: this.make(of, depth + 1) };
      }
      case 'own':
      case 'borrow':
        throw new TypeError('a handle of a resource cannot be made up');
      default:
        return this.#number(type.kind);
    }
  }

  /** A changed copy: another value of the type. A value that is not of the type is replaced. */
  mutate(type: ValueType, value: Value, depth = 0): Value {
    const random = this.#random;
    if (depth > 0 && random.once(12)) return this.make(type, depth);
    switch (type.kind) {
      case 'string':
        return typeof value === 'string' ? this.#mutateText(value) : this.#text();
      case 'list':
        return this.#mutateList(type.element, value, depth);
      case 'tuple': {
        if (!isList(value)) return this.make(type, depth);
        const at = random.below(type.elements.length);
        return value.map((item, index) => {
          const element = type.elements[index];
          return index === at && element !== undefined ? this.mutate(element, item, depth + 1) : item;
        });
      }
      case 'record': {
        const field = random.pick(type.fields);
        if (!isFields(value) || field === undefined) return this.make(type, depth);
        const key = fieldKey(field.name);
        return { ...value, [key]: this.mutate(field.type, value[key], depth + 1) };
      }
      case 'flags': {
        const label = random.pick(type.labels);
        if (!isFields(value) || label === undefined) return this.make(type, depth);
        return { ...value, [fieldKey(label)]: value[fieldKey(label)] !== true };
      }
      case 'variant':
      case 'result': {
        if (!isFields(value) || random.once(8)) return this.make(type, depth);
        const of = payloadType(type, value['tag']);
        return of === undefined
          ? this.make(type, depth)
          : { ...value, val: this.mutate(of, value['val'], depth + 1) };
      }
      case 'option': {
        if (value === undefined || type.some.kind === 'option' || random.once(8))
          return this.make(type, depth);
        return this.mutate(type.some, value, depth + 1);
      }
      case 'bool':
      case 'char':
      case 'enum':
      case 'own':
      case 'borrow':
        return this.make(type, depth);
      default:
        return this.#mutateNumber(type.kind, value);
    }
  }

  #makeVariant(type: VariantType, depth: number): Value {
    const chosen = this.#random.pick(type.cases);
    if (chosen === undefined) throw new TypeError('a variant has no case');
    return chosen.type === undefined
      ? { tag: chosen.name }
      : { tag: chosen.name, val: this.make(chosen.type, depth + 1) };
  }

  #makeList(element: ValueType, depth: number): Value {
    if (element.kind === 'u8') return randomBytes(this.#random);
    const count = depth >= depthLimit ? 0 : this.#random.below(itemsMade);
    const items = Array.from({ length: count }, () => this.make(element, depth + 1));
    return typedList(element, items);
  }

  #mutateList(element: ValueType, value: Value, depth: number): Value {
    const random = this.#random;
    if (value instanceof Uint8Array) return mutateBytes(value, random, this.#dictionary);
    const items = listItems(value);
    if (items === undefined) return this.#makeList(element, depth);
    const at = random.below(items.length + 1);
    const item = items[at];
    const copy = [...items];
    switch (item === undefined ? 0 : random.below(5)) {
      case 0:
        if (items.length < itemsLimit) copy.splice(at, 0, this.make(element, depth + 1));
        break;
      case 1:
        copy.splice(at, 1);
        break;
      case 2:
        if (items.length < itemsLimit) copy.splice(random.below(items.length + 1), 0, item);
        break;
      default:
        copy[at] = this.mutate(element, item, depth + 1);
    }
    return typedList(element, copy);
  }

  #text(): string {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
        return '';
      case 1:
        return 'x'.repeat(1 + random.below(textLimit));
      case 2:
        return random.choose([
          '.',
          '..',
          '/',
          'a/b',
          '../x',
          '::',
          '*',
          '\0',
          '0',
          '-1',
          '255.255.255.255/33',
          '10.0.0.1/24',
          'fd00::1/64',
        ]);
      case 3:
        return random.choose(['eth0', 'eth1', 'lo', 'a', 'b', 'é\u{1f98e}']);
      default:
        return this.#dictionary.text(random);
    }
  }

  #mutateText(text: string): string {
    const random = this.#random;
    const at = random.below(text.length + 1);
    const mutated = random.choose([
      () => this.#text(),
      () => text.slice(0, at),
      () => text.slice(0, at) + this.#text() + text.slice(at),
      () => text.slice(0, at) + text.slice(at + 1 + random.below(4)),
      () => text + text,
      () =>
        text.slice(0, at) +
        random.choose(['.', '/', ':', '0', '9', 'f', 'z', '%', '-', ' ', 'é']) +
        text.slice(at + 1),
      () =>
        text.slice(0, at) +
        random.choose(['.', '/', ':', '0', '9', 'f', 'z', '%', '-', ' ', 'é']) +
        text.slice(at),
    ])();
    return mutated.slice(0, textLimit).toWellFormed();
  }

  #number(kind: string): Value {
    const random = this.#random;
    const value = random.once(2)
      ? BigInt(random.below(8))
      : random.once(2)
        ? this.#dictionary.number(random)
        : BigInt(random.bits()) << BigInt(random.below(33));
    return asKind(kind, random.once(8) ? -value : value);
  }

  #mutateNumber(kind: string, value: Value): Value {
    const random = this.#random;
    if (typeof value !== 'number' && typeof value !== 'bigint') return this.#number(kind);
    if (typeof value === 'number' && !Number.isSafeInteger(value)) return this.#number(kind);
    const old = BigInt(value);
    const mutated = random.choose([
      () => old + BigInt(1 + random.below(16)),
      () => old - BigInt(1 + random.below(16)),
      () => old ^ (1n << BigInt(random.below(64))),
      () => old * 2n,
      () => -old,
      () => this.#dictionary.comparedWith(BigInt.asUintN(64, old), random) ?? old + 1n,
      () => this.#dictionary.number(random),
    ])();
    return asKind(kind, mutated);
  }
}

const widths: Readonly<Record<string, readonly [bits: number, isSigned: boolean]>> = {
  s8: [8, true],
  u8: [8, false],
  s16: [16, true],
  u16: [16, false],
  s32: [32, true],
  u32: [32, false],
  s64: [64, true],
  u64: [64, false],
};

/** A number cut to its type. */
function asKind(kind: string, value: bigint): number | bigint {
  const width = widths[kind];
  if (width === undefined) return kind === 'f32' ? Math.fround(Number(value)) : Number(value);
  const [bits, isSigned] = width;
  const cut = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  return bits === 64 ? cut : Number(cut);
}

/** What the case `tag` has with it. */
export function payloadType(
  type: Extract<ValueType, { kind: 'variant' | 'result' }>,
  tag: Value,
): ValueType | undefined {
  if (type.kind === 'variant') return type.cases.find(({ name }) => name === tag)?.type;
  return tag === 'ok' ? type.ok : type.err;
}

function isFields(value: Value): value is { readonly [field: string]: Value } {
  return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function listItems(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value;
  return ArrayBuffer.isView(value) && isTyped(value) ? [...value] : undefined;
}

function isTyped(value: ArrayBufferView): value is TypedArray {
  return !(value instanceof DataView);
}

/** A list of numbers is a typed array, any other an array. */
function typedList(element: ValueType, items: readonly Value[]): Value {
  const numbers = (): number[] => items.filter((item) => typeof item === 'number');
  const bigints = (): bigint[] => items.filter((item) => typeof item === 'bigint');
  switch (element.kind) {
    case 'u8':
      return Uint8Array.from(numbers());
    case 's8':
      return Int8Array.from(numbers());
    case 'u16':
      return Uint16Array.from(numbers());
    case 's16':
      return Int16Array.from(numbers());
    case 'u32':
      return Uint32Array.from(numbers());
    case 's32':
      return Int32Array.from(numbers());
    case 'u64':
      return BigUint64Array.from(bigints());
    case 's64':
      return BigInt64Array.from(bigints());
    case 'f32':
      return Float32Array.from(numbers());
    case 'f64':
      return Float64Array.from(numbers());
    default:
      return items;
  }
}
