import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const names = ['inputs', 'outputs', 'grants', 'securityVersion'];

test('a name that is mistyped finds the one that was meant', () => {
  expect(nearestName('input', names)).toBe('inputs');
  expect(nearestName('securityversoin', names)).toBe('securityVersion');
  expect(nearestName('Grants', names)).toBe('grants');
});

test('a name that resembles none finds none', () => {
  expect(nearestName('shell', names)).toBeUndefined();
  expect(nearestName('', names)).toBeUndefined();
  expect(nearestName('x'.repeat(100_000), names)).toBeUndefined();
});
