import { expect, it } from 'vitest';
import { defaultDelaySeconds, delaySeconds } from './crash.ts';

it('waits as long as the kernel would', () => {
  expect(delaySeconds('quiet panic=5 ro')).toBe(5);
  expect(delaySeconds('panic=5 panic=30')).toBe(30);
  expect(delaySeconds('panic=-1')).toBe(0);
  expect(delaySeconds('panic=0')).toBeUndefined();
});

it('has a delay of its own if the command line says nothing that it understands', () => {
  for (const line of ['', 'panic', 'panic=', 'panic=soon', 'xpanic=3', 'panic=3s']) {
    expect(delaySeconds(line)).toBe(defaultDelaySeconds);
  }
});
