import { expect, it } from 'vitest';
import { compareVersions } from '../../supervisor/swap/version-order.ts';
import { devVersion } from './dev-round.ts';

it('is above what runs, round after round, and leads up to the release that follows', () => {
  let running = '0.1.0';
  for (let round = 1; round <= 5; round += 1) {
    const next = devVersion('0.1.0', running, 1_000 + round);
    expect(compareVersions(next, running)).toBeGreaterThan(0);
    running = next;
  }
  expect(compareVersions('0.2.0', running)).toBeGreaterThan(0);
});

it('is the version of the manifest, once that is newer than what runs', () => {
  expect(devVersion('0.2.0', '0.1.9', 7)).toBe('0.2.0-dev.7');
  expect(devVersion('0.2.0', '0.2.0-dev.6', 7)).toBe('0.2.0-dev.7');
  expect(devVersion('0.1.0', undefined, 7)).toBe('0.1.0-dev.7');
  expect(devVersion('0.1.0', '0.1.0', 7)).toBe('0.1.1-dev.7');
  expect(devVersion('0.1.0', '0.1.9007199254740993', 7)).toBe('0.1.9007199254740994-dev.7');
});
