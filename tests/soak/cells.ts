/**
 * `npm run soak:cells -- [--rounds N] [--seed N] [--json] [--leak NAME,…]`
 *
 * Creates, runs and kills cells and trees of requests for many rounds, and says at the end whether memory, descriptors, threads,
 * timers and store entries came back to where they were. Ends with status 1 if one did not. `--leak` plants leaks, to see that found.
 *
 * It runs in a process of its own, since a count is worth something only if nobody else opens and closes things in it.
 */
import { styleText } from 'node:util';
import { conditionsHere } from '../../bench/figures.ts';
import { formatLineChart } from '../../bench/line-chart.ts';
import { type BenchHelp, namesOf, orExit, readOptions, wholeNumber } from '../../bench/options.ts';
import { formatBytes } from '../../cli/output/bar-chart.ts';
import { formatTable } from '../../cli/output/table.ts';
import { bundleCellProgram } from '../../cli/toolchain/bundle-cell-program.ts';
import { CellRounds, type RoundTotals } from './cell-rounds.ts';
import { leaks } from './planted-leak.ts';
import { type Finding, judge, type Sample } from './verdict.ts';

const defaultRounds = 10_000;
const defaultSeed = 7;
/** Rounds before the ones that count: thread pools fill, the engine compiles, the allocator finds its size. */
const warmUpRounds = 40;
/** Samples over the rounds that count. */
const sampleCount = 100;

const help: BenchHelp = {
  command: 'npm run soak:cells',
  about: 'Creates, runs and kills cells and trees of requests, and says what they have left behind.',
  options: [
    ['--rounds N', `how many rounds, 10 or more (${defaultRounds})`],
    ['--seed N', `what the rounds are drawn from (${defaultSeed})`],
    ['--leak NAME,…', `plant leaks, to see that they are found: ${leaks.join(', ')}`],
  ],
};
const values = readOptions(help, {
  rounds: { type: 'string', default: String(defaultRounds) },
  seed: { type: 'string', default: String(defaultSeed) },
  leak: { type: 'string', default: '' },
});
const { rounds, seed, planted } = orExit(help, () => ({
  rounds: wholeNumber('rounds', values.rounds, 10),
  seed: wholeNumber('seed', values.seed, 0),
  planted: namesOf('leak', values.leak, leaks),
}));
const { gc } = globalThis;
if (gc === undefined) throw new Error('memory can be told only with `node --expose-gc`');

const soak = await CellRounds.prepare(await bundleCellProgram(), seed, planted);
for (let round = 0; round < warmUpRounds; round += 1) await soak.round();
const baseline = await soak.settle(gc);
const samples: Sample[] = [{ round: 0, holdings: baseline }];
const begin = performance.now();
const step = Math.max(1, Math.floor(rounds / sampleCount));
for (let round = 1; round <= rounds; round += 1) {
  await soak.round();
  const isLast = round === rounds;
  if (round % step === 0 || isLast) {
    samples.push({ round, holdings: await soak.settle(gc, isLast ? baseline : undefined) });
    tellProgress(round);
  }
}
const seconds = (performance.now() - begin) / 1000;
const findings = judge(samples);
if (values.json) printJson(findings, soak.totals);
else printTable(findings, soak.totals);
// What was leaked must not keep the process: its end is the soak's.
process.exit(findings.every(({ isHeld }) => isHeld) ? 0 : 1);

/** One line that stays where it is on a terminal, and one for each tenth in a file. */
function tellProgress(round: number): void {
  const passed = (performance.now() - begin) / 1000;
  const left = (passed / round) * (rounds - round);
  const resident = formatBytes(samples.at(-1)?.holdings.bytes.resident ?? 0);
  const line = `round ${round.toLocaleString('en-US')} of ${rounds.toLocaleString('en-US')}, ${soak.totals.starts.toLocaleString('en-US')} starts, ${resident} resident, ${Math.ceil(left)} s left`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${round === rounds ? '' : line}`);
  else if (Math.floor((round * 10) / rounds) > Math.floor(((round - step) * 10) / rounds))
    process.stderr.write(`${line}\n`);
}

function printJson(found: readonly Finding[], totals: RoundTotals): void {
  const conditions = { ...conditionsHere(), seed };
  console.log(JSON.stringify({ totals, seconds, findings: found, samples, conditions }));
}

function printTable(found: readonly Finding[], { cells, starts, failures, requests }: RoundTotals): void {
  const count = (value: number) => value.toLocaleString('en-US');
  console.log(styleText('bold', `Cells, created, run and killed in ${count(rounds)} rounds`));
  console.log(
    `  ${count(cells)} cells, ${count(starts)} starts, ${count(failures)} failures, ${count(requests)} requests, in ${seconds.toFixed(0)} s (seed ${seed})\n`,
  );
  const show = ({ limit }: Finding, value: number) => (limit === 0 ? count(value) : formatBytes(value));
  const rows = found.map((finding) => [
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
  console.log(`\n  ${styleText('bold', 'Heap and resident memory over the rounds')}`);
  for (const name of ['heap', 'resident'] as const) {
    const series = samples.map(({ holdings }) => holdings.bytes[name]);
    const to = Math.max(...series) * 1.1;
    for (const line of formatLineChart({
      values: series,
      width: 64,
      height: 4,
      from: 0,
      to,
      format: formatBytes,
    }))
      console.log(`  ${line}`);
    console.log(styleText('dim', `  ${name}, from round 0 to round ${count(rounds)}\n`));
  }
}
