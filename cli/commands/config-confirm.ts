/** `eft config confirm`: keeps a configuration that is being tried. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';

export function configConfirm(terminal: Terminal): Command {
  const command = new Command('confirm')
    .description('keep the configuration that a node tries')
    .argument('<CONFIRMATION>', 'what `eft config apply --mode try` has printed');
  return addNodeOptions(command)
    .addHelpText('after', '\nExamples:\n  eft config confirm 5f0c2a -n lab-1')
    .action(async (confirmation: string, options: NodeOptions) => {
      const { onNode } = await import('../api/on-nodes.ts');
      const target = oneTarget(options, 'config confirm');
      const { message } = await onNode(target, ({ machine }) => machine.confirmConfig({ confirmation }));
      writeLine(terminal.stdout, `${paint(terminal.stdout, 'good', '✓')} ${visibleText(message)}`);
    });
}
