/**
 * A cell's copy of the kinds that it reads. It changes only when a batch is applied, so it stands still while an
 * event is handled (DESIGN.md, rule 4), and it is always the state of one revision.
 *
 * Two mirrors of the same revision list the same entries in the same order, however they came there: a replay that
 * starts from a checkpoint sees what the cell saw.
 */
import type { Change, Entry, Reference } from './resource.ts';
import type { Batch } from './watch.ts';

type MirroredKind = {
  readonly entries: Map<string, Entry>;
  /** In the order of `list`; undefined when it must be sorted again. */
  sorted: readonly Entry[] | undefined;
};

export class Mirror {
  readonly #kinds = new Map<string, MirroredKind>();
  #revision: number | undefined;

  /** The revision of the store that this is the state of: the basis of what is decided from it. */
  get revision(): number {
    if (this.#revision === undefined) throw new Error('the mirror has not had its snapshot yet');
    return this.#revision;
  }

  /**
   * Takes in a batch; gives the resources in it, for the event `changed`. A snapshot also names the resources that
   * were there before and are not any more.
   * Throws if the batch does not follow the one before: then something is lost, and only a snapshot helps.
   */
  apply(batch: Batch): readonly Reference[] {
    const references: Reference[] = [];
    if (batch.batch === 'snapshot') {
      const old = new Map(this.#kinds);
      this.#kinds.clear();
      for (const change of batch.changes) this.#set(change);
      for (const [kind, { entries }] of old) {
        for (const id of entries.keys()) {
          if (this.get(kind, id) === undefined) references.push({ kind, id });
        }
      }
    } else if (batch.from !== this.#revision) {
      throw new Error(
        `a batch from revision ${batch.from} for a mirror at revision ${this.#revision ?? 'none'}`,
      );
    } else {
      for (const change of batch.changes) this.#set(change);
    }
    this.#revision = batch.revision;
    for (const { kind, id } of batch.changes) references.push({ kind, id });
    return references;
  }

  get(kind: string, id: string): Entry | undefined {
    return this.#kinds.get(kind)?.entries.get(id);
  }

  /** All entries of a kind, by id in the order of UTF-16 code units. The array stands still and may be shared. */
  list(kind: string): readonly Entry[] {
    const mirrored = this.#kinds.get(kind);
    if (mirrored === undefined) return [];
    mirrored.sorted ??= sortById(mirrored.entries.values());
    return mirrored.sorted;
  }

  /** The whole mirror as a batch, for a checkpoint: a mirror that applies it is the same as this one. */
  snapshot(): Batch {
    const changes: Change[] = [];
    for (const kind of [...this.#kinds.keys()].sort()) {
      for (const entry of this.list(kind)) changes.push({ kind, id: entry.metadata.id, entry });
    }
    return { batch: 'snapshot', revision: this.revision, changes };
  }

  #set({ kind, id, entry }: Change): void {
    let mirrored = this.#kinds.get(kind);
    if (mirrored === undefined) {
      mirrored = { entries: new Map(), sorted: undefined };
      this.#kinds.set(kind, mirrored);
    }
    mirrored.sorted = undefined;
    if (entry === undefined) mirrored.entries.delete(id);
    else mirrored.entries.set(id, entry);
  }
}

/** Entries in the order that every listing has. */
export function sortById(entries: Iterable<Entry>): readonly Entry[] {
  return [...entries].sort((a, b) => (a.metadata.id < b.metadata.id ? -1 : 1));
}
