import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EftError } from '../errors/eft-error.ts';
import { type CborValue, decodeDeterministicCbor, encodeDeterministicCbor } from './deterministic-cbor.ts';
import { compareBytes } from './deterministic-cbor-scan.ts';

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The rows of RFC 8949, appendix A, that are deterministic and of a type that is read here. */
const vectors: readonly (readonly [string, CborValue])[] = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1819', 25],
  ['1864', 100],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['20', -1],
  ['29', -10],
  ['3863', -100],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['40', new Uint8Array()],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['6161', 'a'],
  ['6449455446', 'IETF'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['64f0908591', '𐅑'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['98190102030405060708090a0b0c0d0e0f101112131415161718181819', Array.from({ length: 25 }, (_, i) => i + 1)],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<string, CborValue>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
  ['826161a161626163', ['a', new Map([['b', 'c']])]],
  [
    'a56161614161626142616361436164614461656145',
    new Map([
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'C'],
      ['d', 'D'],
      ['e', 'E'],
    ]),
  ],
];

/** The rest of appendix A: floats, tags, big numbers, other simple values, indefinite lengths. */
const refused = [
  '1bffffffffffffffff',
  'c249010000000000000000',
  '3bffffffffffffffff',
  'c349010000000000000000',
  'f90000',
  'f98000',
  'f93c00',
  'fb3ff199999999999a',
  'f93e00',
  'f97bff',
  'fa47c35000',
  'fa7f7fffff',
  'fb7e37e43c8800759c',
  'f90001',
  'f90400',
  'f9c400',
  'fbc010666666666666',
  'f97c00',
  'f97e00',
  'f9fc00',
  'fa7f800000',
  'fa7fc00000',
  'faff800000',
  'fb7ff0000000000000',
  'fb7ff8000000000000',
  'fbfff0000000000000',
  'f7',
  'f0',
  'f8ff',
  'c074323031332d30332d32315432303a30343a30305a',
  'c11a514b67b0',
  'c1fb41d452d9ec200000',
  'd74401020304',
  'd818456449455446',
  'd82076687474703a2f2f7777772e6578616d706c652e636f6d',
  '5f42010243030405ff',
  '7f657374726561646d696e67ff',
  '9fff',
  '9f018202039f0405ffff',
  '9f01820203820405ff',
  '83018202039f0405ff',
  '83019f0203ff820405',
  '9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff',
  'bf61610161629f0203ffff',
  '826161bf61626163ff',
  'bf6346756ef563416d7421ff',
] as const;

describe('the examples of RFC 8949, appendix A', () => {
  test.each(vectors)('%s decodes and encodes', (hex, value) => {
    expect(decodeDeterministicCbor(bytesOf(hex))).toEqual(value);
    expect(hexOf(encodeDeterministicCbor(value))).toBe(hex);
  });

  test.each(refused)('%s is refused', (hex) => {
    expect(() => decodeDeterministicCbor(bytesOf(hex))).toThrow(EftError);
  });
});

/** Deterministic CBOR written a second time, from the RFC alone and with nothing of the code under test. */
function encodeByTheBook(value: CborValue): readonly number[] {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
  if (value === null) return [0xf6];
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [...head(3, bytes.length), ...bytes];
  }
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  if (value instanceof Map) {
    const entries: string[] = [];
    for (const [key, item] of value) {
      entries.push(hexOf(new Uint8Array([...encodeByTheBook(key), ...encodeByTheBook(item)])));
    }
    // No encoding of a key is the beginning of another's, so sorting the pairs sorts the keys.
    return [...head(5, value.size), ...bytesOf(entries.sort().join(''))];
  }
  if (!Array.isArray(value)) throw new TypeError('not a CBOR value');
  return [...head(4, value.length), ...value.flatMap((item: CborValue) => encodeByTheBook(item))];
}

function head(major: number, argument: number): readonly number[] {
  const big = (width: number) =>
    Array.from({ length: width }, (_, i) => Number((BigInt(argument) >> BigInt(8 * (width - 1 - i))) & 255n));
  if (argument < 24) return [(major << 5) | argument];
  if (argument < 2 ** 8) return [(major << 5) | 24, ...big(1)];
  if (argument < 2 ** 16) return [(major << 5) | 25, ...big(2)];
  if (argument < 2 ** 32) return [(major << 5) | 26, ...big(4)];
  return [(major << 5) | 27, ...big(8)];
}

