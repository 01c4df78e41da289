import { expect, it } from 'vitest';
import type { Holdings, Sized } from './holdings.ts';
import { growthLimits, judge, type Sample } from './verdict.ts';

function sampleOf(round: number, bytes: Partial<Record<Sized, number>> = {}, descriptors = 20): Sample {
  const holdings: Holdings = {
    counts: {
      descriptors,
      threads: 11,
      timers: 0,
      'requests carried out': 0,
      'store entries': 2,
      watches: 0,
    },
    bytes: { heap: 1e7, buffers: 1e6, resident: 1e8, ...bytes },
  };
  return { round, holdings };
}

function lost(samples: readonly Sample[]): readonly string[] {
  return judge(samples)
    .filter(({ isHeld }) => !isHeld)
    .map(({ name }) => name);
}

const rounds = Array.from({ length: 30 }, (_, round) => round);

it('what stays as it is has come back', () => {
  expect(lost(rounds.map((round) => sampleOf(round)))).toEqual([]);
});

it('one descriptor more at the end has not; one more on the way has', () => {
  expect(lost(rounds.map((round) => sampleOf(round, {}, round === 29 ? 21 : 20)))).toEqual(['descriptors']);
  expect(lost(rounds.map((round) => sampleOf(round, {}, round === 15 ? 21 : 20)))).toEqual([]);
});

it('a heap that grows in every round has not; one that is large once has', () => {
  const growing = rounds.map((round) => sampleOf(round, { heap: 1e7 + (round * growthLimits.heap) / 15 }));
  expect(lost(growing)).toEqual(['heap']);
  expect(lost(rounds.map((round) => sampleOf(round, { heap: round === 29 ? 9e7 : 1e7 })))).toEqual([]);
});

it('fewer than three samples say nothing', () => {
  expect(() => judge([sampleOf(0), sampleOf(1)])).toThrow(RangeError);
});
