/** Modules on simulated hosts: what a bug does to the agreement of the two is found, made short, and shown again by one file. */
import { beforeAll, describe, expect, it } from 'vitest';
import { shippedModuleFile, testModuleFile } from '../../../tests/fuzz/test-modules.ts';
import { buildPlanted, plantedBugs } from '../../mutants/planted-patch.ts';
import { Executor, fuelLimit } from '../execute.ts';
import { openFuzzModule } from '../open-module.ts';
import { type FuzzModule, instrumentModule, Target } from '../target.ts';
import { agree } from './agree.ts';
import { runScenario } from './run-scenario.ts';
import { decodeScenario, encodeScenario, type Scenario } from './scenario.ts';
import { simulationOf } from './simulated-host.ts';

let network: FuzzModule;

beforeAll(async () => {
  network = openFuzzModule(await shippedModuleFile('network'), 'network');
}, 120_000);

function failureOf(module: FuzzModule, scenario: Scenario): string | undefined {
  const executor = new Executor(new Target(instrumentModule(module, false)));
  executor.fuel = fuelLimit;
  const simulation = simulationOf('network');
  if (simulation === undefined) throw new Error('no simulation');
  return runScenario(executor, simulation, scenario).failure?.code;
}

describe('the network module on a simulated kernel', () => {
  it('does what it says in some hundred scenarios, each time in the same', async () => {
    const one = await agree(network, { seed: 1, scenarios: 80 });
    expect(one?.found.map(({ failure }) => failure.message)).toEqual([]);
    expect(one?.kept.length).toBeGreaterThan(20);
    expect(one?.passedOver).toBeLessThan(30);
    expect(await agree(network, { seed: 1, scenarios: 80 })).toEqual(one);
  }, 120_000);

  it('is found out if it believes a dump that was torn, by a file that shows it again', async () => {
    const bug = plantedBugs().find(({ name }) => name === '22-torn-dump-believed');
    if (bug === undefined) throw new Error('no such bug');
    const planted = openFuzzModule(await buildPlanted(bug), 'planted');
    const report = await agree(planted, { seed: 1, scenarios: 400 });
    const [found] = report?.found ?? [];
    expect(found?.failure.code).toMatch(/^agreement\./);
    if (found === undefined) return;
    const { scenario } = decodeScenario(
      encodeScenario({ module: 'network', scenario: found.scenario }),
      'it',
    );
    expect(failureOf(planted, scenario)).toBe(found.failure.code);
    expect(failureOf(network, scenario)).toBeUndefined();
  }, 240_000);
});

it('holds the health module against a second reckoning of what it says', async () => {
  const health = openFuzzModule(await shippedModuleFile('health'), 'health');
  const report = await agree(health, { seed: 1, scenarios: 400 });
  expect(report?.found.map(({ failure }) => failure.message)).toEqual([]);
  expect(report?.kept.length).toBeGreaterThan(5);
}, 120_000);

it('leaves a module alone that has no simulated host', async () => {
  const canary = openFuzzModule(await testModuleFile('canary'), 'canary');
  expect(await agree(canary, { seed: 1, scenarios: 10 })).toBeUndefined();
}, 120_000);
