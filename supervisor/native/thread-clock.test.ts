import { expect, it } from 'vitest';
import { threadRanMs } from './thread-clock.ts';

it('the time of a thread goes on in steps that are much smaller than a tick', () => {
  const readings = Array.from({ length: 1_000 }, threadRanMs);
  const steps = readings.slice(1).map((reading, index) => reading - (readings[index] ?? 0));
  expect(steps.every((step) => step > 0)).toBe(true);
  expect(steps.filter((step) => step < 0.5).length).toBeGreaterThan(900);
});

it('the time of a thread stands still while it waits', () => {
  const begin = threadRanMs();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  expect(threadRanMs() - begin).toBeLessThan(100);
});
