import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IoQueue, waitingBytesLimitOfOne, waitingLimit, waitingLimitOfOne } from './io-queue.ts';

type Item = { readonly owner: string; readonly bytes: number; readonly number: number };
const item = (owner: string, number = 0, bytes = 0): Item => ({ owner, bytes, number });
const any = () => true;

function filled(...items: readonly Item[]): IoQueue<Item> {
  const queue = new IoQueue<Item>();
  for (const one of items) queue.add(one);
  return queue;
}

describe('jobs that wait', () => {
  it('are taken from each module in turn, whoever asked for more', () => {
    const queue = filled(item('a', 1), item('a', 2), item('a', 3), item('b', 1), item('b', 2), item('c', 1));
    const taken = Array.from({ length: 6 }, () => queue.take(any));
    expect(taken.map((one) => `${one?.owner}${one?.number}`)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(queue.take(any)).toBeUndefined();
  });

  it('are passed over while they may not begin, and come first again afterwards', () => {
    const queue = filled(item('a', 1), item('a', 2), item('b', 3));
    expect(queue.take(({ number }) => number === 3)?.owner).toBe('b');
    expect(queue.take(({ number }) => number === 2)?.owner).toBe('a');
    expect(queue.take(any)?.number).toBe(1);
  });

  it('come before all others of their module when they are put first', () => {
    const queue = filled(item('a', 1), item('a', 2));
    queue.add(item('a', 0), 'first');
    expect(queue.take(any)?.number).toBe(0);
  });

  it('have limits for one module and for all', () => {
    const many = new IoQueue<Item>();
    for (let number = 0; number < waitingLimitOfOne; number += 1) many.add(item('a', number));
    expect(many.hasRoomFor(item('a'))).toBe(false);
    expect(many.hasRoomFor(item('b'))).toBe(true);
    for (let number = waitingLimitOfOne; number < waitingLimit; number += 1) many.add(item(`m${number}`));
    expect(many.hasRoomFor(item('b'))).toBe(false);
    const large = filled(item('a', 0, waitingBytesLimitOfOne - 1));
    expect(large.hasRoomFor(item('a', 1, 1))).toBe(true);
    expect(large.hasRoomFor(item('a', 1, 2))).toBe(false);
    expect(large.hasRoomFor(item('b', 1, waitingBytesLimitOfOne))).toBe(true);
  });

  it('leave nothing behind when all are taken or removed', () => {
    const operation = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), isRemoved: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const queue = new IoQueue<Item>();
        const items = operations.map(({ owner }, number) => item(owner, number, 1_024));
        for (const one of items) queue.add(one);
        const kept = items.filter((one, at) => !(operations[at]?.isRemoved && queue.remove(one)));
        expect(queue.length).toBe(kept.length);
        const taken = new Set(kept.map(() => queue.take(any)));
        expect(taken).toEqual(new Set(kept));
        expect(queue.length).toBe(0);
        expect(queue.hasRoomFor(item('a', 0, waitingBytesLimitOfOne))).toBe(true);
        expect(queue.clear()).toEqual([]);
      }),
    );
  });
});
