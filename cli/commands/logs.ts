/** `eft logs`: what modules and the supervisor have logged. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { LineOptions } from '../api/node-lines.ts';
import { type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { paintLevel } from '../output/level.ts';
import { paint, type Terminal } from '../output/terminal.ts';
import { addLineOptions } from './line-options.ts';

export function logsCommand(terminal: Terminal): Command {
  const command = new Command('logs')
    .description('show what modules and the supervisor have logged, oldest first')
    .argument('[MODULE]', 'a module, or `supervisor`; all if none is named');
  return addLineOptions(command)
    .addHelpText(
      'after',
      '\nLines are kept in memory, the newest of each module. Those of several nodes are put in order by their time.\n\n' +
        'Examples:\n  eft logs\n  eft logs network --tail 20 -f\n  eft logs supervisor -n lab-1,lab-2 --json',
    )
    .action(async (module: string | undefined, options: LineOptions & NodeOptions) => {
      const { momentText, showNodeLines } = await import('../api/node-lines.ts');
      const request = { source: module ?? '', tail: options.tail ?? 0, follow: options.follow === true };
      await showNodeLines(terminal, nodeTargets(options), options, {
        open: ({ machine }, call) => machine.logs(request, call),
        lines: ({ lines }) => lines,
        dropped: ({ dropped }) => dropped,
        time: ({ timeNs }) => timeNs,
        text: ({ timeNs, source, level, message, fields }, stream) => {
          const pairs = Object.entries(fields).map(([name, value]) =>
            paint(stream, 'faint', visibleText(` ${name}=${value}`)),
          );
          const head = `${paint(stream, 'faint', momentText(timeNs))} ${paintLevel(stream, level)}`;
          return `${head} ${visibleText(source)}: ${visibleText(message)}${pairs.join('')}`;
        },
        value: ({ timeNs, source, level, message, fields }) => ({
          time: momentText(timeNs),
          source,
          level,
          message,
          fields,
        }),
      });
    });
}
