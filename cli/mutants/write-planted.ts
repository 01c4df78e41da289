/**
 * `npm run fuzz:planted`: hunts the planted bugs, from all ways into the modules and from those alone that chance has drawn, and writes
 * docs/reference/fuzz-planted.md. Fails if one of them is not found. With a part of a name it hunts only what has it, and writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './kept-module.ts';
import { drawnBudget, findPlanted, type PlantedResult, plantedBudget } from './planted.ts';
import { plantedPage, share } from './planted-page.ts';

const only = process.argv[2];
const results = await findPlanted({
  ...plantedBudget,
  ...(only !== undefined && { isChosen: ({ name }) => name.includes(only) }),
  onProgress: tell,
});
for (const { module, found } of results.controls)
  console.log(`${module} as it is`.padEnd(40), found === undefined ? 'nothing is found' : found.message);
if (only === undefined) {
  console.log('from ways that chance has drawn alone:');
  const drawn = await findPlanted({ ...drawnBudget, onProgress: tell });
  writeFileSync(join(checkout, 'docs/reference/fuzz-planted.md'), plantedPage(results, drawn.bugs));
}
const missed = results.bugs.filter(({ found }) => found === undefined).length;
const wrong = results.controls.filter(({ found }) => found !== undefined).length;
console.log(`${share(results.bugs)} planted bugs are found`);
process.exitCode = missed + wrong === 0 ? 0 : 1;

function tell({ bug, found }: PlantedResult): void {
  const what = found === undefined ? 'NOT FOUND' : `${found.oracle} after ${found.runs} runs`;
  console.log(`${bug.name.padEnd(40)} ${what}`);
}
