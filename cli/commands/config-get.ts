/** `eft config get`: the configuration of a node, as it was given, without its secrets. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { writeOutput } from '../files.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

type GetOptions = NodeOptions & { readonly output?: string };

export function configGet(terminal: Terminal): Command {
  const command = new Command('get')
    .description('print the configuration of a node; secrets are replaced by a placeholder')
    .option('-o, --output <FILE>', 'the file to write (default: standard output)');
  return addNodeOptions(command)
    .addHelpText(
      'after',
      '\nA placeholder means "as it is": what is printed can be changed and applied to the same node.\n\n' +
        'Examples:\n  eft config get -n lab-1 -o lab-1.yaml',
    )
    .action(async (options: GetOptions) => {
      const { onNode } = await import('../api/on-nodes.ts');
      const target = oneTarget(options, 'config get');
      const answer = await onNode(target, ({ machine }) => machine.getConfig({}));
      const text = Buffer.from(answer.config).toString('utf8');
      if (options.output !== undefined) writeOutput(options.output, text);
      else
        for (const line of text.replace(/\n$/, '').split('\n')) writeLine(terminal.stdout, visibleText(line));
      if (answer.isStaged)
        writeLine(terminal.stderr, `another configuration of ${target.name} waits for its next boot`);
      if (answer.trySecondsLeft > 0) {
        writeLine(
          terminal.stderr,
          `it is being tried, and goes back in ${answer.trySecondsLeft} s unless it is confirmed`,
        );
      }
    });
}
