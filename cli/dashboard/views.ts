/** The body of each view of the dashboard: what is known of one node, as lines. What nodes say goes through `visibleText`. */
import type { JsonObject } from '@bufbuild/protobuf';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { shortKind } from '../api/kind-names.ts';
import { durationText } from '../output/resource-cells.ts';
import { displayWidth } from '../output/table.ts';
import type { Meaning } from '../output/terminal.ts';
import { cut, type Line, padded, type Row, right, tableOf } from './lines.ts';
import type { NodeView } from './node-view.ts';
import type { Choice } from './screen.ts';
import { latencyText, memoryText, rateText, shareText } from './usage-rates.ts';

export const tabs = ['overview', 'modules', 'network', 'resources', 'boot', 'logs'] as const;
export type Tab = (typeof tabs)[number];

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lines of a log in the overview, if the terminal has room for no more. */
const overviewLogs = 4;

export function bodyLines(node: NodeView, choice: Choice, columns: number, room: number): readonly Line[] {
  switch (choice.tab) {
    case 'overview':
      return overviewLines(node, choice, columns, room);
    case 'modules':
      return moduleLines(node);
    case 'network':
      return networkLines(node);
    case 'resources':
      return resourceLines(node);
    case 'boot':
      return bootLines(node, columns);
    case 'logs':
      return logLines(node, choice.level);
  }
}

function overviewLines(node: NodeView, { level }: Choice, columns: number, room: number): readonly Line[] {
  const modules = moduleLines(node);
  const network = networkLines(node).slice(0, Math.max(3, Math.floor(room / 3)));
  const boot = bootSummary(node);
  const above = [...modules, [], ...network, [], ...boot, []];
  const logRoom = Math.max(overviewLogs, room - above.length - 1);
  const logs = logLines(node, level).slice(-logRoom);
  const title: Line = [{ text: 'LOG', meaning: 'title' }];
  return [...above, title, ...logs].map((line) => cut(line, columns));
}

function moduleLines(node: NodeView): readonly Line[] {
  const rates = new Map(node.rates?.modules.map((module) => [module.name, module]));
  const modules = node.resources('module-status');
  const rows = modules.map(([name, value]): Row => {
    const module = rates.get(name);
    const state = wordOf(value['state']);
    const meaning = moduleMeaning(state);
    return [
      { text: visibleText(name, 24), meaning: 'name' },
      { text: wordOf(value['version']) },
      meaning === undefined ? { text: state } : { text: state, meaning },
      right(shareText(module?.cpu)),
      right(memoryText(module?.memoryBytes ?? 0)),
      right(rateText(module?.eventsPerSecond)),
      right(latencyText(module?.eventP99Ns ?? 0)),
      right(String(module?.queue ?? '–')),
      right(String(module?.restarts ?? wordOf(value['restarts']))),
    ];
  });
  const titles = ['MODULE', 'VERSION', 'STATE', 'CPU', 'MEMORY', 'EVENTS/S', 'P99', 'QUEUE', 'RESTARTS'];
  // What a module says of itself has a line of its own: beside the rest there is no room for it in 80 columns.
  const messages = modules.map(([, value]) => wordOf(value['message']));
  return tableOf(titles, rows, 'no modules').flatMap((line, index): readonly Line[] => {
    const message = messages[index - 1] ?? '';
    return message === '' ? [line] : [line, [{ text: `  ${message}`, meaning: 'bad' }]];
  });
}

function moduleMeaning(state: string): Meaning | undefined {
  if (state === 'healthy') return 'good';
  return state === 'starting' ? undefined : 'bad';
}

function networkLines(node: NodeView): readonly Line[] {
  const addresses = node.resources('address-status');
  const leases = new Map(node.resources('dhcp-lease'));
  const rows = node.resources('link-status').map(([name, value]): Row => {
    const own = addresses.filter(([, address]) => address['link'] === name);
    const isUp = value['operationalState'] === 'up' || value['kind'] === 'loopback';
    const state = String(leases.get(name)?.['state'] ?? '');
    return [
      { text: visibleText(name, 16), meaning: 'name' },
      { text: wordOf(value['kind']) },
      { text: wordOf(value['operationalState']), meaning: isUp ? 'good' : 'bad' },
      right(wordOf(value['mtu'])),
      { text: visibleText(state, 16), meaning: 'faint' },
      { text: visibleText(own.map(([id]) => id.slice(name.length + 1)).join(' '), 400) },
    ];
  });
  return tableOf(['LINK', 'KIND', 'STATE', 'MTU', 'DHCP', 'ADDRESSES'], rows, 'no links');
}

