/**
 * What a node is inside: the store with its kinds, and the cells of the modules that act on it. PID 1 builds one, and so do tests,
 * with another world around it.
 */
import type { Cell, CellModule, CellWorld } from './cells/cell.ts';
import { CellRoster } from './cells/cell-roster.ts';
import { eftKinds } from './store/eft-kinds.ts';
import type { Entry, RecordValue } from './store/resource.ts';
import { Store } from './store/store.ts';

/** What the supervisor writes itself. */
const supervisorKinds = ['eft:resources/module-status', 'eft:resources/boot-phase'] as const;

/** How the kinds end that are a machine's configuration: they are put by the actor `config`, and by nobody else. */
const configurationSuffix = '-config';

/** The world of a node's cells: all but the store, which is the node's own. */
export type NodeWorld = Omit<CellWorld, 'store'>;

/** Who writes, besides modules. */
export type Author = 'supervisor' | 'config';

export class Node {
  readonly store: Store;
  readonly roster: CellRoster;

  constructor(world: NodeWorld) {
    this.store = new Store({ nowMs: () => Number(world.time().now) / 1e6 });
    const kinds = eftKinds();
    for (const kind of kinds) this.store.defineKind(kind);
    const outputs = (isWritten: (name: string) => boolean) =>
      kinds
        .filter(({ name }) => isWritten(name))
        .map(({ name, type }) => ({ kind: name, type, mode: 'exclusive' as const }));
    const isSupervisors = (name: string): boolean => supervisorKinds.some((kind) => kind === name);
    this.store.join('supervisor', { inputs: [], outputs: outputs(isSupervisors) });
    this.store.join('config', {
      inputs: [],
      outputs: outputs((name) => name.endsWith(configurationSuffix)),
    });
    this.roster = new CellRoster({ ...world, store: this.store });
  }

  /** Starts a module that has been verified and loaded. Errors: `cell.name-taken`, `store.*`. */
  start(module: CellModule): Cell {
    return this.roster.start(module);
  }

  /** Writes a resource as one who is no module. Errors: `store.*`, if the value does not fit its kind. */
  put(author: Author, kind: string, id: string, value: RecordValue): void {
    this.#commit(author, { effect: 'put', kind, id, value });
  }

  /** Takes a resource of its own away; nothing happens if there is none. */
  remove(author: Author, kind: string, id: string): void {
    if (this.store.get(kind, id) !== undefined) this.#commit(author, { effect: 'remove', kind, id });
  }

  get(kind: string, id: string): Entry | undefined {
    return this.store.get(kind, id);
  }

  /** Resolves when `holds` is true of the store, which is looked at whenever one of the `kinds` has changed, or when `signal` aborts. */
  async until(kinds: readonly string[], holds: () => boolean, signal: AbortSignal): Promise<boolean> {
    if (holds()) return true;
    return new Promise((resolve) => {
      const end = (isSo: boolean): void => {
        watch.close();
        signal.removeEventListener('abort', onAbort);
        resolve(isSo);
      };
      const onAbort = (): void => end(false);
      const watch = this.store.watch(
        kinds.map((kind) => ({ kind })),
        () => {
          watch.take();
          if (holds()) end(true);
        },
      );
      watch.take();
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
  }

  #commit(author: Author, effect: Parameters<Store['commit']>[2][number]): void {
    const result = this.store.commit(author, this.store.revision, [effect]);
    if (result.outcome === 'refused') throw result.error;
    if (result.outcome === 'conflicted')
      throw new TypeError(`a write of ${author} at the newest revision conflicts`);
  }
}
