import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { camelCase } from '../component/host-name.ts';
import type { PrimitiveKind, ValueType } from '../component/types.ts';
import { sameValue } from './same-value.ts';
import { list, option, primitive, record, text, u32 } from './sample-kinds.ts';
import { admitValue } from './value.ts';

const admission = { actor: 'wired', reference: 'test:kinds/link "eth0"', limitBytes: 1 << 20 };

/** What `value` is admitted as, as the only field of a record. */
function admit(type: ValueType, value: unknown): unknown {
  return admitValue({ it: value }, record({ it: type }), admission).value['it'];
}

const refused = (type: ValueType, value: unknown) => expect(() => admit(type, value));

describe('admitting a value', () => {
  it.each<[PrimitiveKind, readonly unknown[], readonly unknown[]]>([
    ['bool', [true, false], [0, 'true', null, undefined]],
    ['u8', [0, 255], [-1, 256, 1.5, -0, Number.NaN, 1n, '1']],
    ['s8', [-128, 127], [-129, 128]],
    ['u16', [65_535], [65_536]],
    ['s16', [-32_768, 32_767], [-32_769, 32_768]],
    ['u32', [4_294_967_295], [4_294_967_296, -1]],
    ['s32', [-2_147_483_648, 2_147_483_647], [-2_147_483_649, 2_147_483_648]],
    ['u64', [0n, 2n ** 64n - 1n], [-1n, 2n ** 64n, 0]],
    ['s64', [-(2n ** 63n), 2n ** 63n - 1n], [2n ** 63n, -(2n ** 63n) - 1n]],
    ['f32', [0.5, -0, Number.NaN, Number.POSITIVE_INFINITY], [0.1, 1e300, '1']],
    ['f64', [0.1, -0, Number.NaN], [1n, undefined]],
    ['char', ['a', '😀', '\u{feff}'], ['', 'ab', '\ud800', 97]],
    ['string', ['', 'a\u0000😀'], ['\ud800', 1, undefined, new String('x')]],
  ])('takes %s in its range, and nothing else', (kind, good, bad) => {
    for (const value of good) expect(admit(primitive(kind), value)).toBe(value);
    for (const value of bad) refused(primitive(kind), value).toThrow('but value.it is');
  });

  it('takes lists of numbers as typed arrays of just that type, copied', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 3);
    const copy = admit(list(primitive('u8')), shared);
    shared[0] = 9;
    expect(copy).toEqual(new Uint8Array(3));
    expect(copy).toMatchObject({ byteOffset: 0, buffer: { byteLength: 3 } });
    expect(admit(list(primitive('s64')), new BigInt64Array([-1n]))).toEqual(new BigInt64Array([-1n]));
    expect(admit(list(primitive('f32')), new Float32Array([0.5]))).toEqual(new Float32Array([0.5]));
    refused(list(primitive('u8')), [1, 2]).toThrow('an array of 2, not a Uint8Array');
    refused(list(primitive('u8')), new Int8Array(1)).toThrow('a typed array, not a Uint8Array');
    refused(list(text), new Uint8Array(1)).toThrow('a typed array, not an array');
  });

  it('says where in a value something is wrong', () => {
    const type = list(record({ 'inner-part': { kind: 'tuple', elements: [u32, text], name: undefined } }));
    refused(type, [{ innerPart: [1, 'x'] }, { innerPart: [1, 2] }]).toThrow(
      'value.it[1].innerPart[1] is the number 2, not a string',
    );
    refused(type, [{ innerPart: [1] }]).toThrow('value.it[0].innerPart is an array of 1, not an array of 2');
  });

  it('refuses fields that are not in the type, and does not look for fields in prototypes', () => {
    refused(record({ a: u32 }), { a: 1, b: 2 }).toThrow('value.it has no field b');
    const type = record({ constructor: option(text) } as Record<string, ValueType>);
    expect(admit(type, {})).toEqual({ constructor: undefined });
    refused(record({ a: u32 }), Object.create({ a: 1 })).toThrow('value.it.a is missing');
  });

  it('tells an option of an option apart', () => {
    const type = option(option(u32));
    expect(admit(type, { tag: 'none' })).toEqual({ tag: 'none' });
    expect(admit(type, { tag: 'some', val: undefined })).toEqual({ tag: 'some', val: undefined });
    expect(admit(type, { tag: 'some', val: 3 })).toEqual({ tag: 'some', val: 3 });
    refused(type, undefined).toThrow('missing, not an object with a tag of none, some');
    refused(type, { tag: 'none', val: 3 }).toThrow('value.it.val is the number 3, not nothing');
  });

  it('takes variants, results, enums and flags by their labels', () => {
    const variant: ValueType = {
      kind: 'variant',
      cases: [
        { name: 'all', type: undefined },
        { name: 'just-one', type: u32 },
      ],
      name: undefined,
    };
    expect(admit(variant, { tag: 'just-one', val: 1 })).toEqual({ tag: 'just-one', val: 1 });
    refused(variant, { tag: 'justOne', val: 1 }).toThrow('a tag of all, just-one');
    refused(variant, { tag: 'all', extra: 1 }).toThrow('no field extra');
    const result: ValueType = { kind: 'result', ok: undefined, err: text, name: undefined };
    expect(admit(result, { tag: 'ok' })).toEqual({ tag: 'ok' });
    refused(result, { tag: 'err' }).toThrow('value.it.val is missing, not a string');
    const labels: ValueType = { kind: 'enum', labels: ['up', 'down'], name: undefined };
    expect(admit(labels, 'up')).toBe('up');
    refused(labels, 'sideways').toThrow('not one of up, down');
    const flags: ValueType = { kind: 'flags', labels: ['read-only', 'sync'], name: undefined };
    expect(admit(flags, { readOnly: true, sync: false })).toEqual({ readOnly: true, sync: false });
    refused(flags, { readOnly: true }).toThrow('value.it.sync is missing, not a boolean');
    refused(flags, { readOnly: true, sync: true, x: true }).toThrow('no field x');
  });

  it('stops at the limit of bytes, and charges a length before it walks the list', () => {
    const endless = new Array(1e9);
    refused(list(text), endless).toThrow('more than 1048576 bytes');
    refused(text, 'x'.repeat(1 << 19)).toThrow('more than 1048576 bytes');
    refused(list(primitive('u8')), new Uint8Array(1 << 20)).toThrow('more than 1048576 bytes');
  });

  it('gives back what it was given: equal, frozen, fit for another thread', () => {
    fc.assert(
      fc.property(anyTyped, ({ type, value }) => {
        const outer = record({ it: type });
        const { value: admitted, bytes } = admitValue({ it: value }, outer, admission);
        expect(sameValue(admitted, structuredClone(admitted))).toBe(true);
        const again = admitValue(structuredClone(admitted), outer, admission);
        expect(sameValue(again.value, admitted)).toBe(true);
        expect(again.bytes).toBe(bytes);
        expect(admitted).toEqual({ it: value });
        expectFrozen(admitted);
      }),
    );
  });
});

