/**
 * A cell in a process of its own: `isolation: process`, for modules whose failure must not be able to take PID 1 along even if they
 * find a bug in the engine. It costs a process instead of a thread. Compiled code cannot be sent to another process, so the module is
 * compiled there again.
 *
 * Both directions go over one pair of sockets, in frames (frames.ts). To the process go structured clones. What comes from it is not
 * believed (cell-replies.ts), and not read before it is due: what it writes on top stays in the kernel's buffer, and the first message that is
 * not right ends the cell. Node's own channel between processes is not used for that: it reads messages of any size, at any time.
 *
 * What bounds its memory is the kernel (RLIMIT_DATA): heap, WebAssembly's memory, code and all else together. Beyond that it gets none, which
 * ends its program. It has no environment, no descriptors but the channel, and as root of a node it makes itself `nobody` before it is given a
 * module (cell-process.ts).
 *
 * Not there yet: it may make any system call that `nobody` may make, in the network of the node. A seccomp filter would be the cure.
 */
import { Socket } from 'node:net';
import { serialize } from 'node:v8';
import { EftError } from '../errors/eft-error.ts';
import { type HelperProgram, startHelper } from '../helper-process.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ToCell } from './cell-messages.ts';
import { CellReplies } from './cell-replies.ts';
import { engineFlags } from './engine-flags.ts';
import { FrameReader, writeFrame } from './frames.ts';
import type { OpenTransport, Transport, TransportEvents } from './transport.ts';

const mebibyte = 1024 * 1024;
const pageSize = 65_536;

/** Megabytes of JavaScript heap, as for a thread, where Node takes options (helper-process.ts). */
const heapLimitMb = 96;
/**
 * Bytes that the process may have for itself beside its module: Node has some 580 MB of address space that count, most of which it never
 * touches, and the heap, the mirror and the messages come on top.
 */
const dataBytes = 1024 * mebibyte;
/** How many times the module's memory it may have: a checkpoint is a copy of it, made into a message, which grows by doubling. */
const memoryCopies = 5;
/** Bytes of what the process says on its standard error that are passed on to the supervisor's. The engine's last words are there. */
export const wordsLimit = 16 * 1024;

export type ProcessTransportOptions = {
  /** That of a helper (helper-process.ts). */
  readonly program?: HelperProgram;
  /** Is given what processes say on their standard error; it goes to the supervisor's, if this is not given. */
  readonly onWords?: (words: Uint8Array) => void;
};

/** Opens cells in processes. */
export function processTransport({
  program = new URL('./cell-process.ts', import.meta.url),
  onWords = (words) => process.stderr.write(words),
}: ProcessTransportOptions = {}): OpenTransport {
  return (manifest, events) => new ProcessTransport({ program, onWords }, manifest, events);
}

class ProcessTransport implements Transport {
  readonly #replies: CellReplies;
  readonly #events: TransportEvents;
  readonly #reader: FrameReader;
  readonly #gone = Promise.withResolvers<void>();
  readonly #kill: () => void;
  readonly #channel: Socket | undefined;

  constructor(
    { program, onWords }: Required<ProcessTransportOptions>,
    manifest: Manifest,
    events: TransportEvents,
  ) {
    this.#replies = new CellReplies(manifest);
    this.#events = events;
    this.#reader = new FrameReader({
      limit: () => this.#replies.bytesLimit,
      onFrame: (bytes) => this.#onFrame(bytes),
      onTooLong: (length) => this.#break(this.#replies.refuseLength(length)),
    });
    const child = startHelper({
      program,
      heapLimitMb,
      dataLimitBytes: dataBytes + memoryCopies * manifest.limits.memoryPages * pageSize,
      engineOptions: engineFlags,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      onEnd: (reason) => {
        this.#close();
        this.#gone.resolve();
        events.onEnd(reason);
      },
    });
    this.#kill = () => child?.kill('SIGKILL');
    const [, , words, channel] = child?.stdio ?? [];
    if (words instanceof Socket) passOn(words, onWords);
    if (!(channel instanceof Socket)) return;
    this.#channel = channel;
    channel.on('data', (chunk: Uint8Array) => this.#reader.push(chunk));
    // That the other end is gone is told by the end of the process.
    channel.on('error', () => undefined);
  }

  send(message: ToCell): void {
    if (this.#channel === undefined || this.#channel.destroyed) return;
    this.#replies.sent(message);
    const bare = message.type === 'load' ? { ...message, modules: undefined } : message;
    writeFrame(this.#channel, serialize(bare));
  }

  async terminate(): Promise<void> {
    this.#close();
    this.#kill();
    await this.#gone.promise;
  }

  #onFrame(bytes: Uint8Array): void {
    let message: ReturnType<CellReplies['read']>;
    try {
      message = this.#replies.read(bytes);
    } catch (error) {
      this.#break(error instanceof EftError ? error : this.#replies.refuse(String(error)));
      return;
    }
    this.#events.onMessage(message);
  }

  /** The cell, which is told, ends the process. */
  #break(error: EftError): void {
    this.#close();
    this.#events.onBroken(error);
  }

  #close(): void {
    this.#reader.close();
    this.#channel?.destroy();
  }
}

/** Passes on what a process says, up to a limit, after which it is not read. */
function passOn(words: Socket, onWords: (words: Uint8Array) => void): void {
  let left = wordsLimit;
  words.on('data', (chunk: Uint8Array) => {
    onWords(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) words.destroy();
  });
  words.on('error', () => undefined);
}
