/**
 * How many automatic mutants of a module the fuzzer kills: of the code that people have written, one instruction changed each (mutate-core.ts).
 *
 * A mutant is killed when it breaks a rule, or does anything else than the original: calls of the host, resources, log lines, what it saves.
 * One that no input can tell from the original (an equivalent mutant) counts as alive, since nobody has looked.
 */
import { Random } from '../fuzz/random.ts';
import { askedFunctions } from './asked-functions.ts';
import { type Found, hunt } from './hunt.ts';
import { buildKeptModule, type KeptModuleName, keptModules } from './kept-module.ts';
import { applyMutant, type MutantPlace, mutantPlaces, samplePlaces } from './mutate-core.ts';
import { Original } from './original.ts';
import type { SourceLine } from './source-map.ts';

/** What the table is made with (write-mutants.ts), and the figure. */
export const mutantsBudget = { runs: 4_000, corpusRuns: 60_000, seed: 1 } as const;
const counts: Readonly<Record<KeptModuleName, number>> = { health: 60, network: 120 };

export type MutantsOptions = {
  /** Mutants of each module. */
  readonly count: number;
  /** Runs of each mutant, at most. */
  readonly runs: number;
  /** Runs of each module as it is, before. */
  readonly corpusRuns: number;
  readonly seed: number;
  readonly onProgress?: (result: MutantResult) => void;
};

export type MutantResult = {
  readonly module: KeptModuleName;
  readonly place: MutantPlace;
  readonly line: SourceLine;
  readonly found: Found | undefined;
  /** Whether any input of the corpus comes there. */
  readonly isReached: boolean;
};

/** Those of all modules, with the budget of the table. Errors: `build.*`. */
export async function killAllMutants(
  onProgress: (result: MutantResult) => void,
): Promise<readonly MutantResult[]> {
  const results: MutantResult[] = [];
  for (const name of keptModules)
    results.push(...(await killMutants(name, { ...mutantsBudget, count: counts[name], onProgress })));
  return results;
}

/** Mutates a module and hunts the mutants. Errors: `build.*`. */
export async function killMutants(
  name: KeptModuleName,
  options: MutantsOptions,
): Promise<readonly MutantResult[]> {
  const { count, runs, corpusRuns, seed, onProgress = () => undefined } = options;
  const kept = await buildKeptModule(name);
  const original = new Original(kept.module, [...kept.written, ...kept.drawn], { runs: corpusRuns, seed });
  const { core } = original.subject.target.instrumented;
  const starts = new Map(
    original.sites.flatMap(({ kind, function: index, offset }) =>
      kind === 'function' ? [[index, offset] as const] : [],
    ),
  );
  const lineOf = (place: MutantPlace) => kept.sources.lineAt(place.start, starts.get(place.function) ?? 0);
  const asked = askedFunctions(core);
  const places = mutantPlaces(core).filter((place) => isWritten(lineOf(place)) && !asked.has(place.function));
  return samplePlaces(places, count, new Random(seed)).flatMap((place): readonly MutantResult[] => {
    const line = lineOf(place);
    if (line === undefined) return [];
    const site = original.sites.findLastIndex(
      ({ function: index, offset }) => index === place.function && offset <= place.start,
    );
    const isReached = original.known.some(({ sites }) => sites[site] !== 0);
    const found = hunt(original, applyMutant(kept.module, core, place), { runs, seed, sites: [site] });
    const result = { module: name, place, line, found, isReached };
    onProgress(result);
    return [result];
  });
}

/** By a person: no library, and not generated. */
function isWritten(line: SourceLine | undefined): boolean {
  return line?.path.startsWith('assembly/') === true && !line.path.startsWith('assembly/bindings/');
}
