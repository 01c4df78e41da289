/**
 * What a node is inside: the store with its kinds, and the cells of the modules that act on it. PID 1 builds one, and so do tests,
 * with another world around it.
 */
import type { Cell, CellModule, CellWorld } from './cells/cell.ts';
import { CellRoster } from './cells/cell-roster.ts';
import { ContentionLog, contentionLine } from './cells/contention-log.ts';
import type { EftError } from './errors/eft-error.ts';
import { eftKinds } from './store/eft-kinds.ts';
import type { KindDefinition } from './store/kind.ts';
import { OPERATION_KIND } from './store/operation-rule.ts';
import type { Entry, RecordValue } from './store/resource.ts';
import { type Declaration, isModule, type OutputMode } from './store/roster.ts';
import { SteadyWriter } from './store/steady-writer.ts';
import { Store } from './store/store.ts';

/** What the supervisor writes itself. */
const supervisorKinds = ['eft:resources/module-status', 'eft:resources/boot-phase'] as const;

/** How the kinds end that are a machine's configuration: they are put by the actor `config`, and by nobody else. */
const configurationSuffix = '-config';

/** The longest that a timer of Node.js can wait, in milliseconds; what is due later is looked at again then. */
const longestTimerMs = 2 ** 31 - 1;

/** The world of a node's cells: all but the store, which is the node's own. */
export type NodeWorld = Omit<CellWorld, 'store'>;

/** Who writes, besides modules. */
export type Author = 'supervisor' | 'config';

/** What the actors that are no modules read and write, on every node. */
export function ownDeclarations(kinds: readonly KindDefinition[]): ReadonlyMap<string, Declaration> {
  const inputs = kinds.map(({ name, type }) => ({ kind: name, type }));
  const outputs = (mode: OutputMode, isWritten: (name: string) => boolean) =>
    inputs.filter(({ kind }) => isWritten(kind)).map((input) => ({ ...input, mode }));
  const operations = outputs('shared', (name) => name === OPERATION_KIND);
  const isSupervisors = (name: string): boolean => supervisorKinds.some((kind) => kind === name);
  return new Map([
    ['supervisor', { inputs: [], outputs: [...outputs('exclusive', isSupervisors), ...operations] }],
    ['api', { inputs, outputs: operations }],
    ['config', { inputs: [], outputs: outputs('exclusive', (name) => name.endsWith(configurationSuffix)) }],
  ]);
}

export class Node {
  readonly store: Store;
  readonly roster: CellRoster;
  readonly #world: NodeWorld;
  readonly #writers: Readonly<Record<Author, SteadyWriter>>;
  #cancelExpiry: () => void = () => undefined;

  constructor(world: NodeWorld) {
    this.#world = world;
    const { events, after } = world;
    const contentions = new ContentionLog(() => world.time().now, events.onLog);
    this.store = new Store({
      nowMs: () => this.#nowMs(),
      onContention: (actor, because) => {
        // What the supervisor itself cannot write is told by its writers.
        if (isModule(actor)) contentions.note(actor, because);
      },
      onExpiry: () => this.#armExpiry(),
    });
    const kinds = eftKinds();
    for (const kind of kinds) this.store.defineKind(kind);
    for (const [actor, declaration] of ownDeclarations(kinds)) this.store.join(actor, declaration);
    const writerOf = (actor: Author): SteadyWriter => {
      const onTrouble = (_: unknown, why: EftError): void => events.onLog(actor, contentionLine(why));
      return new SteadyWriter({ store: this.store, actor, after, onTrouble });
    };
    this.#writers = { supervisor: writerOf('supervisor'), config: writerOf('config') };
    this.roster = new CellRoster({ ...world, store: this.store });
  }

  /** Starts a module that has been verified and loaded. Errors: `cell.name-taken`, `store.*`. */
  start(module: CellModule): Cell {
    return this.roster.start(module);
  }

  /** Writes a resource as one who is no module. Never throws: what cannot be written is told once, and tried again. */
  put(author: Author, kind: string, id: string, value: RecordValue): void {
    this.#writers[author].put(kind, id, value);
  }

  /** Takes a resource of its own away; nothing happens if there is none. Never throws, as `put`. */
  remove(author: Author, kind: string, id: string): void {
    this.#writers[author].remove(kind, id);
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

  /** Wakes up when the next ended operation is due, and never otherwise. */
  #armExpiry(): void {
    this.#cancelExpiry();
    this.#cancelExpiry = () => undefined;
    const dueMs = this.store.nextExpiryMs;
    if (dueMs === undefined) return;
    const delayMs = Math.min(longestTimerMs, Math.max(0, Math.ceil(dueMs - this.#nowMs())));
    this.#cancelExpiry = this.#world.after(delayMs, () => {
      this.store.expire();
      this.#armExpiry();
    });
  }

  #nowMs(): number {
    return Number(this.#world.time().now) / 1e6;
  }
}
