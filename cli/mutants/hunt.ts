/**
 * Hunts a variant of a module: what breaks a rule in it that the original keeps, or does something else than the original.
 *
 * First all inputs of the corpus are run that reach what was changed; then, from the middle of these, other things happen than did. All of it
 * follows from the seed. What differs is a finding only if the original goes on well: what breaks both is another's.
 */
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { Dictionary } from '../fuzz/dictionary.ts';
import { Executor, type Failure } from '../fuzz/execute.ts';
import type { FuzzInput } from '../fuzz/fuzz-input.ts';
import { Lanes } from '../fuzz/lane.ts';
import { StepMutator, ValuePool } from '../fuzz/mutate-steps.ts';
import { Random } from '../fuzz/random.ts';
import { Reached } from '../fuzz/reached.ts';
import { type FuzzModule, instrumentModule, Target } from '../fuzz/target.ts';
import { type Behaviour, firstDifference, Subject } from './behaviour.ts';

/** Runs from one position before another is taken. */
const runsPerPosition = 48;
/** Steps that go on from a position as they did before. */
const oldStepsLimit = 6;
/** The newest inputs, of which every third one is taken. */
const newest = 16;
/** Inputs that are looked through for the steps that come to what was changed. */
const aimedInputs = 64;

/** An input with what the original does on it, and which of its sites it reaches. */
type Known = { readonly input: FuzzInput; readonly behaviour: Behaviour; readonly sites: Uint8Array };

/** A place of the original that is counted; `offset` is in its core module. */
export type Site = { readonly kind: string; readonly function: number; readonly offset: number };

export type Oracle = Failure['oracle'] | 'against';

export type Found = {
  readonly oracle: Oracle;
  readonly message: string;
  /** Runs of the variant until then. */
  readonly runs: number;
  readonly input: FuzzInput;
};

export type HuntOptions = {
  readonly runs: number;
  readonly seed: number;
  /** Inputs are taken that reach one of these sites of the original, if there are any. */
  readonly sites?: readonly number[];
};

/** The original, and a corpus of inputs that all go well with it. */
export class Original {
  readonly module: FuzzModule;
  readonly subject: Subject;
  readonly known: readonly Known[];
  readonly dictionary: Dictionary;
  readonly pool = new ValuePool();
  /** Counters that the corpus reaches. */
  readonly reached: number;

  /** Fuzzes the original for so many runs, from `seeds`, to have a corpus. */
  constructor(
    module: FuzzModule,
    seeds: readonly FuzzInput[],
    options: { readonly runs: number; readonly seed: number },
  ) {
    this.module = module;
    this.subject = new Subject(module);
    const { instrumented } = this.subject.target;
    this.dictionary = Dictionary.of(instrumented.core);
    const inputs = this.#collect(seeds, options);
    const counters = this.subject.target.counters.length;
    const all = new Reached(counters);
    this.known = inputs.flatMap((input) => {
      const own = new Reached(counters);
      const behaviour = this.subject.run(input, own);
      if (behaviour.failure !== undefined || behaviour.isUnfit) return [];
      all.merge(own.takeFresh());
      this.pool.add(input);
      return { input, behaviour, sites: own.seen };
    });
    this.reached = all.count;
  }

  get sites(): readonly Site[] {
    return this.subject.target.instrumented.instrumented.sites;
  }

  #collect(
    seeds: readonly FuzzInput[],
    { runs, seed }: { readonly runs: number; readonly seed: number },
  ): readonly FuzzInput[] {
    const executor = new Executor(new Target(instrumentModule(this.module, false)));
    const comparing = new Executor(new Target(instrumentModule(this.module, true)));
    const reached = new Reached(executor.target.counters.length);
    const lanes = new Lanes(executor, comparing, reached);
    const inputs = [...seeds];
    lanes.adopt(
      seeds.map((input) => {
        const own = new Reached(executor.target.counters.length);
        executor.run(input, own);
        return { input, fresh: own.takeFresh() };
      }),
      [],
    );
    const lane = runs / lanesPerCorpus;
    for (let epoch = 0; epoch < lanesPerCorpus; epoch += 1) {
      const { discoveries, suspects } = lanes.run({ seed, epoch, lane: 0, runs: lane });
      lanes.adopt(
        discoveries,
        suspects.map(({ key }) => key),
      );
      inputs.push(...discoveries.map(({ input }) => input));
    }
    return inputs;
  }
}

const lanesPerCorpus = 8;

/** What is wrong with the variant, or undefined if nothing shows within so many runs. */
export function hunt(original: Original, variant: FuzzModule, options: HuntOptions): Found | undefined {
  let subject: Subject;
  try {
    subject = new Subject(variant);
  } catch (error) {
    // A module that cannot even be made is no module.
    if (error instanceof EftError || error instanceof WebAssembly.RuntimeError)
      return { oracle: 'trap', message: error.message, runs: 0, input: { ...nothing } };
    throw error;
  }
  return new Hunt(original, subject, options).run();
}

const nothing: FuzzInput = {
  boot: { reason: 'cold', saved: undefined, handles: [] },
  present: [],
  steps: [],
};

class Hunt {
  readonly #original: Original;
  readonly #subject: Subject;
  readonly #options: HuntOptions;
  readonly #random: Random;
  readonly #mutator: StepMutator;
  readonly #reached: Reached;
  readonly #inputs: FuzzInput[];
  readonly #known: readonly Known[];
  /** Steps that come to what was changed, each with its input. */
  readonly #aims: readonly { readonly input: FuzzInput; readonly step: number }[];
  #runs = 0;

