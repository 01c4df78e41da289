import { expect, it } from 'vitest';
import { Mirror } from '../store/mirror.ts';
import type { Entry } from '../store/resource.ts';
import type { Batch } from '../store/watch.ts';
import { mergeBatches } from './merge-batches.ts';

const kind = 'eft:resources/node-status';

function entry(id: string, version: bigint): Entry {
  const metadata = { id, version, phase: 'running', owner: 'health', finalizers: [] } as const;
  return { metadata, value: {} };
}

const snapshot: Batch = {
  batch: 'snapshot',
  revision: 1,
  changes: [
    { kind, id: 'a', entry: entry('a', 1n) },
    { kind, id: 'b', entry: entry('b', 1n) },
  ],
};
const second: Batch = {
  batch: 'changes',
  from: 1,
  revision: 4,
  changes: [
    { kind, id: 'a', entry: undefined },
    { kind, id: 'c', entry: entry('c', 1n) },
  ],
};
const third: Batch = {
  batch: 'changes',
  from: 4,
  revision: 5,
  changes: [{ kind, id: 'c', entry: entry('c', 2n) }],
};

function mirrorAfter(...batches: readonly Batch[]): Batch {
  const mirror = new Mirror();
  for (const batch of batches) mirror.apply(batch);
  return mirror.snapshot();
}

it('a snapshot and changes become a snapshot without what is gone', () => {
  const merged = mergeBatches(snapshot, second);
  expect(mirrorAfter(merged)).toEqual(mirrorAfter(snapshot, second));
  expect(merged.changes.map(({ id }) => id)).toEqual(['b', 'c']);
});

it('changes become changes that end in the same place', () => {
  const merged = mergeBatches(second, third);
  expect(merged).toMatchObject({ batch: 'changes', from: 1, revision: 5 });
  expect(mirrorAfter(snapshot, merged)).toEqual(mirrorAfter(snapshot, second, third));
});

it('a later snapshot stands for all before it', () => {
  const later: Batch = { batch: 'snapshot', revision: 9, changes: [] };
  expect(mergeBatches(second, later)).toBe(later);
});
