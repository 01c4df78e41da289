/**
 * Replaces modules while they run: all that are named, or none.
 *
 * 1. prepare: the new versions are loaded off to one side (prepared-instance.ts), and written down so that they are safe on disk (swap-journal.ts).
 *    Nothing that runs has been touched.
 * 2. quiesce, save: each old version finishes the event in hand and gives its state. From here on what comes for it waits.
 * 3. hand-over: in one turn of the supervisor's thread all get the new versions' declarations, and each new version takes over its cell's queue,
 *    timers, requests under way and handles, and is started with the saved state. The pause is over.
 * 4. probation (probation.ts): the old versions could go on as if nothing had been (trial.ts).
 * 5. commit: the new versions are what the next boot starts, and the old ones are forgotten.
 *
 * Whatever goes wrong before 5, by itself or by somebody's word, the old versions go on, and what they had in the store is as it was. The moment
 * at which the journal commits is the only one at which old becomes new for a reboot.
 *
 * A module that is quarantined or waits to be started again has no state to give, and one that fails as it should give it has none either:
 * what misbehaves must be replaceable above all. The successor starts without, and so does the first version of a module under a new name.
 */
import type { Cell, CellModule, CellPhase } from '../cells/cell.ts';
import type { LeftBehind, SentError } from '../cells/cell-messages.ts';
import type { CellRoster } from '../cells/cell-roster.ts';
import { PreparedInstance } from '../cells/prepared-instance.ts';
import type { TrialJudge } from '../cells/trial.ts';
import { EftError } from '../errors/eft-error.ts';
import { type OwnedResources, ownedBy, restoreOwned } from './owned-resources.ts';
import { defaultLimitMs, defaultWellMs, Probation } from './probation.ts';
import type { SwapJournal } from './swap-journal.ts';

/** The steps as they are told. `verify` and `compare` come before, by whoever admits the modules. */
export type SwapStep =
  | 'verify'
  | 'compare'
  | 'prepare'
  | 'quiesce'
  | 'save'
  | 'hand-over'
  | 'probation'
  | 'commit'
  | 'go-back'
  | 'done';

/** One module that was replaced. `from` is undefined if there was none of the name. */
export type Swapped = {
  readonly name: string;
  readonly from: CellModule | undefined;
  readonly to: CellModule;
  /** Nanoseconds from the old version's last event to the new one's first; 0 if none of the old ones ran. */
  readonly pauseNs: bigint;
};

export type SwapOptions = {
  readonly journal: SwapJournal;
  /** Is told of each step as it begins. Must not throw. */
  readonly onStep?: (step: SwapStep, module: string | undefined, message: string) => void;
  /** `roll-back`: a person wants a version of before again. It may be one that cannot read the state, and begins without then. */
  readonly reason?: 'swap' | 'roll-back';
  /** Calls the swap off, up to the commit. */
  readonly signal?: AbortSignal;
  /** Milliseconds for which a new version must have been well, and that it has to become so. */
  readonly wellMs?: number;
  readonly limitMs?: number;
};

/**
 * Replaces what runs under the names of `candidates`, which have been admitted. Only one swap of a module may be under way at a time.
 *
 * Errors: `swap.*`, and then what ran before runs on.
 */
export async function swapModules(
  roster: CellRoster,
  candidates: readonly CellModule[],
  options: SwapOptions,
): Promise<readonly Swapped[]> {
  return new Swap(roster, candidates, options).run();
}

/** What a cell is in while there is an instance in it. */
const runningPhases: readonly CellPhase[] = ['starting', 'idle', 'handling', 'waiting'];

/** One module's place in the swap. */
class Seat {
  readonly to: CellModule;
  readonly from: CellModule | undefined;
  readonly prepared: PreparedInstance;
  /** Whether there was an instance of the old version when it was to give its state. */
  ran = false;
  cell: Cell | undefined;
  left: LeftBehind | undefined;
  owned: OwnedResources = new Map();
  probation: Probation | undefined;
  pauseNs = 0n;

  constructor(to: CellModule, roster: CellRoster) {
    this.to = to;
    this.cell = roster.cells.get(to.manifest.name);
    this.from = this.cell?.module;
    this.prepared = new PreparedInstance(to, roster.world);
  }

  get name(): string {
    return this.to.manifest.name;
  }

  get version(): string {
    return this.to.manifest.version;
  }

  get readsState(): boolean {
    const format = this.from?.manifest.savedState.writes;
    return format !== undefined && this.to.manifest.savedState.reads.includes(format);
  }
}

