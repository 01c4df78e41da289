import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import { bucketsLimit, CallRates, identityRate, strangerRate, TokenBuckets } from './rate-limits.ts';

const stranger = (peer: string): Identity => ({ type: 'nobody', reason: 'none', peer });
const client = (fingerprint: string, peer: string): Identity => ({
  type: 'client',
  name: 'ada',
  roles: [],
  fingerprint,
  peer,
});

function takes(count: number, take: () => boolean): number {
  return Array.from({ length: count }, take).filter(Boolean).length;
}

it('never gives more than the burst and what has come by since', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 500 }), { maxLength: 60 }), (waits) => {
      const buckets = new TokenBuckets({ perSecond: 10, burst: 5 });
      let nowMs = 1_000;
      let latest = nowMs;
      let taken = 0;
      for (const wait of waits) {
        nowMs += wait;
        latest = Math.max(latest, nowMs);
        if (buckets.take('a', nowMs)) taken += 1;
      }
      expect(taken).toBeLessThanOrEqual(5 + ((latest - 1_000) / 1_000) * 10);
    }),
  );
});

it('gives everyone a bucket of their own, and a stranger a small one', () => {
  const rates = new CallRates();
  expect(takes(200, () => rates.take(stranger('10.0.0.1'), 0))).toBe(strangerRate.burst);
  expect(rates.take(stranger('10.0.0.2'), 0)).toBe(true);
  expect(rates.take(client('a', '10.0.0.1'), 0)).toBe(true);
  expect(takes(5_000, () => rates.take(client('b', '10.0.0.3'), 0))).toBe(identityRate.burst);
  expect(rates.take(client('c', '10.0.0.3'), 0)).toBe(true);
  expect(rates.take(stranger('10.0.0.1'), 1_000)).toBe(true);
});

it('counts a /64 of IPv6 as one address', () => {
  const rates = new CallRates();
  const peers = ['2001:db8::1', '2001:db8:0:0:ffff::1', '2001:db8::aaaa:bbbb:cccc:dddd'];
  for (const peer of peers) takes(20, () => rates.take(stranger(peer), 0));
  expect(rates.take(stranger('2001:db8::2'), 0)).toBe(false);
  expect(rates.take(stranger('2001:db8:1::2'), 0)).toBe(true);
  expect(rates.take(stranger('fe80::1%eth0'), 0)).toBe(true);
});

it('has no more buckets than it may, however many strangers come', () => {
  const buckets = new TokenBuckets(strangerRate);
  for (let index = 0; index < 5 * bucketsLimit; index += 1) buckets.take(`peer ${index}`, index);
  expect(buckets.size).toBe(bucketsLimit);
});
