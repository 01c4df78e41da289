/** `eft module history`: what has run under a name on nodes, and what was tried. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { addFormOptions, type FormOptions } from '../output/form.ts';
import { paint, type Terminal } from '../output/terminal.ts';

/** Characters of a digest that tell one from another. */
const digestShown = 12;

export function moduleHistory(terminal: Terminal): Command {
  const command = new Command('history')
    .description('show what has run under the name of a module, and what was tried, the newest first')
    .argument('<NAME>', 'a module that the node runs, or has run');
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      '\nExamples:\n  eft module history network\n  eft module history network -n lab-1 --json',
    )
    .action(async (name: string, options: NodeOptions & FormOptions) => {
      const { onNodes } = await import('../api/on-nodes.ts');
      const { reportNodes } = await import('../api/report-nodes.ts');
      const outcomes = await onNodes(nodeTargets(options), ({ modules }) => modules.history({ name }));
      const { stdout } = terminal;
      reportNodes(terminal, options, outcomes, {
        columns: ['WHEN', 'VERSION', 'DIGEST', 'BY', 'OUTCOME', 'WHO', 'MESSAGE'],
        rows: ({ entries }) =>
          entries.map(({ atMs, version, digest, how, outcome, identity, message }) => [
            timeText(atMs),
            visibleText(version),
            visibleText(digest.slice(0, digestShown)),
            visibleText(how),
            paint(
              stdout,
              outcome === 'running' ? 'good' : outcome === 'ran' ? 'faint' : 'bad',
              visibleText(outcome),
            ),
            visibleText(identity),
            visibleText(message),
          ]),
        value: ({ entries }) => ({
          entries: entries.map(({ $typeName: _, $unknown: __, atMs, ...entry }) => ({
            ...entry,
            atMs: Number(atMs),
          })),
        }),
      });
    });
}

/** In UTC, as the clock of the node had it; what ran from the beginning has no time. */
function timeText(atMs: bigint): string {
  if (atMs === 0n) return 'at boot';
  const date = new Date(Number(atMs));
  return Number.isNaN(date.getTime()) ? '-' : date.toISOString().slice(0, 19).replace('T', ' ');
}
