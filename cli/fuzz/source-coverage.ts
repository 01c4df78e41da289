/** Lines of source that a run has reached, of a module that was built from its sources. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMap } from '../mutants/source-map.ts';
import type { ShownFile } from './coverage-html.ts';
import { Executor, searchFuel } from './execute.ts';
import { coldStart } from './fuzz-input.ts';
import type { FuzzReport } from './fuzz-module.ts';
import { lineCoverage } from './line-coverage.ts';
import type { ModuleSources } from './named-module.ts';
import { instrumentModule, Target } from './target.ts';

/** The sources with code in them, and what of them was reached. */
export function sourceCoverage(
  { module, seen }: Pick<FuzzReport, 'module' | 'seen'>,
  { folder, compiled }: ModuleSources,
): readonly ShownFile[] {
  if (compiled.sourceMap === undefined) throw new TypeError('the module was built without a source map');
  const instrumented = instrumentModule(module, false);
  const sources = SourceMap.of(compiled.sourceMap, compiled.core, instrumented.core);
  // What runs while an instance is made, tables above all, is run before the first input.
  const target = new Target(instrumented);
  const first = target.counters.slice();
  const asked = countersOfCheck(target);
  const passed = seen.map((classes, site) => classes | (first[site] ?? 0) | (asked[site] ?? 0));
  return lineCoverage(instrumented, passed, sources).map((file) => ({
    ...file,
    text: readFileSync(join(folder, file.path), 'utf8'),
  }));
}

/** What is passed when the module is asked whether its invariants hold: no event leads there. None if it states none. */
function countersOfCheck(target: Target): Uint8Array {
  if (!target.statesInvariants) return new Uint8Array();
  new Executor(target).run(coldStart, undefined);
  target.clearCounters();
  target.check(searchFuel);
  return target.counters;
}
