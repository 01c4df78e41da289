import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeededBytes, seedLength } from './entropy.ts';

const seed = (fill: number) => new Uint8Array(seedLength).fill(fill);

it('the same seed gives the same bytes, however they are drawn', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 256 }), { maxLength: 20 }), (counts) => {
      const parts = new SeededBytes(seed(7));
      const drawn = Buffer.concat(counts.map((count) => parts.take(count)));
      return drawn.equals(new SeededBytes(seed(7)).take(drawn.length));
    }),
  );
});

it('another seed gives other bytes, and no block comes twice', () => {
  const one = Buffer.from(new SeededBytes(seed(1)).take(64));
  expect(one.equals(Buffer.from(new SeededBytes(seed(2)).take(64)))).toBe(false);
  const long = Buffer.from(new SeededBytes(seed(1)).take(6_400));
  const blocks = new Set(
    Array.from({ length: 100 }, (_, at) => long.subarray(at * 64, at * 64 + 64).toString('hex')),
  );
  expect(blocks.size).toBe(100);
});

it('a seed of another length is refused', () => {
  expect(() => new SeededBytes(new Uint8Array(31))).toThrow('a seed has 32 bytes');
});
