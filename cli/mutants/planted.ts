/**
 * Whether the fuzzer finds the bugs that were planted for it (tests/fuzz/planted), by which oracle, and after how many runs.
 *
 * Each module is fuzzed once as it is, to have inputs that lead everywhere; then each bug is hunted with these, and with what chance makes of
 * them: of those that come to the changed lines first, as one would before a swap. A build of the module as it is, hunted in the same way, must show nothing: else the table would mean nothing.
 */

import { coldStart } from '../fuzz/fuzz-input.ts';
import { type Found, hunt } from './hunt.ts';
import { buildKeptModule, fuzzModuleOf, type KeptModuleName } from './kept-module.ts';
import { Original } from './original.ts';
import { buildPlanted, buildUnplanted, type PlantedBug, plantedBugs } from './planted-patch.ts';

/** Lines before a change in which a branch leads to it. */
const nearLines = 2;

/** What the table is made with (write-planted.ts), and the figures. */
export const plantedBudget = { runs: 60_000, corpusRuns: 60_000, seed: 1 } as const;
/** The same from ways that chance has drawn alone. */
export const drawnBudget = { ...plantedBudget, runs: 20_000, isDrawnAlone: true } as const;

export type PlantedOptions = {
  /** Runs of each bug, at most. */
  readonly runs: number;
  /** Runs of each module as it is, before. */
  readonly corpusRuns: number;
  readonly seed: number;
  /** Which bugs; all, if it is not said. */
  readonly isChosen?: (bug: PlantedBug) => boolean;
  /** Hunts begin with ways that chance has drawn, and with none that people have thought of; nothing is hunted in the modules as they are. */
  readonly isDrawnAlone?: boolean;
  /** Modules are hunted as they are built quickly, and not as they are shipped, and nothing is hunted in them as they are. */
  readonly isQuick?: boolean;
  readonly onProgress?: (result: PlantedResult) => void;
};

export type PlantedResult = { readonly bug: PlantedBug; readonly found: Found | undefined };

export type PlantedResults = {
  readonly bugs: readonly PlantedResult[];
  /** Of each module: what was found in it as it is, which should be nothing. */
  readonly controls: readonly { readonly module: KeptModuleName; readonly found: Found | undefined }[];
  readonly corpora: readonly { readonly module: KeptModuleName; readonly inputs: number }[];
};

/** Hunts them all. Errors: `build.*`. */
export async function findPlanted(options: PlantedOptions): Promise<PlantedResults> {
  const {
    runs,
    corpusRuns,
    seed,
    isChosen = () => true,
    isQuick = false,
    isDrawnAlone = false,
    onProgress = () => undefined,
  } = options;
  const chosen = plantedBugs().filter(isChosen);
  const bugs: PlantedResult[] = [];
  const controls: PlantedResults['controls'][number][] = [];
  const corpora: PlantedResults['corpora'][number][] = [];
  for (const module of new Set(chosen.map((bug) => bug.module))) {
    const kept = await buildKeptModule(module, !isQuick);
    const ways = isDrawnAlone ? [coldStart, ...kept.drawn] : [...kept.written, ...kept.drawn];
    const original = new Original(kept.module, ways, { runs: corpusRuns, seed });
    corpora.push({ module, inputs: original.known.length });
    if (!isQuick && !isDrawnAlone) {
      const control = fuzzModuleOf(await buildUnplanted(module));
      controls.push({ module, found: hunt(original, control, { runs, seed }) });
    }
    for (const bug of chosen.filter((one) => one.module === module)) {
      const variant = fuzzModuleOf(await buildPlanted(bug));
      const sites = original.sites.flatMap(({ offset }, site) => {
        const at = kept.sources.lineAt(offset, 0);
        const isChanged = bug.lines.some(
          ({ path, first, last }) => path === at?.path && at.line >= first - nearLines && at.line <= last,
        );
        return isChanged ? [site] : [];
      });
      const aimed = sites.length === 0 ? { runs, seed } : { runs, seed, sites };
      const result = { bug, found: hunt(original, variant, aimed) };
      bugs.push(result);
      onProgress(result);
    }
  }
  return { bugs: bugs.toSorted((one, other) => (one.bug.name < other.bug.name ? -1 : 1)), controls, corpora };
}
