/**
 * A reader's view of some kinds: first everything there is, then what has changed since the last look.
 *
 * The reader pulls. Between two takes the watch keeps only *which* resources have changed, each once, and reads what
 * they are now when it is asked: so a batch is always the state of one revision, a slow reader costs as much as there
 * are resources and not as there were changes, and a fast one sees every revision. What came and went between two
 * takes leaves no trace; what went and came again is seen by its version.
 */
import type { Change, Entry } from './resource.ts';

/**
 * What is watched: all resources of a kind, or only those of one owner. `isQuiet`: changes of it are taken along with others, and are
 * nothing to be told of.
 */
export type Selection = { readonly kind: string; readonly ownedBy?: string; readonly isQuiet?: boolean };

/**
 * A step from one state of the watched kinds to a later one. Plain data: it goes through `postMessage` as it is.
 * A snapshot replaces everything; changes take the reader from revision `from` to `revision`. Changes may be empty:
 * then nothing that is watched has changed, and the reader is merely up to date at a later revision.
 */
export type Batch =
  | { readonly batch: 'snapshot'; readonly revision: number; readonly changes: readonly Change[] }
  | {
      readonly batch: 'changes';
      readonly from: number;
      readonly revision: number;
      readonly changes: readonly Change[];
    };

/** What a watch reads from. */
export type WatchSource = {
  readonly revision: number;
  readonly entries: (kind: string) => Iterable<Entry>;
  readonly entry: (kind: string, id: string) => Entry | undefined;
};

export class Watch {
  readonly selections: readonly Selection[];
  readonly #source: WatchSource;
  readonly #onReady: () => void;
  readonly #onClose: (watch: Watch) => void;
  /** By kind and id, whether the reader has the resource. */
  readonly #pending = new Map<string, Map<string, boolean>>();
  /** The same maps, of what is not quiet. */
  readonly #loud: Map<string, boolean>[] = [];
  readonly #owners = new Map<string, string | undefined>();
  #revision: number | undefined;
  #announced = false;
  #closed = false;

  /** Made by `Store.watch`. */
  constructor(
    selections: readonly Selection[],
    source: WatchSource,
    onReady: () => void,
    onClose: (watch: Watch) => void,
  ) {
    this.selections = selections;
    this.#source = source;
    this.#onReady = onReady;
    this.#onClose = onClose;
    for (const { kind, ownedBy, isQuiet = false } of selections) {
      const ids = new Map<string, boolean>();
      this.#owners.set(kind, ownedBy);
      this.#pending.set(kind, ids);
      if (!isQuiet) this.#loud.push(ids);
    }
  }

  /** How many resources have changed since the last take. */
  get pending(): number {
    let count = 0;
    for (const ids of this.#pending.values()) count += ids.size;
    return count;
  }

  /** Whether anything has changed since the last take that is not quiet. */
  get hasNews(): boolean {
    for (const ids of this.#loud) if (ids.size > 0) return true;
    return false;
  }

  /**
   * What the reader needs to be up to date: the snapshot the first time, changes after that. Undefined if it is up to
   * date, or if the watch is closed. The changes come in the order of each resource's first change since the last
   * take, kind by kind.
   */
  take(): Batch | undefined {
    const { revision } = this.#source;
    if (this.#closed || revision === this.#revision) return undefined;
    const from = this.#revision;
    this.#revision = revision;
    this.#announced = false;
    const changes: Change[] = [];
    if (from === undefined) {
      for (const { kind } of this.selections) {
        for (const entry of this.#source.entries(kind)) {
          if (this.#sees(kind, entry)) changes.push({ kind, id: entry.metadata.id, entry });
        }
      }
      return { batch: 'snapshot', revision, changes };
    }
    for (const [kind, ids] of this.#pending) {
      for (const id of ids.keys()) {
        const entry = this.#source.entry(kind, id);
        changes.push({ kind, id, entry: this.#sees(kind, entry) ? entry : undefined });
      }
      ids.clear();
    }
    return { batch: 'changes', from, revision, changes };
  }

  /** Ends the watch and frees what it keeps. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const ids of this.#pending.values()) ids.clear();
    this.#onClose(this);
  }

  /** For the store: `before` became `after`. */
  note(kind: string, id: string, before: Entry | undefined, after: Entry | undefined): void {
    const ids = this.#pending.get(kind);
    if (this.#revision === undefined || ids === undefined) return;
    const seenAfter = this.#sees(kind, after);
    const readerHas = ids.get(id);
    if (readerHas === undefined) {
      const seenBefore = this.#sees(kind, before);
      if (seenBefore || seenAfter) ids.set(id, seenBefore);
    } else if (!readerHas && !seenAfter) {
      ids.delete(id);
    }
  }

  /** For the store, when a transaction is through: calls `onReady` once per take, if there is news. */
  announce(): void {
    if (this.#announced || this.#closed || !this.hasNews) return;
    this.#announced = true;
    this.#onReady();
  }

  #sees(kind: string, entry: Entry | undefined): boolean {
    if (entry === undefined) return false;
    const owner = this.#owners.get(kind);
    return owner === undefined || owner === entry.metadata.owner;
  }
}
