/**
 * An event's way through a cell and back, recorder on, against a message's way to a thread and back. The event's way: a change is
 * committed, the cell is told, its module runs and puts, and that is committed. They take turns.
 */
import { Worker } from 'node:worker_threads';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { eventsPerCheckpoint } from '../../supervisor/cells/flight-recorder.ts';
import { say } from '../figures.ts';
import { type BenchWorld, pause } from './bench-world.ts';
import { Probe } from './probe.ts';

const turns = 15;
/** Turns that are begun at most; see `restMs`. */
const attempts = 45;
/** Round trips of one turn. A checkpoint is in each. */
const tripsPerTurn = eventsPerCheckpoint + 64;
/**
 * Milliseconds between two turns, for the cell's account of the supervisor's thread to be even again (thread-share.ts). What other
 * processes take of that thread's time is on it too, so a cell may have to wait all the same; then the turn does not count.
 */
const restMs = 1_000;

/** Microseconds a round trip, one mean a turn. */
export type RoundTrips = { readonly event: readonly number[]; readonly message: readonly number[] };

export async function measureRoundTrips(world: BenchWorld, module: CellModule): Promise<RoundTrips> {
  const cell = await world.startNow(module);
  world.join('supervisor');
  let resolveAnswer: () => void = () => undefined;
  const probe = new Probe(world.store, () => resolveAnswer());
  const echo = new Worker(
    "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (message) => parentPort.postMessage(message))",
    { eval: true },
  );
  let resolveEcho: () => void = () => undefined;
  echo.on('message', () => resolveEcho());
  const message = { type: 'echo', id: 7, text: 'a small message' };
  const event: number[] = [];
  const bare: number[] = [];
  for (let attempt = 0; event.length < turns; attempt += 1) {
    if (attempt === attempts) throw new Error('the machine is too busy: the cell always has to wait');
    say(`events, ${event.length} of ${turns} turns`);
    const waitsBefore = cell.counters.waits;
    const messageTime = await meanTime(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      resolveEcho = resolve;
      echo.postMessage(message);
      return promise;
    });
    const eventTime = await meanTime(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      resolveAnswer = resolve;
      probe.ask();
      return promise;
    });
    if (cell.counters.waits === waitsBefore) {
      bare.push(messageTime);
      event.push(eventTime);
    }
    await pause(restMs);
  }
  if (cell.counters.failures > 0) throw new Error(`the cell failed: ${cell.lastError?.message}`);
  probe.close();
  await echo.terminate();
  await world.close();
  return { event, message: bare };
}

async function meanTime(trip: () => Promise<void>): Promise<number> {
  const begin = process.hrtime.bigint();
  for (let index = 0; index < tripsPerTurn; index += 1) await trip();
  return Number(process.hrtime.bigint() - begin) / tripsPerTurn / 1_000;
}
