/** `eft events`: what happens to nodes. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { LineOptions } from '../api/node-lines.ts';
import { type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { paintLevel } from '../output/level.ts';
import { paint, type Terminal } from '../output/terminal.ts';
import { addLineOptions } from './line-options.ts';

export function eventsCommand(terminal: Terminal): Command {
  const about =
    'show what happens to nodes: phases, modules that start and fail, configurations, refused calls';
  return addLineOptions(new Command('events').description(about))
    .addHelpText('after', '\nExamples:\n  eft events\n  eft events -f -n lab-1\n  eft events --tail 5 --json')
    .action(async (options: LineOptions & NodeOptions) => {
      const { momentText, showNodeLines } = await import('../api/node-lines.ts');
      const request = { tail: options.tail ?? 0, follow: options.follow === true };
      await showNodeLines(terminal, nodeTargets(options), options, {
        open: ({ machine }, call) => machine.events(request, call),
        lines: ({ events }) => events,
        dropped: ({ dropped }) => dropped,
        time: ({ timeNs }) => timeNs,
        text: ({ timeNs, subject, name, message, level }, stream) => {
          const head = `${paint(stream, 'faint', momentText(timeNs))} ${paintLevel(stream, level)}`;
          const what = [subject, name].filter((word) => word !== '').join(' ');
          return `${head} ${visibleText(what)}: ${visibleText(message)}`;
        },
        value: ({ timeNs, subject, name, message, level }) => ({
          time: momentText(timeNs),
          subject,
          name,
          level,
          message,
        }),
      });
    });
}
