import { describe, expect, it } from 'vitest';
import { adjustWallClock, armTimer, clocks, createTimer, readClock, readTimer } from './clock.ts';
import { close } from './file-descriptor.ts';
import { subscribe } from './poll.ts';

describe('a clock', () => {
  it('tells the same time as JavaScript does', () => {
    const before = BigInt(Date.now()) * 1_000_000n;
    const now = readClock(clocks.CLOCK_REALTIME);
    const after = BigInt(Date.now() + 1) * 1_000_000n;
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(after);
    const monotonic = process.hrtime.bigint();
    expect(readClock(clocks.CLOCK_MONOTONIC)).toBeGreaterThanOrEqual(monotonic);
  });

  it('that is not there is refused', () => {
    expect(() => readClock(99)).toThrow('clock_gettime clock 99: invalid argument (EINVAL)');
  });

  it('says how it is steered, when asked to change nothing', () => {
    const { frequency, maximumError, timeConstant } = adjustWallClock({ modes: 0 });
    // Within what the kernel allows: 500 parts per million, and the limits of linux/timex.h.
    expect(frequency).toBeGreaterThanOrEqual(-500n * 65536n);
    expect(frequency).toBeLessThanOrEqual(500n * 65536n);
    expect(maximumError).toBeGreaterThanOrEqual(0n);
    expect(timeConstant).toBeLessThanOrEqual(10n);
  });
});

describe('a timer', () => {
  it('expires at its time, once, and is readable then', async () => {
    const fd = createTimer(clocks.CLOCK_MONOTONIC);
    expect(readTimer(fd)).toBe(0n);
    const at = readClock(clocks.CLOCK_MONOTONIC) + 5_000_000n;
    const expired = new Promise<void>((resolve) => {
      const subscription = subscribe(fd, ['readable'], () => {
        subscription.stop();
        resolve();
      });
    });
    armTimer(fd, at);
    await expired;
    expect(readClock(clocks.CLOCK_MONOTONIC)).toBeGreaterThanOrEqual(at);
    expect(readTimer(fd)).toBe(1n);
    expect(readTimer(fd)).toBe(0n);
    close(fd);
  });

  it('never expires once it is disarmed', () => {
    const fd = createTimer(clocks.CLOCK_REALTIME);
    armTimer(fd, readClock(clocks.CLOCK_REALTIME) + 3_600_000_000_000n);
    armTimer(fd, 0n);
    expect(readTimer(fd)).toBe(0n);
    close(fd);
  });
});
