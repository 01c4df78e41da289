/** `eft top`: what takes the processors and the memory of nodes, module by module. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { interruptSignal, untilInterrupted } from '../api/interrupt.ts';
import { addNodeOptions, type NodeOptions, nodeTargets } from '../api/node-target.ts';
import type { Rates } from '../dashboard/usage-rates.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { addFormOptions, type FormOptions, formOf } from '../output/form.ts';
import type { LiveStream } from '../output/live-lines.ts';
import type { Column } from '../output/table.ts';
import { type OutputStream, paint, type Terminal } from '../output/terminal.ts';
import { readIntervalMs } from './read-interval.ts';

type TopOptions = NodeOptions & FormOptions & { readonly interval: number; readonly once?: true };

const columns: readonly (Column | string)[] = [
  'MODULE',
  ...['CPU', 'MEMORY', 'EVENTS/S', 'P99', 'QUEUE', 'RESTARTS'].map((title) => ({
    title,
    align: 'right' as const,
  })),
];

export function topCommand(terminal: Terminal): Command {
  const command = new Command('top')
    .description('show what takes the processors and the memory of nodes, module by module')
    .option('--interval <SECONDS>', 'between two samples', readIntervalMs, 2_000)
    .option('--once', 'one table, of the time between two samples');
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      `
The share of a processor is of one of them: more than 100 % is more than one. \`PID 1\` is the supervisor with all its modules; what a module has is its cell's thread alone. P99 is the time that 99 of 100 of its events took at most, since the node began. In a
terminal the table changes in place until Ctrl-C; in a pipe, with --once, --json or --yaml there is one, and then it ends.

Examples:
  eft top
  eft top -n lab-1,lab-2 --interval 5
  eft top --once --json`,
    )
    .action(async (options: TopOptions) => {
      const targets = nodeTargets(options);
      const { stdout } = terminal;
      const isLive = formOf(options) === 'people' && options.once === undefined && isLiveStream(stdout);
      if (isLive) await showLive(terminal, stdout, targets, options.interval);
      else await showOnce(terminal, targets, options);
    });
}

async function showOnce(
  terminal: Terminal,
  targets: ReturnType<typeof nodeTargets>,
  options: TopOptions,
): Promise<void> {
  const { onNodes } = await import('../api/on-nodes.ts');
  const { reportNodes } = await import('../api/report-nodes.ts');
  const { usageRates } = await import('../dashboard/usage-rates.ts');
  const outcomes = await onNodes(targets, async ({ machine }) => {
    const before = await machine.usage({});
    await sleep(options.interval);
    return usageRates(before, await machine.usage({}));
  });
  reportNodes(terminal, options, outcomes, { columns, rows: await rowsOf(), value: (rates) => rates });
}

async function showLive(
  terminal: Terminal,
  stdout: OutputStream & LiveStream,
  targets: ReturnType<typeof nodeTargets>,
  intervalMs: number,
): Promise<void> {
  const { onNodes, settleNodes } = await import('../api/on-nodes.ts');
  const { usageRates } = await import('../dashboard/usage-rates.ts');
  const { LiveLines } = await import('../output/live-lines.ts');
  const { tableLines } = await import('../output/write-table.ts');
  const toRows = await rowsOf();
  const signal = interruptSignal();
  const live = new LiveLines(stdout);
  const latest = new Map<string, Rates>();
  const draw = (): void => {
    const isNamed = targets.length > 1;
    const lines = targets.flatMap(({ name }) => {
      const rates = latest.get(name);
      return rates === undefined ? [] : [headOf(stdout, isNamed ? name : undefined, rates)];
    });
    const rows = targets.flatMap(({ name }) => {
      const rates = latest.get(name);
      if (rates === undefined) return [];
      return toRows(rates).map((row) => (isNamed ? [name, ...row] : row));
    });
    live.draw([...lines, '', ...tableLines(stdout, isNamed ? ['NODE', ...columns] : columns, rows)]);
  };
  try {
    const outcomes = await onNodes(
      targets,
      ({ machine, target }) =>
        untilInterrupted(signal, async () => {
          for (let before = await machine.usage({}, { signal }); ; ) {
            latest.set(target.name, latest.get(target.name) ?? usageRates(undefined, before));
            draw();
            await sleep(intervalMs, undefined, { signal });
            const now = await machine.usage({}, { signal });
            latest.set(target.name, usageRates(before, now));
            before = now;
          }
        }),
      { signal },
    );
    live.end();
    if (!signal.aborted) settleNodes(terminal, outcomes);
  } finally {
    live.end();
  }
}

async function rowsOf(): Promise<(rates: Rates) => readonly (readonly string[])[]> {
  const { latencyText, memoryText, rateText, shareText } = await import('../dashboard/usage-rates.ts');
  return ({ supervisorCpu, supervisorBytes, modules }) => [
    ['PID 1', shareText(supervisorCpu), formatBytes(supervisorBytes), '', '', '', ''],
    ...modules.map(({ name, cpu, memoryBytes, eventsPerSecond, eventP99Ns, queue, restarts }) => [
      visibleText(name),
      shareText(cpu),
      memoryText(memoryBytes),
      rateText(eventsPerSecond),
      latencyText(eventP99Ns),
      String(queue),
      String(restarts),
    ]),
  ];
}

/** `lab-1  processors 12.3 % of 2   memory 1.2 of 4.0 GiB`. */
function headOf(stream: OutputStream, name: string | undefined, rates: Rates): string {
  const used = (rates.memoryTotalBytes - rates.memoryAvailableBytes) / 2 ** 30;
  const cpu = rates.cpu === undefined ? '–' : `${(rates.cpu * 100).toFixed(1)} %`;
  const head = name === undefined ? '' : `${paint(stream, 'name', name)}  `;
  const memory = `${used.toFixed(1)} of ${(rates.memoryTotalBytes / 2 ** 30).toFixed(1)} GiB`;
  return `${head}processors ${cpu} of ${rates.processors}   memory ${memory}`;
}

function isLiveStream(stream: OutputStream): stream is OutputStream & LiveStream {
  return 'isTTY' in stream && stream.isTTY === true;
}
