/** `eft reboot`: lets nodes start again. */
import { Command } from 'commander';
import { addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { takeDown } from '../api/take-down.ts';
import type { Terminal } from '../output/terminal.ts';

type RebootOptions = NodeOptions & { readonly wait: boolean };

export function rebootCommand(terminal: Terminal): Command {
  const command = new Command('reboot')
    .description('let nodes start again, and wait until they are back')
    .option('--no-wait', 'do not wait');
  return addNodeOptions(command)
    .addHelpText('after', '\nExamples:\n  eft reboot -n lab-1\n  eft reboot -n lab-1,lab-2 --no-wait')
    .action(async ({ wait, ...options }: RebootOptions) => {
      await takeDown(terminal, namedTargets(options, 'reboot'), {
        ask: async ({ machine }) => {
          await machine.reboot({});
        },
        said: wait ? 'is back' : 'reboots',
        isAwaited: wait,
      });
    });
}
