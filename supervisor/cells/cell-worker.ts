/** The entry of a cell's worker thread. */
import { parentPort } from 'node:worker_threads';
import { movable, type ToCell } from './cell-messages.ts';
import { cellThread } from './cell-thread.ts';

if (parentPort === null) throw new Error('a cell worker is started by the supervisor, as a worker thread');
const port = parentPort;
const receive = cellThread((message) => port.postMessage(message, movable(message)));
// The other end is the supervisor itself, in the same program: what comes is what it sends.
port.on('message', (message: ToCell) => receive(message));
