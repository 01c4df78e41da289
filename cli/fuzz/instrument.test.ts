import { beforeAll, describe, expect, it } from 'vitest';
import { takeCheckpoint } from '../../supervisor/cells/checkpoint.ts';
import { ModuleRunner } from '../../supervisor/cells/module-runner.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { Component } from '../../supervisor/component/component.ts';
import { shippedModuleFile, testModuleFile } from '../../tests/fuzz/test-modules.ts';
import { callAgain } from './confirm-finding.ts';
import { type Called, Executor } from './execute.ts';
import { coldStart, type FuzzInput } from './fuzz-input.ts';
import { Lanes } from './lane.ts';
import { openFuzzModule } from './open-module.ts';
import { Reached } from './reached.ts';
import { reduceCorpus } from './reduce-corpus.ts';
import { type FuzzModule, instrumentModule, Target } from './target.ts';

/** Inputs that reach what a short run has reached. */
function corpusOf(module: FuzzModule, runs: number): readonly FuzzInput[] {
  const executor = new Executor(new Target(instrumentModule(module, false)));
  const comparing = new Executor(new Target(instrumentModule(module, true)));
  const lanes = new Lanes(executor, comparing, new Reached(executor.target.counters.length));
  lanes.adopt([{ input: coldStart, fresh: [] }], []);
  const { discoveries } = lanes.run({ seed: 1, epoch: 0, lane: 0, runs });
  return reduceCorpus(executor, [coldStart, ...discoveries.map(({ input }) => input)]).kept.map(
    ({ input }) => input,
  );
}

/** All calls of an input with what they gave. */
function callsOf(executor: Executor, input: FuzzInput): readonly Called[] {
  const calls: Called[] = [];
  executor.onCall = (called) => calls.push(called);
  executor.run(input, undefined);
  executor.onCall = undefined;
  return calls;
}

describe.each([
  ['canary', testModuleFile, 4_000],
  ['health', shippedModuleFile, 4_000],
  ['network', shippedModuleFile, 6_000],
] as const)('%s with counters', (name, read, runs) => {
  let module: FuzzModule;
  let corpus: readonly FuzzInput[];

  beforeAll(async () => {
    module = openFuzzModule(await read(name), name);
    corpus = corpusOf(module, runs);
  }, 120_000);

  it.each([
    ['counters', false],
    ['counters and comparisons', true],
  ] as const)('does, call by call, what the shipped bytes do: %s', (_, comparisons) => {
    const executor = new Executor(new Target(instrumentModule(module, comparisons)));
    const component = Component.compile(module.component);
    let compared = 0;
    for (const input of corpus) {
      let shipped = new ModuleRunner(component, module.manifest, () => undefined);
      for (const called of callsOf(executor, input)) {
        if (called.output === undefined) throw new Error('no input of the corpus fails');
        if (called.call === 'start') shipped = new ModuleRunner(component, module.manifest, () => undefined);
        const output = callAgain(shipped, called);
        expect(Buffer.from(encodeRecordValue(called.output)).equals(encodeRecordValue(output))).toBe(true);
        compared += 1;
      }
    }
    expect(corpus.length).toBeGreaterThan(10);
    expect(compared).toBeGreaterThan(20);
  });

  it('leaves the memory and the globals as the shipped bytes do', () => {
    const executor = new Executor(new Target(instrumentModule(module, false)));
    const component = Component.compile(module.component);
    const input = corpus.at(-1) ?? coldStart;
    let shipped = new ModuleRunner(component, module.manifest, () => undefined);
    for (const called of callsOf(executor, input)) {
      if (called.call === 'start') shipped = new ModuleRunner(component, module.manifest, () => undefined);
      callAgain(shipped, called);
    }
    // As the executor does at the end of an input.
    if (executor.target.statesInvariants) shipped.check();
    const [state] = takeCheckpoint(component.definition, shipped.instance);
    const { memory } = executor.target.snapshot();
    expect(Buffer.from(memory.subarray(0, state?.memory.length)).equals(state?.memory ?? Buffer.of(1))).toBe(
      true,
    );
    expect(memory.subarray(state?.memory.length).every((byte) => byte === 0)).toBe(true);
  });

  it('is, after a reset, as if nothing had happened', () => {
    const target = new Target(instrumentModule(module, false));
    const executor = new Executor(target);
    const fresh = Buffer.from(target.fresh.memory);
    for (const input of corpus) {
      executor.run(input, undefined);
      target.reset(target.fresh);
      expect(Buffer.from(target.snapshot().memory).equals(fresh)).toBe(true);
    }
    expect(target.instances).toBe(1);
  });
});
