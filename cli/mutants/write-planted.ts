/** `npm run fuzz:planted`: hunts the planted bugs, and writes docs/reference/fuzz-planted.md. Fails if one of them is not found. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './kept-module.ts';
import { findPlanted, type PlantedResults } from './planted.ts';

const budget = { runs: 60_000, corpusRuns: 60_000, seed: 1 } as const;

/** The names of oracles, for people. */
const oracles: Readonly<Record<string, string>> = {
  trap: 'it traps',
  time: 'it does not come to an end',
  memory: 'its memory is full',
  grant: 'it asks for what it is not granted',
  store: 'the store refuses what it puts',
  leak: 'it holds on to too much',
  save: 'what it saves is not what it says',
  against: 'it differs from the module as it is',
};

const only = process.argv[2];
const results = await findPlanted({
  ...budget,
  ...(only !== undefined && { only }),
  onProgress: ({ bug, found }) => {
    const what = found === undefined ? 'NOT FOUND' : `${found.oracle} after ${found.runs} runs`;
    console.log(`${bug.name.padEnd(40)} ${what}`);
  },
});
for (const { module, found } of results.controls)
  console.log(`${module} as it is`.padEnd(40), found === undefined ? 'nothing is found' : found.message);
if (only === undefined) writeFileSync(join(checkout, 'docs/reference/fuzz-planted.md'), tableOf(results));
const missed = results.bugs.filter(({ found }) => found === undefined).length;
const wrong = results.controls.filter(({ found }) => found !== undefined).length;
console.log(`${results.bugs.length - missed} of ${results.bugs.length} planted bugs are found`);
process.exitCode = missed + wrong === 0 ? 0 : 1;

function tableOf({ bugs, corpora, controls }: PlantedResults): string {
  const found = bugs.filter((bug) => bug.found !== undefined).length;
  const inputs = corpora.map((corpus) => `${corpus.inputs} for \`${corpus.module}\``).join(', ');
  const rows = bugs.map(({ bug, found: how }) => {
    const by = how === undefined ? '**not found**' : (oracles[how.oracle] ?? how.oracle);
    return `| ${bug.name.slice(0, 2)} | \`${bug.module}\` | ${bug.what} | ${bug.class} | ${by} | ${how?.runs ?? '–'} |`;
  });
  const quiet = controls.every((control) => control.found === undefined);
  return `# Planted bugs

Made by \`npm run fuzz:planted\`; do not edit. The same seed gives the same table.

Bugs that a person could have written are kept as patches in \`tests/fuzz/planted\`. Each is applied to a copy of its module, built, and hunted:
**${found} of ${bugs.length} are found**, each within ${budget.runs.toLocaleString('en')} runs with the seed ${budget.seed}. A run is an input from the start of
the module, or from a state in the middle of one.

Before, the module as it is was fuzzed for ${budget.corpusRuns.toLocaleString('en')} runs, from ways into it that were played on a simulated kernel with a DHCP server. That leaves inputs
of which each reaches something of its own (${inputs}); a bug is hunted with these first, and then with what chance makes of them. The first oracle
that speaks counts. Inputs that come to the changed lines are preferred, as they are when two versions are compared before a swap. ${quiet ? 'A build of each module as it is, hunted in the same way for as many runs, shows nothing.' : '**A build of a module as it is shows something: this table means nothing.**'}

| | module | bug | class | found because | runs |
| --- | --- | --- | --- | --- | ---: |
${rows.join('\n')}
`;
}
