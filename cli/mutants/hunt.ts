/**
 * Hunts a variant of a module: what breaks a rule in it that the original keeps, or does something else than the original.
 *
 * First all inputs of the corpus are run that reach what was changed; then, from the middle of these, other things happen than did: what chance
 * makes, and what the module has compared. Places are taken by what was changed, and by what seldom happens. All of it follows from the seed. What differs is a finding only if the original goes on well: what breaks both is another's.
 */
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Dictionary } from '../fuzz/dictionary.ts';
import { directedSteps } from '../fuzz/directed-steps.ts';
import type { Failure } from '../fuzz/execute.ts';
import type { FuzzInput, Step } from '../fuzz/fuzz-input.ts';
import type { HostModel } from '../fuzz/host-model.ts';
import { StepMutator } from '../fuzz/mutate-steps.ts';
import { Random } from '../fuzz/random.ts';
import { Reached } from '../fuzz/reached.ts';
import type { FuzzModule } from '../fuzz/target.ts';
import { type Behaviour, firstDifference, Subject } from './behaviour.ts';
import type { Known, Original, Place } from './original.ts';

/** Runs from one position before another is taken. */
const runsPerPosition = 48;
/** Steps of a place that are tried with what they compare turned the other way. */
const directedRuns = 128;
/** Steps that go on from a position as they did before. */
const oldStepsLimit = 6;
/** The newest inputs, of which every third one is taken. */
const newest = 16;

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
  readonly #dictionary: Dictionary;
  readonly #mutator: StepMutator;
  readonly #reached: Reached;
  readonly #inputs: FuzzInput[];
  readonly #known: readonly Known[];
  /** Steps that come to what was changed, each with its input. */
  readonly #aims: readonly Place[];
  /** Places of which what they compare was turned the other way. */
  readonly #explored = new Map<FuzzInput, Set<number>>();
  #runs = 0;

  constructor(original: Original, subject: Subject, options: HuntOptions) {
    this.#original = original;
    this.#subject = subject;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#reached = new Reached(subject.target.counters.length);
    this.#dictionary = original.dictionary.fork();
    this.#mutator = new StepMutator(this.#random, this.#dictionary, subject.executor.types, original.pool);
    const { sites } = options;
    const reaching = original.known.filter(
      ({ sites: own }) => sites === undefined || sites.some((site) => own[site] !== 0),
    );
    // What is run while the module is made is reached by all, and by none of them.
    this.#known = reaching.length > 0 ? reaching : original.known;
    this.#inputs = this.#known.map(({ input }) => input);
    this.#aims = sites === undefined ? [] : original.stepsThrough(reaching, sites);
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

  /** A step that comes to what was changed, one that comes to any site there is, or any at all. */
  #place(): Place {
    const random = this.#random;
    const aim = random.once(3) ? undefined : random.pick(this.#aims);
    if (aim !== undefined) return aim;
    const rare = random.once(2) ? random.pick(random.pick(this.#original.places) ?? []) : undefined;
    // Before the step, or where it has led.
    if (rare !== undefined) return { input: rare.input, step: rare.step + random.below(2) };
    const input = this.#choose();
    return { input, step: random.below(input.steps.length + 1) };
  }

  #aroundPosition(): Found | undefined {
    const place = this.#place();
    const { input, step: cut } = place;
    this.#runs += 1;
    const before = this.#original.subject.advance(input, cut);
    if (before.position === undefined) return undefined;
    const after = this.#subject.advance(input, cut);
    if (after.position === undefined || firstDifference(before.calls, after.calls) !== undefined)
      return this.#judgeWhole({ ...input, steps: input.steps.slice(0, cut) });
    for (const changed of this.#waysOn(place, before.position.host)) {
      if (this.#runs >= this.#options.runs) return undefined;
      this.#runs += 1;
      const theirs = this.#subject.goOn(after.position, changed, this.#reached);
      const ours = this.#original.subject.goOn(before.position, changed);
      const whole = { ...input, steps: [...input.steps.slice(0, cut), ...changed] };
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

  /** Steps to go on with from a place: all that what is compared there leads to, once; and what chance makes. */
  *#waysOn(place: Place, host: HostModel): Generator<readonly Step[]> {
    const old = place.input.steps.slice(place.step, place.step + oldStepsLimit);
    const [first, ...rest] = old;
    this.#dictionary.noteComparisons([]);
    if (first !== undefined && this.#random.once(2) && this.#isUnexplored(place)) {
      this.#runs += 1;
      this.#original.compare(place, this.#dictionary);
      const directed = directedSteps(first, this.#dictionary, this.#subject.executor.types);
      for (const step of directed.slice(0, directedRuns)) yield [step, ...rest.slice(0, 2)];
    }
    for (let count = 0; count < runsPerPosition; count += 1) yield this.#mutator.mutate(old, host);
  }

  /** Whether this is asked for the first time. */
  #isUnexplored({ input, step }: Place): boolean {
    const explored = this.#explored.get(input) ?? new Set();
    this.#explored.set(input, explored);
    return explored.size < explored.add(step).size;
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
