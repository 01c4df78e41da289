/**
 * Fuzzes a component by its own functions, in one thread: inputs that reach something new are kept and changed further, what they compare is
 * turned the other way, what fails is made short and run again on the bytes without counters. With a budget of runs, all of it follows
 * from the component, the seed and the first inputs.
 */
import { setImmediate } from 'node:timers/promises';
import type { Value } from '../../../supervisor/store/resource.ts';
import type { CampaignProgress } from '../campaign.ts';
import { Dictionary, filled, readComparisons } from '../dictionary.ts';
import { type Failure, fuelLimit, searchFuel } from '../execute.ts';
import { suspectKey } from '../lane.ts';
import { shorterValues } from '../minimise-input.ts';
import { Random } from '../random.ts';
import { Reached } from '../reached.ts';
import { type CallInput, encodeCalls } from './call-input.ts';
import type { CallComponent } from './call-surface.ts';
import { CallTarget } from './call-target.ts';
import { confirmCalls } from './confirm-calls.ts';
import { CallMutator } from './mutate-calls.ts';

/** Runs after which it is asked whether to end, and progress is told. */
const runsTogether = 2_048;
/** Changes of one input before another is taken. */
const runsPerInput = 64;
/** The newest inputs, of which every other one is taken. */
const newest = 16;
/** Runs that colouring an input is worth. */
const colouringLimit = 96;
/** Runs that making an input short is worth that reaches something new. */
const trimmingLimit = 48;
/** Runs that making a failure short is worth. */
const shorteningLimit = 600;

export type CallFinding = {
  readonly key: string;
  readonly failure: Failure;
  readonly calls: CallInput;
  /** Whether the bytes without counters do the same. If not, the fuzzer has a bug. */
  readonly isConfirmed: boolean;
};

export type CallReport = CampaignProgress & {
  readonly findings: readonly CallFinding[];
  /** Inputs that reach all that was reached, the short ones first. */
  readonly corpus: readonly CallInput[];
};

export type CallOptions = {
  /** A whole number from 0. */
  readonly seed: number;
  readonly runs: number;
  readonly seeds?: readonly CallInput[];
  readonly isOver?: () => boolean;
  readonly onProgress?: (progress: CampaignProgress) => void;
};

/** Errors: `fuzz.cannot-instrument`; those of instantiating the component. */
export async function fuzzCalls(component: CallComponent, options: CallOptions): Promise<CallReport> {
  const campaign = new CallCampaign(component, options);
  return await campaign.run();
}

/** An input of the corpus, and the blocks of code that it enters. */
type Kept = { readonly calls: CallInput; readonly blocks: number };

class CallCampaign {
  readonly #component: CallComponent;
  readonly #options: CallOptions;
  readonly #target: CallTarget;
  readonly #comparing: CallTarget;
  readonly #reached: Reached;
  readonly #random: Random;
  readonly #dictionary: Dictionary;
  readonly #mutator: CallMutator;
  readonly #inputs: Kept[] = [];
  readonly #findings = new Map<string, CallFinding>();
  readonly #knownKeys = new Set<string>();
  /** Inputs of which what they compare was not looked at yet. */
  readonly #unexplored: CallInput[] = [];
  readonly #cpuBefore = process.threadCpuUsage();
  #runs = 0;
  #calls = 0;

  constructor(component: CallComponent, options: CallOptions) {
    this.#component = component;
    this.#options = options;
    this.#target = new CallTarget(component, false);
    this.#comparing = new CallTarget(component, true);
    this.#reached = new Reached(this.#target.counters.length);
    this.#random = new Random(options.seed);
    this.#dictionary = Dictionary.of(this.#target.instrumented.core);
    this.#mutator = new CallMutator(component.entries, this.#random, this.#dictionary);
  }

