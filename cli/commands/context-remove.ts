/** `eft context remove`: forgets a cluster and the keys to it. */
import { Command } from 'commander';
import { removeContext } from '../api/contexts.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function contextRemove(terminal: Terminal): Command {
  return new Command('remove')
    .description('forget a context, with the key that is in it')
    .argument('<NAME>', 'a context')
    .addHelpText('after', '\nThe nodes go on as they are.\n\nExamples:\n  eft context remove lab')
    .action((name: string) => {
      removeContext(name);
      writeLine(terminal.stderr, `the context ${name} is forgotten`);
    });
}
