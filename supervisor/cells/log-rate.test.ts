import { expect, it } from 'vitest';
import { LogRate, logBurst, logLinesPerSecond, logUnitsPerLine } from './log-rate.ts';

const second = 1_000_000_000n;

/** How many of `count` lines go out. */
function write(rate: LogRate, count: number): number {
  return Array.from({ length: count }, () => rate.take()).filter(Boolean).length;
}

it('a flood is cut at the burst, and what was cut is counted once', () => {
  const rate = new LogRate();
  rate.advance(0n);
  expect(write(rate, logBurst + 100)).toBe(logBurst);
  expect(rate.advance(1n)).toBe(100);
  expect(rate.advance(2n)).toBe(0);
});

it('lines come back with time, never more than the burst', () => {
  const rate = new LogRate();
  rate.advance(0n);
  write(rate, logBurst);
  rate.advance(second);
  expect(write(rate, logBurst)).toBe(logLinesPerSecond);
  rate.advance(second * 3_600n);
  expect(write(rate, 10 * logBurst)).toBe(logBurst);
});

it('many short steps fill as much as one long step', () => {
  const rate = new LogRate();
  rate.advance(0n);
  write(rate, logBurst);
  for (let step = 1n; step <= 1_000n; step += 1n) rate.advance((second / 1_000n) * step);
  expect(write(rate, logBurst)).toBeGreaterThanOrEqual(logLinesPerSecond - 1);
});

it('long lines count for several', () => {
  const rate = new LogRate();
  rate.advance(0n);
  const taken = Array.from({ length: logBurst }, () => rate.take(3 * logUnitsPerLine)).filter(Boolean).length;
  expect(taken).toBe(logBurst / 4);
});
