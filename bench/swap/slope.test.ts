import { expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

it('is the growth of a line, whatever a few samples say', () => {
  const points = Array.from({ length: 40 }, (_, x) => ({ x, y: 100 + 3 * x }));
  expect(slopeOf(points)).toBe(3);
  const spoilt = points.map((point) => (point.x % 9 === 0 ? { ...point, y: 10_000 } : point));
  expect(slopeOf(spoilt)).toBeCloseTo(3, 5);
});

it('is that between two, and not a number of one', () => {
  expect(
    slopeOf([
      { x: 2, y: 1 },
      { x: 4, y: 9 },
    ]),
  ).toBe(4);
  expect(slopeOf([{ x: 2, y: 1 }])).toBeNaN();
});
