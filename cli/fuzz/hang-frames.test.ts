import { beforeAll, expect, it } from 'vitest';
import { testModuleFile } from '../../tests/fuzz/test-modules.ts';
import { confirmFinding } from './confirm-finding.ts';
import { Executor } from './execute.ts';
import { coldStart, type FuzzInput, type Step } from './fuzz-input.ts';
import { fuzzModule } from './fuzz-module.ts';
import { commonOuter } from './hang-frames.ts';
import { openFuzzModule } from './open-module.ts';
import { instrumentModule, Target } from './target.ts';

let module: Uint8Array;

beforeAll(async () => {
  module = await testModuleFile('endless');
}, 120_000);

const step = (deed: Step['deed']): Step => ({ afterMs: 0, changes: [], deed });
const opened = step({
  deed: 'answer',
  asked: 'eft:host/netlink open',
  request: 0,
  result: { tag: 'ok', val: {} },
});

/** What is beaten on the drum: which loop, and how it goes round. */
function beat(...bytes: readonly number[]): FuzzInput {
  const items = [Uint8Array.from(bytes)];
  return {
    ...coldStart,
    steps: [opened, step({ deed: 'arrive', source: 'netlink', handle: 0, items, missed: 0 })],
  };
}

it('says of a call that does not end in which loop it stays, and not in which function its fuel was used up', () => {
  const executor = new Executor(new Target(instrumentModule(openFuzzModule(module, 'endless.wasm'), false)));
  const stacks = [beat(1, 0), beat(1, 3), beat(2, 7), beat(3, 0), beat(4, 9)].map((input) => {
    const confirmed = confirmFinding(executor, input);
    expect(confirmed?.failure).toMatchObject({ oracle: 'time', code: 'time.fuel' });
    return confirmed?.failure.frames ?? [];
  });
  const [drum, , , roll] = stacks;
  expect(stacks).toEqual([drum, drum, drum, roll, roll]);
  expect(drum?.[0]).not.toBe(roll?.[0]);
  expect(drum?.slice(1)).toEqual(roll?.slice(1));
}, 60_000);

it('tells each of two hangs as one finding, though the fuel is used up in five functions', async () => {
  const { findings } = await fuzzModule(module, { seed: 1, runs: 3_000, jobs: 1 });
  expect(findings.map(({ oracle }) => oracle)).toEqual(['time', 'time']);
  expect(new Set(findings.map(({ frames }) => frames[0])).size).toBe(2);
}, 120_000);

it('takes what two stacks have in common from the outermost on', () => {
  expect(commonOuter(['c', 'b', 'a'], ['d', 'b', 'a'])).toEqual(['b', 'a']);
  expect(commonOuter(['b', 'a'], ['b', 'b', 'a'])).toEqual(['b', 'a']);
  expect(commonOuter(['c', 'a'], ['c', 'b'])).toEqual([]);
  expect(commonOuter([], ['a'])).toEqual([]);
});
