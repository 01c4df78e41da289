/**
 * A piece of work whose outcome depends on nothing but what it is given: a seed, inputs, and what they have reached. Lanes of one epoch
 * all begin with the same, so it does not matter how many workers there are and which of them does which (campaign.ts).
 */
import { Dictionary, readComparisons } from './dictionary.ts';
import { directedSteps } from './directed-steps.ts';
import type { Executor, Failure, Outcome, Position } from './execute.ts';
import type { FuzzInput, Step } from './fuzz-input.ts';
import { minimiseInput } from './minimise-input.ts';
import { StepMutator, ValuePool } from './mutate-steps.ts';
import { Random } from './random.ts';
import type { Reached } from './reached.ts';

export type LaneOrder = {
  readonly seed: number;
  readonly epoch: number;
  readonly lane: number;
  /** Runs to do. */
  readonly runs: number;
  /** Inputs of earlier lanes, of which what they compare was not looked at yet. */
  readonly unexplored?: readonly FuzzInput[];
};

/** An input that has reached something new, and what. */
export type Discovery = { readonly input: FuzzInput; readonly fresh: readonly number[] };

export type Suspect = { readonly key: string; readonly failure: Failure; readonly input: FuzzInput };

export type LaneResult = {
  /** Inputs that this lane did not come to look at. */
  readonly unexplored: readonly FuzzInput[];
  readonly discoveries: readonly Discovery[];
  readonly suspects: readonly Suspect[];
  readonly runs: number;
  readonly events: number;
  readonly cpuMs: number;
};

/** Runs from one position before another is taken. */
const runsPerPosition = 128;
/** Steps of an input: what grows without end only takes time. */
const stepsLimit = 256;
/** Steps that go on from a position as they did before. */
const oldStepsLimit = 6;
/** Steps at the end of a new input that are looked at for what they compare. */
const exploredSteps = 2;
/** Of so many runs one is asked for the module's invariants at its end, and besides each that reaches something new: to ask takes an eighth of an event. */
const askedEvery = 4;
/** The newest inputs, of which every other one is taken. */
const newest = 24;

