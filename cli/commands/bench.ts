/** `eft bench`: runs one of the checkout's benches. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Argument, Command, CommanderError } from 'commander';
import type { Terminal } from '../output/terminal.ts';

/** What each measures, and what it wants of the engine; package.json runs them with the same. */
const benches = {
  api: { about: 'calls and watches of a node, beside a bare server; what a flood does', engine: [] },
  boot: { about: 'instructions until READY, by phase, beside other inits', engine: [] },
  cells: { about: 'what isolation costs, and what it holds', engine: ['--expose-gc'] },
  component: { about: 'calls into modules, beside other hosts', engine: [] },
  fuzz: { about: 'how fast modules are fuzzed, beside libFuzzer', engine: [] },
  network: { about: 'addresses and routes, beside other network managers', engine: [] },
  swap: { about: 'the pause of a swap, what is lost, what is left behind', engine: ['--expose-gc'] },
  store: { about: 'transactions, watches and mirrors', engine: ['--expose-gc'] },
} as const;
type BenchName = keyof typeof benches;

export function benchCommand(_terminal: Terminal): Command {
  const about = Object.entries(benches).map(([name, bench]) => `  ${name.padEnd(10)} ${bench.about}`);
  return new Command('bench')
    .description('measure something, beside what others need for it')
    .addArgument(new Argument('<name>', 'what to measure').choices(Object.keys(benches)))
    .argument('[options...]', 'options of the bench')
    .allowUnknownOption()
    .addHelpText(
      'after',
      `\nBenches:\n${about.join('\n')}\n\nWith --json each prints its figures as one JSON object.\n\n` +
        'Examples:\n  eft bench boot\n  eft bench boot --runs 1 --json',
    )
    .action(async (name: BenchName, options: readonly string[]) => {
      const program = fileURLToPath(new URL(`../../bench/${name}.ts`, import.meta.url));
      const run = spawn(process.execPath, [...benches[name].engine, program, ...options], {
        stdio: 'inherit',
      });
      const [status] = await once(run, 'exit');
      if (status !== 0) throw new CommanderError(1, 'eft.bench', `the bench ${name} has failed`);
    });
}
