/**
 * Every way in which a cell dies, through a file and a replay: what it did comes again, and its end does too, as far as it was its own.
 * A cell that is killed from outside dies at no instruction of its own, so there the replay shows that the call does not return here either.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Cell, CellWorld } from '../../supervisor/cells/cell.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import { decodeRecord, encodeRecord, moduleDigest } from '../../supervisor/cells/record-file.ts';
import type { KilledCall, ReplayResult, ReplayStep } from '../../supervisor/cells/replay.ts';
import { replayGuarded } from '../../supervisor/cells/replay-guard.ts';
import { replayLogLines } from '../../supervisor/cells/replay-log.ts';
import { threadTransport } from '../../supervisor/cells/thread-transport.ts';
import type { Transport } from '../../supervisor/cells/transport.ts';
import { HostileBench, hostileModule } from './hostile-cell.ts';

const bench = new HostileBench();
afterEach(() => bench.close());

type Death = {
  readonly order: string;
  readonly end: FlightRecord['end']['end'];
  readonly code: string;
  readonly killed?: KilledCall;
};

const own: readonly Death[] = [
  { order: 'trap', end: 'failed', code: 'trap.core' },
  { order: 'divide', end: 'failed', code: 'trap.core' },
  { order: 'stack', end: 'failed', code: 'trap.stack' },
  { order: 'hog', end: 'failed', code: 'trap.core' },
  { order: 'start trap', end: 'failed', code: 'trap.core' },
];
const killed: readonly Death[] = ['loop', 'fill', 'copy', 'clock loop', 'log loop', 'grow loop'].map(
  (order) => ({
    order,
    end: 'stopped',
    code: 'cell.time',
    killed: 'does-not-return',
  }),
);

/** The record of the first failure of a hostile cell, as it comes out of a file. */
async function recordOf(
  order: string,
  eventMilliseconds: number,
  overrides: Partial<CellWorld> = {},
  onBegin: (cell: Cell) => Promise<void> = () => Promise.resolve(),
): Promise<FlightRecord> {
  const module = await hostileModule({ eventMilliseconds, quarantineAfter: 1 });
  const cell = await bench.begin(order, module, overrides);
  await onBegin(cell);
  await bench.until(() => bench.failures.some((failure) => failure.cell === cell));
  const flight = bench.failures.find((failure) => failure.cell === cell)?.record;
  if (flight === undefined) throw new Error('there is a record');
  const digest = moduleDigest(module.component, 'the hostile module');
  const bytes = await encodeRecord({ module: { ...module, digest }, takenAt: 0n, flight });
  return decodeRecord(bytes, 'death.eftrecord').flight;
}

async function replayOf(flight: FlightRecord, watchdogMs: number): Promise<ReplayResult> {
  return replayGuarded(await hostileModule(), flight, { watchdogMs });
}

describe('a cell that dies of itself does so again', () => {
  it.each(own)('by $order', async ({ order, end, code }) => {
    const flight = await recordOf(order, 10_000);
    expect(flight.end).toMatchObject({ end, error: { code } });
    const result = await replayOf(flight, 60_000);
    expect(result).toMatchObject({
      verdict: 'same',
      ending: 'failed',
      events: flight.events.length,
      killed: undefined,
      error: { code },
    });
    // And not because nothing is compared: with one event fewer it lives.
    if (flight.events.length === 0) return;
    const shorter = { ...flight, events: flight.events.slice(0, -1) };
    expect((await replayOf(shorter, 60_000)).ending).not.toBe('failed');
  });
});

describe('a cell that was stopped for its time is the same up to the kill, and does not return here either', () => {
  it.each(killed)('from a $order', async ({ order, end, code, killed: how }) => {
    const flight = await recordOf(order, 150);
    expect(flight.end).toMatchObject({ end, error: { code } });
    const result = await replayOf(flight, 1_000);
    expect(result).toMatchObject({
      verdict: 'same-up-to-the-kill',
      killed: how,
      ending: 'hung',
      events: flight.events.length,
      difference: undefined,
    });
  });
});

describe('a cell whose thread was killed is the same up to the kill', () => {
  const transports: Transport[] = [];
  const opened = threadTransport();
  const open: CellWorld['open'] = (manifest, events) => {
    const transport = opened(manifest, events);
    transports.push(transport);
    return transport;
  };
  afterEach(() => {
    transports.length = 0;
  });

  it('between two calls', async () => {
    const flight = await recordOf('nothing', 10_000, { open }, async (cell) => {
      await bench.until(() => cell.phase === 'idle');
      await transports[0]?.terminate();
    });
    expect(flight.end).toMatchObject({ end: 'lost', error: { code: 'cell.lost' } });
    const result = await replayOf(flight, 60_000);
    expect(result).toMatchObject({ verdict: 'same-up-to-the-kill', killed: 'between-calls', ending: 'end' });
  });

  it('in the middle of one', async () => {
    const flight = await recordOf('loop', 60_000, { open }, async (cell) => {
      await bench.until(() => cell.phase === 'handling');
      await transports[0]?.terminate();
    });
    expect(flight.end).toMatchObject({ end: 'lost', error: { code: 'cell.lost' } });
    const result = await replayOf(flight, 1_000);
    expect(result).toMatchObject({
      verdict: 'same-up-to-the-kill',
      killed: 'does-not-return',
      ending: 'hung',
    });
  });
});

it('what a module logs in a replay is limited, and it is said how much was left out', async () => {
  const module = await hostileModule({ eventMilliseconds: 30_000 });
  const cell = await bench.begin('log flood', module);
  await bench.until(() => cell.counters.events > 0 && cell.phase === 'idle');
  const flight = cell.record();
  if (flight === undefined) throw new Error('there is a record');
  const steps: ReplayStep[] = [];
  const result = await replayGuarded(module, flight, {
    watchdogMs: 60_000,
    onStep: (step) => steps.push(step),
  });
  expect(result.verdict).toBe('same');
  const flood = steps.find(({ logLeftOut }) => logLeftOut > 0);
  expect(flood?.log).toHaveLength(replayLogLines);
  expect(flood?.logLeftOut).toBe(100_000 - replayLogLines);
});
