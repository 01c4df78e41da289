/**
 * Carries out a scenario: the module with counters runs on a simulated host, which does what it is asked. When all deeds are done, nothing fails any
 * more, time passes, and then what the module says is held against what the host has, and it must rest.
 *
 * Nothing in it is random and nothing asks for the time: the same scenario gives the same run.
 */
import type { HealthState, OpenRequest } from '../../../supervisor/cells/module-events.ts';
import type { Executor, Failure } from '../execute.ts';
import type { ResourceChange, Step } from '../fuzz-input.ts';
import type { HostModel } from '../host-model.ts';
import { askedOf } from '../module-types.ts';
import type { Violation } from '../oracles.ts';
import type { Reached } from '../reached.ts';
import type { Deed, Scenario } from './scenario.ts';
import { type News, PassedOver, type SimulatedHost, type Simulation } from './simulated-host.ts';

/** Events in which a module must have come to rest when nothing new happens. */
const restLimit = 2_000;
/** Events of a whole scenario. */
const eventsLimit = 8_000;
/** What a module is given to come to what is declared: longer than any wait between two tries of it. */
const settleMs = 900_000;
const hourMs = 3_600_000;

export type ScenarioOutcome = {
  readonly failure: Failure | undefined;
  readonly events: number;
  /** Whether something was reached that never was before. */
  readonly isNew: boolean;
  /** The simulation does not follow it. */
  readonly isPassedOver: boolean;
};

export function runScenario(
  executor: Executor,
  simulation: Simulation,
  scenario: Scenario,
  reached?: Reached,
): ScenarioOutcome {
  return new ScenarioRun(executor, simulation.make(), reached).run(scenario);
}

/** Ends a run that has failed, from however deep. */
class Failed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

class ScenarioRun {
  readonly #executor: Executor;
  readonly #simulated: SimulatedHost;
  readonly #reached: Reached | undefined;
  readonly #host: HostModel;
  #health: HealthState = { tag: 'starting' };
  #healthBefore: HealthState = { tag: 'starting' };
  /** Milliseconds since the last event. */
  #owedMs = 0;
  #news: News | undefined;
  /** Events until that whose effects come to nothing; below 0 there is none. */
  #conflictIn = -1;
  #conflicting: readonly ResourceChange[] = [];
  #events = 0;
  #isNew = false;

  constructor(executor: Executor, simulated: SimulatedHost, reached: Reached | undefined) {
    this.#executor = executor;
    this.#simulated = simulated;
    this.#reached = reached;
    this.#host = executor.newHost();
  }

