/** `eft dmesg`: the log of the kernel. */
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { LineOptions } from '../api/node-lines.ts';
import { type NodeOptions, nodeTargets } from '../api/node-target.ts';
import { paint, type Terminal } from '../output/terminal.ts';
import { addLineOptions } from './line-options.ts';

/** The levels of syslog(3), by number. */
const levels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
/** From here down it is bad. */
const worstFine = 3;

export function dmesgCommand(terminal: Terminal): Command {
  return addLineOptions(new Command('dmesg').description('show the log of the kernel, oldest first'))
    .addHelpText(
      'after',
      '\nNodes in namespaces have no kernel of their own: they show none of it.\n\n' +
        'Examples:\n  eft dmesg --tail 30\n  eft dmesg -f -n lab-1',
    )
    .action(async (options: LineOptions & NodeOptions) => {
      const { showNodeLines } = await import('../api/node-lines.ts');
      const request = { tail: options.tail ?? 0, follow: options.follow === true };
      await showNodeLines(terminal, nodeTargets(options), options, {
        open: ({ machine }, call) => machine.dmesg(request, call),
        lines: ({ lines }) => lines,
        dropped: ({ dropped }) => dropped,
        time: ({ timeUs }) => timeUs,
        text: ({ timeUs, level, message }, stream) => {
          const text = visibleText(message);
          return `${paint(stream, 'faint', `[${secondsText(timeUs)}]`)} ${level <= worstFine ? paint(stream, 'bad', text) : text}`;
        },
        value: ({ timeUs, level, message }) => ({
          seconds: Number(timeUs) / 1e6,
          level: levels[level] ?? level,
          message,
        }),
      });
    });
}

/** As dmesg(1) has it. */
function secondsText(microseconds: bigint): string {
  return (Number(microseconds) / 1e6).toFixed(6).padStart(12);
}
