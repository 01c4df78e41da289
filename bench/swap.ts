/**
 * What a swap costs: the pause, what is lost in it, and whether memory grows with swaps; beside it the same change by a reboot of a namespace
 * node, and a restart of systemd-networkd.
 *
 * `npm run bench:swap -- [--swaps N] [--restarts N] [--alone] [--json]`; `--alone` leaves out the reboot and systemd-networkd, which need root.
 * A busy machine makes pauses longer.
 */
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { formatBytes } from '../cli/output/bar-chart.ts';
import { bundleCellProgram } from '../cli/toolchain/bundle-cell-program.ts';
import { buildCheckout } from '../image/build-checkout.ts';
import { developmentKey } from '../image/development-key.ts';
import { SwapRounds } from '../tests/swap/swap-rounds.ts';
import { openNamespaceBed } from './boot/namespace-boot.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { formatLineChart } from './line-chart.ts';
import { type BenchHelp, orExit, readOptions, wholeNumber } from './options.ts';
import { quantile } from './quantile.ts';
import { networkdRestarts, networkSwaps } from './swap/networkd-restart.ts';
import { type Point, slopeOf } from './swap/slope.ts';

const help: BenchHelp = {
  command: 'npm run bench:swap',
  about: 'Measures the pause of a swap under load, what is lost in it, and what it leaves behind.',
  options: [
    ['--swaps N', 'how many swaps, 100 or more (1,000)'],
    [
      '--restarts N',
      'how often the network module is swapped, systemd-networkd restarted and a node rebooted (9)',
    ],
    ['--alone', 'only the swaps: no reboot, no systemd-networkd'],
  ],
};
const options = readOptions(help, {
  swaps: { type: 'string', default: '1000' },
  restarts: { type: 'string', default: '9' },
  alone: { type: 'boolean', default: false },
});
const [swaps, restarts] = orExit(help, () => [
  wholeNumber('swaps', options.swaps, 100),
  wholeNumber('restarts', options.restarts, 1),
]);
const { gc } = globalThis;
if (gc === undefined) throw new Error('memory can be told only with `node --expose-gc`');
const collect: () => void = gc;

/** Of all swaps, the share that fills heaps, thread pools and the arenas of the allocator before memory is looked at. */
const warmUpShare = 0.5;
const samples = 40;
/** The line of a node's console that says that it is ready. */
const nodeReady = /(?<!NOT )READY.* after [\d.]+ s$/m;

const rounds = await SwapRounds.begin(await bundleCellProgram());
const memory: Point[] = [];
const wholeMs: number[] = [];
for (let swap = 1; swap <= swaps; swap += 1) {
  const beganMs = performance.now();
  await rounds.swap();
  wholeMs.push(performance.now() - beganMs);
  if (swap % Math.max(1, Math.floor(swaps / samples)) === 0) {
    collect();
    memory.push({ x: swap, y: proportionalSetSize() });
    say(`swap ${swap.toLocaleString('en-US')} of ${swaps.toLocaleString('en-US')}`);
  }
}
const pauses = [...rounds.pausesMs];
const lost = await rounds.settle();
const { failures } = rounds;
await rounds.stop();
const others = options.alone ? undefined : await measureOthers();
say('');

const later = memory.filter(({ x }) => x > swaps * warmUpShare);
printFigures('Swaps', figures(), { ...conditionsHere(), swaps, restarts });
if (!options.json) printCharts();
if (lost.events > 0 || failures.length > 0) console.error({ lost, failures });
process.exit(0);

async function measureOthers() {
  say('building the image');
  const { path } = await buildCheckout({ key: developmentKey() });
  const reboots: number[] = [];
  {
    await using bed = openNamespaceBed();
    for (let reboot = 0; reboot < restarts; reboot += 1) {
      say(`reboot ${reboot + 1} of ${restarts}`);
      await using node = await bed.boot(path, nodeReady);
      reboots.push(node.wallMs);
    }
  }
  say('swapping the network module');
  const network = await networkSwaps(restarts);
  say('restarting systemd-networkd');
  return { reboots, network, networkd: await networkdRestarts(restarts) };
}

function figures(): readonly Figure[] {
  const heard = Number(lost.tally.heard) + Number(lost.tally.letters);
  const all = heard + Number(lost.tally.ticks) + Number(lost.tally.answers);
  const told = `${all.toLocaleString('en-US')} events, some at every step of each swap`;
  const list: Figure[] = [
    figure(
      'pause-p50-ms',
      quantile(pauses, 0.5),
      'ms',
      'from the last event of the old version to the first of the new',
    ),
    figure(
      'pause-p99-ms',
      quantile(pauses, 0.99),
      'ms',
      `${pauses.length.toLocaleString('en-US')} swaps under load`,
      10,
    ),
    figure('pause-longest-ms', Math.max(...pauses), 'ms', 'the longest of them'),
    figure(
      'whole-p50-ms',
      quantile(wholeMs, 0.5),
      'ms',
      'thread, load, save, start, probation of 1 ms, commit in memory',
    ),
    figure('lost-events', lost.events, 'events', told, 0),
    figure('failures', failures.length, 'cells', 'that had to be started again', 0),
    figure(
      'pss-slope-bytes-per-swap',
      slopeOf(later),
      'bytes',
      `median slope after ${Math.round(swaps * warmUpShare)} swaps`,
      1_024,
    ),
  ];
  if (others === undefined) return list;
  const network = quantile(others.network, 0.5);
  const median = `median of ${restarts}`;
  return [
    ...list,
    figure('network-pause-ms', network, 'ms', `the network module with a lease, ${median}`),
    figure('networkd-restart-ms', quantile(others.networkd, 0.5), 'ms', `until configured again, ${median}`),
    figure(
      'reboot-ms',
      quantile(others.reboots, 0.5),
      'ms',
      `a namespace node from its start to READY, ${median}`,
    ),
    figure(
      'network-pause-vs-networkd-restart',
      network / quantile(others.networkd, 0.5),
      '×',
      'less is shorter',
    ),
    figure('network-pause-vs-reboot', network / quantile(others.reboots, 0.5), '×', 'less is shorter'),
  ];
}

function figure(name: string, value: number, unit: string, against: string, aim?: number): Figure {
  const given = { id: `swap.${name}`, value, unit, better: 'lower', against } as const;
  return aim === undefined ? given : { ...given, aim };
}

function printCharts(): void {
  const longest = Math.max(...pauses);
  console.log(`\n  ${styleText('bold', 'The pause of each swap')}`);
  const shape = { width: 64, height: 5, from: 0 } as const;
  for (const line of formatLineChart({
    ...shape,
    values: pauses,
    to: longest,
    format: (ms) => `${ms.toFixed(1)} ms`,
  }))
    console.log(`  ${line}`);
  console.log(
    styleText('dim', `  the longest of each column, from swap 1 to swap ${swaps.toLocaleString('en-US')}\n`),
  );
  const sizes = memory.map(({ y }) => y);
  console.log(`  ${styleText('bold', 'Memory over the swaps')}`);
  for (const line of formatLineChart({
    ...shape,
    values: sizes,
    to: Math.max(...sizes) * 1.1,
    format: formatBytes,
  }))
    console.log(`  ${line}`);
}

/** Bytes of memory that this process has for itself, shared pages in parts: Pss of proc_pid_smaps(5). */
function proportionalSetSize(): number {
  const found = /^Pss:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'));
  return Number(found?.[1] ?? Number.NaN) * 1024;
}
