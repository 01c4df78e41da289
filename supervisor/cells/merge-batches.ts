/** Joins two steps of a mirror into one, so that steps which no event has taken along yet do not pile up. */
import type { Change } from '../store/resource.ts';
import type { Batch } from '../store/watch.ts';

/** The step that does what `first` and then `second` do. `second` must follow `first`, or be a snapshot. */
export function mergeBatches(first: Batch, second: Batch): Batch {
  if (second.batch === 'snapshot') return second;
  const changes = new Map<string, Change>();
  for (const change of [...first.changes, ...second.changes])
    changes.set(`${change.kind}\u0000${change.id}`, change);
  const merged = [...changes.values()];
  if (first.batch === 'changes') return { ...second, from: first.from, changes: merged };
  return {
    batch: 'snapshot',
    revision: second.revision,
    changes: merged.filter(({ entry }) => entry !== undefined),
  };
}