  run(scenario: Scenario): ScenarioOutcome {
    const { onCall } = this.#executor;
    this.#executor.onCall = (called) => {
      onCall?.(called);
      this.#healthBefore = this.#health;
      if (called.call === 'start') this.#health = { tag: 'starting' };
      if (called.call !== 'save' && called.output?.effects.health !== undefined)
        this.#health = called.output.effects.health;
    };
    try {
      this.#note(this.#executor.begin(this.#host));
      this.#tell({ deed: 'change' });
      for (const deed of scenario) this.#carryOut(deed);
      this.#judge();
      return this.#outcome(undefined, false);
    } catch (error) {
      if (error instanceof PassedOver) return this.#outcome(undefined, true);
      if (error instanceof Failed) return this.#outcome(error.failure, false);
      throw error;
    } finally {
      this.#executor.onCall = onCall;
    }
  }

  #outcome(failure: Failure | undefined, isPassedOver: boolean): ScenarioOutcome {
    return { failure, events: this.#events, isNew: this.#isNew, isPassedOver };
  }

  #carryOut(deed: Deed): void {
    switch (deed.deed) {
      case 'declare':
        this.#tell({ deed: 'change' }, deed.changes);
        break;
      case 'disturb':
        this.#simulated.disturb(deed.what);
        break;
      case 'some':
        for (let count = 0; count < deed.events; count += 1)
          if (!this.#next(((deed.order >> count) & 1) === 1)) break;
        break;
      case 'rest':
        this.#rest();
        break;
      case 'conflict':
        this.#conflictIn = deed.after;
        this.#conflicting = deed.changes ?? [];
        break;
      case 'swap':
        this.#tell({ deed: 'swap' });
        break;
      case 'pass':
        this.#pass(deed.ms);
        break;
    }
  }

  /** Nobody interferes any more. */
  #judge(): void {
    const { store, health } = { store: this.#host.store, health: () => this.#health };
    this.#conflictIn = -1;
    this.#simulated.calm();
    this.#rest();
    this.#pass(settleMs);
    const [difference] = this.#simulated.differences(store, health());
    if (difference !== undefined)
      this.#fail({ oracle: 'agreement', code: 'agreement.differs', message: difference });
    const before = this.#simulated.changes;
    this.#pass(hourMs);
    const changes = this.#simulated.changes - before;
    const limit = this.#simulated.changesPerHour(store);
    if (changes > limit)
      this.#restless(
        `${changes} changes in an hour in which nothing happens, and it has reason for ${limit}`,
      );
    this.#note(this.#executor.checkInvariants());
  }

  #restless(message: string): never {
    this.#fail({ oracle: 'agreement', code: 'agreement.restless', message });
  }

  #fail(violation: Violation): never {
    throw new Failed({ ...violation, frames: [] });
  }

  #note(failure: Failure | undefined): void {
    if (failure !== undefined) throw new Failed(failure);
  }

  #rest(): void {
    for (let count = 0; this.#next(true); count += 1)
      if (count > restLimit)
        this.#restless(`it is not at rest after ${restLimit} events, and no time passes`);
  }

  /** Tells what waits: one event. False if there is none. */
  #next(newsFirst: boolean): boolean {
    if (this.#conflictIn === 0 && this.#tellConflict()) return true;
    if (newsFirst && this.#tellNews()) return true;
    const [request] = this.#host.requests;
    if (request !== undefined) {
      this.#answer(request);
      return true;
    }
    return this.#tellNews();
  }

  /** False if the effects of the last event cannot conflict: those of a later one will. */
  #tellConflict(): boolean {
    const before = this.#healthBefore;
    if (!this.#tell({ deed: 'conflict' }, this.#conflicting)) return false;
    this.#conflictIn = -1;
    if (this.#health === this.#healthBefore) this.#health = before;
    return true;
  }

  #tellNews(): boolean {
    this.#news ??= this.#simulated.news();
    if (this.#news === undefined) return false;
    const { source, items, missed } = this.#news;
    this.#news = undefined;
    return this.#tell({ deed: 'arrive', source, handle: 0, items, missed });
  }

  #answer(request: OpenRequest): void {
    const asked = askedOf(request.interface, request.call);
    this.#tell({ deed: 'answer', asked, request: 0, result: this.#simulated.answer(request) });
  }

  /** Time passes, timer by timer, and all that comes of each is told. */
  #pass(ms: number): void {
    const end = this.#nowMs + this.#owedMs + ms;
    this.#rest();
    for (let count = 0; ; count += 1) {
      const dueMs = this.#host.timerDueMs;
      if (dueMs === undefined || dueMs > end) break;
      if (count > restLimit) this.#restless(`it sets more than ${restLimit} timers in ${ms} ms`);
      const before = this.#nowMs;
      this.#owedMs = 0;
      this.#tell({ deed: 'timer', timer: 0 });
      this.#simulated.pass(Math.max(0, this.#nowMs - before));
      this.#rest();
    }
    const rest = Math.max(0, end - this.#nowMs);
    this.#simulated.pass(rest - this.#owedMs);
    this.#owedMs = rest;
    this.#rest();
  }

  get #nowMs(): number {
    return Number(this.#host.now / 1_000_000n);
  }

  /** Tells one step. False if nothing could be made of it. */
  #tell(deed: Step['deed'], changes: Step['changes'] = []): boolean {
    const afterMs = deed.deed === 'timer' ? 0 : this.#owedMs;
    if (deed.deed !== 'conflict') this.#simulated.committed?.(this.#host.store);
    const failure = this.#executor.tell(this.#host, { afterMs, changes, deed });
    if (failure === 'idle') return false;
    if (failure === 'unfit') throw new PassedOver('the host cannot say it to this module');
    this.#owedMs = 0;
    this.#events += 1;
    if (this.#conflictIn > 0) this.#conflictIn -= 1;
    if (failure === undefined && this.#reached?.note(this.#executor.target) === true) this.#isNew = true;
    this.#note(failure);
    if (this.#events > eventsLimit) this.#restless(`it has been told ${eventsLimit} events`);
    return true;
  }
}

/** What a failure of a scenario is told apart by. */
export function scenarioKey({ code, message }: Failure): string {
  return `${code} ${message.replaceAll(/\d+|"[^"]*"|`[^`]*`/g, '…')}`;
}
