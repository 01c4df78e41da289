/**
 * Fuzzes a module in epochs. An epoch is a fixed number of lanes (lane.ts), which all begin with what the epochs before have found; what they
 * find is taken in lane by lane, in their order, when all have ended. So what comes of a number of runs follows from the seed and the
 * first inputs alone: with one thread or many, on a fast machine or a slow one.
 */
import type { FuzzInput } from './fuzz-input.ts';
import { countersTogether } from './fuzz-map.ts';
import type { Reduced } from './fuzz-orders.ts';
import { FuzzThread } from './fuzz-thread.ts';
import type { Discovery, LaneResult, Suspect } from './lane.ts';
import { Reached } from './reached.ts';

/** Lanes of an epoch, and the most runs of a lane: short enough that what one finds soon is everybody's. */
export const lanesPerEpoch = 8;
const runsPerLane = 1_000;

export type CampaignOptions = {
  readonly seed: number;
  /** Threads. */
  readonly jobs: number;
  /** Runs after which it ends. */
  readonly runs: number;
  readonly seeds: readonly FuzzInput[];
  /** Is asked after each epoch whether to end. */
  readonly isOver?: () => boolean;
  readonly onProgress?: (progress: CampaignProgress) => void;
};

export type CampaignProgress = {
  readonly runs: number;
  readonly events: number;
  /** Milliseconds of processor time that all threads have taken for runs. */
  readonly cpuMs: number;
  /** Counters that have been passed, of all there are. */
  readonly reached: number;
  readonly sites: number;
  readonly inputs: number;
  readonly suspects: number;
};

/** A campaign: make it, run it, ask it for more, and end it. */
export class Campaign {
  readonly threads: readonly FuzzThread[];
  readonly suspects: Suspect[] = [];
  readonly inputs: FuzzInput[] = [];
  readonly #options: CampaignOptions;
  /** Inputs of which no lane has looked at what they compare. */
  #unexplored: FuzzInput[] = [];
  #reached = new Reached(0);
  #sites = 0;
  #runs = 0;
  #events = 0;
  #cpuMs = 0;

  constructor(component: Uint8Array, file: string, options: CampaignOptions) {
    this.#options = options;
    this.threads = Array.from({ length: options.jobs }, () => new FuzzThread({ component, file }));
  }

  get progress(): CampaignProgress {
    return {
      runs: this.#runs,
      events: this.#events,
      cpuMs: this.#cpuMs,
      reached: this.#reached.count,
      sites: this.#sites,
      inputs: this.inputs.length,
      suspects: this.suspects.length,
    };
  }

  /** By counter, the classes of counts that have been seen (reached.ts). */
  get seen(): Uint8Array {
    return this.#reached.seen;
  }

  /** Errors: as `openFuzzModule` and `instrumentModule`. */
  async run(): Promise<void> {
    const [first] = this.threads;
    if (first === undefined) throw new TypeError('a campaign has a thread at least');
    // One after the other: the first compiles the module, and the engine gives the others what is compiled.
    for (const thread of this.threads) this.#sites = await thread.start();
    this.#reached = new Reached(Math.ceil(this.#sites / countersTogether) * countersTogether);
    this.#takeReduced(await first.reduce(this.#options.seeds));
    this.#tell();
    const { runs: budget, isOver = () => false } = this.#options;
    for (let epoch = 0; this.#runs < budget && this.inputs.length > 0 && !isOver(); epoch += 1) {
      await this.#epoch(epoch, Math.min(runsPerLane, Math.ceil((budget - this.#runs) / lanesPerEpoch)));
      this.#tell();
    }
  }

  /** The corpus, made small. */
  async reduce(): Promise<readonly FuzzInput[]> {
    const [first] = this.threads;
    const reduced = await first?.reduce(this.inputs);
    return reduced?.kept.map(({ input }) => input) ?? [];
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.end()));
  }

  async #epoch(epoch: number, runs: number): Promise<void> {
    const { seed } = this.#options;
    const results: LaneResult[] = [];
    const shares = Array.from({ length: lanesPerEpoch }, (_, lane) =>
      this.#unexplored.filter((_input, index) => index % lanesPerEpoch === lane),
    );
    this.#unexplored = [];
    let next = 0;
    await Promise.all(
      this.threads.map(async (thread) => {
        while (next < lanesPerEpoch) {
          const lane = next;
          next += 1;
          results[lane] = await thread.lane({ seed, epoch, lane, runs, unexplored: shares[lane] ?? [] });
        }
      }),
    );
    const keysBefore = this.suspects.length;
    const taken: Discovery[] = [];
    for (const { discoveries, suspects, unexplored, runs: done, events, cpuMs } of results) {
      this.#unexplored.push(...unexplored);
      this.#runs += done;
      this.#events += events;
      this.#cpuMs += cpuMs;
      taken.push(...this.#takeDiscoveries(discoveries));
      this.#takeSuspects(suspects);
    }
    const keys = this.suspects.slice(keysBefore).map(({ key }) => key);
    for (const thread of this.threads) thread.adopt(taken, keys);
  }

  #takeReduced({ kept, suspects, events, cpuMs }: Reduced): void {
    this.#events += events;
    this.#cpuMs += cpuMs;
    this.#unexplored.push(...this.#takeDiscoveries(kept).map(({ input }) => input));
    this.#takeSuspects(suspects);
    for (const thread of this.threads)
      thread.adopt(
        kept,
        suspects.map(({ key }) => key),
      );
  }

  #takeDiscoveries(discoveries: readonly Discovery[]): readonly Discovery[] {
    const taken = discoveries.filter(({ fresh }) => this.#reached.merge(fresh));
    this.inputs.push(...taken.map(({ input }) => input));
    return taken;
  }

  #takeSuspects(suspects: readonly Suspect[]): void {
    for (const suspect of suspects)
      if (this.suspects.every(({ key }) => key !== suspect.key)) this.suspects.push(suspect);
  }

  #tell(): void {
    this.#options.onProgress?.(this.progress);
  }
}
