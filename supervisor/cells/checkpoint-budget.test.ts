import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointBudget } from './checkpoint-budget.ts';
import { eventsPerCheckpoint, FlightRecorder } from './flight-recorder.ts';
import type { EventInput } from './module-events.ts';
import type { RunnerState } from './module-runner.ts';

describe('the room for checkpoints', () => {
  it('is never exceeded, and small ones come before large ones', () => {
    const step = fc.record({
      holder: fc.nat(7),
      bytes: fc.integer({ min: 1, max: 150 }),
      isRelease: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new CheckpointBudget(100);
        const holders = Array.from({ length: 8 }, () => ({}));
        const held = new Map<object, number>();
        for (const { holder: index, bytes, isRelease } of steps) {
          const holder = holders[index];
          if (holder === undefined) continue;
          if (isRelease && bytes > 100) {
            budget.release(holder);
            held.delete(holder);
            continue;
          }
          const before = new Map(held);
          const isTaken = budget.claim(holder, bytes, () => held.delete(holder));
          if (isTaken) held.set(holder, bytes);
          // What went was larger than what came, and nothing went for one that did not come.
          for (const [other, size] of before)
            if (other !== holder && !held.has(other)) expect(isTaken && size > bytes).toBe(true);
          const sum = [...held.values()].reduce((total, size) => total + size, 0);
          expect(budget.bytes).toBe(sum);
          expect(sum).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

const input: EventInput = {
  time: { now: 1n, wall: 1n, isSynchronized: false },
  seed: undefined,
  batches: [],
  answers: [],
  arrivals: [],
  event: { tag: 'timer', val: 'tick' },
};
const output = {
  effects: { store: [], timers: [], requests: [], cancels: [], health: undefined },
  revision: 1,
  nextRequest: 1n,
};

function stateOf(bytes: number): RunnerState {
  return {
    core: [{ step: 0, pages: 1, memory: new Uint8Array(bytes), globals: [] }],
    mirror: { batch: 'snapshot', revision: 1, changes: [] },
    nextRequest: 1n,
    requests: [],
  };
}

/** A recorder that has seen enough events for a checkpoint, and been given one of so many bytes. */
function recorderWith(budget: CheckpointBudget, bytes: number): FlightRecorder {
  const recorder = new FlightRecorder(budget);
  recorder.started({ ...input, boot: { reason: 'cold', saved: undefined, handles: [] }, firstRequest: 1n });
  recorder.startReturned({ ...output, refusal: undefined });
  pass(recorder, bytes);
  return recorder;
}

function handle(recorder: FlightRecorder, events: number): void {
  for (let event = 0; event < events; event += 1) {
    recorder.handling(input);
    recorder.handled(output);
  }
}

function pass(recorder: FlightRecorder, bytes: number): void {
  handle(recorder, eventsPerCheckpoint);
  expect(recorder.isCheckpointDue(false)).toBe(true);
  recorder.markCheckpoint();
  recorder.checkpointed(stateOf(bytes));
}

describe('a recorder', () => {
  it('lets go of its checkpoint when smaller ones need the room, and begins anew with one that fits', () => {
    const budget = new CheckpointBudget(100_000);
    const large = recorderWith(budget, 80_000);
    expect(large.record()?.begin.begin).toBe('checkpoint');
    const small = recorderWith(budget, 40_000);
    expect(small.record()?.begin.begin).toBe('checkpoint');
    expect(large.record()).toBeUndefined();
    pass(large, 80_000);
    expect(large.record()).toBeUndefined();
    pass(large, 30_000);
    expect(large.record()?.begin.begin).toBe('checkpoint');
  });

  it('lets a module work off a burst before it asks for a checkpoint, and not for longer than it can keep what happens', () => {
    const recorder = recorderWith(new CheckpointBudget(), 1_000);
    handle(recorder, 3 * eventsPerCheckpoint - 1);
    expect([recorder.isCheckpointDue(true), recorder.isCheckpointDue(false)]).toEqual([false, true]);
    handle(recorder, 1);
    expect(recorder.isCheckpointDue(true)).toBe(true);
    expect(recorder.record()?.events).toHaveLength(3 * eventsPerCheckpoint);
  });

  it('keeps what it had when there is no room, as long as that is not too much', () => {
    const budget = new CheckpointBudget(1_000);
    const recorder = recorderWith(budget, 5_000);
    expect(recorder.record()?.begin.begin).toBe('start');
    expect(recorder.record()?.events).toHaveLength(eventsPerCheckpoint);
    expect(budget.bytes).toBe(0);
  });

  it('gives its room back when it begins anew', () => {
    const budget = new CheckpointBudget(100_000);
    const recorder = recorderWith(budget, 5_000);
    expect(budget.bytes).toBeGreaterThan(5_000);
    recorder.started({
      ...input,
      boot: { reason: 'restart', saved: undefined, handles: [] },
      firstRequest: 1n,
    });
    expect(budget.bytes).toBe(0);
  });
});
