/**
 * Rounds of a soak: each starts a cell or two, has them do something right or wrong, and kills them at some moment. All choices come
 * out of a seed; what the threads make of them depends on the machine too.
 *
 * The carrier of requests is as bad as one can be: late, wrong, holding a file descriptor, or silent until it is told to stop.
 */
import { open } from 'node:fs/promises';
import type { Carrier, Cell, CellModule, CellWorld } from '../../supervisor/cells/cell.ts';
import { CellProgram } from '../../supervisor/cells/cell-program.ts';
import { declarationOf } from '../../supervisor/cells/load-module.ts';
import { RequestFailure } from '../../supervisor/cells/request-table.ts';
import { threadTransport } from '../../supervisor/cells/thread-transport.ts';
import { CellBench, moduleIn } from '../cells/cell-bench.ts';
import { Chance } from './chance.ts';
import { countHoldings, type Holdings, weighHoldings } from './holdings.ts';
import { type Leak, Planter } from './planted-leak.ts';

const statusKind = 'eft:resources/module-status';

/** Milliseconds that an event of the hostile module may take here: the rounds should not wait for what never ends. */
const eventMilliseconds = 30;
/** Milliseconds until holdings must have come back: threads end, and carriers let go, in their own time. */
const patienceMs = 10_000;
/** The longest that a round waits for what it waits for, in milliseconds. */
const roundLimitMs = 400;

const misdeeds = [
  'nothing',
  'loop',
  'fill',
  'copy',
  'log loop',
  'clock loop',
  'get loop',
  'grow loop',
  'hog',
  'hog quietly',
  'stack',
  'trap',
  'event flood',
  'log flood',
  'huge log',
  'request flood',
  'hoard',
  'huge requests',
  'large requests',
  'cancel flood',
  'churn',
  'large put',
  'huge put',
  'huge list',
  'timer names',
  'start refuse',
  'start trap',
  'start loop',
] as const;

/** When a cell is killed. */
type Moment = 'at once' | 'after a moment' | 'when it runs' | 'when it has done something' | 'when it failed';
const moments: readonly [Moment, ...Moment[]] = [
  'at once',
  'after a moment',
  'when it runs',
  'when it has done something',
  'when it has done something',
  'when it failed',
];

type Guests = { readonly hostile: CellModule; readonly tree: CellModule };

export type RoundTotals = {
  rounds: number;
  cells: number;
  starts: number;
  failures: number;
  requests: number;
};

export class CellRounds {
  readonly totals: RoundTotals = { rounds: 0, cells: 0, starts: 0, failures: 0, requests: 0 };
  readonly #bench = new CellBench();
  readonly #chance: Chance;
  readonly #guests: Guests;
  readonly #open: CellWorld['open'];
  readonly #planter: Planter;
  readonly #armed = new Set<NodeJS.Timeout>();
  #carried = 0;

  private constructor(guests: Guests, program: CellProgram, seed: number, leaks: readonly Leak[]) {
    this.#guests = guests;
    this.#open = threadTransport(program);
    this.#chance = new Chance(seed);
    this.#planter = new Planter(leaks, this.#bench.store);
    for (const guest of [guests.hostile, guests.tree])
      this.#bench.store.join(guest.manifest.name, declarationOf(guest));
    this.#bench.join('supervisor');
  }

  /** `source` is the cell's program in one piece; `leaks` are planted to see them found. */
  static async prepare(source: string, seed: number, leaks: readonly Leak[] = []): Promise<CellRounds> {
    const hostile = await moduleIn('tests/components/hostile');
    const tree = await moduleIn('tests/components/tree');
    const limits = { ...hostile.manifest.limits, eventMilliseconds };
    const hasty = { ...hostile, manifest: { ...hostile.manifest, limits } };
    return new CellRounds({ hostile: hasty, tree }, new CellProgram(source), seed, leaks);
  }

