import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedLimit, EventQueue } from './event-queue.ts';

const reference = (id: string) => ({ kind: 'eft:resources/node-status', id });

/** Everything that waits, in order. */
function drain(queue: EventQueue): unknown[] {
  const events: unknown[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) events.push(next.event);
  return events;
}

describe('the queue of a cell', () => {
  it('gives events in the order in which they came', () => {
    const queue = new EventQueue();
    queue.addTimer('a');
    queue.addAnswer({ request: 7n, result: { tag: 'ok' } }, 0);
    queue.addArrived('socket');
    expect(drain(queue)).toEqual([
      { tag: 'timer', val: 'a' },
      { tag: 'answered', val: 7n },
      { tag: 'arrived', val: 'socket' },
    ]);
  });

  it('joins changes into one event that names each resource once', () => {
    const queue = new EventQueue();
    queue.addChanged([reference('a'), reference('b')]);
    queue.addTimer('t');
    queue.addChanged([reference('b'), reference('c')]);
    expect(queue.length).toBe(2);
    expect(drain(queue)).toEqual([
      { tag: 'changed', val: [reference('a'), reference('b'), reference('c')] },
      { tag: 'timer', val: 't' },
    ]);
  });

  it('tells of a conflict before anything else', () => {
    const queue = new EventQueue();
    queue.addTimer('t');
    queue.addConflicted([reference('a')]);
    expect(drain(queue)).toEqual([
      { tag: 'conflicted', val: [reference('a')] },
      { tag: 'timer', val: 't' },
    ]);
  });

  it('tells of changes before others when there are very many, so that their names do not gather', () => {
    const queue = new EventQueue();
    for (let request = 0n; request < 100n; request += 1n)
      queue.addAnswer({ request, result: { tag: 'ok' } }, 0);
    const told: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      queue.addChanged(Array.from({ length: 2_000 }, (_, index) => reference(`${round} ${index}`)));
      const event = queue.next()?.event;
      if (event?.tag === 'changed') told.push(event.val.length);
    }
    expect(told.length).toBe(11);
    expect(Math.max(...told)).toBeLessThanOrEqual(changedLimit + 2_000);
  });

  it('forgets a timer that is disarmed before its event was handled', () => {
    const queue = new EventQueue();
    queue.addTimer('t');
    queue.removeTimer('t');
    expect(drain(queue)).toEqual([]);
  });

  it('gives an answer together with the event that announces it', () => {
    const queue = new EventQueue();
    queue.addAnswer({ request: 1n, result: { tag: 'ok', val: 'x' } }, 5);
    expect(queue.next()).toEqual({
      event: { tag: 'answered', val: 1n },
      answers: [{ request: 1n, result: { tag: 'ok', val: 'x' } }],
      answerBytes: 5,
    });
  });

  it('is never longer than the things that can be in it', () => {
    const step = fc.oneof(
      fc.record({ add: fc.constant('timer' as const), name: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ add: fc.constant('arrived' as const), name: fc.constantFrom('x', 'y') }),
      fc.record({ add: fc.constant('changed' as const), name: fc.string({ maxLength: 2 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new EventQueue();
        for (const { add, name } of steps) {
          if (add === 'timer') queue.addTimer(name);
          else if (add === 'arrived') queue.addArrived(name);
          else queue.addChanged([reference(name)]);
        }
        return queue.length <= 3 + 2 + 1;
      }),
    );
  });
});
