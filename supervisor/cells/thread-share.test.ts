import fc from 'fast-check';
import { expect, it } from 'vitest';
import { creditMs, shareOfThread, shortMs, ThreadShare } from './thread-share.ts';

it('a cell that costs little never waits', () => {
  const share = new ThreadShare();
  for (let nowMs = 0; nowMs < 10_000; nowMs += 10) {
    expect(share.waitMs(nowMs)).toBe(0);
    share.spend(nowMs, nowMs + 10 * shareOfThread * 0.9);
  }
});

it('a cell that always has something to do gets its share and its credit, whatever it does', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 50, noNaN: true }), { minLength: 50 }), (pieces) => {
      const share = new ThreadShare();
      let nowMs = 0;
      let workMs = 0;
      for (const pieceMs of pieces) {
        nowMs += share.waitMs(nowMs);
        share.spend(nowMs, nowMs + pieceMs);
        nowMs += pieceMs;
        workMs += pieceMs;
      }
      const lastMs = pieces.at(-1) ?? 0;
      expect(workMs).toBeLessThanOrEqual(creditMs + nowMs * shareOfThread + lastMs + 1e-6);
    }),
  );
});

it('a cell whose pieces are longer gets the less the longer they are', () => {
  for (const times of [2, 5, 10]) {
    const share = new ThreadShare();
    let nowMs = 0;
    let workMs = 0;
    while (nowMs < 1_000_000) {
      nowMs += share.waitMs(nowMs);
      share.spend(nowMs, nowMs + times * shortMs);
      nowMs += times * shortMs;
      workMs += times * shortMs;
    }
    expect(workMs / nowMs).toBeCloseTo(shareOfThread / times, 3);
  }
});

it('a piece of a few milliseconds now and then costs no waiting', () => {
  const share = new ThreadShare();
  for (let nowMs = 0; nowMs < 100_000; nowMs += 1_000) {
    expect(share.waitMs(nowMs)).toBe(0);
    share.spend(nowMs, nowMs + 5 * shortMs);
  }
});
