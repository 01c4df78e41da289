/** What a module has in the store, kept while another version of it is on trial, so that a failed one leaves no trace. */

import type { Effect, Entry } from '../store/resource.ts';
import { sameValue } from '../store/same-value.ts';
import type { Store } from '../store/store.ts';

/** Effects in one transaction, below the store's limit. */
const effectsAtOnce = 256;

/** A module's resources by kind and id. Nothing is copied: entries never change. */
export type OwnedResources = ReadonlyMap<
  string,
  { readonly kind: string; readonly id: string; readonly entry: Entry }
>;

/** Notes what `owner` has that is not being torn down. */
export function ownedBy(store: Store, owner: string): OwnedResources {
  const owned = new Map<string, { kind: string; id: string; entry: Entry }>();
  for (const { kind, id } of store.remaining(owner)) {
    const entry = store.get(kind, id);
    if (entry?.metadata.phase === 'running') owned.set(`${kind} ${id}`, { kind, id, entry });
  }
  return owned;
}

/**
 * Has `owner` have what it had: what came since goes, what changed or went is as it was. It must have joined with the declaration of that
 * time. What others hold or have taken meanwhile stays as they have it, as it does when two modules write at once: the module finds that in
 * its mirror.
 */
export function restoreOwned(store: Store, owner: string, before: OwnedResources): void {
  const effects: Effect[] = [];
  const now = ownedBy(store, owner);
  for (const [key, { kind, id }] of now) if (!before.has(key)) effects.push({ effect: 'remove', kind, id });
  for (const [key, { kind, id, entry }] of before) {
    const found = now.get(key)?.entry;
    if (found === undefined || !sameValue(found.value, entry.value))
      effects.push({ effect: 'put', kind, id, value: entry.value });
  }
  for (let at = 0; at < effects.length; at += effectsAtOnce) {
    const part = effects.slice(at, at + effectsAtOnce);
    if (store.commit(owner, store.revision, part).outcome === 'committed') continue;
    // One of them is in the way of the others.
    for (const effect of part) store.commit(owner, store.revision, [effect]);
  }
}
