/**
 * Resources of a kind on several nodes, as they change. In a terminal they are a table that changes in place; in a pipe, and for programs, every change is
 * a line of its own.
 */
import type { JsonObject } from '@bufbuild/protobuf';
import type { Resource, WatchResponse } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { type FormOptions, formOf, writeRecord } from '../output/form.ts';
import { LiveLines, type LiveStream } from '../output/live-lines.ts';
import { changesOf, inOrder, resourceTable } from '../output/resource-cells.ts';
import { type OutputStream, paint, type Terminal, writeLine } from '../output/terminal.ts';
import { tableLines } from '../output/write-table.ts';
import { type NodeClient, withoutDeadline } from './client.ts';
import { interruptSignal, untilInterrupted } from './interrupt.ts';
import { resolveKind } from './kind-names.ts';
import type { NodeTarget } from './node-target.ts';
import { onNodes, settleNodes } from './on-nodes.ts';
import { resourceValue } from './resource-value.ts';

/** The table is drawn no more often than this. */
const drawIntervalMs = 100;

export type Watched = { readonly word: string; readonly id: string | undefined };

type NodeChange =
  | {
      readonly node: string;
      readonly change: 'put';
      readonly resource: Resource;
      readonly before: JsonObject | undefined;
    }
  | { readonly node: string; readonly change: 'removed'; readonly kind: string; readonly id: string };

/** Watches until Ctrl-C, or until every node has failed. Throws an exit status if any has. */
export async function watchNodes(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  options: FormOptions,
  watched: Watched,
): Promise<void> {
  const signal = interruptSignal();
  const form = formOf(options);
  const live =
    form === 'people' && isTerminal(terminal.stdout) ? new LiveTable(terminal.stdout, targets) : undefined;
  const tell = (change: NodeChange): void => {
    if (live !== undefined) live.take(change);
    else if (form === 'people')
      writeLine(terminal.stdout, changeText(terminal.stdout, change, targets.length > 1));
    else writeRecord(terminal.stdout, form, changeValue(change));
  };
  try {
    const outcomes = await onNodes(
      targets,
      (client) => untilInterrupted(signal, () => watchNode(client, watched, signal, tell, live)),
      { signal },
    );
    live?.end();
    if (!signal.aborted) settleNodes(terminal, outcomes);
  } finally {
    live?.end();
  }
}

async function watchNode(
  { state, target }: NodeClient,
  { word, id }: Watched,
  signal: AbortSignal,
  tell: (change: NodeChange) => void,
  live: LiveTable | undefined,
): Promise<void> {
  const node = target.name;
  const { kinds } = await state.listKinds({}, { signal });
  const names = kinds.map(({ name }) => name);
  const kind = resolveKind(word, names, node);
  live?.begin(node, kind);
  const values = new Map<string, JsonObject>();
  const request = id === undefined ? { kinds: [kind] } : { kinds: [kind], id };
  for await (const batch of state.watch(request, { ...withoutDeadline, signal })) {
    for (const change of changesIn(batch)) {
      if ('resource' in change) {
        const { resource } = change;
        tell({ node, change: 'put', resource, before: values.get(resource.id) });
        values.set(resource.id, resource.value ?? {});
      } else {
        values.delete(change.id);
        tell({ node, change: 'removed', ...change });
      }
    }
  }
}

function changesIn({
  changes,
}: WatchResponse): readonly (
  | { readonly resource: Resource }
  | { readonly kind: string; readonly id: string }
)[] {
  return changes.flatMap<{ resource: Resource } | { kind: string; id: string }>(({ change }) => {
    if (change.case === 'put') return [{ resource: change.value }];
    return change.case === 'removed' ? [{ kind: change.value.kind, id: change.value.id }] : [];
  });
}

/** `lab-1  ~ eth0  up: false → true`. */
function changeText(stream: OutputStream, change: NodeChange, isNamed: boolean): string {
  const head = isNamed ? `${paint(stream, 'name', change.node)}  ` : '';
  if (change.change === 'removed') return `${head}${paint(stream, 'bad', '-')} ${visibleText(change.id)}`;
  const { resource, before } = change;
  const fields = changesOf(before, resource.value ?? {}).join(', ');
  const mark = before === undefined ? paint(stream, 'good', '+') : paint(stream, 'title', '~');
  const phase = resource.phase === 'running' ? '' : `, ${resource.phase}`;
  return `${head}${mark} ${visibleText(resource.id)}  ${fields}${phase}`.trimEnd();
}

function changeValue(change: NodeChange): object {
  const { node } = change;
  if (change.change === 'removed') return { node, change: 'removed', kind: change.kind, id: change.id };
  return { node, change: 'put', resource: resourceValue(change.resource) };
}

function isTerminal(stream: OutputStream): stream is OutputStream & LiveStream {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** The table of all nodes, drawn a little after something has changed, so that many changes at once are one drawing. */
class LiveTable {
  readonly #live: LiveLines;
  readonly #stream: OutputStream;
  readonly #isNamed: boolean;
  readonly #kinds = new Map<string, string>();
  readonly #resources = new Map<string, Map<string, Resource>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: OutputStream & LiveStream, targets: readonly NodeTarget[]) {
    this.#stream = stream;
    this.#live = new LiveLines(stream);
    this.#isNamed = targets.length > 1;
    // In the order of the nodes, whichever answers first.
    for (const { name } of targets) this.#resources.set(name, new Map());
  }

  begin(node: string, kind: string): void {
    this.#kinds.set(node, kind);
    this.#drawSoon();
  }

  take(change: NodeChange): void {
    const resources = this.#resources.get(change.node);
    if (change.change === 'put') resources?.set(change.resource.id, change.resource);
    else resources?.delete(change.id);
    this.#drawSoon();
  }

  end(): void {
    if (this.#timer !== undefined) this.#draw();
    this.#live.end();
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => this.#draw(), drawIntervalMs);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#live.draw([...new Set(this.#kinds.values())].flatMap((kind) => this.#linesOf(kind)));
  }

  #linesOf(kind: string): readonly string[] {
    const rows = [...this.#resources].flatMap(([node, resources]) =>
      this.#kinds.get(node) === kind
        ? inOrder(kind, [...resources.values()]).map((resource) => ({ node, resource }))
        : [],
    );
    if (rows.length === 0) return [paint(this.#stream, 'faint', `no ${kind} yet`)];
    const { titles, cells } = resourceTable(
      kind,
      rows.map(({ node, resource: { id, value, phase } }) => ({ id, value, phase, node })),
    );
    return tableLines(
      this.#stream,
      this.#isNamed ? ['NODE', ...titles] : titles,
      cells.map((row, index) => (this.#isNamed ? [rows[index]?.node ?? '', ...row] : row)),
    );
  }
}