  constructor(original: Original, subject: Subject, options: HuntOptions) {
    this.#original = original;
    this.#subject = subject;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#reached = new Reached(subject.target.counters.length);
    this.#mutator = new StepMutator(this.#random, original.dictionary, subject.executor.types, original.pool);
    const { sites } = options;
    const reaching = original.known.filter(
      ({ sites: own }) => sites === undefined || sites.some((site) => own[site] !== 0),
    );
    // What is run while the module is made is reached by all, and by none of them.
    this.#known = reaching.length > 0 ? reaching : original.known;
    this.#inputs = this.#known.map(({ input }) => input);
    this.#aims = sites === undefined || reaching.length === 0 ? [] : this.#aim(reaching, sites);
  }

  run(): Found | undefined {
    for (const { input, behaviour } of this.#known) {
      if (this.#runs >= this.#options.runs) return undefined;
      this.#runs += 1;
      const found = this.#judge(this.#subject.run(input, this.#reached), behaviour, input);
      if (found !== undefined) return found;
    }
    while (this.#runs < this.#options.runs && this.#inputs.length > 0) {
      const found = this.#random.once(16) ? this.#aroundStart() : this.#aroundPosition();
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #aim(
    known: readonly Known[],
    sites: readonly number[],
  ): readonly { readonly input: FuzzInput; readonly step: number }[] {
    const shortest = known.toSorted((one, other) => one.input.steps.length - other.input.steps.length);
    return shortest.slice(0, aimedInputs).flatMap(({ input }) => {
      const steps = new StepsThrough(this.#original.subject.target.counters.length, sites);
      this.#original.subject.run(input, steps);
      return steps.through.filter((step) => step >= 0).map((step) => ({ input, step }));
    });
  }

  #choose(): FuzzInput {
    const recent = this.#random.once(3) ? this.#inputs.slice(-newest) : this.#inputs;
    return this.#random.pick(recent) ?? nothing;
  }

  #aroundStart(): Found | undefined {
    const input = this.#choose();
    const short = { ...input, steps: input.steps.slice(0, oldStepsLimit) };
    for (let count = 0; count < runsPerPosition / 4; count += 1) {
      const changed = this.#mutator.mutateStart(short);
      this.#runs += 1;
      const ours = this.#original.subject.run(changed);
      const found = this.#judge(this.#subject.run(changed, this.#reached), ours, changed);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #aroundPosition(): Found | undefined {
    const aim = this.#random.once(4) ? undefined : this.#random.pick(this.#aims);
    const input = aim?.input ?? this.#choose();
    const { steps } = input;
    const cut = aim?.step ?? this.#random.below(steps.length + 1);
    this.#runs += 1;
    const before = this.#original.subject.advance(input, cut);
    if (before.position === undefined) return undefined;
    const after = this.#subject.advance(input, cut);
    if (after.position === undefined || firstDifference(before.calls, after.calls) !== undefined)
      return this.#judgeWhole({ ...input, steps: steps.slice(0, cut) });
    const old = steps.slice(cut, cut + oldStepsLimit);
    for (let count = 0; count < runsPerPosition && this.#runs < this.#options.runs; count += 1) {
      const changed = this.#mutator.mutate(old, before.position.host);
      this.#runs += 1;
      const theirs = this.#subject.goOn(after.position, changed, this.#reached);
      const ours = this.#original.subject.goOn(before.position, changed);
      const whole = { ...input, steps: [...steps.slice(0, cut), ...changed] };
      // What was taken up in the middle could differ by that alone: it counts if it shows from the start as well.
      if (this.#judge(theirs, ours, whole) !== undefined) {
        const found = this.#judgeWhole(whole);
        if (found !== undefined) return found;
      } else if (theirs.isNew && theirs.failure === undefined) {
        this.#inputs.push(whole);
      }
    }
    return undefined;
  }

  #judgeWhole(input: FuzzInput): Found | undefined {
    return this.#judge(this.#subject.run(input), this.#original.subject.run(input), input);
  }

  #judge(theirs: Behaviour, ours: Behaviour, input: FuzzInput): Found | undefined {
    if (ours.isUnfit || ours.failure !== undefined) return undefined;
    const runs = this.#runs;
    if (theirs.failure !== undefined) {
      const { oracle, message } = theirs.failure;
      return { oracle, message, runs, input };
    }
    const call = firstDifference(ours.calls, theirs.calls);
    if (call === undefined) return undefined;
    const which = call === ours.calls.length - 1 ? 'what it saves' : call === 0 ? '`start`' : `event ${call}`;
    return { oracle: 'against', message: `${which} differs from the original`, runs, input };
  }
}

/** Notes after which steps one of these sites had been passed; -1 is the start. */
class StepsThrough extends Reached {
  readonly through: number[] = [];
  readonly #sites: readonly number[];
  #step = -1;

  constructor(counters: number, sites: readonly number[]) {
    super(counters);
    this.#sites = sites;
  }

  override note(target: Target): boolean {
    if (this.#sites.some((site) => target.counters[site] !== 0)) this.through.push(this.#step);
    this.#step += 1;
    return super.note(target);
  }
}
