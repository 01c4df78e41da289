import { describe, expect, it } from 'vitest';
import { timersLimit } from '../capabilities/clock.ts';
import { TimerTable } from './timer-table.ts';

const millisecond = 1_000_000n;

/** A table on a clock that the test turns; `waits` are the delays that the host's timers were given. */
function table() {
  let nowMs = 0;
  const pending = new Set<{ readonly dueMs: number; readonly fire: () => void }>();
  const fired: string[] = [];
  const waits: number[] = [];
  const timers = new TimerTable({
    now: () => BigInt(nowMs) * millisecond,
    after: (delayMs, fire) => {
      waits.push(delayMs);
      const timer = { dueMs: nowMs + delayMs, fire };
      pending.add(timer);
      return () => pending.delete(timer);
    },
    onFire: (name) => fired.push(`${name} at ${nowMs}`),
  });
  const pass = (ms: number): void => {
    const endMs = nowMs + ms;
    for (;;) {
      const due = [...pending].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      pending.delete(due);
      nowMs = due.dueMs;
      due.fire();
    }
    nowMs = endMs;
  };
  return { timers, fired, waits, pass, pending };
}

describe('a timer', () => {
  it('fires at the first whole millisecond that is not before its instant', () => {
    const { timers, fired, pass } = table();
    timers.set({ name: 'a', at: 5n * millisecond });
    timers.set({ name: 'b', at: 5n * millisecond + 1n });
    timers.set({ name: 'past', at: 0n });
    pass(10);
    expect(fired).toEqual(['past at 0', 'a at 5', 'b at 6']);
  });

  it('that is further away than the host can wait is waited for in steps', () => {
    const { timers, fired, waits, pass } = table();
    const farMs = 2 ** 31 + 500;
    timers.set({ name: 'far', at: BigInt(farMs) * millisecond });
    pass(farMs - 1);
    expect(fired).toEqual([]);
    pass(1);
    expect(fired).toEqual([`far at ${farMs}`]);
    expect(waits).toEqual([2 ** 31 - 1, 501]);
  });

  it('that is disarmed in the middle of its steps never fires', () => {
    const { timers, fired, pass, pending } = table();
    timers.set({ name: 'far', at: BigInt(2 ** 33) * millisecond });
    pass(2 ** 32);
    timers.set({ name: 'far', at: undefined });
    expect(pending.size).toBe(0);
    pass(2 ** 33);
    expect(fired).toEqual([]);
  });
});

it('there is room for as many timers as are allowed, when the changes have been made', () => {
  const { timers } = table();
  for (let index = 0; index < timersLimit; index += 1) timers.set({ name: `t${index}`, at: 1n });
  expect(timers.hasRoomFor([{ name: 't3', at: 2n }])).toBe(true);
  expect(timers.hasRoomFor([{ name: 'more', at: 2n }])).toBe(false);
  expect(
    timers.hasRoomFor([
      { name: 'more', at: 2n },
      { name: 't3', at: undefined },
    ]),
  ).toBe(true);
});
