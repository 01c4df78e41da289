/** The planted bugs are kept with the sources that they are planted in. Whether they are found: `npm run fuzz:planted`. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { checkout, fuzzModuleOf } from '../../cli/mutants/kept-module.ts';
import { buildPlanted, plantedBugs } from '../../cli/mutants/planted-patch.ts';

const bugs = plantedBugs();

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

test.each(bugs.map((bug) => [bug.name, bug] as const))('%s builds, and is a module', async (_, bug) => {
  expect(fuzzModuleOf(await buildPlanted(bug)).manifest.name).toBe(bug.module);
});
