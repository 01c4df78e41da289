/**
 * The entry of a cell's worker thread.
 *
 * Until its module has been started, it is an ordinary worker. From then on it sleeps at a doorbell (doorbell.ts) instead of in its event
 * loop. When nothing has come for a while it goes back into the loop, where the engine tidies up, until the next message comes.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { movable, type ToCell } from './cell-messages.ts';
import { cellThread } from './cell-thread.ts';
import { Doorbell } from './doorbell.ts';
import { decodeToCell, encodeFromCell } from './message-text.ts';
import type { CellGiven } from './thread-transport.ts';

/** Milliseconds without a message after which the thread goes back into its event loop. */
const patienceMs = 1_000;

if (parentPort === null) throw new Error('a cell worker is started by the supervisor, as a worker thread');
const port = parentPort;
// The other end is the supervisor itself, in the same program: what comes is what it sends.
const given: CellGiven = workerData;
const bell = new Doorbell(given.bell);
const receive = cellThread((message) => port.postMessage(encodeFromCell(message), movable(message)));
let isAwaited = false;

port.on('message', (sent: ToCell | string) => {
  const message = decodeToCell(sent);
  receive(message);
  if (message.type === 'load' || isAwaited) return;
  isAwaited = true;
  // Not at once: others listen to this message too (cell-program.ts).
  setImmediate(serve);
});

/** Answers messages until there have been none for a while. */
function serve(): void {
  isAwaited = false;
  for (;;) {
    const rings = bell.rings;
    for (let found = receiveMessageOnPort(port); found !== undefined; found = receiveMessageOnPort(port)) {
      receive(decodeToCell(found.message));
    }
    if (!bell.wait(rings, patienceMs)) return;
  }
}
