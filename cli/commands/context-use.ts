/** `eft context use`: chooses the context that commands mean when none is named. */
import { Command } from 'commander';
import { useContext } from '../api/contexts.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function contextUse(terminal: Terminal): Command {
  return new Command('use')
    .description('choose the context that commands mean when none is named')
    .argument('<NAME>', 'a context')
    .addHelpText('after', '\nExamples:\n  eft context use lab')
    .action((name: string) => {
      useContext(name);
      writeLine(terminal.stderr, `commands now mean the nodes of ${name}`);
    });
}
