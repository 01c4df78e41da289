/**
 * All cells of the node: starts and stops modules, and says in the store how each is (`eft:resources/module-status`). Saying it never
 * fails, whatever modules do to the store: what cannot be written now is written later.
 */
import { cutText } from '../capabilities/cut-text.ts';
import type { ModuleStatus, State } from '../capabilities/generated/resources-module-status.ts';
import { EftError } from '../errors/eft-error.ts';
import { SteadyWriter } from '../store/steady-writer.ts';
import type { Store } from '../store/store.ts';
import { Cell, type CellEvents, type CellModule, type CellWorld } from './cell.ts';
import { contentionLine } from './contention-log.ts';
import { declarationOf } from './load-module.ts';

export const moduleStatusKind = 'eft:resources/module-status';

/** The supervisor, as an actor of the store. */
const supervisor = 'supervisor';

export class CellRoster {
  readonly #store: Store;
  readonly #world: CellWorld;
  readonly #cells = new Map<string, Cell>();
  readonly #writer: SteadyWriter;

  /** The supervisor must have joined the store as the owner of `module-status`. */
  constructor(world: CellWorld) {
    const events: CellEvents = {
      ...world.events,
      onState: (cell) => {
        this.#report(cell);
        world.events.onState(cell);
      },
    };
    this.#store = world.store;
    this.#world = { ...world, events };
    this.#writer = new SteadyWriter({
      store: world.store,
      actor: supervisor,
      after: world.after,
      onTrouble: (_, why) => world.events.onLog(supervisor, contentionLine(why)),
    });
  }

  /** The cells by module name. */
  get cells(): ReadonlyMap<string, Cell> {
    return this.#cells;
  }

  /** How often a module's status could not be written, and how many wait to be. */
  get unwritten(): { readonly failures: number; readonly waiting: number } {
    const { failures, waiting } = this.#writer;
    return { failures, waiting };
  }

  /** Adds a module and starts it. Errors: as `startAll`. */
  start(module: CellModule): Cell {
    const [cell] = this.startAll([module]);
    if (cell === undefined) throw new TypeError('one module was started, and no cell came of it');
    return cell;
  }

  /**
   * Adds modules and starts them: all, or none if there is one among them that does not fit. The boot starts each by itself, for a node
   * without one module is better than none; whoever asks for several at once means them to work together.
   * Errors: `cell.name-taken`, `store.*` if a declaration does not fit. A thread that cannot be opened is a failure of its cell (transport.ts).
   */
  startAll(modules: readonly CellModule[]): readonly Cell[] {
    const added = new Map<string, Cell>();
    for (const module of modules) {
      const { name } = module.manifest;
      if (this.#cells.has(name) || added.has(name)) throw EftError.of('cell.name-taken', { module: name });
      added.set(name, new Cell(module, this.#world));
    }
    this.declare(modules);
    for (const [name, cell] of added) {
      this.#cells.set(name, cell);
      cell.start();
    }
    return [...added.values()];
  }

  /** What the cells are in. */
  get world(): CellWorld {
    return this.#world;
  }

  /** Gives modules that run, or are to, other declarations: all of them, or none. Errors: `store.*`. */
  declare(modules: readonly CellModule[]): void {
    this.#store.joinAll(new Map(modules.map((module) => [module.manifest.name, declarationOf(module)])));
  }

  /** The cell of this name; a new one, which does not run and has declared nothing, if there is none. */
  cellFor(module: CellModule): Cell {
    const { name } = module.manifest;
    const cell = this.#cells.get(name) ?? new Cell(module, this.#world);
    this.#cells.set(name, cell);
    return cell;
  }

  /** Stops a module for good: its thread ends, and all that it owns in the store is torn down. */
  async remove(name: string): Promise<void> {
    const cell = this.#cells.get(name);
    if (cell === undefined) return;
    await cell.stop();
    this.#forget(name);
  }

  #forget(name: string): void {
    this.#cells.delete(name);
    this.#store.removeOwner(name);
    this.#writer.remove(moduleStatusKind, name);
  }

  /** Stops all modules; what they own stays, for the node is going down. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#cells.values()].map((cell) => cell.stop()));
    this.#writer.stop();
  }

  #report(cell: Cell): void {
    const { manifest } = cell.module;
    const value: ModuleStatus = {
      state: cellState(cell),
      version: manifest.version,
      restarts: Math.max(0, cell.counters.starts - 1),
      message: cellMessage(cell),
    };
    this.#writer.put(moduleStatusKind, cell.name, value);
  }
}

/** How a cell is, in the words of `module-status`. */
export function cellState(cell: Cell): State {
  switch (cell.phase) {
    case 'starting':
      // While one version takes the place of another, nobody needs to know but those who asked for it.
      return cell.trial?.begin.health.tag ?? cell.phase;
    case 'backing-off':
    case 'quarantined':
    case 'stopped':
      return cell.phase;
    default:
      return cell.health.tag;
  }
}

/** What is wrong with it, or the empty string. A module has had its say in it. */
export function cellMessage(cell: Cell): string {
  if (cell.phase === 'backing-off' || cell.phase === 'quarantined') {
    return cutText(cell.lastError?.message ?? '').toWellFormed();
  }
  return cell.health.tag === 'degraded' ? cutText(cell.health.val).toWellFormed() : '';
}
