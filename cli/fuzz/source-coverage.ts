/** Lines of source that a run has reached, of a module that was built from its sources. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMap } from '../mutants/source-map.ts';
import type { ShownFile } from './coverage-html.ts';
import { Executor, searchFuel } from './execute.ts';
import type { FuzzInput } from './fuzz-input.ts';
import type { FuzzReport } from './fuzz-module.ts';
import { lineCoverage } from './line-coverage.ts';
import type { ModuleSources } from './named-module.ts';
import { instrumentModule, Target } from './target.ts';

/** The sources with code in them, and what of them was reached. */
export function sourceCoverage(
  { module, seen, corpus }: Pick<FuzzReport, 'module' | 'seen' | 'corpus'>,
  { folder, compiled }: ModuleSources,
): readonly ShownFile[] {
  if (compiled.sourceMap === undefined) throw new TypeError('the module was built without a source map');
  const instrumented = instrumentModule(module, false);
  const sources = SourceMap.of(compiled.sourceMap, compiled.core, instrumented.core);
  // What runs while an instance is made, tables above all, is run before the first input.
  const target = new Target(instrumented);
  const first = target.counters.slice();
  const passed = seen.map((classes, site) => classes | (first[site] ?? 0));
  noteChecks(target, corpus, passed);
  return lineCoverage(instrumented, passed, sources).map((file) => ({
    ...file,
    text: readFileSync(join(folder, file.path), 'utf8'),
  }));
}

/** Adds what is passed when the module is asked whether its invariants hold, after each of the inputs: no event leads there. */
function noteChecks(target: Target, inputs: readonly FuzzInput[], passed: Uint8Array): void {
  if (!target.statesInvariants) return;
  const executor = new Executor(target);
  for (const input of inputs) {
    const { failure, isUnfit } = executor.run(input, undefined);
    if (failure !== undefined || isUnfit) continue;
    target.clearCounters();
    target.check(searchFuel);
    for (const [site, count] of target.counters.entries())
      if (count !== 0) passed[site] = 1 | (passed[site] ?? 0);
  }
}
