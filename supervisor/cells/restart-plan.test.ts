import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastLongestDelayMs, leastWellMs, RestartPlan } from './restart-plan.ts';

const policy = { initialMilliseconds: 100, maximumMilliseconds: 5_000, quarantineAfter: 10 };
/** A random number just below 1: the longest delay. */
const almostOne = 0.999_999;

describe('the plan for restarts', () => {
  it('doubles the delay up to the longest', () => {
    const plan = new RestartPlan(policy);
    const delays = Array.from({ length: 9 }, () => plan.fail(0, almostOne)).map((made) =>
      made.decision === 'restart' ? made.delayMs : made.decision,
    );
    expect(delays).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  it('gives up after the failures in a row that the manifest allows', () => {
    const plan = new RestartPlan({ ...policy, quarantineAfter: 3 });
    expect(plan.fail(0, 0).decision).toBe('restart');
    expect(plan.fail(0, 0).decision).toBe('restart');
    expect(plan.fail(0, 0)).toEqual({ decision: 'quarantine', failures: 3 });
  });

  it('counts a run that lasted longer than the longest delay as a new beginning', () => {
    const plan = new RestartPlan({ ...policy, maximumMilliseconds: 20_000, quarantineAfter: 2 });
    plan.fail(0, 0);
    expect(plan.fail(20_001, almostOne)).toEqual({ decision: 'restart', delayMs: 100 });
    expect(plan.fail(20_000, 0).decision).toBe('quarantine');
  });

  it('has limits of its own, whatever the manifest says', () => {
    const hasty = { initialMilliseconds: 1, maximumMilliseconds: 1, quarantineAfter: 1_000 };
    const plan = new RestartPlan(hasty);
    const delays = Array.from({ length: 12 }, () => plan.fail(leastWellMs, almostOne)).map((made) =>
      made.decision === 'restart' ? made.delayMs : made.decision,
    );
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, leastLongestDelayMs, leastLongestDelayMs]);
    expect(plan.fail(leastWellMs + 1, almostOne)).toEqual({ decision: 'restart', delayMs: 1 });
  });

  it('spreads restarts over the second half of the delay', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const made = new RestartPlan(policy).fail(0, random);
        return made.decision === 'restart' && made.delayMs >= 50 && made.delayMs <= 100;
      }),
    );
  });

  it('forgets failures when it is told to', () => {
    const plan = new RestartPlan({ ...policy, quarantineAfter: 2 });
    plan.fail(0, 0);
    plan.reset();
    expect(plan.fail(0, 0).decision).toBe('restart');
  });
});
