/**
 * The screen of the dashboard as lines of text with meanings: a function of what is known of the nodes, of what the person has chosen, and of the size of the
 * terminal. It fits 80 columns and 24 rows; wider terminals show more of each line, higher ones more lines.
 *
 * What nodes say goes through `visibleText`: a log line must not move the cursor of who reads it.
 */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { uptimeText } from '../output/uptime.ts';
import { cut, justified, type Line, padded, type Span } from './lines.ts';
import type { NodeView } from './node-view.ts';
import { shareText } from './usage-rates.ts';
import { bodyLines, type LogLevel, type Tab, tabs } from './views.ts';

/** What the person has chosen. */
export type Choice = {
  /** Place in the list of nodes. */
  readonly node: number;
  readonly tab: Tab;
  /** Lines of the body that are above what is shown; of logs, lines that are below it. */
  readonly scroll: number;
  /** Log lines below this are left out. */
  readonly level: LogLevel;
  readonly isHelp: boolean;
};

export const firstChoice: Choice = { node: 0, tab: 'overview', scroll: 0, level: 'debug', isHelp: false };

export type Size = { readonly columns: number; readonly rows: number };

const headRows = 4;
const footRows = 1;

/** Exactly `size.rows` lines, none wider than the terminal. */
export function drawScreen(
  nodes: readonly NodeView[],
  choice: Choice,
  size: Size,
  nowMs: number,
): readonly Line[] {
  const node = nodes[choice.node];
  if (node === undefined) return [];
  const room = Math.max(1, size.rows - headRows - footRows);
  const body = choice.isHelp ? helpLines : bodyLines(node, choice, size.columns, room);
  const from = choice.isHelp ? 0 : firstLine(choice, body.length, room);
  const shown = body.slice(from, from + room);
  const blank = Array.from({ length: room - shown.length }, (): Line => []);
  const lines = [...headLines(nodes, choice, size.columns, nowMs), ...shown, ...blank];
  return [...lines, footLine(from, body.length, room, nodes.length)]
    .slice(0, size.rows)
    .map((line) => cut(line, size.columns));
}

/** The most that `scroll` can be. */
export function scrollLimit(node: NodeView, choice: Choice, size: Size): number {
  const room = Math.max(1, size.rows - headRows - footRows);
  return Math.max(0, bodyLines(node, choice, size.columns, room).length - room);
}

function firstLine({ tab, scroll }: Choice, count: number, room: number): number {
  const most = Math.max(0, count - room);
  // A log is read from its end.
  return tab === 'logs' ? most - Math.min(scroll, most) : Math.min(scroll, most);
}

function headLines(nodes: readonly NodeView[], choice: Choice, columns: number, nowMs: number): Line[] {
  const node = nodes[choice.node];
  if (node === undefined) return [];
  const { version, rates } = node;
  const place = nodes.length > 1 ? `node ${choice.node + 1} of ${nodes.length}` : '';
  const uptime = node.uptimeMs(nowMs);
  const about =
    version === undefined
      ? ''
      : [
          `Eft ${version.version}`,
          version.environment,
          uptime === undefined ? '' : `up ${uptimeText(uptime)}`,
        ]
          .filter((word) => word !== '')
          .map((word) => visibleText(word, 40))
          .join(' · ');
  const left: Line = [
    { text: visibleText(node.name, 40), meaning: 'name' },
    { text: about === '' ? '  ' : `  ${about}  ` },
    stateSpan(node),
  ];
  return [
    justified(left, [{ text: place, meaning: 'faint' }], columns),
    usageLine(node, rates),
    tabs.flatMap((tab, index): Line => {
      const text = `${index + 1} ${tab}`;
      return tab === choice.tab && !choice.isHelp
        ? [{ text: `[${text}]`, meaning: 'title' }, { text: ' ' }]
        : [{ text: ` ${text} `, meaning: 'faint' }, { text: ' ' }];
    }),
    [{ text: '─'.repeat(columns), meaning: 'faint' }],
  ];
}

function stateSpan(node: NodeView): Span {
  if (node.contact === 'connecting') {
    return {
      text: node.reason === '' ? 'connecting …' : `no answer: ${visibleText(node.reason, 200)}`,
      meaning: 'faint',
    };
  }
  if (node.contact === 'lost') return { text: `lost: ${visibleText(node.reason, 200)}`, meaning: 'bad' };
  const maintenance = node.version?.maintenance ?? '';
  const [, status] = node.resources('node-status')[0] ?? [];
  if (status?.['ready'] === true) {
    return maintenance === ''
      ? { text: 'READY', meaning: 'good' }
      : { text: 'READY, in maintenance', meaning: 'title' };
  }
  const unmet = Array.isArray(status?.['unmet']) ? status['unmet'].map(String).join(', ') : '';
  return { text: unmet === '' ? 'not ready' : `not ready: ${visibleText(unmet, 200)}`, meaning: 'bad' };
}

function usageLine({ history }: NodeView, rates: NodeView['rates']): Line {
  if (rates === undefined) return [{ text: 'no figures yet', meaning: 'faint' }];
  const used = rates.memoryTotalBytes - rates.memoryAvailableBytes;
  return [
    { text: 'processors ', meaning: 'faint' },
    { text: `${sparkline(history.slice(-10))} ${shareText(rates.cpu)} of ${rates.processors}`.trimStart() },
    { text: '   memory ', meaning: 'faint' },
    { text: `${gibibytes(used)} of ${gibibytes(rates.memoryTotalBytes)} GiB` },
    { text: '   PID 1 ', meaning: 'faint' },
    { text: `${shareText(rates.supervisorCpu)}, ${formatBytes(rates.supervisorBytes)}` },
  ];
}

/** One character for each share, 0 to 1. */
export function sparkline(shares: readonly number[]): string {
  const bars = '▁▂▃▄▅▆▇█';
  return shares
    .map((share) => bars[Math.min(bars.length - 1, Math.floor(share * bars.length))] ?? '')
    .join('');
}

const helpLines: readonly Line[] = [
  ['1 … 6, ← →', 'another view'],
  ['Tab, Shift-Tab', 'the next node, the one before'],
  ['↑ ↓, Page Up, Page Down', 'other lines of this view'],
  ['g, G', 'the first lines, the last'],
  ['l', 'log lines from another level on: debug, info, warn, error'],
  ['?, h', 'this'],
  ['q, Ctrl-C', 'the end'],
].map(([keys = '', what = '']): Line => [{ text: padded(keys, 26), meaning: 'name' }, { text: what }]);

function footLine(from: number, count: number, room: number, nodes: number): Line {
  const more = count > room ? `   lines ${from + 1}–${Math.min(count, from + room)} of ${count}` : '';
  const next = nodes > 1 ? 'Tab node · ' : '';
  return [{ text: `${next}1–6 view · ↑↓ scroll · l level · ? help · q quit${more}`, meaning: 'faint' }];
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
