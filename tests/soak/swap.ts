/**
 * `npm run soak:swap -- [--swaps N] [--json]`
 *
 * Swaps a module back and forth under load, with news at every step of each swap, and says at the end whether anything was lost or counted twice,
 * and whether memory, descriptors, threads, timers and store entries came back to where they were. Ends with status 1 if not.
 *
 * It runs in a process of its own, since a count is worth something only if nobody else opens and closes things in it.
 */
import { styleText } from 'node:util';
import { conditionsHere } from '../../bench/figures.ts';
import { formatLineChart } from '../../bench/line-chart.ts';
import { type BenchHelp, orExit, readOptions, wholeNumber } from '../../bench/options.ts';
import { formatBytes } from '../../cli/output/bar-chart.ts';
import { formatTable } from '../../cli/output/table.ts';
import { bundleCellProgram } from '../../cli/toolchain/bundle-cell-program.ts';
import { SwapRounds } from '../swap/swap-rounds.ts';
import { type Finding, judge, type Sample } from './verdict.ts';

const defaultSwaps = 10_000;
/** Swaps before the ones that count: thread pools fill, the engine compiles, the allocator finds its size. */
const warmUpSwaps = 40;
/** Samples over the swaps that count. */
const sampleCount = 50;

const help: BenchHelp = {
  command: 'npm run soak:swap',
  about: 'Swaps a module back and forth under load, and says what was lost and what was left behind.',
  options: [['--swaps N', `how many swaps, 10 or more (${defaultSwaps.toLocaleString('en-US')})`]],
};
const values = readOptions(help, { swaps: { type: 'string', default: String(defaultSwaps) } });
const swaps = orExit(help, () => wholeNumber('swaps', values.swaps, 10));
const { gc } = globalThis;
if (gc === undefined) throw new Error('memory can be told only with `node --expose-gc`');

const rounds = await SwapRounds.begin(await bundleCellProgram());
for (let swap = 0; swap < warmUpSwaps; swap += 1) await rounds.swap();
const samples: Sample[] = [{ round: 0, holdings: await rounds.holdings(gc) }];
rounds.talk();
const begin = performance.now();
const step = Math.max(1, Math.floor(swaps / sampleCount));
for (let swap = 1; swap <= swaps; swap += 1) {
  await rounds.swap();
  if (swap % step !== 0 && swap !== swaps) continue;
  samples.push({ round: swap, holdings: await rounds.holdings(gc) });
  rounds.talk();
  tellProgress(swap);
}
const seconds = (performance.now() - begin) / 1000;
const lost = await rounds.settle();
const { failures, version } = rounds;
const expected = (warmUpSwaps + swaps) % 2 === 0 ? '1.0.0' : '1.1.0';
const findings = judge(samples);
const isWell =
  lost.events === 0 &&
  failures.length === 0 &&
  version === expected &&
  findings.every(({ isHeld }) => isHeld);
if (values.json) printJson();
else printTable();
process.exit(isWell ? 0 : 1);

/** One line that stays where it is on a terminal, and one for each tenth in a file. */
function tellProgress(swap: number): void {
  const left = ((performance.now() - begin) / 1000 / swap) * (swaps - swap);
  const count = (value: number): string => value.toLocaleString('en-US');
  const line = `swap ${count(swap)} of ${count(swaps)}, ${Math.ceil(left)} s left`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${swap === swaps ? '' : line}`);
  else if (Math.floor((swap * 10) / swaps) > Math.floor(((swap - step) * 10) / swaps))
    process.stderr.write(`${line}\n`);
}

function printJson(): void {
  const conditions = conditionsHere();
  console.log(JSON.stringify({ swaps, seconds, lost, failures, version, findings, samples, conditions }));
}

function printTable(): void {
  const count = (value: number): string => value.toLocaleString('en-US');
  const { tally } = lost;
  const events = [tally.ticks, tally.heard, tally.letters, tally.answers].reduce(
    (sum, n) => sum + Number(n),
    0,
  );
  console.log(styleText('bold', `${count(swaps)} swaps back and forth under load`));
  console.log(
    `  ${count(events)} events, ${count(lost.events)} lost or counted twice, ${failures.length} failures`,
  );
  console.log(`  ${version} runs at the end, as it should be ${expected}; ${seconds.toFixed(0)} s\n`);
  const show = ({ limit }: Finding, value: number) => (limit === 0 ? count(value) : formatBytes(value));
  const rows = findings.map((finding) => [
    finding.name,
    show(finding, finding.before),
    show(finding, finding.after),
    finding.limit === 0 ? 'as before' : `+ ${formatBytes(finding.limit)}`,
    finding.isHeld ? styleText('green', '✓') : styleText('red', '✗'),
  ]);
  const columns = [
    { title: 'HELD' },
    { title: 'BEFORE', align: 'right' },
    { title: 'AFTER', align: 'right' },
    { title: 'LIMIT', align: 'right' },
    { title: '' },
  ] as const;
  for (const line of formatTable(columns, rows)) console.log(`  ${line}`);
  const resident = samples.map(({ holdings }) => holdings.bytes.resident);
  const chart = { values: resident, width: 64, height: 4, from: 0, to: Math.max(...resident) * 1.1 };
  console.log(`\n  ${styleText('bold', 'Resident memory over the swaps')}`);
  for (const line of formatLineChart({ ...chart, format: formatBytes })) console.log(`  ${line}`);
}
