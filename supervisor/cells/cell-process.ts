/** The entry of a cell's process. It ends with its supervisor: when the channel closes, there is nobody left to work for. */
import type { ToCell } from './cell-messages.ts';
import { cellThread } from './cell-thread.ts';
import { decodeToCell, encodeFromCell } from './message-text.ts';

if (process.send === undefined) {
  throw new Error('a cell process is started by the supervisor, with a channel');
}
const receive = cellThread((message) => {
  process.send?.(encodeFromCell(message));
});
process.on('message', (message: ToCell | string) => receive(decodeToCell(message)));
process.on('disconnect', () => process.exit(0));
