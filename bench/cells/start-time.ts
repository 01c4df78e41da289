/** How long a cell takes to start, and how long a thread that does nothing. They take turns. */
import { Worker } from 'node:worker_threads';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { type BenchWorld, msSince } from './bench-world.ts';

const turns = 120;

/** Milliseconds. */
export type StartTimes = { readonly cell: readonly number[]; readonly worker: readonly number[] };

/** Cell: from `start` until its module has started. Thread: from `new Worker` until its first message is here. */
export async function measureStarts(world: BenchWorld, module: CellModule): Promise<StartTimes> {
  const cell: number[] = [];
  const worker: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    worker.push(await startWorker());
    const begin = process.hrtime.bigint();
    await world.startNow(module);
    cell.push(msSince(begin));
    await world.close();
  }
  return { cell, worker };
}

async function startWorker(): Promise<number> {
  const begin = process.hrtime.bigint();
  const worker = new Worker("require('node:worker_threads').parentPort.postMessage(0)", {
    eval: true,
    env: {},
    argv: [],
  });
  await new Promise((resolve) => worker.once('message', resolve));
  const ms = msSince(begin);
  await worker.terminate();
  return ms;
}
