/** `eft audit`: who has changed what on nodes, and what was refused. `eft audit verify` checks lines that were kept. */
import type { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { LineOptions } from '../api/node-lines.ts';
import { type NodeOptions, nodeTargets } from '../api/node-target.ts';
import type { Terminal } from '../output/terminal.ts';
import { addLineOptions } from './line-options.ts';

/** Makes the group show the audit log of nodes when no verb is given. */
export function auditLog(terminal: Terminal, group: Command): Command {
  return addLineOptions(group)
    .addHelpText(
      'after',
      '\nThe lines are shown as they stand in the file, each chained to the one before; of one node they can be kept and checked.\n\n' +
        'Examples:\n  eft audit --tail 10\n  eft audit -n lab-1 > lab-1.audit\n  eft audit verify lab-1.audit\n  eft audit -f',
    )
    .action(async (options: LineOptions & NodeOptions) => {
      const { showNodeLines } = await import('../api/node-lines.ts');
      const request = { tail: options.tail ?? 0, follow: options.follow === true };
      let order = 0n;
      await showNodeLines(terminal, nodeTargets(options), options, {
        open: ({ machine }, call) => machine.audit(request, call),
        lines: ({ lines }) => lines,
        dropped: () => 0n,
        // Clocks of nodes differ, and the chain of a node is in its order: node after node.
        time: () => order++,
        text: (line) => visibleText(line),
        value: (line) => ({ line }),
      });
    });
}
