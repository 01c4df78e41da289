/**
 * Fuzzes a module: the one entry for the command, the tests, and whoever looks for what the fuzzer finds.
 *
 * With a budget of runs the result follows from the bytes, the seed and the first inputs, whatever the number of threads; with a budget of
 * time it does not, since a faster machine gets further.
 */
import { availableParallelism } from 'node:os';
import type { ModuleRecord } from '../../supervisor/cells/record-file.ts';
import { prepareEngine } from '../../supervisor/cells/thread-transport.ts';
import { Campaign, type CampaignProgress } from './campaign.ts';
import { coldStart, type FuzzInput } from './fuzz-input.ts';
import type { Confirmed } from './fuzz-orders.ts';
import { type Suspect, suspectKey } from './lane.ts';
import { openFuzzModule } from './open-module.ts';
import type { Oracle } from './oracles.ts';
import type { FuzzModule } from './target.ts';

/** Runs of a budget, if neither runs nor a time are said. */
export const defaultRuns = 100_000;

export type FuzzOptions = {
  /** A whole number from 0. The same seed gives the same run. */
  readonly seed?: number;
  /** Runs after which it ends, from 0: then only `seeds` are run. */
  readonly runs?: number;
  /** Is asked after each epoch, every few thousand runs, whether to end. */
  readonly isOver?: () => boolean;
  /** Threads; as many as there are processors if it is not said. */
  readonly jobs?: number;
  /** First inputs, besides a cold start with nothing. */
  readonly seeds?: readonly FuzzInput[];
  /** Names the module in errors. */
  readonly file?: string;
  readonly onProgress?: (progress: CampaignProgress) => void;
};

/** Something that the module should not have done, with the shortest way there that was found. */
export type Finding = {
  /** What tells findings apart: the rule, and where in the shipped code it was broken. */
  readonly key: string;
  readonly oracle: Oracle;
  /** A code of docs/reference/errors.md for a trap; of oracles.ts for others. */
  readonly code: string;
  readonly message: string;
  /** Where in the shipped core module, innermost first. */
  readonly frames: readonly string[];
  readonly input: FuzzInput;
  /** What `eft replay` runs again. */
  readonly record: ModuleRecord;
  /** Whether the shipped bytes do the same without counters. If not, the fuzzer has a bug. */
  readonly isConfirmed: boolean;
};

export type FuzzReport = CampaignProgress & {
  readonly module: FuzzModule;
  readonly seed: number;
  readonly findings: readonly Finding[];
  /** The inputs that reach all that was reached, made few. */
  readonly corpus: readonly FuzzInput[];
  /** By counter, the classes of counts that were seen (reached.ts). */
  readonly seen: Uint8Array;
};

/**
 * Fuzzes the module in `bytes`, a module file, signed or not. Errors: `fuzz.cannot-instrument`; those of `readModule` and `loadModule` for
 * what no node would start.
 */
export async function fuzzModule(bytes: Uint8Array, options: FuzzOptions = {}): Promise<FuzzReport> {
  const { seed = 1, seeds = [], file = 'the module', isOver, onProgress } = options;
  // Before anything is compiled: the module runs as it does in a cell.
  prepareEngine();
  const module = openFuzzModule(bytes, file);
  const campaign = new Campaign(bytes, file, {
    seed,
    jobs: Math.max(1, options.jobs ?? availableParallelism()),
    runs: options.runs ?? (isOver === undefined ? defaultRuns : Number.POSITIVE_INFINITY),
    seeds: [coldStart, ...seeds],
    ...(isOver === undefined ? {} : { isOver }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  try {
    await campaign.run();
    const findings = await confirmAll(module, campaign);
    const corpus = await campaign.reduce();
    return { ...campaign.progress, module, seed, findings, corpus, seen: campaign.seen };
  } finally {
    await campaign.end();
  }
}

/** Each suspect on the shipped bytes; those that are the same there are one finding. */
async function confirmAll(module: FuzzModule, { threads, suspects }: Campaign): Promise<readonly Finding[]> {
  const [thread] = threads;
  const findings = new Map<string, Finding>();
  for (const suspect of suspects) {
    const finding = findingOf(module, suspect, await thread?.confirm(suspect.input));
    if (finding !== undefined && !findings.has(finding.key)) findings.set(finding.key, finding);
  }
  return [...findings.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

function findingOf(
  { manifest, component, digest }: FuzzModule,
  { input }: Suspect,
  confirmed: Confirmed | undefined,
): Finding | undefined {
  if (confirmed === undefined) return undefined;
  const { failure, flight, isConfirmed } = confirmed;
  const { oracle, code, message, frames } = failure;
  const last =
    flight.events.at(-1)?.input ?? (flight.begin.begin === 'start' ? flight.begin.input : undefined);
  // The module's own clock: the same finding is the same file, whenever it is found.
  const takenAt = last?.time.wall ?? 0n;
  const record: ModuleRecord = { module: { manifest, component, digest }, takenAt, flight };
  return { key: suspectKey(failure), oracle, code, message, frames, input, record, isConfirmed };
}
