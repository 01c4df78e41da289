/** Whether a transaction was decided on a state that is no longer so. The rules are in the header of store.ts. */
import { lastByOthers } from './gone.ts';
import type { Kind } from './kind.ts';
import type { Effect, Reference } from './resource.ts';

/** What the check needs to know of an effect. */
export type Claim = {
  readonly effect: Effect['effect'];
  readonly kind: Kind;
  readonly id: string;
  /** The version that a put or remove insists on; 0n for none. */
  readonly version?: bigint | undefined;
};

/** The resources that conflict, each once, in the order of the claims. */
export function findConflicts(actor: string, basis: number, claims: readonly Claim[]): readonly Reference[] {
  const references = new Map<string, Reference>();
  for (const claim of claims) {
    const { kind, id } = claim;
    // No kind's name has a line break in it, so no two resources share a key.
    if (isStale(actor, basis, claim)) references.set(`${kind.name}\n${id}`, { kind: kind.name, id });
  }
  return [...references.values()];
}

function isStale(actor: string, basis: number, { effect, kind, id, version }: Claim): boolean {
  const stored = kind.resources.get(id);
  const gone = stored === undefined ? kind.gone.get(id) : undefined;
  switch (effect) {
    case 'release':
      return false;
    case 'hold':
      if (stored === undefined) return (gone?.stamp.revision ?? kind.gone.forgottenRevision) > basis;
      return (stored.bornAt > basis && stored.bornBy !== actor) || stored.tornDownAt > basis;
    case 'put':
    case 'remove':
      if (version !== undefined && version !== (stored?.entry.metadata.version ?? 0n)) return true;
      if (stored !== undefined) {
        return lastByOthers(stored.stamp, actor) > basis || (effect === 'put' && stored.tornDownAt > basis);
      }
      if (gone !== undefined) return lastByOthers(gone.stamp, actor) > basis;
      // With a rule, others than the owner may have known the resource.
      return (
        (kind.rule === undefined ? kind.gone.forgottenRevisionOf(actor) : kind.gone.forgottenRevision) > basis
      );
  }
}
