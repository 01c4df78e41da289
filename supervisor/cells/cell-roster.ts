/**
 * All cells of the node: starts and stops modules, and says in the store how each is (`eft:resources/module-status`).
 */
import type { ModuleStatus, State } from '../capabilities/generated/resources-module-status.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Store } from '../store/store.ts';
import { Cell, type CellEvents, type CellModule, type CellWorld } from './cell.ts';
import { declarationOf } from './load-module.ts';

export const moduleStatusKind = 'eft:resources/module-status';

/** The supervisor, as an actor of the store. */
const supervisor = 'supervisor';

export class CellRoster {
  readonly #store: Store;
  readonly #world: CellWorld;
  readonly #cells = new Map<string, Cell>();

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
  }

  /** The cells by module name. */
  get cells(): ReadonlyMap<string, Cell> {
    return this.#cells;
  }

  /** Adds a module and starts it. Errors: `cell.name-taken`, `store.*` if its declaration does not fit. */
  start(module: CellModule): Cell {
    const { name } = module.manifest;
    if (this.#cells.has(name)) throw EftError.of('cell.name-taken', { module: name });
    this.#store.join(name, declarationOf(module));
    const cell = new Cell(module, this.#world);
    this.#cells.set(name, cell);
    cell.start();
    return cell;
  }

  /** Stops a module for good: its thread ends, and all that it owns in the store is torn down. */
  async remove(name: string): Promise<void> {
    const cell = this.#cells.get(name);
    if (cell === undefined) return;
    await cell.stop();
    this.#cells.delete(name);
    this.#store.removeOwner(name);
    this.#store.commit(supervisor, this.#store.revision, [
      { effect: 'remove', kind: moduleStatusKind, id: name },
    ]);
  }

  /** Stops all modules; what they own stays, for the node is going down. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#cells.values()].map((cell) => cell.stop()));
  }

  #report(cell: Cell): void {
    const { manifest } = cell.module;
    const value: ModuleStatus = {
      state: stateOf(cell),
      version: manifest.version,
      restarts: Math.max(0, cell.counters.starts - 1),
      message: messageOf(cell),
    };
    const result = this.#store.commit(supervisor, this.#store.revision, [
      { effect: 'put', kind: moduleStatusKind, id: cell.name, value },
    ]);
    if (result.outcome === 'refused') throw result.error;
  }
}

function stateOf(cell: Cell): State {
  switch (cell.phase) {
    case 'starting':
    case 'backing-off':
    case 'quarantined':
    case 'stopped':
      return cell.phase;
    default:
      return cell.health.tag;
  }
}

function messageOf(cell: Cell): string {
  if (cell.phase === 'backing-off' || cell.phase === 'quarantined') return cell.lastError?.message ?? '';
  return cell.health.tag === 'degraded' ? cell.health.val : '';
}
