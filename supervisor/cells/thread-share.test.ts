import fc from 'fast-check';
import { expect, it } from 'vitest';
import { creditMs, longFactor, longMemoryMs, longMs, shareOfThread, ThreadShare } from './thread-share.ts';

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

it('a cell whose pieces are long gets a tenth of that', () => {
  const share = new ThreadShare();
  let nowMs = 0;
  let workMs = 0;
  while (nowMs < 1_000_000) {
    nowMs += share.waitMs(nowMs);
    share.spend(nowMs, nowMs + 2 * longMs);
    nowMs += 2 * longMs;
    workMs += 2 * longMs;
  }
  expect(workMs / nowMs).toBeCloseTo(shareOfThread / longFactor, 3);
});

it('a long piece once in a while is forgiven, and a second one soon after is not', () => {
  const share = new ThreadShare();
  const pieceMs = creditMs / 2;
  let nowMs = 0;
  for (let count = 0; count < 3; count += 1) {
    share.spend(nowMs, nowMs + pieceMs);
    nowMs += pieceMs;
    expect(share.waitMs(nowMs)).toBe(0);
    nowMs += longMemoryMs + 1;
  }
  nowMs -= longMemoryMs;
  share.spend(nowMs, nowMs + pieceMs);
  expect(share.waitMs(nowMs + pieceMs)).toBeGreaterThan(0);
});
