/** The entry of the thread that replays; see replay-guard.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { EftError } from '../errors/eft-error.ts';
import { replay } from './replay.ts';
import type { FromReplay, ReplayOrder } from './replay-guard.ts';

if (parentPort === null) throw new Error('a replay worker is started by replay-guard.ts, as a worker thread');
const port = parentPort;
const send = (message: FromReplay): void => port.postMessage(message);
// The other end is our own program: what comes is what it sends.
const { module, flight, until }: ReplayOrder = workerData;
try {
  const result = replay(module, flight, {
    ...(until === undefined ? {} : { until }),
    onCall: (index) => send({ type: 'call', index }),
    onStep: (step) => send({ type: 'step', step }),
  });
  send({ type: 'done', result });
} catch (error) {
  if (!(error instanceof EftError) || error.code !== 'record.checkpoint') throw error;
  const { cause } = error;
  send({ type: 'no-checkpoint', reason: cause instanceof Error ? cause.message : String(cause) });
}
