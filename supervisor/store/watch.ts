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
 * What is watched: all resources of a kind, or only those of one owner, or the one of an `id`. `isQuiet`: changes of it are taken along with
 * others, and are nothing to be told of.
 */
export type Selection = {
  readonly kind: string;
  readonly ownedBy?: string;
  readonly id?: string;
  readonly isQuiet?: boolean;
};

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
  readonly #wanted = new Map<string, Selection>();
  #steps: Iterator<Change | undefined> | undefined;
  #isSynced = false;
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
    for (const selection of selections) {
      const ids = new Map<string, boolean>();
      this.#wanted.set(selection.kind, selection);
      this.#pending.set(selection.kind, ids);
      if (selection.isQuiet !== true) this.#loud.push(ids);
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
      for (const change of this.#everything()) changes.push(change);
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

  /** Whether `takeOne` has given all that was there when the watch began. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /**
   * The next change, for a reader to whom it does not matter that all it has is of one revision: first everything there is, a resource at a time,
   * and then what has changed. Undefined if there is nothing at the moment. What is not taken yet costs its id, and what was there from
   * the start not even that. Not to be mixed with `take`.
   */
  takeOne(): Change | undefined {
    if (this.#closed) return undefined;
    this.#announced = false;
    this.#revision ??= this.#source.revision;
    this.#steps ??= this.#changesOneByOne();
    return this.#steps.next().value;
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
    if ((this.#wanted.get(kind)?.id ?? id) !== id) return;
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

  *#everything(): Generator<Change> {
    for (const { kind, id } of this.selections) {
      // A map may change while it is gone through: what comes meanwhile is at its end.
      const entries = id === undefined ? this.#source.entries(kind) : [this.#source.entry(kind, id)];
      for (const entry of entries) {
        if (entry !== undefined && this.#sees(kind, entry)) yield { kind, id: entry.metadata.id, entry };
      }
    }
  }

  /** Never ends. One kind after the other has its turn, so that one which changes without end does not keep the others back. */
  *#changesOneByOne(): Generator<Change | undefined> {
    yield* this.#everything();
    this.#isSynced = true;
    for (;;) {
      let isIdle = true;
      for (const [kind, ids] of this.#pending) {
        let left = ids.size;
        for (const id of ids.keys()) {
          if (left === 0) break;
          left -= 1;
          ids.delete(id);
          isIdle = false;
          const entry = this.#source.entry(kind, id);
          yield { kind, id, entry: this.#sees(kind, entry) ? entry : undefined };
        }
      }
      if (isIdle) yield undefined;
    }
  }

  #sees(kind: string, entry: Entry | undefined): boolean {
    if (entry === undefined) return false;
    const owner = this.#wanted.get(kind)?.ownedBy;
    return owner === undefined || owner === entry.metadata.owner;
  }
}
