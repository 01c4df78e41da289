/** The page of what was planted and found, docs/reference/fuzz-planted.md. */
import { drawnBudget, type PlantedResult, type PlantedResults, plantedBudget } from './planted.ts';

/** The names of oracles, for people. */
const oracles: Readonly<Record<string, string>> = {
  trap: 'it traps',
  time: 'it does not come to an end',
  memory: 'its memory is full',
  grant: 'it asks for what it is not granted',
  store: 'the store refuses what it puts',
  leak: 'it holds on to too much',
  save: 'what it saves is not what it says',
  invariant: 'what it states of itself does not hold',
  agreement: 'it does not come to what is declared',
  against: 'it differs from the module as it is',
};

/** `35 of 36`. */
export function share(of: readonly PlantedResult[]): string {
  return `${of.filter(({ found }) => found !== undefined).length} of ${of.length}`;
}

/** `drawn`: what is found from ways that chance has drawn alone. */
export function plantedPage(
  { bugs, corpora, controls }: PlantedResults,
  drawn: readonly PlantedResult[],
): string {
  const [first, heldOut] = [false, true].map((is) => bugs.filter(({ bug }) => bug.isHeldOut === is));
  const inputs = corpora.map((corpus) => `${corpus.inputs} for \`${corpus.module}\``).join(', ');
  const rows = bugs.map(({ bug, found: how }) => {
    const by = how === undefined ? '**not found**' : (oracles[how.oracle] ?? how.oracle);
    const alone = drawn.find((one) => one.bug.name === bug.name)?.found;
    const cells = [
      bug.name.slice(0, 2),
      `\`${bug.module}\``,
      bug.what,
      bug.class,
      bug.isHeldOut ? 'yes' : '',
    ];
    return `| ${[...cells, by, how?.runs ?? '–', alone?.runs ?? '–'].join(' | ')} |`;
  });
  const [firstDrawn, heldOutDrawn] = [false, true].map((is) =>
    drawn.filter(({ bug }) => bug.isHeldOut === is),
  );
  const quiet = controls.every((control) => control.found === undefined);
  return `# Planted bugs

Made by \`npm run fuzz:planted\`; do not edit. The same seed gives the same table.

Bugs that a person could have written are kept as patches in \`tests/fuzz/planted\`. Each is applied to a copy of its module, built, and hunted: of the
first set **${share(first ?? [])}** are found, and **${share(heldOut ?? [])} held out**, each within ${plantedBudget.runs.toLocaleString('en')} runs with the seed ${plantedBudget.seed}. A run is an input from the start of
the module, or from a state in the middle of one.

Before, the module as it is was fuzzed for ${plantedBudget.corpusRuns.toLocaleString('en')} runs, from ways into it: some were written by hand, some chance has drawn, all are played on a simulated kernel with
DHCP servers. That leaves inputs of which most reach something of their own (${inputs}); a bug is hunted with these first, and then with
what chance makes of them. The first oracle that speaks counts. Inputs that come to the changed lines are preferred, as they are when two versions are compared before a swap.
${quiet ? 'A build of each module as it is, hunted in the same way for as many runs, shows nothing.' : '**A build of a module as it is shows something: this table means nothing.**'}

## How blind this is

- The ways into the modules that were written by hand were written with the misses of the first set known. What is said of the first set is what the
  fuzzer can be made to find, not what it finds by itself.
- The bugs held out were written without a look at these ways, and put into the history before anything was hunted for them. The fuzzer as it was
  then found **12 of the 14**, each within as many runs: it missed 38 and 41, and of the first set 13.
- To find these three it draws ways into the modules at random (\`cli/mutants/network-plays.ts\`), goes on from what seldom happens, turns the clock to the
  very instants that the module compares it with, and lets timers fire for hours while nobody answers. None of that was made for one bug, but it was
  made with the misses known: the ${share(heldOut ?? [])} in this table is blind no more.
- From ways that chance has drawn alone, without any that somebody has written, ${share(firstDrawn ?? [])} of the first set and ${share(heldOutDrawn ?? [])} of those held
  out are found, each within ${drawnBudget.runs.toLocaleString('en')} runs: the last column.

| | module | bug | class | held out | found because | runs | from drawn ways |
| --- | --- | --- | --- | --- | --- | ---: | ---: |
${rows.join('\n')}
`;
}