function resourceLines(node: NodeView): readonly Line[] {
  const rows = node.kinds.map(
    ({ name, count, writers }): Row => [
      { text: visibleText(name.startsWith('eft:resources/') ? shortKind(name) : name, 60), meaning: 'name' },
      right(String(count)),
      { text: visibleText(writers.join(', '), 60), meaning: 'faint' },
    ],
  );
  return tableOf(['KIND', 'COUNT', 'WRITTEN BY'], rows, 'no kinds that you may read');
}

type Phase = {
  readonly name: string;
  readonly beganNs: number;
  readonly tookNs: number | undefined;
  readonly state: string;
  readonly message: string;
};

function phasesOf(node: NodeView): readonly Phase[] {
  const order = (value: JsonObject): number => Number(value['order'] ?? 0);
  return [...node.resources('boot-phase')]
    .sort(([, left], [, right]) => order(left) - order(right))
    .map(([name, value]) => ({
      name: visibleText(name, 24),
      beganNs: Number(value['began'] ?? 0),
      tookNs: value['took'] === undefined ? undefined : Number(value['took']),
      state: wordOf(value['state']),
      message: wordOf(value['message']),
    }));
}

function bootSummary(node: NodeView): readonly Line[] {
  const phases = phasesOf(node);
  const first = phases[0]?.beganNs ?? 0;
  const last = Math.max(0, ...phases.map(({ beganNs, tookNs = 0 }) => beganNs + tookNs - first));
  const slow = [...phases].sort((left, right) => (right.tookNs ?? 0) - (left.tookNs ?? 0)).slice(0, 3);
  if (phases.length === 0) return [[{ text: 'no phases of a boot yet', meaning: 'faint' }]];
  const slowest = slow.map(({ name, tookNs }) => `${name} ${durationText(tookNs ?? 0)}`).join(', ');
  return [
    [
      { text: 'BOOT  ', meaning: 'title' },
      { text: `${durationText(last)} in ${phases.length} ${phases.length === 1 ? 'phase' : 'phases'}` },
      { text: `; most of it: ${slowest}`, meaning: 'faint' },
    ],
  ];
}

/** A waterfall: where each phase stands in the whole boot. */
function bootLines(node: NodeView, columns: number): readonly Line[] {
  const phases = phasesOf(node);
  if (phases.length === 0) return [[{ text: 'no phases of a boot yet', meaning: 'faint' }]];
  const first = phases[0]?.beganNs ?? 0;
  const end = Math.max(1, ...phases.map(({ beganNs, tookNs = 0 }) => beganNs + tookNs - first));
  const nameWidth = Math.max(...phases.map(({ name }) => displayWidth(name)));
  const barWidth = Math.max(10, Math.min(60, Math.floor((columns - nameWidth - 12) / 2)));
  return phases.map(({ name, beganNs, tookNs, state, message }) => {
    const from = Math.min(barWidth - 1, Math.round(((beganNs - first) / end) * barWidth));
    const length = Math.max(1, Math.min(barWidth - from, Math.round(((tookNs ?? 0) / end) * barWidth)));
    const bar = `${' '.repeat(from)}${'█'.repeat(length)}`.padEnd(barWidth);
    const took = (tookNs === undefined ? '…' : durationText(tookNs)).padStart(9);
    return [
      { text: `${padded(name, nameWidth)} ` },
      { text: bar, meaning: phaseMeaning(state) },
      { text: ` ${took} ` },
      { text: message, meaning: 'faint' },
    ];
  });
}

function phaseMeaning(state: string): Meaning {
  if (state === 'failed') return 'bad';
  return state === 'done' ? 'good' : 'title';
}

function logLines(node: NodeView, level: LogLevel): readonly Line[] {
  const least = logLevels.indexOf(level);
  const rank = (word: string): number => (logLevels as readonly string[]).indexOf(word);
  const lines = node.logs.filter((line) => rank(line.level) >= least);
  if (lines.length === 0) return [[{ text: 'no lines', meaning: 'faint' }]];
  return lines.map(({ timeNs, source, level: word, message }): Line => {
    const time = new Date(Number(timeNs / 1_000_000n)).toISOString().slice(11, 23);
    const text = { text: visibleText(message, 500) };
    return [
      { text: `${time} `, meaning: 'faint' },
      { text: `${padded(visibleText(source, 12), 10)} `, meaning: 'name' },
      word === 'error' || word === 'warn' ? { ...text, meaning: word === 'error' ? 'bad' : 'title' } : text,
    ];
  });
}

/** A plain value; a variant without content is its case. */
export function wordOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return visibleText(Object.keys(value).join(' '), 200);
  return value === undefined || value === null ? '' : visibleText(String(value), 200);
}
