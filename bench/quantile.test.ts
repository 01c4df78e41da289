import { expect, it } from 'vitest';
import { quantile } from './quantile.ts';

it('gives the sample that so many lie at or below', () => {
  const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.01, 0.5, 0.99, 1].map((share) => quantile(samples, share))).toEqual([1, 50, 99, 100]);
  expect(quantile([7], 0.99)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
