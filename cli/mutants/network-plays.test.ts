import { beforeAll, describe, expect, it } from 'vitest';
import { shippedModuleFile } from '../../tests/fuzz/test-modules.ts';
import { Executor } from '../fuzz/execute.ts';
import { encodeInput, type FuzzInput } from '../fuzz/fuzz-input.ts';
import { openFuzzModule } from '../fuzz/open-module.ts';
import { Random } from '../fuzz/random.ts';
import { Reached } from '../fuzz/reached.ts';
import { instrumentModule, Target } from '../fuzz/target.ts';
import { networkPlays } from './network-plays.ts';
import { drawWords, layeredConfiguration, randomConfiguration } from './random-configuration.ts';

const seed = 5;
let executor: Executor;
let plays: readonly FuzzInput[];

beforeAll(async () => {
  const module = openFuzzModule(await shippedModuleFile('network'), 'network');
  executor = new Executor(new Target(instrumentModule(module, false)));
  plays = networkPlays(executor.target, 12, seed);
}, 240_000);

describe('plays with the network module that are drawn at random', () => {
  it('follow from the seed', () => {
    const bytes = (inputs: readonly FuzzInput[]) => inputs.map((input) => encodeInput(input));
    expect(bytes(networkPlays(executor.target, 12, seed))).toEqual(bytes(plays));
    expect(bytes(networkPlays(executor.target, 12, seed + 1))).not.toEqual(bytes(plays));
  });

  it('are inputs of the fuzzer, with steps that all are something, and break no rule', () => {
    for (const input of plays) {
      const { failure, isUnfit, idle } = executor.run(input, undefined);
      expect([failure?.message, isUnfit, idle]).toEqual([undefined, false, []]);
    }
  });

  it('reach far more of the module than a start with nothing', () => {
    const counters = executor.target.counters.length;
    const [cold, all] = [new Reached(counters), new Reached(counters)];
    const [first] = plays;
    if (first !== undefined) executor.run({ ...first, present: [], steps: [] }, cold);
    for (const input of plays) executor.run(input, all);
    expect(cold.count).toBeGreaterThan(0);
    expect(all.count).toBeGreaterThan(3 * cold.count);
  });
});

describe('configurations that are drawn at random', () => {
  it('have few links in common in one play, and say more of the same in another layer', () => {
    for (let count = 0; count < 100; count += 1) {
      const words = drawWords(new Random(seed, count));
      const lower = randomConfiguration(words);
      const higher = layeredConfiguration(lower, words);
      const names = new Set<string>(words.names);
      expect(lower.links.every(({ name }) => names.has(name))).toBe(true);
      const declared = lower.links.map(({ name }) => name);
      expect(higher.links.every(({ name }) => declared.includes(name))).toBe(true);
    }
  });
});
