/**
 * What nodes tell line by line: logs, events, the kernel's log, the audit log. Of one node the lines are shown as they come. Of several they are put in order by
 * their time, unless they are followed: then each is shown when it comes, with the name of its node.
 */
import type { CallOptions } from '@connectrpc/connect';
import { type FormOptions, formOf, writeRecord } from '../output/form.ts';
import { type OutputStream, paint, type Terminal, writeLine } from '../output/terminal.ts';
import { type NodeClient, withoutDeadline } from './client.ts';
import { interruptSignal, untilInterrupted } from './interrupt.ts';
import type { NodeTarget } from './node-target.ts';
import { onNodes, settleNodes } from './on-nodes.ts';

export type LineOptions = FormOptions & { readonly follow?: true; readonly tail?: number };

export type LineSource<Batch, Line> = {
  readonly open: (client: NodeClient, options: CallOptions) => AsyncIterable<Batch>;
  readonly lines: (batch: Batch) => readonly Line[];
  /** Lines that the node left out before these. */
  readonly dropped: (batch: Batch) => bigint;
  /** What lines of several nodes are put in order by. */
  readonly time: (line: Line) => bigint;
  /** For people; fit for a terminal. */
  readonly text: (line: Line, stream: OutputStream) => string;
  /** For programs. */
  readonly value: (line: Line) => object;
};

/** Shows them until there are no more, or until Ctrl-C. Throws an exit status if any node has failed. */
export async function showNodeLines<Batch, Line>(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  options: LineOptions,
  source: LineSource<Batch, Line>,
): Promise<void> {
  const signal = interruptSignal();
  const isTogether = targets.length > 1 && options.follow === undefined;
  const kept: { readonly node: string; readonly line: Line }[] = [];
  const form = formOf(options);
  const write = (node: string, line: Line): void => {
    if (form !== 'people') writeRecord(terminal.stdout, form, { node, ...source.value(line) });
    else {
      const head = targets.length > 1 ? `${paint(terminal.stdout, 'name', node)}  ` : '';
      writeLine(terminal.stdout, `${head}${source.text(line, terminal.stdout)}`);
    }
  };
  const outcomes = await onNodes(
    targets,
    (client) =>
      untilInterrupted(signal, async () => {
        const node = client.target.name;
        for await (const batch of source.open(client, { ...withoutDeadline, signal })) {
          tellDropped(terminal, node, source.dropped(batch));
          for (const line of source.lines(batch)) {
            if (isTogether) kept.push({ node, line });
            else write(node, line);
          }
        }
      }),
    { signal },
  );
  kept.sort((left, right) => compare(source.time(left.line), source.time(right.line)));
  for (const { node, line } of kept) write(node, line);
  if (!signal.aborted) settleNodes(terminal, outcomes);
}

function tellDropped({ stderr }: Terminal, node: string, dropped: bigint): void {
  if (dropped === 0n) return;
  writeLine(
    stderr,
    paint(
      stderr,
      'faint',
      `${node}: ${dropped} lines are missing here: they came faster than they were read`,
    ),
  );
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** `2026-11-23T09:00:00.123Z`, of nanoseconds since 1970. */
export function momentText(nanoseconds: bigint): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString();
}
