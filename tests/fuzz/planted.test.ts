/** The planted bugs are kept with the sources that they are planted in, and some are hunted. Whether all are found: `npm run fuzz:planted`. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { checkout, fuzzModuleOf } from '../../cli/mutants/kept-module.ts';
import { findPlanted } from '../../cli/mutants/planted.ts';
import { buildPlanted, type PlantedBug, plantedBugs } from '../../cli/mutants/planted-patch.ts';

const bugs = plantedBugs();
/** Of each module some, held out and not, that a short hunt finds. */
const hunted = new Set(['07', '23', '34', '37', '40', '48', '49', '50']);

function isHunted({ name }: PlantedBug): boolean {
  return hunted.has(name.slice(0, 2));
}

test('there are twenty planted bugs at least, of ten classes, in two modules', () => {
  expect(bugs.length).toBeGreaterThanOrEqual(20);
  expect(new Set(bugs.map((bug) => bug.class)).size).toBeGreaterThanOrEqual(10);
  expect(new Set(bugs.map(({ module }) => module))).toEqual(new Set(['health', 'network']));
});

test.each(bugs.map(({ name, file }) => [name, file] as const))(
  '%s applies to the sources as they are',
  (_, file) => {
    execFileSync('git', ['apply', '--check', file], { cwd: checkout });
  },
);

test.each(bugs.filter((bug) => !isHunted(bug)).map((bug) => [bug.name, bug] as const))(
  '%s builds, and is a module',
  async (_, bug) => {
    expect(fuzzModuleOf(await buildPlanted(bug)).manifest.name).toBe(bug.module);
  },
);

test('a short hunt finds some of the first bugs, and some of those that were held out', async () => {
  const { bugs: results } = await findPlanted({
    runs: 1_500,
    corpusRuns: 400,
    seed: 1,
    isQuick: true,
    isChosen: isHunted,
  });
  expect(results.length).toBe(hunted.size);
  expect(results.filter(({ bug }) => bug.isHeldOut).length).toBeGreaterThan(hunted.size / 2);
  expect(results.filter(({ found }) => found === undefined).map(({ bug }) => bug.name)).toEqual([]);
}, 120_000);