/** What tells suspects apart before they are looked at closely: what happened, and where. */
export function suspectKey({ oracle, code, message, frames }: Failure): string {
  if (oracle === 'time') return `time ${functionsOf(frames)[0] ?? ''}`;
  if (code === 'trap.stack') return 'trap.stack';
  if (frames.length > 0) return `${code} ${frames.slice(0, 3).join(' < ')}`;
  return `${code} ${message.replaceAll(/\d+|"[^"]*"|`[^`]*`/g, '…')}`;
}

function functionsOf(frames: readonly string[]): readonly string[] {
  return frames.map((frame) => /function \d+/.exec(frame)?.[0] ?? frame);
}

/** The seeds of one worker: an executor to run on, one that notes comparisons as well, and all inputs so far. */
export class Lanes {
  readonly executor: Executor;
  readonly #comparing: Executor;
  readonly #reached: Reached;
  readonly #inputs: FuzzInput[] = [];
  readonly #pool = new ValuePool();
  readonly #knownKeys = new Set<string>();
  readonly #dictionary: Dictionary;

  constructor(executor: Executor, comparing: Executor, reached: Reached) {
    this.executor = executor;
    this.#dictionary = Dictionary.of(executor.target.instrumented.core);
    this.#comparing = comparing;
    this.#reached = reached;
  }

  /** What all inputs so far have reached. */
  get reached(): Reached {
    return this.#reached;
  }

  /** Takes in what an epoch has found: all workers do, in the same order. */
  adopt(discoveries: readonly Discovery[], keys: readonly string[]): void {
    for (const { input, fresh } of discoveries) {
      this.#reached.merge(fresh);
      this.#inputs.push(input);
      this.#pool.add(input);
    }
    for (const key of keys) this.#knownKeys.add(key);
  }

  run(order: LaneOrder): LaneResult {
    return new Lane(
      this.executor,
      this.#comparing,
      this.#reached.copy(),
      [...this.#inputs],
      this.#pool,
      this.#dictionary.fork(),
      this.#knownKeys,
      order,
    ).run();
  }
}

class Lane {
  readonly #executor: Executor;
  readonly #comparing: Executor;
  readonly #reached: Reached;
  readonly #inputs: FuzzInput[];
  readonly #knownKeys: Set<string>;
  readonly #order: LaneOrder;
  readonly #random: Random;
  readonly #dictionary: Dictionary;
  readonly #mutator: StepMutator;
  readonly #discoveries: Discovery[] = [];
  readonly #suspects: Suspect[] = [];
  /** Inputs that have reached something new, of which what they compare was not looked at yet. */
  readonly #unexplored: FuzzInput[];
  #runs = 0;
  #events = 0;

  constructor(
    executor: Executor,
    comparing: Executor,
    reached: Reached,
    inputs: FuzzInput[],
    pool: ValuePool,
    dictionary: Dictionary,
    knownKeys: ReadonlySet<string>,
    order: LaneOrder,
  ) {
    this.#executor = executor;
    this.#comparing = comparing;
    this.#reached = reached;
    this.#inputs = inputs;
    this.#knownKeys = new Set(knownKeys);
    this.#order = order;
    this.#unexplored = [...(order.unexplored ?? [])];
    this.#random = new Random(order.seed, order.epoch, order.lane);
    this.#dictionary = dictionary;
    this.#mutator = new StepMutator(this.#random, this.#dictionary, executor.types, pool);
  }

  run(): LaneResult {
    const before = process.threadCpuUsage();
    while (this.#runs < this.#order.runs) {
      // By turns: what is compared is not all that leads further.
      const unexplored = this.#random.once(2) ? this.#unexplored.pop() : undefined;
      if (unexplored !== undefined) this.#explore(unexplored);
      else if (this.#random.once(24)) this.#aroundStart();
      else this.#aroundPosition();
    }
    const { user, system } = process.threadCpuUsage(before);
    return {
      unexplored: this.#unexplored,
      discoveries: this.#discoveries,
      suspects: this.#suspects,
      runs: this.#runs,
      events: this.#events,
      cpuMs: (user + system) / 1000,
    };
  }

  #pickInput(): FuzzInput {
    const recent = this.#random.once(2) ? this.#inputs.slice(-newest) : this.#inputs;
    const input = this.#random.pick(recent);
    if (input === undefined) throw new TypeError('a lane has no inputs');
    return input;
  }

  /** Other starts, and the first steps after them. */
  #aroundStart(): void {
    const input = this.#pickInput();
    for (let count = 0; count < runsPerPosition / 4 && this.#runs < this.#order.runs; count += 1) {
      const changed = this.#mutator.mutateStart({ ...input, steps: input.steps.slice(0, oldStepsLimit) });
      const outcome = this.#executor.run(changed, this.#reached);
      this.#judge(outcome, changed);
    }
  }

  /** What the last steps compare, turned the other way. */
  #explore(input: FuzzInput): void {
    const { steps } = input;
    for (let cut = steps.length - 1; cut >= Math.max(0, steps.length - exploredSteps); cut -= 1) {
      const step = steps[cut];
      if (step === undefined || this.#runs >= this.#order.runs) return;
      this.#dictionary.noteComparisons([]);
      this.#compare(input, cut, [step]);
      if (!this.#dictionary.hasComparisons) continue;
      const variants = directedSteps(step, this.#dictionary, this.#executor.types);
      const position = variants.length === 0 ? undefined : this.#executor.advance(input, cut);
      if (position === undefined) continue;
      this.#runs += 1;
      this.#events += cut + 1;
      for (const variant of variants) {
        if (this.#runs >= this.#order.runs) return;
        const outcome = this.#goOn(position, [variant]);
        this.#judge(outcome, { ...input, steps: [...steps.slice(0, cut), variant] }, cut);
      }
    }
  }

  /** Many ways to go on from the middle of an input. */
  #aroundPosition(): void {
    const input = this.#pickInput();
    const { steps } = input;
    const random = this.#random;
    const cut = random.once(2) ? random.below(steps.length + 1) : Math.max(0, steps.length - random.below(5));
    const old = steps.slice(cut, cut + oldStepsLimit);
    const position = this.#executor.advance(input, cut);
    this.#runs += 1;
    this.#events += cut + 1;
    if (position === undefined) return;
    this.#dictionary.noteComparisons([]);
    if (old.length > 0 && random.once(3)) this.#compare(input, cut, old);
    for (let count = 0; count < runsPerPosition && this.#runs < this.#order.runs; count += 1) {
      const changed = this.#mutator.mutate(old, position.host);
      const outcome = this.#goOn(position, changed);
      this.#judge(outcome, { ...input, steps: [...steps.slice(0, cut), ...changed] }, cut);
    }
  }

  #goOn(position: Position, steps: readonly Step[]): Outcome {
    return this.#executor.goOn(position, steps, this.#reached, this.#runs % askedEvery === 0);
  }

  /** Notes what the next steps compare. */
  #compare(input: FuzzInput, cut: number, old: readonly Step[]): void {
    const position = this.#comparing.advance(input, cut);
    this.#runs += 1;
    if (position === undefined) return;
    this.#comparing.target.clearComparisons();
    this.#comparing.goOn(position, old.slice(0, 2), undefined);
    this.#dictionary.noteComparisons(readComparisons(this.#comparing.target.comparisons));
  }

  #judge({ events, idle, isNew, failure, isUnfit }: Outcome, input: FuzzInput, cut = 0): void {
    this.#runs += 1;
    this.#events += events;
    const fresh = isNew ? this.#reached.takeFresh() : [];
    if (isUnfit) return;
    if (failure !== undefined) {
      const key = suspectKey(failure);
      if (this.#knownKeys.has(key)) return;
      this.#knownKeys.add(key);
      const smaller = minimiseInput(this.#executor, input, key);
      this.#suspects.push({ key, failure, input: smaller });
      return;
    }
    if (!isNew || input.steps.length > stepsLimit) return;
    const without = new Set(idle.map((index) => index + cut));
    const kept = { ...input, steps: input.steps.filter((_, index) => !without.has(index)) };
    this.#inputs.push(kept);
    this.#unexplored.push(kept);
    this.#discoveries.push({ input: kept, fresh });
  }
}
