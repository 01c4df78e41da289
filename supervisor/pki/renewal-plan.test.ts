import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CertificateInUse, lookAgainMs, planRenewal } from './renewal-plan.ts';

const hourMs = 3_600_000;
const inUse: CertificateInUse = {
  authority: 'AA',
  names: ['node-1', 'node-1.example.org'],
  addresses: ['10.0.0.1'],
  notBeforeMs: 1_000 * hourMs,
  notAfterMs: 1_012 * hourMs,
};

it('renews at half of the life', () => {
  expect(planRenewal(inUse, inUse, 1_006 * hourMs - 1)).toEqual({ type: 'wait', afterMs: 1 });
  expect(planRenewal(inUse, inUse, 1_006 * hourMs)).toEqual({ type: 'renew', because: 'age' });
  expect(planRenewal(inUse, inUse, 1_001 * hourMs)).toEqual({ type: 'wait', afterMs: lookAgainMs });
});

it('renews when names, addresses or the authority are others, in whatever order they come', () => {
  const now = 1_001 * hourMs;
  const because = (wanted: Partial<CertificateInUse>) => planRenewal(inUse, { ...inUse, ...wanted }, now);
  expect(because({ names: ['node-1.example.org', 'node-1'] }).type).toBe('wait');
  expect(because({ names: ['node-1'] })).toEqual({ type: 'renew', because: 'names' });
  expect(because({ addresses: ['10.0.0.1', '10.0.0.2'] })).toEqual({ type: 'renew', because: 'names' });
  expect(because({ addresses: [] })).toEqual({ type: 'renew', because: 'names' });
  expect(because({ authority: 'BB' })).toEqual({ type: 'renew', because: 'authority' });
});

it('renews when the clock was set back to before it', () => {
  expect(planRenewal(inUse, inUse, 999 * hourMs)).toEqual({ type: 'renew', because: 'clock' });
});

it('never waits past the day that it is due, and leaves one without an end alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 * hourMs }), (ageMs) => {
      const now = inUse.notBeforeMs + ageMs;
      const plan = planRenewal(inUse, inUse, now);
      if (plan.type === 'wait') {
        expect(plan.afterMs).toBeGreaterThan(0);
        expect(now + plan.afterMs).toBeLessThanOrEqual(inUse.notBeforeMs + 6 * hourMs);
      } else expect(ageMs).toBeGreaterThanOrEqual(6 * hourMs);
    }),
  );
  const endless = { ...inUse, notBeforeMs: 0, notAfterMs: Date.UTC(9999, 11, 31) };
  expect(planRenewal(endless, endless, Date.UTC(2100, 0, 1)).type).toBe('wait');
});
