/** `eft metrics`: the figures of nodes, as Prometheus reads them. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function metricsCommand(terminal: Terminal): Command {
  return addNodeOptions(
    new Command('metrics').description('print the figures of nodes in the text format of Prometheus'),
  )
    .addHelpText(
      'after',
      '\nThe figures of several nodes come one node after the other, each behind a comment with its name.\n\n' +
        'Examples:\n  eft metrics -n lab-1\n  eft metrics | grep eft_module_restarts',
    )
    .action(async (options: NodeOptions) => {
      const { onNodes, settleNodes, successesOf } = await import('../api/on-nodes.ts');
      const outcomes = await onNodes(
        nodeTargets(options),
        async ({ machine }) => (await machine.metrics({})).text,
      );
      for (const { target, result } of successesOf(outcomes)) {
        if (outcomes.length > 1) writeLine(terminal.stdout, `# node ${target.name}`);
        for (const line of result.replace(/\n$/, '').split('\n'))
          writeLine(terminal.stdout, visibleText(line));
      }
      settleNodes(terminal, outcomes);
    });
}