  /** One round, from nothing to nothing. */
  async round(): Promise<void> {
    const chance = this.#chance;
    const guests = chance.of<readonly CellModule[]>([
      [this.#guests.hostile],
      [this.#guests.tree],
      [this.#guests.hostile, this.#guests.tree],
    ]);
    this.#bench.putModuleStatus('order', 'healthy', chance.of(misdeeds));
    this.#bench.putModuleStatus('tree', 'healthy', `${1 + chance.below(4)} ${1 + chance.below(4)}`);
    const cells = guests.map((guest) => this.#bench.add(guest, this.#world()));
    for (const cell of cells) cell.start();
    await this.#wait(chance.of(moments), cells);
    if (chance.below(4) === 0) {
      // A person who stops and starts in a hurry.
      await Promise.all(cells.map((cell) => cell.stop()));
      for (const cell of cells) cell.start();
      await pause(chance.below(20));
    }
    await Promise.all(cells.map((cell) => cell.stop()));
    this.#count(cells);
    this.#clear(cells);
    this.#planter.plant();
  }

  /** What is held when all has come back to `baseline`, or what has not come back after a while. */
  async settle(collect: () => void, baseline?: Holdings): Promise<Holdings> {
    const deadline = performance.now() + patienceMs;
    let counts = await this.#countAlone();
    while (baseline !== undefined && performance.now() < deadline && isMore(counts, baseline.counts)) {
      await pause(20);
      counts = await this.#countAlone();
    }
    return { counts, bytes: weighHoldings(collect) };
  }

  /** The counts, with none of our own timers under way. */
  async #countAlone(): Promise<Holdings['counts']> {
    await new Promise((resolve) => setImmediate(resolve));
    return countHoldings(this.#bench.store, { armedTimers: this.#armed.size, carried: this.#carried });
  }

  #world(): Partial<CellWorld> {
    return {
      open: this.#open,
      carriers: new Map([['eft:host/files', this.#carry]]),
      after: (delayMs, fire) => {
        const timer = setTimeout(() => {
          this.#armed.delete(timer);
          fire();
        }, delayMs);
        this.#armed.add(timer);
        return () => {
          clearTimeout(timer);
          this.#armed.delete(timer);
        };
      },
      events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
    };
  }

  readonly #carry: Carrier = async (_, { signal }) => {
    this.#carried += 1;
    const behaviour = this.#chance.below(6);
    const delayMs = this.#chance.below(5);
    try {
      if (behaviour === 0) throw new RequestFailure({ tag: 'not-found' });
      if (behaviour === 1) throw new Error('a bug of the carrier');
      if (behaviour === 2) await told(signal);
      if (behaviour === 3) {
        await using file = await open('/dev/zero');
        await pause(delayMs);
        const { buffer } = await file.read(new Uint8Array(4_096));
        return buffer;
      }
      if (behaviour === 4) await pause(delayMs);
      return new Uint8Array(this.#chance.below(10_000));
    } finally {
      this.#carried -= 1;
    }
  };

  async #wait(moment: Moment, cells: readonly Cell[]): Promise<void> {
    const some = (holds: (cell: Cell) => boolean) => this.#until(() => cells.some(holds));
    switch (moment) {
      case 'at once':
        return;
      case 'after a moment':
        return pause(this.#chance.below(60));
      case 'when it runs':
        return some((cell) => cell.phase !== 'starting');
      case 'when it has done something': {
        const enough = 1 + this.#chance.below(20);
        return some((cell) => cell.counters.events >= enough || isDone(cell));
      }
      case 'when it failed':
        return some((cell) => cell.counters.failures > 0 || isDone(cell));
    }
  }

  /** Some states never come; then the round has waited long enough. */
  async #until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + roundLimitMs;
    while (!holds() && performance.now() < deadline) await pause(1);
  }

  #count(cells: readonly Cell[]): void {
    this.totals.rounds += 1;
    for (const { counters, openRequests, queued } of cells) {
      if (openRequests > 0 || queued > 0) throw new Error('a cell that was stopped has something under way');
      this.totals.cells += 1;
      this.totals.starts += counters.starts;
      this.totals.failures += counters.failures;
      this.totals.requests += counters.requests;
    }
  }

  /** What a person removes with a module: all that it owns. */
  #clear(cells: readonly Cell[]): void {
    const { store } = this.#bench;
    for (const { name } of cells) store.removeOwner(name);
    const effects = ['order', 'tree'].map((id) => ({ effect: 'remove', kind: statusKind, id }) as const);
    const { outcome } = store.commit('supervisor', store.revision, effects);
    if (outcome !== 'committed') throw new Error(`the store says ${outcome}`);
    this.#bench.cells.length = 0;
  }
}

/** Whether nothing more will come of a cell by itself, as far as one can tell from outside. */
function isDone({ phase, queued, openRequests }: Cell): boolean {
  return phase === 'quarantined' || (phase === 'idle' && queued === 0 && openRequests === 0);
}

function isMore(counts: Holdings['counts'], baseline: Holdings['counts']): boolean {
  return Object.entries(counts).some(([name, count]) => count > Number(Reflect.get(baseline, name)));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves when `signal` says that nobody wants the result any more. */
function told(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
