/**
 * What isolation costs, and what it gives: a cell against a bare thread, an event against a bare message, how fast a cell in a bad
 * state is gone, what a quiet cell notices of an attack next to it, and memory.
 *
 * `npm run bench:cells -- [--attacks] [--runs N] [--svg FILE] [--json]`; `--attacks` leaves out all but the attacks, `--runs` says how
 * often each is made, `--svg` writes them as a
 * picture. A busy machine spoils the figures: times are the best, or the median, of many in turns, but 99th percentiles are not.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { bundleCellProgram } from '../cli/toolchain/bundle-cell-program.ts';
import { moduleIn } from '../tests/cells/cell-bench.ts';
import { hostileModule } from '../tests/cells/hostile-cell.ts';
import { printAttackChart } from './cells/attack-chart.ts';
import { writeAttackRecords } from './cells/attack-records.ts';
import { attackSvg } from './cells/attack-svg.ts';
import { attackingModule } from './cells/attacks.ts';
import { BenchWorld } from './cells/bench-world.ts';
import { cellsMeasured, measureMemory } from './cells/cell-memory.ts';
import { measureRoundTrips } from './cells/event-round-trip.ts';
import { type AttackResult, defaultRuns, measureNeighbour } from './cells/neighbour.ts';
import { measureStarts } from './cells/start-time.ts';
import { measureStops, stops } from './cells/stop-time.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { type BenchHelp, orExit, readOptions, wholeNumber } from './options.ts';
import { quantile } from './quantile.ts';

const help: BenchHelp = {
  command: 'npm run bench:cells',
  about: 'Measures what isolation costs, and what a quiet cell notices of attacks next to it.',
  options: [
    ['--attacks', 'only the attacks'],
    ['--runs N', `how often each attack is made (${defaultRuns})`],
    ['--svg FILE', 'write the attacks as a picture'],
  ],
};
const options = readOptions(help, {
  attacks: { type: 'boolean', default: false },
  runs: { type: 'string', default: String(defaultRuns) },
  svg: { type: 'string' },
});
const runs = orExit(help, () => wholeNumber('runs', options.runs, 1));

say('building the modules');
const health = await moduleIn('modules/health');
const relay = await moduleIn('bench/components/relay');
const source = await bundleCellProgram();
const world = new BenchWorld(source);
await world.warmUp(relay);

const costs = options.attacks ? [] : await measureCosts();
const attacker = await attackingModule();
const results = await measureNeighbour(world, relay, attacker, runs);
const records = await writeAttackRecords(results, attacker);
say('');
printFigures('Cells', [...costs, ...neighbourFigures(results)], conditionsHere());
if (!options.json) {
  printAttackChart(results);
  const example = records.get('trap');
  console.log(`\n  ${records.size} flight records are in build/records. To run one of them again:`);
  if (example !== undefined) console.log(`  npx eft replay ${example}`);
}
if (options.svg !== undefined) writeFileSync(options.svg, attackSvg(results, machineHere()));
process.exit(0);

async function measureCosts(): Promise<readonly Figure[]> {
  say('weighing cells');
  const bytes = await measureMemory(source, relay);
  say('starting cells');
  const starts = await measureStarts(world, health);
  const trips = await measureRoundTrips(world, relay);
  const bad = await hostileModule({ eventMilliseconds: 20_000, quarantineAfter: 2 });
  const stopsByState = await measureStops(world, bad);
  const stopTimes = [...stopsByState.values()].flat();
  const worst = worstOf([...stopsByState], ([, times]) => quantile(times, 0.99));
  return [
    figure('start-vs-worker', best(starts.cell) / best(starts.worker), '×', 'a bare worker thread', 1.5),
    figure('start-ms', quantile(starts.cell, 0.5), 'ms', 'median'),
    figure('worker-start-ms', quantile(starts.worker, 0.5), 'ms', 'median of a bare worker thread'),
    figure(
      'event-round-trip-vs-postmessage',
      best(trips.event) / best(trips.message),
      '×',
      'a small message to a thread and back',
      2,
    ),
    figure(
      'event-round-trip-vs-same-messages',
      best(trips.event) / best(trips.sameMessages),
      '×',
      "the event's own two messages, to a thread and back",
    ),
    figure('event-round-trip', best(trips.event), 'µs', 'best of many turns'),
    figure('postmessage-round-trip', best(trips.message), 'µs', 'best of many turns'),
    figure('stop-p99-ms', quantile(stopTimes, 0.99), 'ms', `${stops} stops in bad states`, 50),
    figure('stop-longest-ms', Math.max(...stopTimes), 'ms', `p99 is worst in ${worst[0]}`),
    figure('pss-bytes', bytes, 'bytes', `each of ${cellsMeasured} in one process`, 10_000_000),
  ];
}

function neighbourFigures(all: readonly AttackResult[]): readonly Figure[] {
  const worst = worstOf(all, ({ ratio }) => ratio);
  const each = all.map((result) =>
    figure(
      `neighbour-p99-ratio-${result.attack.id}`,
      result.ratio,
      '×',
      `median of runs, ${result.eventsDuring.toLocaleString('en-US')} events during them`,
    ),
  );
  return [
    figure('neighbour-p99-ratio', worst.ratio, '×', `before the attack; worst: ${worst.attack.title}`, 1.5),
    ...each,
  ];
}

function figure(name: string, value: number, unit: string, against: string, aim?: number): Figure {
  const given = { id: `cells.${name}`, value, unit, better: 'lower', against } as const;
  return aim === undefined ? given : { ...given, aim };
}

function best(samples: readonly number[]): number {
  return Math.min(...samples);
}

function worstOf<Item>(items: readonly Item[], rank: (item: Item) => number): Item {
  const [worst] = items.toSorted((one, other) => rank(other) - rank(one));
  if (worst === undefined) throw new Error('nothing was measured');
  return worst;
}

function machineHere(): string {
  return `${conditionsHere()['processor']}, ${availableParallelism()} processors, Node ${process.version}.`;
}
