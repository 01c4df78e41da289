/** `eft module rollback`: has the version of a module before the present one run again. */
import { Command } from 'commander';
import { addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function moduleRollback(terminal: Terminal): Command {
  const command = new Command('rollback')
    .description('have the version of a module before the present one run again')
    .argument('<NAME>', 'a module that was swapped');
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      '\nIt is a swap like any other, and goes back like any other. Once more, and the later version runs again.\n\n' +
        'Examples:\n  eft module rollback network\n  eft module history network',
    )
    .action(async (name: string, options: NodeOptions & FormOptions) => {
      const targets = namedTargets(options, 'module rollback');
      const { onNodes, settleNodes, successesOf } = await import('../api/on-nodes.ts');
      const { nodesValue } = await import('../api/report-nodes.ts');
      const { rollBackOn } = await import('../swap/run-swap.ts');
      const { progressLines, swappedLine, swappedValue } = await import('../swap/swap-lines.ts');
      const { stdout } = terminal;
      const form = formOf(options);
      const outcomes = await onNodes(targets, (client) =>
        rollBackOn(client, name, (progress) => {
          if (form !== 'people' || progress.step === 'done') return;
          for (const line of progressLines(stdout, progress)) writeLine(stdout, line);
        }),
      );
      if (form !== 'people') writeStructured(stdout, form, nodesValue(outcomes, swappedValue));
      else {
        for (const { target, result } of successesOf(outcomes))
          for (const one of result) writeLine(stdout, swappedLine(stdout, target.name, one));
      }
      settleNodes(terminal, outcomes);
    });
}
