/**
 * A source of events outside of the supervisor's thread, as the kernel would be: it sends on time whether or not what it sent before has
 * been answered. So a supervisor's thread that is held up shows in the latency of all that came meanwhile, not of one event.
 */
import { Worker } from 'node:worker_threads';

const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { stop, periodMs } = workerData;
const begin = performance.now();
for (let count = 1; ; count += 1) {
  const leftMs = begin + count * periodMs - performance.now();
  if (Atomics.wait(stop, 0, 0, Math.max(0, leftMs)) !== 'timed-out') break;
  parentPort.postMessage(process.hrtime.bigint());
}`;

export class EventSource {
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  /** `onEvent` is told when each event was sent, by `process.hrtime.bigint()`. */
  constructor(periodMs: number, onEvent: (sentAt: bigint) => void) {
    this.#worker = new Worker(program, { eval: true, workerData: { stop: this.#stop, periodMs } });
    this.#worker.on('message', onEvent);
  }

  /** Resolves when nothing comes any more. */
  async stop(): Promise<void> {
    const isGone = new Promise((resolve) => this.#worker.once('exit', resolve));
    Atomics.store(this.#stop, 0, 1);
    Atomics.notify(this.#stop, 0);
    await isGone;
  }
}
