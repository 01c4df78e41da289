/** Random types of the component model, their WIT text, and random values of them in the host's representation. */
import fc from 'fast-check';
import { flagsLimit } from '../../supervisor/component/decode-type.ts';
import { camelCase } from '../../supervisor/component/host-name.ts';
import type { PrimitiveKind, ValueType } from '../../supervisor/component/types.ts';

const primitives: readonly PrimitiveKind[] = [
  'bool',
  's8',
  'u8',
  's16',
  'u16',
  's32',
  'u32',
  's64',
  'u64',
  'f32',
  'f64',
  'char',
  'string',
];

const labels = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}x`);

/** Value types without handles, nested at most `depth` deep. */
export function arbitraryType(depth: number): fc.Arbitrary<ValueType> {
  const primitive = fc.constantFrom(...primitives).map((kind): ValueType => ({ kind, name: undefined }));
  if (depth === 0) return primitive;
  const inner = fc.oneof(
    { weight: 2, arbitrary: primitive },
    { weight: 3, arbitrary: arbitraryType(depth - 1) },
  );
  const optional = fc.option(inner, { nil: undefined });
  const record = fc.array(inner, { minLength: 1, maxLength: 5 }).map((types): ValueType => {
    const names = labels('field', types.length);
    return {
      kind: 'record',
      fields: types.map((type, index) => ({ name: names[index] ?? '', type })),
      name: undefined,
    };
  });
  const variant = fc.array(optional, { minLength: 1, maxLength: 5 }).map((types): ValueType => {
    const names = labels('case', types.length);
    return {
      kind: 'variant',
      cases: types.map((type, index) => ({ name: names[index] ?? '', type })),
      name: undefined,
    };
  });
  const enumeration = fc
    .oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(256, 257, 300))
    .map((count): ValueType => ({ kind: 'enum', labels: labels('label', count), name: undefined }));
  const flags = fc
    .constantFrom(1, 2, 7, 8, 9, 15, 16, 17, 31, flagsLimit)
    .map((count): ValueType => ({ kind: 'flags', labels: labels('flag', count), name: undefined }));
  return fc.oneof(
    primitive,
    record,
    variant,
    enumeration,
    flags,
    inner.map((element): ValueType => ({ kind: 'list', element, name: undefined })),
    inner.map((some): ValueType => ({ kind: 'option', some, name: undefined })),
    fc
      .record({ ok: optional, err: optional })
      .map(({ ok, err }): ValueType => ({ kind: 'result', ok, err, name: undefined })),
    fc
      .array(inner, { minLength: 1, maxLength: 4 })
      .map((elements): ValueType => ({ kind: 'tuple', elements, name: undefined })),
  );
}

/** Writes types as WIT; those that WIT wants named become definitions. */
export class WitPrinter {
  readonly definitions: string[] = [];
  #count = 0;

  /** The WIT text of `type`, its definitions added to `definitions`. */
  print(type: ValueType): string {
    switch (type.kind) {
      case 'list':
        return `list<${this.print(type.element)}>`;
      case 'option':
        return `option<${this.print(type.some)}>`;
      case 'tuple':
        return `tuple<${type.elements.map((element) => this.print(element)).join(', ')}>`;
      case 'result': {
        const { ok, err } = type;
        if (err === undefined) return ok === undefined ? 'result' : `result<${this.print(ok)}>`;
        return `result<${ok === undefined ? '_' : this.print(ok)}, ${this.print(err)}>`;
      }
      case 'record':
        return this.#define(
          'record',
          type.fields.map((field) => `${field.name}: ${this.print(field.type)}`),
        );
      case 'variant':
        return this.#define(
          'variant',
          type.cases.map((item) =>
            item.type === undefined ? item.name : `${item.name}(${this.print(item.type)})`,
          ),
        );
      case 'enum':
      case 'flags':
        return this.#define(type.kind, type.labels);
      case 'own':
      case 'borrow':
        throw new TypeError('handles are not generated');
      default:
        return type.kind;
    }
  }

  #define(keyword: string, items: readonly string[]): string {
    const name = `${keyword}-n${this.#count}`;
    this.#count += 1;
    this.definitions.push(`${keyword} ${name} { ${items.join(', ')} }`);
    return name;
  }
}

const wellFormedString = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 8 }),
  fc.constantFrom('', '\u0000', 'é', '🎉', '\u{10ffff}', 'x'.repeat(200), 'ÿ'.repeat(30)),
);

/** Values of a primitive type, edge cases often among them. */
function arbitraryPrimitive(kind: PrimitiveKind): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'bool':
      return fc.boolean();
    case 's8':
      return fc.integer({ min: -0x80, max: 0x7f });
    case 'u8':
      return fc.integer({ min: 0, max: 0xff });
    case 's16':
      return fc.integer({ min: -0x8000, max: 0x7fff });
    case 'u16':
      return fc.integer({ min: 0, max: 0xffff });
    case 's32':
      return fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
    case 'u32':
      return fc.integer({ min: 0, max: 0xffff_ffff });
    case 's64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'u64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 'f32':
      return fc.float();
    case 'f64':
      return fc.double();
    case 'char':
      return fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
    case 'string':
      return wellFormedString;
  }
}

const typedArrays: Partial<Record<ValueType['kind'], (items: unknown[]) => unknown>> = {
  s8: (items) => Int8Array.from(items.map(Number)),
  u8: (items) => Uint8Array.from(items.map(Number)),
  s16: (items) => Int16Array.from(items.map(Number)),
  u16: (items) => Uint16Array.from(items.map(Number)),
  s32: (items) => Int32Array.from(items.map(Number)),
  u32: (items) => Uint32Array.from(items.map(Number)),
  s64: (items) => BigInt64Array.from(items.map((item) => BigInt(String(item)))),
  u64: (items) => BigUint64Array.from(items.map((item) => BigInt(String(item)))),
  f32: (items) => Float32Array.from(items.map(Number)),
  f64: (items) => Float64Array.from(items.map(Number)),
};

/** Values of `type` in the host's representation. */
export function arbitraryValue(type: ValueType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'list': {
      const pack = typedArrays[type.element.kind];
      const items = fc.array(arbitraryValue(type.element), { maxLength: 6 });
      return pack === undefined ? items : items.map(pack);
    }
    case 'tuple':
      return fc.tuple(...type.elements.map(arbitraryValue));
    case 'record':
      return fc.record(
        Object.fromEntries(type.fields.map((field) => [camelCase(field.name), arbitraryValue(field.type)])),
        { noNullPrototype: true },
      );
    case 'enum':
      return fc.constantFrom(...type.labels);
    case 'flags':
      return fc.record(Object.fromEntries(type.labels.map((label) => [camelCase(label), fc.boolean()])), {
        noNullPrototype: true,
      });
    case 'variant':
      return fc.oneof(...type.cases.map((item) => arbitraryCase(item.name, item.type)));
    case 'result':
      return fc.oneof(arbitraryCase('ok', type.ok), arbitraryCase('err', type.err));
    case 'option':
      if (type.some.kind === 'option') {
        return fc.oneof(fc.constant({ tag: 'none' }), arbitraryCase('some', type.some));
      }
      return fc.option(arbitraryValue(type.some), { nil: undefined });
    case 'own':
    case 'borrow':
      throw new TypeError('handles are not generated');
    default:
      return arbitraryPrimitive(type.kind);
  }
}

function arbitraryCase(tag: string, type: ValueType | undefined): fc.Arbitrary<unknown> {
  return type === undefined ? fc.constant({ tag }) : arbitraryValue(type).map((val) => ({ tag, val }));
}
