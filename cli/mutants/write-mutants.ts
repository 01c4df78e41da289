/** `npm run fuzz:mutants`: mutates the modules, hunts the mutants, and writes docs/reference/fuzz-mutants.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout, keptModules } from './kept-module.ts';
import { killAllMutants, type MutantResult, mutantsBudget } from './mutants.ts';
import { mutantKinds } from './mutate-core.ts';

const results = await killAllMutants(({ line, place, found, isReached }) => {
  const how =
    found !== undefined
      ? `${found.oracle} after ${found.runs} runs`
      : isReached
        ? 'ALIVE'
        : 'ALIVE, not reached';
  console.log(`${line.path}:${line.line} ${place.change}: ${how}`);
});
writeFileSync(join(checkout, 'docs/reference/fuzz-mutants.md'), pageOf(results));
console.log(`${share(results)} of the mutants are killed`);

function share(of: readonly MutantResult[]): string {
  const killed = of.filter(({ found }) => found !== undefined).length;
  return `${killed} of ${of.length} (${(killed / of.length).toFixed(2)})`;
}

function pageOf(all: readonly MutantResult[]): string {
  const rows = keptModules.flatMap((name) =>
    mutantKinds.flatMap((kind) => {
      const of = all.filter(({ module, place }) => module === name && place.kind === kind);
      if (of.length === 0) return [];
      const killed = of.filter(({ found }) => found !== undefined);
      const broken = killed.filter(({ found }) => found?.oracle !== 'against').length;
      const alive = of.filter(({ found }) => found === undefined);
      const unreached = alive.filter(({ isReached }) => !isReached).length;
      return [
        `| \`${name}\` | ${kind} | ${of.length} | ${broken} | ${killed.length - broken} | ${unreached} | ${alive.length - unreached} | ${(killed.length / of.length).toFixed(2)} |`,
      ];
    }),
  );
  const survivors = all.flatMap(({ module, line, place, found, isReached }) =>
    found !== undefined
      ? []
      : [
          `| \`modules/${module}/${line.path}:${line.line}\` | ${place.kind} | ${place.change} | ${isReached ? 'reached' : 'not reached'} |`,
        ],
  );
  return `# Automatic mutants

Made by \`npm run fuzz:mutants\`; do not edit. The same seed gives the same tables.

Of the shipped bytes of each module one instruction is changed: a comparison, a branch, a constant, a statement, a call, an operator. Only code is
mutated that people have written and nodes run: neither AssemblyScript's runtime nor generated bindings, nor what only answers
whether the module's invariants hold. **${share(all)} are killed**, each
within ${mutantsBudget.runs.toLocaleString('en')} runs with the seed ${mutantsBudget.seed}, after the module as it is was fuzzed for ${mutantsBudget.corpusRuns.toLocaleString('en')} runs to have inputs.

A mutant is killed when it breaks a rule (it traps, does not end, asks for what it is not granted ...), or does something else than the module
as it is: in what it asks of the host, puts into the store, logs or saves. Those that nobody could tell from the original count as alive.

| module | mutants | all | break a rule | do otherwise | alive, not reached | alive, reached | share |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

## Those that live

They were not looked at one by one, so nobody has said which of them are the same as the original. What is _not reached_ no input of the corpus comes to. Of what is _reached_
most are bounds that have moved by one (\`<\` for \`<=\`, a constant), which only the one value at the bound tells apart.

| where | mutant | change | |
| --- | --- | --- | --- |
${survivors.join('\n')}
`;
}
