import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry, Value } from '../store/resource.ts';
import type { Batch } from '../store/watch.ts';
import type { FromCell, ToCell } from './cell-messages.ts';
import { decodeFromCell, decodeToCell, encodeFromCell, encodeToCell } from './message-text.ts';
import type { CallOutput, EventInput } from './module-events.ts';

const nothing: EventInput = {
  time: { now: 1n, wall: 2n, isSynchronized: false },
  seed: undefined,
  batches: [],
  answers: [],
  event: { tag: 'changed', val: [] },
  arrivals: [],
};

const toInput = (input: Partial<EventInput>): ToCell => ({ type: 'handle', input: { ...nothing, ...input } });

const toOutput = (effects: Partial<CallOutput['effects']>): FromCell => ({
  type: 'handled',
  output: {
    effects: { store: [], timers: [], requests: [], cancels: [], health: undefined, ...effects },
    revision: 7,
    nextRequest: 3n,
  },
});

const put = (value: unknown): FromCell =>
  toOutput({ store: [{ effect: 'put', kind: 'a:b/c', id: 'x', value }] });

/** All that a value of a kind or an answer can be made of. */
const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,6}$/);
const value: fc.Arbitrary<Value> = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\ud800', '\udfff', '"', '\\', '\u2028', 'a') }),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.constantFrom(undefined, -0, Number.NaN, Number.NEGATIVE_INFINITY),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(name, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

const entry: fc.Arbitrary<Entry> = fc.record({
  metadata: fc.record({
    id: fc.string(),
    version: fc.bigInt({ min: 0n, max: 2n ** 64n }),
    phase: fc.constantFrom('running' as const, 'tearing-down' as const),
    owner: fc.string(),
    finalizers: fc.array(fc.string(), { maxLength: 3 }),
  }),
  value: fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
});

test('every event arrives as it was sent', () => {
  const revision = fc.nat();
  const changes = fc.array(
    entry.chain((one) =>
      fc.constantFrom(
        { kind: 'a:b/c', id: one.metadata.id, entry: one },
        { kind: 'a:b/c', id: one.metadata.id, entry: undefined },
      ),
    ),
    { maxLength: 3 },
  );
  const batch: fc.Arbitrary<Batch> = fc.oneof(
    fc.record({ batch: fc.constant('snapshot' as const), revision, changes }),
    fc.record({ batch: fc.constant('changes' as const), from: revision, revision, changes }),
  );
  const instant = fc.bigInt({ min: 0n, max: 2n ** 64n });
  const event: fc.Arbitrary<EventInput['event']> = fc.oneof(
    fc.record({ tag: fc.constant('timer' as const), val: fc.string() }),
    fc.record({ tag: fc.constant('answered' as const), val: instant }),
    fc.record({
      tag: fc.constant('changed' as const),
      val: fc.array(fc.record({ kind: fc.string(), id: fc.string() })),
    }),
  );
  const input = fc.record({
    time: fc.record({ now: instant, wall: instant, isSynchronized: fc.boolean() }),
    seed: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined }),
    batches: fc.array(batch, { maxLength: 2 }),
    answers: fc.array(fc.record({ request: instant, result: value }), { maxLength: 2 }),
    event,
    arrivals: fc.array(
      fc.record({
        handle: fc.string(),
        interface: fc.string(),
        items: fc.array(value, { maxLength: 3 }),
        missed: fc.nat(),
      }),
      { maxLength: 2 },
    ),
  });
  fc.assert(
    fc.property(input, (sent) => {
      // Without the null prototypes that the generator gives.
      const message: ToCell = { type: 'handle', input: structuredClone(sent) };
      const before = structuredClone(message);
      expect(decodeToCell(structuredClone(encodeToCell(message)))).toStrictEqual(before);
      expect(message).toStrictEqual(before);
    }),
  );
});

test('everything a call wants done arrives as it was sent', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      const message = toOutput({
        store: [
          { effect: 'put', kind: 'a:b/c', id: 'x', value: one, version: 3n },
          { effect: 'release', kind: 'a:b/c', id: 'y' },
        ],
        timers: [
          { name: 'one', at: 5n },
          { name: 'other', at: undefined },
        ],
        requests: [{ request: 3n, interface: 'a:b/d', call: 'read', parameters: [other] }],
        cancels: [2n],
        health: { tag: 'degraded', val: 'tired' },
      });
      expect(decodeFromCell(structuredClone(encodeFromCell(message)))).toStrictEqual(message);
    }),
  );
});

test('the common messages are texts', () => {
  const metadata = { id: 'x', version: 4n, phase: 'running', owner: 'm', finalizers: [] } as const;
  const change = { kind: 'a:b/c', id: 'x', entry: { metadata, value: { text: 'a', size: 9n } } };
  const batches = [{ batch: 'changes', from: 1, revision: 2, changes: [change] }] as const;
  expect(encodeToCell(toInput({ batches }))).toBeTypeOf('string');
  expect(encodeFromCell(put({ text: 'a', size: 9n, bytes: new Uint8Array(6) }))).toBeTypeOf('string');
});

test.each([
  ['a long string', 'x'.repeat(40_000)],
  ['many values', Array.from({ length: 3_000 }, () => 0)],
  ['many bytes', new Uint8Array(600)],
  ['other numbers than bytes', new Uint16Array(2)],
  ['a huge bigint', 2n ** 200n],
  ['a field that looks like an escape', { $: 'bigint 1' }],
  ['a field with the name of the prototype', JSON.parse('{"__proto__": 1}')],
])('%s travels as it is', (_, held) => {
  const message = put({ held });
  expect(encodeFromCell(message)).toBe(message);
  const input = toInput({ answers: [{ request: 1n, result: held }] });
  expect(encodeToCell(input)).toBe(input);
});

test('other messages travel as they are', () => {
  expect(encodeToCell({ type: 'ping' })).toStrictEqual({ type: 'ping' });
  expect(decodeFromCell({ type: 'pong' })).toStrictEqual({ type: 'pong' });
});
