/**
 * A module as it is, with a corpus of inputs that all go well with it: what a variant of it is held against (hunt.ts), and where a hunt can go
 * on from.
 */
import { Dictionary, readComparisons } from '../fuzz/dictionary.ts';
import { Executor } from '../fuzz/execute.ts';
import type { FuzzInput } from '../fuzz/fuzz-input.ts';
import { Lanes } from '../fuzz/lane.ts';
import { ValuePool } from '../fuzz/mutate-steps.ts';
import { Random } from '../fuzz/random.ts';
import { Reached } from '../fuzz/reached.ts';
import { type FuzzModule, instrumentModule, Target } from '../fuzz/target.ts';
import { type Behaviour, Subject } from './behaviour.ts';

const lanesPerCorpus = 8;
/** Steps that are kept of those that come to the same site. */
const placesPerSite = 4;
/** Inputs that are looked through for the steps that come to what was changed. */
const aimedInputs = 64;
/** Steps of which it is noted what they compare. */
const comparedSteps = 2;

/** An input with what the original does on it, and which of its sites it reaches. */
export type Known = { readonly input: FuzzInput; readonly behaviour: Behaviour; readonly sites: Uint8Array };

/** A place of the original that is counted; `offset` is in its core module. */
export type Site = { readonly kind: string; readonly function: number; readonly offset: number };

/** A step of an input. */
export type Place = { readonly input: FuzzInput; readonly step: number };

/** The original, and a corpus of inputs that all go well with it. */
export class Original {
  readonly module: FuzzModule;
  readonly subject: Subject;
  readonly known: readonly Known[];
  readonly dictionary: Dictionary;
  readonly pool = new ValuePool();
  /** Counters that the corpus reaches. */
  readonly reached: number;
  /** Of each site that is reached, some of the steps that come there: what seldom happens has as many as what always does. */
  readonly places: readonly (readonly Place[])[];
  readonly #comparing: Executor;

  /** Fuzzes the original for so many runs, from `seeds`, to have a corpus. */
  constructor(
    module: FuzzModule,
    seeds: readonly FuzzInput[],
    options: { readonly runs: number; readonly seed: number },
  ) {
    this.module = module;
    this.subject = new Subject(module);
    this.#comparing = new Executor(new Target(instrumentModule(module, true)));
    const { instrumented } = this.subject.target;
    this.dictionary = Dictionary.of(instrumented.core);
    const inputs = this.#collect(seeds, options);
    const counters = this.subject.target.counters.length;
    const all = new Reached(counters);
    const places = new Places(counters, options.seed);
    this.known = inputs.flatMap((input) => {
      const own = new StepSites(counters, (step, sites) => places.offer({ input, step }, sites));
      const behaviour = this.subject.run(input, own);
      if (behaviour.failure !== undefined || behaviour.isUnfit) return [];
      places.take();
      all.merge(own.takeFresh());
      this.pool.add(input);
      return { input, behaviour, sites: own.seen };
    });
    this.reached = all.count;
    this.places = places.bySite.filter((of) => of.length > 0);
  }

  get sites(): readonly Site[] {
    return this.subject.target.instrumented.instrumented.sites;
  }

  /** Steps of the shortest of these inputs that come to one of these sites. */
  stepsThrough(known: readonly Known[], sites: readonly number[]): readonly Place[] {
    const shortest = known.toSorted((one, other) => one.input.steps.length - other.input.steps.length);
    const counters = this.subject.target.counters.length;
    const wanted = new Set(sites);
    return shortest.slice(0, aimedInputs).flatMap(({ input }) => {
      const through: Place[] = [];
      const note = (step: number, passed: readonly number[]): void => {
        if (step >= 0 && passed.some((site) => wanted.has(site))) through.push({ input, step });
      };
      this.subject.run(input, new StepSites(counters, note));
      return through;
    });
  }

  /** Has a dictionary know what the original compares in the steps of an input from here on. */
  compare({ input, step }: Place, dictionary: Dictionary): void {
    dictionary.noteComparisons([]);
    const position = this.#comparing.advance(input, step);
    if (position === undefined) return;
    this.#comparing.target.clearComparisons();
    this.#comparing.goOn(position, input.steps.slice(step, step + comparedSteps), undefined);
    dictionary.noteComparisons(readComparisons(this.#comparing.target.comparisons));
  }

  #collect(
    seeds: readonly FuzzInput[],
    { runs, seed }: { readonly runs: number; readonly seed: number },
  ): readonly FuzzInput[] {
    const executor = new Executor(new Target(instrumentModule(this.module, false)));
    const reached = new Reached(executor.target.counters.length);
    const lanes = new Lanes(executor, this.#comparing, reached);
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

/** Tells which sites each step has come to; the start is -1, and what is saved in the end comes after the last. */
class StepSites extends Reached {
  readonly #onStep: (step: number, sites: readonly number[]) => void;
  #step = -1;

  constructor(counters: number, onStep: (step: number, sites: readonly number[]) => void) {
    super(counters);
    this.#onStep = onStep;
  }

  override note(target: Target): boolean {
    const sites: number[] = [];
    for (const [site, count] of target.counters.entries()) if (count !== 0) sites.push(site);
    this.#onStep(this.#step, sites);
    this.#step += 1;
    return super.note(target);
  }
}

/** By site some steps that come there, each of them as likely to be kept as any other (Vitter, "Random Sampling with a Reservoir", 1985). */
class Places {
  readonly bySite: Place[][];
  readonly #counts: Uint32Array;
  readonly #random: Random;
  #offered: { readonly place: Place; readonly sites: readonly number[] }[] = [];

  constructor(sites: number, seed: number) {
    this.bySite = Array.from({ length: sites }, () => []);
    this.#counts = new Uint32Array(sites);
    this.#random = new Random(seed);
  }

  offer(place: Place, sites: readonly number[]): void {
    if (place.step < 0 || place.step >= place.input.steps.length) return;
    this.#offered.push({ place, sites });
  }

  /** What was offered is of an input that goes well. */
  take(): void {
    for (const { place, sites } of this.#offered) for (const site of sites) this.#keep(place, site);
    this.#offered = [];
  }

  #keep(place: Place, site: number): void {
    const kept = this.bySite[site];
    const count = this.#counts[site] ?? 0;
    this.#counts[site] = count + 1;
    if (kept === undefined) return;
    if (count < placesPerSite) kept.push(place);
    else {
      const at = this.#random.below(count + 1);
      if (at < placesPerSite) kept[at] = place;
    }
  }
}