class Swap {
  readonly #roster: CellRoster;
  readonly #options: SwapOptions;
  readonly #candidates: readonly CellModule[];
  #seats: readonly Seat[] = [];
  /** Whether new versions are in the cells, and not kept yet. */
  #isOnTrial = false;
  /** Why the old versions go on, if a new one failed on trial. */
  #failure: EftError | undefined;

  constructor(roster: CellRoster, candidates: readonly CellModule[], options: SwapOptions) {
    this.#roster = roster;
    this.#options = options;
    this.#candidates = candidates;
  }

  async run(): Promise<readonly Swapped[]> {
    const { journal } = this.#options;
    this.#check();
    this.#seats = this.#candidates.map((module) => new Seat(module, this.#roster));
    try {
      await this.#prepare();
      await this.#quiesce();
      await this.#tryOut();
      await this.#commit();
    } catch (error) {
      this.#giveUp(error instanceof EftError ? error.message : String(error));
      await journal.abandon();
      throw error;
    }
    this.#step('done', undefined, this.#seats.map(({ name, version }) => `${name} ${version}`).join(', '));
    return this.#seats.map(({ name, from, to, pauseNs }) => ({ name, from, to, pauseNs }));
  }

  /** What is wrong before anything is opened. */
  #check(): void {
    const names = new Set<string>();
    for (const { manifest } of this.#candidates) {
      const { name, version, savedState } = manifest;
      if (names.has(name)) throw EftError.of('swap.twice', { module: name });
      names.add(name);
      const running = this.#roster.cells.get(name)?.module.manifest;
      if (running === undefined || this.#options.reason === 'roll-back') continue;
      const format = running.savedState.writes;
      if (savedState.reads.includes(format)) continue;
      throw EftError.of('swap.state-format', { module: name, version, format, running: running.version });
    }
  }

  async #prepare(): Promise<void> {
    for (const { name, version } of this.#seats)
      this.#step('prepare', name, `loading ${version} beside what runs`);
    for (const { name, version, prepared } of this.#seats) {
      try {
        await this.#unlessCancelled(prepared.ready);
      } catch (error) {
        if (isCancelled(error)) throw error;
        throw EftError.of(
          'swap.not-loaded',
          { module: name, version, reason: reasonOf(error) },
          { cause: error },
        );
      }
    }
    try {
      await this.#options.journal.prepare(this.#candidates);
    } catch (error) {
      throw EftError.of('swap.not-prepared', { reason: reasonOf(error) }, { cause: error });
    }
  }

