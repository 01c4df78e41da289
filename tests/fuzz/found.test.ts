/** What the fuzzer has once found in the modules of this checkout (docs/track-record.md): each way there is kept, and must break no rule any more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../cli/fuzz/agreement/run-scenario.ts';
import { decodeScenario, scenarioSuffix } from '../../cli/fuzz/agreement/scenario.ts';
import { simulationOf } from '../../cli/fuzz/agreement/simulated-host.ts';
import { readCorpus } from '../../cli/fuzz/corpus-folder.ts';
import { Executor, fuelLimit } from '../../cli/fuzz/execute.ts';
import { openFuzzModule } from '../../cli/fuzz/open-module.ts';
import { instrumentModule, Target } from '../../cli/fuzz/target.ts';
import { shippedModuleFile } from './test-modules.ts';

const folder = join(import.meta.dirname, 'found');

describe.each(readdirSync(folder))('what was found in %s', (name) => {
  it('is not there any more', async () => {
    const module = openFuzzModule(await shippedModuleFile(name), name);
    const executor = new Executor(new Target(instrumentModule(module, false)));
    executor.fuel = fuelLimit;
    const inputs = readCorpus(join(folder, name));
    for (const input of inputs) {
      const { failure, isUnfit, idle } = executor.run(input, undefined);
      expect(failure).toBeUndefined();
      // It is still the way that it was: what fits no more is to be made anew.
      expect([isUnfit, idle]).toEqual([false, []]);
    }
    const scenarios = readdirSync(join(folder, name)).filter((file) => file.endsWith(scenarioSuffix));
    expect(inputs.length + scenarios.length).toBeGreaterThan(0);
    for (const file of scenarios) {
      const { scenario, module: foundWith } = decodeScenario(readFileSync(join(folder, name, file)), file);
      const simulation = simulationOf(foundWith);
      if (simulation === undefined) throw new Error(`${file} is of a module without a simulated host`);
      const { failure, isPassedOver } = runScenario(executor, simulation, scenario);
      expect([file, failure, isPassedOver]).toEqual([file, undefined, false]);
    }
  }, 120_000);
});