const edges = [
  0,
  23,
  24,
  255,
  256,
  65535,
  65536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
].flatMap((edge) => [edge, -1 - edge].filter((value) => Number.isSafeInteger(value)));
const integer = fc.oneof(
  fc.constantFrom(...edges),
  fc.maxSafeInteger().map((value) => value + 0 || 0),
);
const text = fc.string({ unit: 'binary', maxLength: 300 }).filter((value) => !value.startsWith('\ufeff'));
const key = fc.oneof(integer, text);
const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(integer, text, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 300 })),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 30 }).map((entries) => new Map(entries)),
  ),
}));

test('every value comes back, and its encoding is the one that the RFC describes', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const bytes = encodeDeterministicCbor(value);
      expect(hexOf(bytes)).toBe(hexOf(new Uint8Array(encodeByTheBook(value))));
      expect(decodeDeterministicCbor(bytes)).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('what is accepted has no second encoding: changed bytes are refused, or they are another value', () => {
  const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(anyValue, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
      const bytes = encodeDeterministicCbor(value);
      const changed = bytes.slice();
      for (const { at, byte } of changes) {
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ byte;
      }
      let read: CborValue;
      try {
        read = decodeDeterministicCbor(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(EftError);
        return;
      }
      expect(hexOf(encodeDeterministicCbor(read))).toBe(hexOf(changed));
    }),
    { numRuns: 1000 },
  );
});

test('bytes that nobody encoded never crash the reader', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeDeterministicCbor(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(EftError);
      }
    }),
    { numRuns: 5000 },
  );
});

test('the order of a map given to the encoder does not matter', () => {
  const one = new Map<number | string, CborValue>([
    ['b', 1],
    [-1, 2],
    ['aa', 3],
    [10, 4],
    ['a', 5],
  ]);
  const other = new Map([...one].reverse());
  expect(hexOf(encodeDeterministicCbor(one))).toBe('a50a0420026161056162016261' + '6103');
  expect(encodeDeterministicCbor(other)).toEqual(encodeDeterministicCbor(one));
});

test('numbers and text that have no deterministic encoding here are the mistake of whoever gives them', () => {
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, -0, 2 ** 53, 'lone \ud800 surrogate']) {
    expect(() => encodeDeterministicCbor(value)).toThrow(RangeError);
  }
});

test('keys named like the innards of JavaScript objects are keys like others', () => {
  const value = new Map([
    ['__proto__', 1],
    ['constructor', 2],
    ['toString', 3],
  ]);
  expect(decodeDeterministicCbor(encodeDeterministicCbor(value))).toEqual(value);
});

test('byte strings that are read are copies: changing the input later changes nothing', () => {
  const bytes = encodeDeterministicCbor([Uint8Array.of(1, 2, 3)]);
  const value = decodeDeterministicCbor(bytes);
  bytes.fill(0);
  expect(value).toEqual([Uint8Array.of(1, 2, 3)]);
});

test('bytes compare as the RFC sorts keys', () => {
  expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
  expect(compareBytes(Uint8Array.of(2), Uint8Array.of(1, 9))).toBeGreaterThan(0);
  expect(compareBytes(Uint8Array.of(1, 9), Uint8Array.of(1, 9))).toBe(0);
});

/** The code of the error that reading these bytes ends in. */
function codeOf(bytes: readonly number[]): string {
  try {
    decodeDeterministicCbor(new Uint8Array(bytes));
  } catch (error) {
    if (error instanceof EftError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('a map is accepted in one order of its keys only, and with no key twice', () => {
  const keys = fc.uniqueArray(key, { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(keys, fc.nat(), (names, at) => {
      const pairs = names.map((name) => [...encodeByTheBook(name), 0x01]);
      const sorted = [...pairs].sort((left, right) =>
        compareBytes(new Uint8Array(left), new Uint8Array(right)),
      );
      const start = head(5, names.length);
      expect(codeOf([...start, ...sorted.flat()])).toBe('accepted');
      const index = at % (names.length - 1);
      const swapped = [...sorted];
      swapped.splice(index, 2, ...sorted.slice(index, index + 2).reverse());
      expect(codeOf([...start, ...swapped.flat()])).toBe('cbor.key-order');
      const repeated = [...sorted];
      repeated.splice(index + 1, 1, ...sorted.slice(index, index + 1));
      expect(codeOf([...start, ...repeated.flat()])).toBe('cbor.duplicate-key');
    }),
  );
});