  /** Has each old version come to rest and give its state. */
  async #quiesce(): Promise<void> {
    await Promise.all(
      this.#seats.map(async (seat) => {
        const { cell, name } = seat;
        seat.ran = cell !== undefined && runningPhases.includes(cell.phase);
        if (cell === undefined || !seat.ran) return;
        this.#step('quiesce', name, 'the running version finishes what it is doing');
        try {
          seat.left = await this.#unlessCancelled(cell.save());
        } catch (error) {
          if (isCancelled(error)) throw error;
          this.#step('save', name, `it has no state to give, for it failed: ${reasonOf(error)}`);
          return;
        }
        this.#step('save', name, `${seat.left.saved.bytes.length} bytes of state`);
      }),
    );
  }

  /** Puts the new versions in, and waits until all are well. The old ones go on in the very turn in which one fails. */
  async #tryOut(): Promise<void> {
    const verdict = Promise.withResolvers<void>();
    const waiting = new Set(this.#seats);
    const fail = (error: EftError): void => {
      if (!this.#isOnTrial) return;
      this.#failure = error;
      this.#giveUp(error.message);
      verdict.reject(error);
    };
    // A failure in the course of the hand-over is told by the promise alone.
    verdict.promise.catch(() => undefined);
    this.#isOnTrial = true;
    this.#handOver((seat, cell) => {
      const probation = new Probation({
        cell,
        before: seat.ran ? cell.health : { tag: 'healthy' },
        wellMs: this.#options.wellMs ?? defaultWellMs,
        limitMs: this.#options.limitMs ?? defaultLimitMs,
        after: this.#roster.world.after,
        onPassed: () => {
          waiting.delete(seat);
          if (waiting.size === 0) verdict.resolve();
        },
        onFailed: fail,
      });
      seat.probation = probation;
      probation.begin();
      return {
        onSettled: () => probation.settled(),
        onFailed: (error) => fail(failureOf(seat, cell, error)),
      };
    });
    for (const { name, version } of this.#seats)
      if (this.#isOnTrial) this.#step('probation', name, `${version} handles what comes`);
    await this.#unlessCancelled(verdict.promise);
  }

  #handOver(judgeOf: (seat: Seat, cell: Cell) => TrialJudge): void {
    const store = this.#roster.world.store;
    for (const seat of this.#seats) {
      this.#step('hand-over', seat.name, `${seat.version} takes over`);
      seat.owned = ownedBy(store, seat.name);
    }
    for (const { cell, left, name } of this.#seats) {
      const isThere =
        cell === this.#roster.cells.get(name) && (left === undefined || cell?.phase === 'saved');
      if (!isThere) throw EftError.of('swap.gone', { module: name });
    }
    try {
      this.#roster.declare(this.#candidates);
    } catch (error) {
      throw EftError.of('swap.does-not-fit', { reason: reasonOf(error) }, { cause: error });
    }
    const reason = this.#options.reason ?? 'swap';
    for (const seat of this.#seats) {
      // One before it in the row may have failed already: its thread could not be told to start.
      if (!this.#isOnTrial) return;
      const cell = this.#roster.cellFor(seat.to);
      seat.cell = cell;
      const judge = judgeOf(seat, cell);
      cell.replace({ prepared: seat.prepared, reason, readsState: seat.readsState, judge });
    }
  }

  async #commit(): Promise<void> {
    this.#step('commit', undefined, 'all are well');
    try {
      await this.#options.journal.commit();
    } catch (error) {
      throw EftError.of('swap.not-kept', { reason: reasonOf(error) }, { cause: error });
    }
    // One may have failed while that was written. The old ones go on since then, and `abandon` has the next boot start them too.
    if (this.#failure !== undefined) throw this.#failure;
    // One that fails from here on is started again, or stays down, as any other.
    this.#isOnTrial = false;
    for (const seat of this.#seats) {
      seat.pauseNs = seat.left === undefined ? 0n : (seat.cell?.trial?.pauseNs ?? 0n);
      seat.probation?.end();
      seat.cell?.keep();
      this.#roster.world.store.forsake(seat.name);
    }
  }

  /** Has everything be as before, whatever has been done. In one turn; does nothing the second time. */
  #giveUp(why: string): void {
    for (const { prepared, probation } of this.#seats) {
      probation?.end();
      prepared.discard();
    }
    if (!this.#isOnTrial) {
      for (const { cell } of this.#seats) if (cell?.trial === undefined) cell?.goOn();
      return;
    }
    this.#isOnTrial = false;
    this.#step('go-back', undefined, why);
    const { store, events } = this.#roster.world;
    for (const { cell } of this.#seats) cell?.halt();
    const before = this.#seats.flatMap(({ from }) => (from === undefined ? [] : [from]));
    try {
      this.#roster.declare(before);
    } catch (error) {
      const message = `the declarations of before are refused: ${reasonOf(error)}`;
      events.onLog('supervisor', { level: 'error', message, fields: [] });
    }
    for (const { name, from, owned, cell } of this.#seats) {
      if (from === undefined) {
        void this.#roster.remove(name);
        continue;
      }
      restoreOwned(store, name, owned);
      if (cell?.trial === undefined) cell?.goOn();
      else cell.goBack();
    }
  }

  #step(step: SwapStep, module: string | undefined, message: string): void {
    this.#options.onStep?.(step, module, message);
  }

  /** Rejects with `swap.cancelled` as soon as the swap is called off. */
  async #unlessCancelled<Value>(work: Promise<Value>): Promise<Value> {
    const { signal } = this.#options;
    if (signal === undefined) return work;
    const cancelled = Promise.withResolvers<never>();
    const onAbort = (): void => cancelled.reject(EftError.of('swap.cancelled', {}));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([work, cancelled.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function failureOf({ name, version }: Seat, cell: Cell, { code, message }: SentError): EftError {
  if (code === 'cell.not-running') return EftError.of('swap.gone', { module: name });
  const events = cell.trial?.handled ?? 0;
  const hasStarted = cell.trial?.hasStarted ?? false;
  if (!hasStarted) return EftError.of('swap.start-failed', { module: name, version, reason: message });
  return EftError.of('swap.trial-failed', { module: name, version, events, reason: message });
}

function isCancelled(error: unknown): boolean {
  return error instanceof EftError && error.code === 'swap.cancelled';
}

function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
