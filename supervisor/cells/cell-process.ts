/**
 * The entry of a cell's process. It is started by the supervisor with a channel of frames as descriptor 3, and ends with it: when the
 * channel closes, there is nobody left to work for.
 */
import { Socket } from 'node:net';
import { deserialize } from 'node:v8';
import type { ToCell } from './cell-messages.ts';
import { encodeReply } from './cell-replies.ts';
import { cellThread } from './cell-thread.ts';
import { FrameReader, writeFrame } from './frames.ts';

/** The descriptor of the channel. */
const channelDescriptor = 3;
/** The user `nobody` of the image, and its group. */
const nobody = 65_534;

process.title = 'eft-cell';
becomeNobody();
const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
const receive = cellThread((message) => writeFrame(channel, encodeReply(message)));
const reader = new FrameReader({
  // The supervisor is believed.
  limit: () => Number.POSITIVE_INFINITY,
  onFrame: (bytes) => {
    const message: ToCell = deserialize(bytes);
    receive(message);
  },
  onTooLong: () => undefined,
});
channel.on('data', (chunk: Uint8Array) => reader.push(chunk));
channel.on('error', () => process.exit(0));
channel.on('close', () => process.exit(0));

/**
 * Gives up being root before there is a module: who breaks out of the engine then is a user who may do nothing. Only root can, and only
 * to a user that there is: in a user namespace there may be none but root (user_namespaces(7)), which is root of nothing much.
 */
function becomeNobody(): void {
  if (process.getuid?.() !== 0) return;
  try {
    process.setgroups?.([]);
    process.setgid?.(nobody);
    process.setuid?.(nobody);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EINVAL' && code !== 'EPERM') throw error;
  }
}
