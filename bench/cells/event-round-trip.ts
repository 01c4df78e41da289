/**
 * An event's way through a cell and back, recorder on, against a message's way to a thread and back. The event's way: a change is
 * committed, the cell is told, its module runs and puts, and that is committed. A third one sends the very messages that the event makes,
 * and does nothing with them: what is left is the cell's own. They take turns.
 */
import { Worker } from 'node:worker_threads';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import type { FromCell, ToCell } from '../../supervisor/cells/cell-messages.ts';
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
export type RoundTrips = {
  readonly event: readonly number[];
  readonly message: readonly number[];
  /** The two messages of an event, without what is done for it. */
  readonly sameMessages: readonly number[];
};

export async function measureRoundTrips(world: BenchWorld, module: CellModule): Promise<RoundTrips> {
  let last: { readonly input?: ToCell; readonly output?: FromCell } = {};
  const cell = await world.startNow(module, {
    open: (manifest, { onMessage, ...others }) => {
      const told = (output: FromCell): void => {
        last = { ...last, output };
        onMessage(output);
      };
      const transport = world.open(manifest, { onMessage: told, ...others });
      const send = (input: ToCell): void => {
        last = { ...last, input };
        transport.send(input);
      };
      return { send, terminate: () => transport.terminate() };
    },
  });
  world.join('supervisor');
  let resolveAnswer: () => void = () => undefined;
  const probe = new Probe(world.store, () => resolveAnswer());
  const ask = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    resolveAnswer = resolve;
    probe.ask();
    return promise;
  };
  for (let count = 0; count < 3; count += 1) await ask();
  const bare = new Echo('a small message');
  const same = new Echo(last.output);
  const { input } = last;
  const times: Record<keyof RoundTrips, number[]> = { event: [], message: [], sameMessages: [] };
  for (let attempt = 0; times.event.length < turns; attempt += 1) {
    if (attempt === attempts) throw new Error('the machine is too busy: the cell always has to wait');
    say(`events, ${times.event.length} of ${turns} turns`);
    const waitsBefore = cell.counters.waits;
    const message = await meanTime(() => bare.ask('a small message'));
    const sameMessages = await meanTime(() => same.ask(input));
    const event = await meanTime(ask);
    if (cell.counters.waits === waitsBefore) {
      times.message.push(message);
      times.sameMessages.push(sameMessages);
      times.event.push(event);
    }
    await pause(restMs);
  }
  if (cell.counters.failures > 0) throw new Error(`the cell failed: ${cell.lastError?.message}`);
  probe.close();
  await Promise.all([bare.close(), same.close()]);
  await world.close();
  return times;
}

/** A thread that answers each message with always the same. */
class Echo {
  readonly #worker: Worker;
  #resolve: () => void = () => undefined;

  constructor(answer: unknown) {
    const program =
      "const { parentPort, workerData } = require('node:worker_threads'); parentPort.on('message', () => parentPort.postMessage(workerData))";
    this.#worker = new Worker(program, { eval: true, workerData: answer });
    this.#worker.on('message', () => this.#resolve());
  }

  ask(message: unknown): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resolve = resolve;
    this.#worker.postMessage(message);
    return promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function meanTime(trip: () => Promise<void>): Promise<number> {
  const begin = process.hrtime.bigint();
  for (let index = 0; index < tripsPerTurn; index += 1) await trip();
  return Number(process.hrtime.bigint() - begin) / tripsPerTurn / 1_000;
}
