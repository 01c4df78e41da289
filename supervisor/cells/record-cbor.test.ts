import { deepStrictEqual } from 'node:assert/strict';
import { Decoder } from 'cbor-x/index-no-eval';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordDepthLimit } from './record-cbor.ts';
import { decodeOwnValue, decodeRecordValue, sharedFromBytes } from './record-reader.ts';
import { encodeRecordValue } from './record-writer.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const read = (text: string): unknown => decodeRecordValue(Buffer.from(text.replaceAll(' ', ''), 'hex'), 'x');

const scalar = fc.oneof(
  fc.constant(undefined),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint16Array(),
  fc.int16Array(),
  fc.uint32Array(),
  fc.int32Array(),
  fc.bigUint64Array(),
  fc.bigInt64Array(),
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
);
const field = fc.oneof(
  fc.string({ unit: 'grapheme-ascii' }),
  fc.constant('__proto__'),
  fc.constant('constructor'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(field, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

describe('a value of a record', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(value, (given) => {
        // It tells 0 from -0, and does not ask what a field named `constructor` says.
        deepStrictEqual(decodeRecordValue(encodeRecordValue(given), 'x'), given);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has one encoding, whatever the order of its fields', () => {
    expect(hex(encodeRecordValue({ b: 1, a: 2, aa: 3 }))).toBe('a3616102616201626161 03'.replace(' ', ''));
    expect(hex(encodeRecordValue({ aa: 3, a: 2, b: 1 }))).toBe('a361610261620162616103');
  });

  it('is as RFC 8949, appendix A, has it', () => {
    const samples: readonly (readonly [unknown, string])[] = [
      [0, '00'],
      [23, '17'],
      [24, '1818'],
      [1000, '1903e8'],
      [1000000, '1a000f4240'],
      [1000000000000, '1b000000e8d4a51000'],
      [-1, '20'],
      [-1000, '3903e7'],
      [1.1, 'fb3ff199999999999a'],
      [-4.1, 'fbc010666666666666'],
      [false, 'f4'],
      [undefined, 'f7'],
      ['IETF', '6449455446'],
      ['\u{10151}', '64f0908591'],
      [new Uint8Array([1, 2, 3, 4]), '4401020304'],
      [[1, [2, 3], [4, 5]], '8301820203820405'],
    ];
    for (const [given, bytes] of samples) expect(hex(encodeRecordValue(given))).toBe(bytes);
    expect(hex(encodeRecordValue(5n))).toBe('c24105');
    expect(hex(encodeRecordValue(-5n))).toBe('c34104');
  });

  it('is understood by another reader', () => {
    const decoder = new Decoder({ mapsAsObjects: true, useRecords: false });
    const given = {
      text: 'é'.repeat(300),
      list: [1, -70_000, 0.5, 2 ** 31, undefined, true],
      shorts: new Uint16Array([1, 65_535]),
      doubles: new Float64Array([0.25, -1]),
      large: 2n ** 63n,
    };
    expect(decoder.decode(encodeRecordValue(given))).toEqual(given);
  });

  it('is no function, no class, no null, and nothing endless', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    for (const wrong of [
      null,
      () => 1,
      Symbol('s'),
      new Map(),
      new Date(0),
      2n ** 64n,
      new DataView(new ArrayBuffer(1)),
      { é: 1 },
      loop,
    ]) {
      expect(() => encodeRecordValue(wrong)).toThrow(TypeError);
    }
  });
});

describe('a value of bytes that are given away', () => {
  it('has windows on them where a copy would be large, and copies where it would not', () => {
    const given = { large: new Uint8Array(sharedFromBytes).fill(1), small: new Uint8Array(8).fill(2) };
    const bytes = encodeRecordValue(given);
    const own = decodeOwnValue(bytes, 'x', 1_000_000);
    deepStrictEqual(own, given);
    bytes.fill(7);
    deepStrictEqual(own, { large: new Uint8Array(sharedFromBytes).fill(7), small: given.small });
  });
});

describe('bytes that nobody here writes are refused', () => {
  const wrong: readonly (readonly [what: string, bytes: string, reason: string])[] = [
    ['no bytes', '', 'it ends too early'],
    ['a text that is cut off', '6449', 'it ends too early'],
    ['a list that says it has four thousand million items', '9affffffff', 'it ends too early'],
    ['a map that says it has 2^63 entries', 'bb8000000000000000', 'it ends too early'],
    ['a byte string of 2^64 - 1 bytes', '5bffffffffffffffff', 'it ends too early'],
    ['more than one value', '0000', 'it goes on after its end'],
    ['a long head', '1817', 'a head is not in its shortest form'],
    ['a long length', '590001 00', 'a head is not in its shortest form'],
    ['an indefinite length', '9f00ff', 'a length is indefinite or reserved'],
    ['a reserved length', '1c', 'a length is indefinite or reserved'],
    ['a number beyond 2^53', '1b0020000000000000', 'an integer is beyond ±(2^53 - 1)'],
    ['a whole number as a float', 'fb3ff0000000000000', 'a whole number is written as a float'],
    ['another NaN', 'fb7ff8000000000001', 'a NaN has bits of its own'],
    ['a short float', 'f93c00', 'simple value 25 has no meaning here'],
    ['null', 'f6', 'simple value 22 has no meaning here'],
    ['a date', 'c11a514b67b0', 'tag 1 has no meaning here'],
    ['a shared reference', 'd81d00', 'tag 29 has no meaning here'],
    ['a bigint of nine bytes', 'c249010000000000000000', 'a bigint is not as u64 and s64 are'],
    ['a bigint with a leading zero', 'c24100', 'a bigint is not as u64 and s64 are'],
    ['half an element', 'd8454101', 'a typed array ends within an element'],
    ['a text that is no UTF-8', '61ff', 'a text is not valid UTF-8'],
    ['a key that is no text', 'a10000', 'a key of a map is not text'],
    ['a key twice', 'a2616100616100', 'the keys of a map are not in order'],
    ['keys out of order', 'a2616200616100', 'the keys of a map are not in order'],
    [
      'too much nesting',
      `${'81'.repeat(recordDepthLimit + 1)}00`,
      `it nests deeper than ${recordDepthLimit} levels`,
    ],
  ];
  it.each(wrong)('%s', (_, bytes, reason) => {
    expect(() => read(bytes)).toThrow(reason);
  });

  it('and never by anything but a coded error, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          const decoded = decodeRecordValue(bytes, 'x');
          expect(hex(encodeRecordValue(decoded))).toBe(hex(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'record.cbor' });
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
