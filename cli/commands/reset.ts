/** `eft reset`: makes a node forget everything, and start again. */
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { takeDown } from '../api/take-down.ts';
import type { Terminal } from '../output/terminal.ts';

type ResetOptions = NodeOptions & { readonly wait: boolean; readonly yes?: true };

export function resetCommand(terminal: Terminal): Command {
  const command = new Command('reset')
    .description('make a node forget its configuration and all that is on its own disks, and start again')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait until it is back');
  return addNodeOptions(command)
    .addHelpText(
      'after',
      '\nThere is no way back. Afterwards the node is in maintenance, and takes a new configuration by `eft config apply --fingerprint`.\n\n' +
        'Examples:\n  eft reset -n lab-1\n  eft reset -n lab-1 --yes --no-wait',
    )
    .action(async ({ wait, yes, ...options }: ResetOptions) => {
      const target = oneTarget(options, 'reset');
      if (yes === undefined) await askForName(target.name, process.stdin.isTTY === true);
      await takeDown(terminal, [target], {
        ask: async ({ machine }, hostName) => {
          await machine.reset({ node: hostName });
        },
        said: wait ? 'is back' : 'forgets everything',
        isAwaited: wait,
      });
    });
}

/** A name is typed by nobody by mistake. Errors: `client.not-confirmed`. */
export async function askForName(node: string, isSomebodyThere: boolean): Promise<void> {
  if (!isSomebodyThere) {
    throw EftError.of('client.not-confirmed', { node, reason: 'nobody is there to be asked' });
  }
  const { input } = await import('@inquirer/prompts');
  const answer = await input({ message: `Everything on ${node} will be lost. Type its name to go on:` });
  if (answer !== node) throw EftError.of('client.not-confirmed', { node, reason: 'another name was typed' });
}
