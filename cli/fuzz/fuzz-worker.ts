/** The entry of a thread of a campaign; see fuzz-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FuzzAnswer, FuzzGiven, FuzzOrder } from './fuzz-orders.ts';
import { FuzzWork } from './fuzz-work.ts';

if (parentPort === null) throw new Error('a fuzzing thread is started by fuzz-thread.ts, as a worker thread');
const port = parentPort;
const send = (answer: FuzzAnswer): void => port.postMessage(answer);
// The other end is our own program: what comes is what it sends.
const given: FuzzGiven = workerData;
const work = new FuzzWork(given);
send({ answer: 'ready', sites: work.sites });
port.on('message', (order: FuzzOrder) => {
  const answer = work.follow(order);
  if (answer !== undefined) send(answer);
});
