/** What it costs to read what somebody has made to hurt: never more than the budget, and always a coded error. */
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EftError } from '../errors/eft-error.ts';
import { decodeRecordValue, RecordReader, recordMemoryLimit } from './record-reader.ts';
import { encodeRecordValue } from './record-writer.ts';

/** `count` items of these bytes in one list. */
function listOf(item: readonly number[], count: number): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 0x9a;
  head.writeUInt32BE(count, 1);
  return Buffer.concat([head, Buffer.alloc(count * item.length, Buffer.from(item))]);
}

const text = (value: string): number[] => [...encodeRecordValue(value)];

/** What each byte of a file can be made to cost most with. */
const greedy: readonly (readonly [what: string, item: readonly number[]])[] = [
  ['empty byte strings', [0x40]],
  ['empty typed arrays', [0xd8, 86, 0x40]],
  ['empty lists', [0x80]],
  ['empty objects', [0xa0]],
  ['lists in lists', [0x81, 0x81, 0x81, 0x81, 0x80]],
  ['objects in objects', [0xa1, 0x61, 0x61, 0xa1, 0x61, 0x62, 0xa0]],
  ['bigints', [0xc2, 0x48, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['floats', [0xfb, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]],
  ['empty texts', [0x60]],
  ['texts of two bytes a unit', text('ſ')],
  ['small numbers', [0x00]],
  ['large numbers', [0x1b, 0x00, 0x10, 0, 0, 0, 0, 0, 0]],
  ['undefined', [0xf7]],
];

describe('a file that was made to take much memory', () => {
  it.each(greedy)('of %s is refused, with the place, before it has taken more than the budget', (_, item) => {
    const limit = 4 * 1024 * 1024;
    const bytes = listOf(item, 1_000_000);
    const reader = new RecordReader(bytes, 'evil.eftrecord', limit);
    let error: unknown;
    try {
      reader.document();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'record.cbor',
      message: expect.stringMatching(
        /^evil\.eftrecord: byte \d+ of the unpacked flight record is wrong: it would take more than 4194304 bytes of memory$/,
      ),
    });
  });

  /** What the engine keeps on the side while it is weighed, such as code; a little, and now and then. */
  const engineBytes = 64 * 1024;

  it('is charged no less than the engine keeps for it, whatever it is full of', async () => {
    // Objects of which each looks different from all others, besides.
    const different = [0xa3, ...[0, 1, 2].flatMap((at) => [0x64, 0x61 + at, 0xff, 0xff, 0xff, 0x00])];
    const items = [...greedy, ['objects that all look different', different] as const];
    const weights = await weigh(items.map(([, item]) => item));
    expect(weights).toHaveLength(items.length);
    for (const [index, { charged, kept }] of weights.entries()) {
      expect.soft(kept, items[index]?.[0]).toBeGreaterThan(weighedItems);
      expect.soft(kept, items[index]?.[0]).toBeLessThan(charged + engineBytes);
    }
  });
});

describe('bytes as they come', () => {
  const limit = 64 * 1024;

  it('cost no more than the budget, and are a value or a coded error with the place', () => {
    // Heads of large lists, objects and strings are more likely than chance has them.
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(
        Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff),
        Uint8Array.of(0x99, 0x01, 0x00),
        Uint8Array.of(0xba, 0x7f, 0xff, 0xff, 0xff),
        Uint8Array.of(0x5b, 0, 0, 0, 1, 0, 0, 0, 0),
        Uint8Array.of(0x81),
        Uint8Array.of(0xa1, 0x61, 0x61),
        Uint8Array.of(0xd8, 86, 0x40),
        Uint8Array.of(0x40, 0x40, 0x40, 0x40),
        Uint8Array.of(0x7a, 0x00, 0x01, 0x00, 0x00),
      ),
    );
    let refusals = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        const reader = new RecordReader(bytes, 'any.eftrecord', limit);
        try {
          reader.document();
        } catch (error) {
          if (!(error instanceof EftError)) throw error;
          expect(error.code).toBe('record.cbor');
          const offset = Number(/byte (\d+) of/.exec(error.message)?.[1]);
          expect(offset).toBeLessThanOrEqual(bytes.length);
          refusals += 1;
          return;
        }
        expect(reader.charged).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 3_000 },
    );
    expect(refusals).toBeGreaterThan(100);
  });

  it('are read whole when they cost just the budget, and not when they cost one byte more', () => {
    const bytes = encodeRecordValue({ list: [1, 'two', new Uint8Array(3), 4n], flag: true });
    const reader = new RecordReader(bytes, 'x', recordMemoryLimit);
    const value = reader.document();
    expect(decodeRecordValue(bytes, 'x', reader.charged)).toEqual(value);
    expect(() => decodeRecordValue(bytes, 'x', reader.charged - 1)).toThrow('it would take more than');
  });
});

/** More than fit into a list with a shorter head. */
const weighedItems = 70_000;

type Weight = { readonly charged: number; readonly kept: number };

/** What lists of many of each of `items` are charged, and what they really keep, in a thread with nothing else in it. */
function weigh(items: readonly (readonly number[])[]): Promise<readonly Weight[]> {
  const entry = new URL('../../tests/cells/weigh-record.ts', import.meta.url);
  const worker = new Worker(entry, { workerData: { items, count: weighedItems } });
  return new Promise((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

describe('what the writer never writes', () => {
  it('is not read either, such as a field whose name is not ASCII: who compares what was read would fail on it', () => {
    const bytes = Uint8Array.of(0xa1, 0x62, 0xc3, 0xbc, 0x00);
    expect(() => decodeRecordValue(bytes, 'evil.eftrecord')).toThrow(
      'byte 1 of the unpacked flight record is wrong: the name of a field is not ASCII',
    );
    expect(decodeRecordValue(Uint8Array.of(0xa1, 0x61, 0x75, 0x00), 'x')).toEqual({ u: 0 });
  });
});
