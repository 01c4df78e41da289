import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../cli/fuzz/corpus-folder.ts';
import { type FuzzReport, fuzzModule } from '../../cli/fuzz/fuzz-module.ts';
import { shippedModuleFile } from './test-modules.ts';

const root = join(import.meta.dirname, '../..');
/** Runs of each: some seconds. `eft fuzz NAME` is for more. */
const budget = { fresh: 4_000, kept: 8_000 };

function told({ findings }: FuzzReport): readonly string[] {
  return findings.map(({ code, message, frames }) => [`${code}: ${message}`, ...frames].join('\n'));
}

describe.each(readdirSync(join(root, 'modules')))('the module %s', (name) => {
  it('breaks no rule in a short run from nothing, and in one from the inputs that are kept', async () => {
    const bytes = await shippedModuleFile(name);
    const seeds = readCorpus(join(import.meta.dirname, 'corpus', name));
    const fresh = await fuzzModule(bytes, { seed: 1, runs: budget.fresh, jobs: 2, file: name });
    expect(told(fresh)).toEqual([]);
    const kept = await fuzzModule(bytes, { seed: 1, runs: budget.kept, jobs: 2, seeds, file: name });
    expect(told(kept)).toEqual([]);
    // A module whose types have changed no longer fits its kept inputs; then they are to be made anew.
    const cold = await fuzzModule(bytes, { runs: 0, jobs: 1, file: name });
    expect(kept.reached).toBeGreaterThan(cold.reached);
    const known = await fuzzModule(bytes, { runs: 0, jobs: 1, seeds, file: name });
    expect(known.corpus.length).toBeGreaterThan(seeds.length / 2);
  }, 180_000);
});
