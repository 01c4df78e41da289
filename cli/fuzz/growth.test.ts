import { expect, it } from 'vitest';
import { Growth } from './growth.ts';

it('shows when most was reached, and when for the last time', () => {
  const growth = new Growth();
  expect([growth.line(10), growth.lastSeconds]).toEqual(['', 0]);
  growth.add(0, 100);
  growth.add(1, 180);
  growth.add(2, 180);
  growth.add(3, 190);
  growth.add(5, 200);
  growth.add(9, 200);
  expect(growth.lastSeconds).toBe(5);
  expect(growth.line(10)).toBe(`${'▁'.repeat(3)}${'▆'.repeat(8)}${'▇'.repeat(8)}${'█'.repeat(21)}`);
});

it('of what was reached at once is a flat line', () => {
  const growth = new Growth();
  growth.add(0, 7);
  expect(growth.line(4)).toBe('▁'.repeat(40));
});
