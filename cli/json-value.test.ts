import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ValueType } from '../supervisor/component/types.ts';
import { arbitraryType, arbitraryValue } from '../tests/component-host/arbitrary-type.ts';
import { isSameValue } from '../tests/component-host/same-value.ts';
import { jsonFromValue, parseJsonValue } from './json-value.ts';

const name = undefined;
const read = (text: string, type: ValueType) => parseJsonValue(text, type, 'it');

/** Types that the host of our tests writes as typed arrays are compared as lists. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from<unknown>(Object(value));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

test('every value goes to JSON text and comes back the same', () => {
  const typed = arbitraryType(3).chain((type) => fc.tuple(fc.constant(type), arbitraryValue(type)));
  fc.assert(
    fc.property(typed, ([type, value]) => {
      const text = JSON.stringify(jsonFromValue(value, type)) ?? 'null';
      expect(isSameValue(plain(read(text, type)), plain(value)), text).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('64-bit integers may be numbers as long as a number holds them exactly', () => {
  const u64: ValueType = { kind: 'u64', name };
  expect(read('7', u64)).toBe(7n);
  expect(read('"18446744073709551615"', u64)).toBe(2n ** 64n - 1n);
  expect(() => read('18446744073709551615', u64)).toThrow('as a string when beyond 2^53 - 1');
  expect(() => read('"18446744073709551616"', u64)).toThrow(/^it: this is "18446744073709551616"/);
  expect(jsonFromValue(5n, u64)).toBe('5');
});

test('bytes are base64 or an array, and base64 must be whole', () => {
  const bytes: ValueType = { kind: 'list', element: { kind: 'u8', name }, name };
  expect(read('"aGk="', bytes)).toEqual(new Uint8Array([104, 105]));
  expect(read('[104, 105]', bytes)).toEqual([104, 105]);
  expect(() => read('"aGk"', bytes)).toThrow('base64 with padding');
  expect(() => read('[104, 256]', bytes)).toThrow(/^it\[1\]: this is 256/);
});

test('the path of an error leads to the value that is wrong', () => {
  const type: ValueType = {
    kind: 'list',
    name,
    element: {
      kind: 'record',
      name,
      fields: [
        {
          name: 'found-at',
          type: {
            kind: 'result',
            ok: { kind: 'tuple', elements: [{ kind: 'bool', name }], name },
            err: undefined,
            name,
          },
        },
      ],
    },
  };
  expect(() => read('[{"foundAt": {"tag": "ok", "val": [1]}}]', type)).toThrow(
    /^it\[0\]\.foundAt\.val\[0\]: this is 1, and true or false is expected/,
  );
  expect(() => read('[{"foundAt": {"tag": "err", "val": 1}}]', type)).toThrow(
    /^it\[0\]\.foundAt\.val: this is 1/,
  );
  expect(() => read('[{"found-at": 1}]', type)).toThrow('there is no field `found-at`');
});

test('a field of an option may be left out, and null is none', () => {
  const type: ValueType = {
    kind: 'record',
    name,
    fields: [{ name: 'limit', type: { kind: 'option', some: { kind: 'u8', name }, name } }],
  };
  expect(read('{}', type)).toEqual({ limit: undefined });
  expect(read('{"limit": null}', type)).toEqual({ limit: undefined });
  expect(jsonFromValue({ limit: undefined }, type)).toEqual({ limit: null });
});
