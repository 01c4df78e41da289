/** `eft shutdown`: switches nodes off. */
import { Command } from 'commander';
import { addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { takeDown } from '../api/take-down.ts';
import type { Terminal } from '../output/terminal.ts';

export function shutdownCommand(terminal: Terminal): Command {
  return addNodeOptions(new Command('shutdown').description('switch nodes off'))
    .addHelpText('after', '\nExamples:\n  eft shutdown -n lab-1')
    .action(async (options: NodeOptions) => {
      await takeDown(terminal, namedTargets(options, 'shutdown'), {
        ask: async ({ machine }) => {
          await machine.shutdown({});
        },
        said: 'shuts down',
        isAwaited: false,
      });
    });
}
