/**
 * Looks for scenarios after which a module and its simulated host do not agree. Some are drawn anew, some are made of those that have reached new code;
 * what is found is made short. All of it follows from the seed and the number of scenarios.
 */
import type { RecordValue } from '../../../supervisor/store/resource.ts';
import type { Executor, Failure } from '../execute.ts';
import { Random } from '../random.ts';
import { Reached } from '../reached.ts';
import { runScenario, scenarioKey } from './run-scenario.ts';
import type { Deed, Scenario } from './scenario.ts';
import type { Simulation } from './simulated-host.ts';

/** Tells the numbers that scenarios are drawn by from those of other lanes. */
const ownSeed = 0x6167_7265;
/** Deeds of a scenario that is drawn, and of one that is made of another. */
const drawnDeeds = 14;
const deedsLimit = 40;
/** Runs that making one finding short is worth. */
const shorteningLimit = 160;
/** Milliseconds that pass: around every wait of the module's. */
const moments = [0, 1, 20, 60, 400, 1_500, 6_000, 70_000, 400_000] as const;

export type Disagreement = {
  /** What tells findings apart. */
  readonly key: string;
  readonly failure: Failure;
  readonly scenario: Scenario;
};

export type AgreementReport = {
  readonly scenarios: number;
  readonly events: number;
  /** Scenarios that the simulation does not follow to their end. */
  readonly passedOver: number;
  /** Scenarios that have reached new code. */
  readonly kept: readonly Scenario[];
  readonly found: readonly Disagreement[];
};

/** A search that goes on as long as it is asked to; however often it is asked, the same number of scenarios are the same scenarios. */
export class AgreementSearch {
  readonly #executor: Executor;
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #reached: Reached;
  readonly #kept: Scenario[] = [];
  readonly #found = new Map<string, Disagreement>();
  #scenarios = 0;
  #events = 0;
  #passedOver = 0;

  constructor(executor: Executor, simulation: Simulation, seed: number) {
    this.#executor = executor;
    this.#simulation = simulation;
    this.#random = new Random(seed, ownSeed);
    this.#reached = new Reached(executor.target.counters.length);
  }

  get report(): AgreementReport {
    return {
      scenarios: this.#scenarios,
      events: this.#events,
      passedOver: this.#passedOver,
      kept: this.#kept,
      found: [...this.#found.values()],
    };
  }

  /** Draws so many scenarios, and runs them. */
  search(count: number): void {
    for (let left = count; left > 0; left -= 1)
      this.run(nextScenario(this.#random, this.#simulation, this.#kept));
  }

  run(scenario: Scenario): void {
    const outcome = runScenario(this.#executor, this.#simulation, scenario, this.#reached);
    this.#scenarios += 1;
    this.#events += outcome.events;
    this.#passedOver += Number(outcome.isPassedOver);
    const { failure } = outcome;
    if (failure === undefined) {
      if (outcome.isNew) this.#kept.push(scenario);
      return;
    }
    const key = scenarioKey(failure);
    if (!this.#found.has(key))
      this.#found.set(key, { key, ...shorten(this.#executor, this.#simulation, scenario, key) });
  }
}

function nextScenario(random: Random, simulation: Simulation, kept: readonly Scenario[]): Scenario {
  const base = random.once(3) ? [] : (random.pick(kept) ?? []);
  if (base.length === 0) return drawDeeds(random, simulation, [], 3 + random.below(drawnDeeds));
  const cut = random.below(base.length + 1);
  const before = base.slice(0, cut);
  const after = random.once(2) ? base.slice(cut + random.below(3)) : [];
  const drawn = drawDeeds(random, simulation, before, 1 + random.below(drawnDeeds / 2));
  return [...before, ...drawn, ...after].slice(0, deedsLimit);
}

/** Deeds that follow those before. */
function drawDeeds(random: Random, simulation: Simulation, before: Scenario, count: number): readonly Deed[] {
  const declared = new Map<string, RecordValue>();
  const note = (deed: Deed): void => {
    if (deed.deed !== 'declare' && deed.deed !== 'conflict') return;
    for (const { kind, id, value } of deed.changes ?? []) {
      if (value === undefined) declared.delete(`${kind} ${id}`);
      else declared.set(`${kind} ${id}`, value);
    }
  };
  for (const deed of before) note(deed);
  return Array.from({ length: count }, () => {
    const deed = drawDeed(random, simulation, declared);
    note(deed);
    return deed;
  });
}

function drawDeed(random: Random, simulation: Simulation, declared: ReadonlyMap<string, RecordValue>): Deed {
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      return { deed: 'declare', changes: simulation.randomChanges(random, declared) };
    case 3:
      return { deed: 'rest' };
    case 4:
    case 5:
      return { deed: 'some', events: 1 + random.below(6), order: random.bits() };
    case 6:
      return {
        deed: 'conflict',
        after: random.below(8),
        changes: random.once(2) ? simulation.randomChanges(random, declared) : [],
      };
    case 7:
      return { deed: 'swap' };
    case 8:
    case 9:
    case 10:
      return { deed: 'pass', ms: random.choose(moments) };
    default:
      return { deed: 'disturb', what: simulation.randomDisturbance(random) };
  }
}

/** The shortest scenario found that comes to the same. */
function shorten(
  executor: Executor,
  simulation: Simulation,
  scenario: Scenario,
  key: string,
): { readonly scenario: Scenario; readonly failure: Failure } {
  let runs = 0;
  let best = scenario;
  let failure: Failure | undefined;
  const attempt = (candidate: Scenario): boolean => {
    runs += 1;
    const outcome = runScenario(executor, simulation, candidate);
    if (outcome.failure === undefined || scenarioKey(outcome.failure) !== key) return false;
    [best, failure] = [candidate, outcome.failure];
    return true;
  };
  attempt(scenario);
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at < best.length && runs < shorteningLimit; )
      if (!attempt([...best.slice(0, at), ...best.slice(at + size)])) at += size;
  for (let at = 0; at < best.length; at += 1)
    for (const simpler of simplerDeeds(best[at])) if (runs < shorteningLimit) attempt(best.with(at, simpler));
  if (failure === undefined) throw new TypeError('a scenario does not come to the same when it is run again');
  return { scenario: best, failure };
}

/** Less is declared. */
function simplerDeeds(deed: Deed | undefined): readonly Deed[] {
  if (deed?.deed !== 'declare') return [];
  return deed.changes.flatMap((change, index) => {
    const { value } = change;
    if (value === undefined) return [];
    return Object.entries(value).flatMap(([field, part]) =>
      Array.isArray(part)
        ? [[], ...part.map((_, at) => part.filter((__, other) => other !== at))].map((fewer) => ({
            ...deed,
            changes: deed.changes.with(index, { ...change, value: { ...value, [field]: fewer } }),
          }))
        : [],
    );
  });
}