describe('the same value', () => {
  it('tells apart what a component can tell apart', () => {
    expect(sameValue(0, -0)).toBe(false);
    expect(sameValue(Number.NaN, Number.NaN)).toBe(true);
    expect(sameValue(new Float64Array([0]), new Float64Array([-0]))).toBe(false);
    expect(sameValue(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
    expect(sameValue([1], [1, undefined])).toBe(false);
    expect(sameValue([], {})).toBe(false);
    expect(sameValue({ a: 1 }, { a: 1, b: undefined })).toBe(true);
    expect(sameValue({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(sameValue({ a: 1 }, { a: 1, b: 0 })).toBe(false);
    expect(sameValue({ a: { b: 1n } }, { a: { b: 2n } })).toBe(false);
    expect(sameValue(undefined, {})).toBe(false);
  });
});

function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  expect(Object.isFrozen(value)).toBe(true);
  for (const part of Object.values(value)) expectFrozen(part);
}

/** A type together with a value of it. */
type Typed = { type: ValueType; value: unknown };

const scalar = (kind: PrimitiveKind, value: fc.Arbitrary<unknown>): fc.Arbitrary<Typed> =>
  value.map((one) => ({ type: primitive(kind), value: one }));

const { anyTyped } = fc.letrec<{ anyTyped: Typed }>((tie) => ({
  anyTyped: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar('bool', fc.boolean()),
    scalar('u8', fc.nat(255)),
    scalar('s32', fc.integer()),
    scalar('u64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    scalar('f64', fc.double()),
    scalar('f32', fc.float()),
    scalar('string', fc.string({ unit: 'grapheme' })),
    fc.uint8Array().map((value) => ({ type: list(primitive('u8')), value })),
    fc.float64Array().map((value) => ({ type: list(primitive('f64')), value })),
    tie('anyTyped').chain(({ type, value }) =>
      fc
        .boolean()
        .map((some) =>
          type.kind === 'option'
            ? { type: option(type), value: some ? { tag: 'some', val: value } : { tag: 'none' } }
            : { type: option(type), value: some ? value : undefined },
        ),
    ),
    fc
      .tuple(tie('anyTyped'), fc.nat(3))
      .map(([{ type, value }, times]) =>
        type.kind in { u8: 0, s32: 0, u64: 0, f32: 0, f64: 0 }
          ? { type: option(type), value }
          : { type: list(type), value: new Array(times).fill(value) },
      ),
    fc.array(tie('anyTyped'), { minLength: 1, maxLength: 3 }).map((parts) => ({
      type: { kind: 'tuple' as const, elements: parts.map(({ type }) => type), name: undefined },
      value: parts.map(({ value }) => value),
    })),
    fc.array(tie('anyTyped'), { minLength: 1, maxLength: 3 }).map((parts) => ({
      type: record(Object.fromEntries(parts.map(({ type }, at) => [`part-${'abc'[at]}`, type]))),
      value: Object.fromEntries(parts.map(({ value }, at) => [camelCase(`part-${'abc'[at]}`), value])),
    })),
    tie('anyTyped').map(({ type, value }) => ({
      type: { kind: 'result' as const, ok: type, err: undefined, name: undefined },
      value: { tag: 'ok', val: value },
    })),
  ),
}));
