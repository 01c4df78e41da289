/** Cells on a store of their own, with a real clock and real threads, for tests and benches. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildComponent } from '../../cli/toolchain/build-module.ts';
import type { State } from '../../supervisor/capabilities/generated/resources-module-status.ts';
import { Cell, type CellModule, type CellWorld } from '../../supervisor/cells/cell.ts';
import type { SentError } from '../../supervisor/cells/cell-messages.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import { declarationOf } from '../../supervisor/cells/load-module.ts';
import type { LogLine } from '../../supervisor/cells/module-events.ts';
import { prepareEngine, threadTransport } from '../../supervisor/cells/thread-transport.ts';
import { Component } from '../../supervisor/component/component.ts';
import { type Manifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { threadRanMs } from '../../supervisor/native/thread-clock.ts';
import type { Entry } from '../../supervisor/store/resource.ts';
import { Store } from '../../supervisor/store/store.ts';
import { builtComponent } from '../components/build.ts';

prepareEngine();

const built = new Map<string, Promise<CellModule>>();
const root = fileURLToPath(new URL('../../', import.meta.url));

const testComponents = 'tests/components/';

/** The module in a folder of the repository, built once a run; those of tests are built when they have changed. */
export function moduleIn(folder: string): Promise<CellModule> {
  const known = built.get(folder);
  if (known !== undefined) return known;
  const building = build(folder);
  built.set(folder, building);
  return building;
}

async function build(folder: string): Promise<CellModule> {
  if (!folder.startsWith(testComponents)) {
    const { component, manifest } = await buildComponent(`${root}${folder}`);
    return toCellModule(component, manifest);
  }
  const file = `${root}${folder}/module.yaml`;
  const component = await builtComponent(folder.slice(testComponents.length));
  return toCellModule(component, readManifestYaml(readFileSync(file, 'utf8'), file));
}

export function toCellModule(component: Uint8Array, manifest: Manifest): CellModule {
  const { modules } = Component.compile(component);
  return { manifest, component, modules, digest: 'built for a test' };
}

export type Failure = {
  readonly cell: Cell;
  readonly error: SentError;
  readonly record: FlightRecord | undefined;
};

export class CellBench {
  readonly logs: LogLine[] = [];
  readonly failures: Failure[] = [];
  readonly cells: Cell[] = [];
  store = newStore();

  /** The world that cells of this bench live in; `overrides` replace parts of it. */
  world(overrides: Partial<CellWorld> = {}): CellWorld {
    return {
      store: this.store,
      open: threadTransport(),
      time: () => ({
        now: process.hrtime.bigint(),
        wall: BigInt(Date.now()) * 1_000_000n,
        isSynchronized: true,
      }),
      ranMs: threadRanMs,
      after: (delayMs, fire) => {
        const timer = setTimeout(fire, delayMs);
        return () => clearTimeout(timer);
      },
      random: (count) => new Uint8Array(randomBytes(count)),
      carriers: new Map(),
      events: {
        onState: () => undefined,
        onLog: (_, line) => this.logs.push(line),
        onFailure: (cell, error, record) => this.failures.push({ cell, error, record }),
      },
      ...overrides,
    };
  }

  /** Starts the module of a folder in a cell, and waits until it runs. */
  async start(folder: string, overrides: Partial<CellWorld> = {}): Promise<Cell> {
    const cell = this.add(await moduleIn(folder), overrides);
    cell.start();
    await this.until(() => cell.phase === 'idle' || cell.counters.failures > 0);
    return cell;
  }

  /** A cell that is not started yet. */
  add(module: CellModule, overrides: Partial<CellWorld> = {}): Cell {
    this.store.join(module.manifest.name, declarationOf(module));
    const cell = new Cell(module, this.world(overrides));
    this.cells.push(cell);
    return cell;
  }

  /** `message` is an order if `id` is `order`: the hostile module carries it out. */
  putModuleStatus(id: string, state: State, message = ''): void {
    this.join('supervisor');
    const value = { state, version: '1.0.0', restarts: 0, message };
    const result = this.store.commit('supervisor', this.store.revision, [
      { effect: 'put', kind: 'eft:resources/module-status', id, value },
    ]);
    if (result.outcome !== 'committed') throw new Error(`the store says ${result.outcome}`);
  }

  /** Lets `actor` write module-status, as the supervisor does. */
  join(actor: string): void {
    const kind = 'eft:resources/module-status';
    this.store.join(actor, {
      inputs: [],
      outputs: [{ kind, type: this.store.typeOf(kind), mode: 'exclusive' }],
    });
  }

  /** Waits until `holds`, a minute at most. */
  async until(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`still not so after a minute: ${holds.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  entry(kind: string, id: string): Entry | undefined {
    return this.store.get(kind, id);
  }

  /** Stops all cells and begins anew. */
  async close(): Promise<void> {
    await Promise.all(this.cells.map((cell) => cell.stop()));
    this.cells.length = 0;
    this.logs.length = 0;
    this.failures.length = 0;
    this.store = newStore();
  }
}

function newStore(): Store {
  return new Store({ nowMs: () => performance.now() });
}
