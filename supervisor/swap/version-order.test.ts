import { expect, it } from 'vitest';
import { compareVersions } from './version-order.ts';

it('is the order of the example in semver.org, section 11, and of numbers of any length', () => {
  const rising = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '2.0.0',
    '2.1.0',
    '2.1.1',
    '2.10.0',
    '2.10.99999999999999999999',
    '2.10.100000000000000000000',
  ];
  for (const [index, one] of rising.entries()) {
    for (const [place, other] of rising.entries()) {
      expect([one, other, Math.sign(compareVersions(one, other))]).toEqual([
        one,
        other,
        Math.sign(index - place),
      ]);
    }
  }
});

it('has nothing to do with what was noted of the build', () => {
  expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0);
  expect(compareVersions('1.0.0-x-y.1+a', '1.0.0-x-y.1')).toBe(0);
});