  get progress(): CampaignProgress {
    const { user, system } = process.threadCpuUsage(this.#cpuBefore);
    return {
      runs: this.#runs,
      events: this.#calls,
      cpuMs: (user + system) / 1000,
      reached: this.#reached.count,
      sites: this.#target.instrumented.instrumented.sites.length,
      inputs: this.#inputs.length,
      suspects: this.#findings.size,
    };
  }

  async run(): Promise<CallReport> {
    const { runs, seeds = [], isOver = () => false, onProgress } = this.#options;
    const first = this.#component.entries.map((entry) => [this.#mutator.make(entry)]);
    for (const input of [...seeds, ...first]) this.#try(input);
    // An input that nothing comes of is better than none.
    if (this.#inputs.length === 0) this.#inputs.push({ calls: [], blocks: 0 });
    let told = 0;
    while (this.#runs < runs && !isOver()) {
      this.#aroundInput(runs);
      if (this.#runs - told < runsTogether) continue;
      told = this.#runs;
      onProgress?.(this.progress);
      await setImmediate();
    }
    const findings = [...this.#findings.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
    const progress = this.progress;
    return { ...progress, findings, corpus: this.#reduce() };
  }

  /** Changes of one input, at most until so many runs were made. */
  #aroundInput(limit: number): void {
    const random = this.#random;
    const unexplored = random.once(2) ? this.#unexplored.pop() : undefined;
    if (unexplored !== undefined) {
      const coloured = this.#colour(unexplored);
      this.#compare(coloured);
      for (const input of this.#mutator.directed(coloured)) {
        if (this.#runs >= limit) break;
        this.#try(input);
      }
      return;
    }
    const input = this.#pick();
    this.#dictionary.noteComparisons([]);
    if (random.once(3)) this.#compare(input);
    const until = Math.min(limit, this.#runs + runsPerInput);
    while (this.#runs < until) this.#try(this.#mutator.mutate(input, this.#pick()));
  }

  /** One of two, and mostly that which takes less: loops that go round more often are new too, and a corpus of them is slow. */
  #pick(): CallInput {
    const random = this.#random;
    const recent = random.once(2) ? this.#inputs.slice(-newest) : this.#inputs;
    const [one, other] = [random.pick(recent), random.pick(recent)];
    if (one === undefined || other === undefined) return [];
    const [cheap, dear] = one.blocks <= other.blocks ? [one, other] : [other, one];
    return random.once(4) ? dear.calls : cheap.calls;
  }

  /**
   * The same way through the code with bytes that are not the same everywhere, as far as they do not matter there: a number that is compared is
   * found again in the input if it is nowhere else (the colours of REDQUEEN).
   */
  #colour(input: CallInput): CallInput {
    const before = this.#wayOf(input);
    let best = input;
    let runs = 0;
    const paint = (at: number, index: number, from: number, to: number): void => {
      const call = best[at];
      const bytes = call?.parameters[index];
      if (call === undefined || !(bytes instanceof Uint8Array) || runs >= colouringLimit) return;
      runs += 1;
      const painted = best.with(at, {
        ...call,
        parameters: call.parameters.with(index, filled(bytes, from, to)),
      });
      if (this.#wayOf(painted).equals(before)) best = painted;
      else if (to - from > 1) {
        const middle = Math.floor((from + to) / 2);
        paint(at, index, from, middle);
        paint(at, index, middle, to);
      }
    };
    for (const [at, { parameters }] of input.entries()) {
      for (const [index, value] of parameters.entries())
        if (value instanceof Uint8Array && value.length > 0) paint(at, index, 0, value.length);
    }
    this.#runs += runs;
    return best;
  }

  /** What an input reaches. */
  #wayOf(input: CallInput): Buffer {
    const own = new Reached(this.#target.counters.length);
    this.#target.run(input, own, searchFuel);
    return Buffer.from(own.seen);
  }

  #compare(input: CallInput): void {
    this.#comparing.clearComparisons();
    this.#comparing.run(input, undefined, searchFuel);
    this.#runs += 1;
    this.#dictionary.noteComparisons(readComparisons(this.#comparing.comparisons));
  }

  #try(input: CallInput): void {
    const { calls, isNew, failure, isUnfit } = this.#target.run(input, this.#reached, searchFuel);
    this.#runs += 1;
    this.#calls += calls;
    const fresh = isNew ? this.#reached.takeFresh() : [];
    if (isUnfit) return;
    if (failure !== undefined) this.#judge(input, failure);
    else if (fresh.length > 0) {
      const kept = this.#trim(input, fresh);
      this.#inputs.push(kept);
      this.#unexplored.push(kept.calls);
    }
  }

  /** Less that reaches the same. */
  #trim(input: CallInput, fresh: readonly number[]): Kept {
    let best: Kept = { calls: input, blocks: this.#target.blocks };
    let runs = 0;
    const reaches = (candidate: CallInput): boolean => {
      if (runs >= trimmingLimit) return false;
      runs += 1;
      const own = new Reached(this.#target.counters.length);
      const { failure } = this.#target.run(candidate, own, searchFuel);
      if (failure !== undefined || !fresh.every((one) => own.has(one))) return false;
      best = { calls: candidate, blocks: this.#target.blocks };
      return true;
    };
    shorten(input, reaches);
    this.#runs += runs;
    return best;
  }

  /** What fails as nothing did before is made short, and run again. */
  #judge(input: CallInput, failure: Failure): void {
    const key = suspectKey(failure);
    if (this.#knownKeys.has(key)) return;
    this.#knownKeys.add(key);
    const calls = this.#shorten(input, key);
    const confirmed = confirmCalls(this.#target, this.#component, calls);
    // What takes more than the search allows, and less than a call may, is no failure.
    if (confirmed === undefined) return;
    const found = { key: suspectKey(confirmed.failure), calls, ...confirmed };
    if (!this.#findings.has(found.key)) this.#findings.set(found.key, found);
  }

  #shorten(input: CallInput, key: string): CallInput {
    let best = input;
    let runs = 0;
    const fails = (candidate: CallInput): boolean => {
      if (runs >= shorteningLimit) return false;
      runs += 1;
      const { failure } = this.#target.run(candidate, undefined, searchFuel);
      if (failure === undefined || suspectKey(failure) !== key) return false;
      best = candidate;
      return true;
    };
    shorten(input, fails);
    return best;
  }

  /** The fewest inputs that reach what all reach, as far as taking the short ones first finds them. */
  #reduce(): readonly CallInput[] {
    const reached = new Reached(this.#target.counters.length);
    const sized = this.#inputs.map(({ calls }) => ({ calls, bytes: encodeCalls({ calls }) }));
    sized.sort(
      (one, other) => one.bytes.length - other.bytes.length || Buffer.compare(one.bytes, other.bytes),
    );
    return sized.flatMap(({ calls }) => (this.#target.run(calls, reached, fuelLimit).isNew ? [calls] : []));
  }
}

/** Tries less of an input as long as it is `isTaken` says so: fewer calls, then shorter parameters. */
function shorten(input: CallInput, isTaken: (candidate: CallInput) => boolean): void {
  let best = input;
  const attempt = (candidate: CallInput): boolean => {
    if (!isTaken(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let at = 0; at < best.length; ) if (!attempt(best.toSpliced(at, 1))) at += 1;
  for (let isShorter = true; isShorter; )
    isShorter = best.some((call, at) =>
      call.parameters.some((value, index) =>
        shorterParameters(value).some((shorter) =>
          attempt(best.with(at, { ...call, parameters: call.parameters.with(index, shorter) })),
        ),
      ),
    );
}

/** Less of a value: also of a text. */
function shorterParameters(value: Value): readonly Value[] {
  if (typeof value !== 'string') return shorterValues(value);
  return value.length === 0
    ? []
    : [value.slice(0, value.length / 2), value.slice(0, -1)].map((text) => text.toWellFormed());
}
