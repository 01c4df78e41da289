/** The attacks on a terminal: one line each, with the quiet cell's latency over time and what became of the attacker. */
import { styleText } from 'node:util';
import { formatTable } from '../../cli/output/table.ts';
import type { AttackResult } from './neighbour.ts';
import { type AttackRun, beforeMs, windowMs } from './run-attack.ts';

/** Characters before the attack's beginning, and from it on. */
const columnsBefore = 8;
const columnsDuring = 32;
/** Latencies of the lowest and the highest block, in milliseconds; in between they are logarithmic. */
const lowestMs = 0.05;
const highestMs = 50;
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

export function printAttackChart(results: readonly AttackResult[]): void {
  console.log(styleText('bold', '\nA quiet cell while another one attacks'));
  console.log(
    styleText(
      'dim',
      `  longest latency of its events, ▁ ${lowestMs} ms to █ ${highestMs} ms (logarithmic), from ${beforeMs / 1000} s before an attack (│) to ${windowMs / 1000} s after; red: the attacker lives`,
    ),
  );
  const columns = [
    { title: 'ATTACK' },
    { title: 'QUIET CELL' },
    { title: 'P99 BEFORE', align: 'right' },
    { title: 'DURING', align: 'right' },
    { title: 'CONTAINED', align: 'right' },
    { title: 'BY' },
  ] as const;
  const rows = results.map(({ attack, run, p99BeforeMs, p99DuringMs }) => [
    attack.title,
    sparkline(run),
    `${p99BeforeMs.toFixed(2)} ms`,
    `${p99DuringMs.toFixed(2)} ms`,
    `${formatMs(run.containedMs)}`,
    run.containedBy,
  ]);
  for (const line of formatTable(columns, rows)) console.log(`  ${line}`);
}

/** `1.8 ms`, `252 ms`, `10.25 s`. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(2)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${ms.toFixed(0)} ms`;
}

function sparkline(run: AttackRun): string {
  const before = columnsOf(run, -beforeMs, 0, columnsBefore);
  const during = columnsOf(run, 0, windowMs, columnsDuring);
  return `${before.join('')}${styleText('dim', '│')}${during.join('')}`;
}

function columnsOf({ samples, lives }: AttackRun, fromMs: number, toMs: number, count: number): string[] {
  return Array.from({ length: count }, (_, column) => {
    const begin = fromMs + ((toMs - fromMs) * column) / count;
    const end = fromMs + ((toMs - fromMs) * (column + 1)) / count;
    const inside = samples.filter(({ atMs }) => atMs >= begin && atMs < end);
    if (inside.length === 0) return ' ';
    const longest = Math.max(...inside.map(({ latencyMs }) => latencyMs));
    const share = Math.log(longest / lowestMs) / Math.log(highestMs / lowestMs);
    const block = blocks[Math.min(7, Math.max(0, Math.floor(share * 8)))] ?? ' ';
    const isAlive = lives.some(
      ({ beginMs, endMs }) => beginMs < end && (endMs ?? Number.POSITIVE_INFINITY) > begin,
    );
    return isAlive ? styleText('red', block) : block;
  });
}
