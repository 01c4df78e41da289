/**
 * The socket by which a module asks the kernel: messages go out in pieces, the answers to each are collected, and the next exchange begins
 * when the last is answered. It is a member of no group, so nothing but answers comes, and these cannot be lost in a flood of news.
 *
 * Sequence numbers on the wire are the host's: an answer is known by its number, and one that belongs to an exchange that was given up
 * is nobody's. An exchange that is given up, or fails, takes the socket with it, because a dump of it may still be going on; the next
 * exchange opens a new one.
 *
 * The danger: the kernel works requests off while the call lasts, holding its lock of all links. What it may take long for goes alone,
 * other messages as `slice-size.ts` says, and between pieces the event loop turns.
 */
import { RequestFailure } from '../cells/request-table.ts';
import type { NetlinkFamily } from '../manifest/network-grants.ts';
import { errnoOf, KernelError } from '../native/errno.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { type Subscription, subscribe } from '../native/poll.ts';
import { getOwnAddress, messageFlags, receive, send } from '../native/socket.ts';
import { takeSocketError } from '../native/socket-option.ts';
import { NetlinkDatagrams } from './netlink-datagrams.ts';
import { alignedLength, type OutgoingMessage, renumber, setHeader, sliceEnd } from './netlink-framing.ts';
import { kernelAddress, openNetlink } from './netlink-open.ts';
import type { ReplyBudget } from './reply-budget.ts';
import { SliceSize, sliceBytesLimit, sliceMessagesLimit } from './slice-size.ts';

/** Bytes of all answers to one exchange (wit/host/netlink.wit). */
export const repliesBytesLimit = 8 * 1024 * 1024;
/** Bytes of one datagram: the kernel makes dumps of up to 32 KiB, and a single message can be larger. */
const datagramBytesLimit = 256 * 1024;
/** Milliseconds that answers are read before the event loop turns. */
const readingTurnMs = 4;

/** What the socket needs of the world. */
export type NetlinkWorld = { readonly nowMs: () => number; readonly soon: (run: () => void) => void };

/** Bytes of a datagram that acknowledges or refuses a message: 36, and when it is refused the kernel's sentence about it. */
const acknowledgementBytesLimit = 4 * 1024;

/** Received on one thread, and copied out at once. */
const room = new Uint8Array(datagramBytesLimit);
const acknowledgements = new NetlinkDatagrams(sliceMessagesLimit, acknowledgementBytesLimit);

type Exchange = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly messages: readonly OutgoingMessage[];
  /** The first message that has not been sent. */
  next: number;
  /** Messages without their last answer, by their number on the wire. */
  readonly open: Map<number, OutgoingMessage>;
  /** Whether all of `open` are answered by acknowledgements. */
  isPlain: boolean;
  /** How many of `open` will surely be answered. */
  awaited: number;
  readonly replies: Uint8Array[];
  repliesBytes: number;
  readonly finish: (result: Uint8Array | Error) => void;
};

export class NetlinkRequests {
  readonly #family: NetlinkFamily;
  readonly #budget: ReplyBudget;
  readonly #world: NetlinkWorld;
  readonly #waiting: Exchange[] = [];
  readonly #slices = new SliceSize();
  #current: Exchange | undefined;
  #open: { readonly fd: FileDescriptor; readonly portId: number; readonly ready: Subscription } | undefined;
  #sequence = 0;
  #isScheduled = false;
  #isClosed = false;

  constructor(family: NetlinkFamily, budget: ReplyBudget, world: NetlinkWorld) {
    this.#family = family;
    this.#budget = budget;
    this.#world = world;
  }

  /**
   * Sends `messages`, whose bytes are `bytes`, and gives all answers to them. Errors: `KernelError`; `RequestFailure` `cancelled` when
   * `signal` says that nobody wants them, or the socket is closed; `invalid` and `too-many` when the answers are too large.
   */
  exchange(
    bytes: Uint8Array,
    messages: readonly OutgoingMessage[],
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (this.#isClosed || signal.aborted) return Promise.reject(new RequestFailure({ tag: 'cancelled' }));
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#giveUp(exchange, new RequestFailure({ tag: 'cancelled' }));
      const finish = (result: Uint8Array | Error) => {
        signal.removeEventListener('abort', onAbort);
        this.#budget.give(exchange.repliesBytes);
        exchange.replies.length = 0;
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      // The host writes into it.
      const copy = bytes.slice();
      const exchange: Exchange = {
        bytes: copy,
        view: new DataView(copy.buffer),
        messages,
        next: 0,
        open: new Map(),
        isPlain: false,
        awaited: 0,
        replies: [],
        repliesBytes: 0,
        finish,
      };
      signal.addEventListener('abort', onAbort);
      this.#waiting.push(exchange);
      this.#schedule();
    });
  }

  /** Gives the socket back. What is under way is given up. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reset();
    const all = [this.#current, ...this.#waiting.splice(0)];
    this.#current = undefined;
    for (const exchange of all) exchange?.finish(new RequestFailure({ tag: 'cancelled' }));
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#world.soon(() => {
      this.#isScheduled = false;
      if (!this.#isClosed) this.#turn();
    });
  }

  /** One turn of the event loop's worth of work. */
  #turn(): void {
    this.#current ??= this.#waiting.shift();
    const exchange = this.#current;
    if (exchange === undefined) return;
    try {
      if (exchange.awaited === 0) this.#sendSlice(exchange);
      const isDrained = this.#readAnswers(exchange);
      if (exchange.awaited > 0) {
        if (isDrained) this.#open?.ready.change(['readable']);
        else this.#schedule();
        return;
      }
      if (exchange.next < exchange.messages.length) {
        this.#schedule();
        return;
      }
      this.#current = undefined;
      exchange.finish(new Uint8Array(Buffer.concat(exchange.replies)));
      this.#schedule();
    } catch (error) {
      this.#giveUp(exchange, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #sendSlice(exchange: Exchange): void {
    const { fd, portId } = this.#ensureOpen();
    const limits = { messages: this.#slices.messages, bytes: sliceBytesLimit };
    const end = sliceEnd(exchange.messages, exchange.next, limits);
    const slice = exchange.messages.slice(exchange.next, end);
    // What went unanswered of the slice before were the ends of a batch.
    exchange.open.clear();
    exchange.isPlain = slice.every(({ isPlain }) => isPlain);
    for (const message of slice) {
      this.#sequence = this.#sequence === 0xffff_ffff ? 1 : this.#sequence + 1;
      setHeader(exchange.view, message.start, this.#sequence, portId);
      exchange.open.set(this.#sequence, message);
      if (!message.isSilent) exchange.awaited += 1;
    }
    const bytes = exchange.bytes.subarray(slice[0]?.start ?? 0, slice.at(-1)?.end ?? 0);
    const beganMs = this.#world.nowMs();
    const sent = send(fd, bytes, kernelAddress);
    const tookMs = this.#world.nowMs() - beganMs;
    // A link message says nothing of what the next plain ones take.
    if (slice.every(({ isSlow }) => !isSlow)) this.#slices.learn(tookMs);
    if (sent !== bytes.length) throw new KernelError('sendto', errnoOf('EAGAIN'), 'the netlink socket');
    exchange.next = end;
  }

  /** Reads answers for a while; true if there was none left. */
  #readAnswers(exchange: Exchange): boolean {
    const { fd } = this.#ensureOpen();
    const endMs = this.#world.nowMs() + readingTurnMs;
    while (exchange.awaited > 0) {
      const isMore = exchange.isPlain
        ? this.#readAcknowledgements(exchange, fd)
        : this.#readAnswer(exchange, fd);
      if (!isMore) return true;
      if (this.#world.nowMs() >= endMs) return false;
    }
    return true;
  }

  /** Reads one answer of any size; false if there was none. */
  #readAnswer(exchange: Exchange, fd: FileDescriptor): boolean {
    const received = receive(fd, room, messageFlags.MSG_TRUNC);
    if (received === undefined) return false;
    // The kernel is port 0; what anybody else on this machine sends is no answer.
    if (received.from?.family !== 'netlink' || received.from.portId !== 0) return true;
    if (received.length > room.length) throw tooLong('recvfrom');
    this.#collect(exchange, room, received.length);
    return true;
  }

  /** Reads all acknowledgements that are there, and puts them one behind the other; false if there was none. */
  #readAcknowledgements(exchange: Exchange, fd: FileDescriptor): boolean {
    let length = 0;
    const isMore = acknowledgements.receive(fd, (datagram) => {
      if (datagram === undefined) throw tooLong('recvmmsg');
      room.set(datagram, length);
      length += alignedLength(datagram.length);
    });
    if (length > 0) this.#collect(exchange, room, length);
    return isMore;
  }

  #collect(exchange: Exchange, bytes: Uint8Array, length: number): void {
    const kept = renumber(bytes, length, (sequence, isLast, isError) => {
      const message = exchange.open.get(sequence);
      if (message === undefined) return undefined;
      if (isLast) {
        exchange.open.delete(sequence);
        if (!message.isSilent) exchange.awaited -= 1;
        // The batch as a whole was refused: its other messages are not answered.
        else if (isError) exchange.awaited = 0;
      }
      return message.sequence;
    });
    if (kept.length === 0) return;
    const total = exchange.repliesBytes + kept.length;
    if (total > repliesBytesLimit) {
      const sentence = `the answers have more than ${repliesBytesLimit} bytes; ask for less at a time`;
      throw new RequestFailure({ tag: 'invalid', val: sentence });
    }
    if (!this.#budget.take(kept.length)) throw new RequestFailure({ tag: 'too-many' });
    exchange.replies.push(kept);
    exchange.repliesBytes = total;
  }

  /** Ends an exchange without a result. If it is under way, so is perhaps a dump: the socket goes with it. */
  #giveUp(exchange: Exchange, error: Error): void {
    const at = this.#waiting.indexOf(exchange);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#current === exchange) {
      this.#current = undefined;
      this.#reset();
      this.#schedule();
    }
    exchange.finish(error);
  }

  #ensureOpen() {
    if (this.#open !== undefined) return this.#open;
    const fd = openNetlink(this.#family);
    try {
      const own = getOwnAddress(fd);
      const ready = subscribe(fd, [], (readiness) => {
        ready.change([]);
        // An overrun: answers were lost. Reading would say so once; the exchange is told here.
        const error = readiness.state === 'failed' ? takeSocketError(fd) : undefined;
        if (error !== undefined && this.#current !== undefined) this.#giveUp(this.#current, error);
        else this.#schedule();
      });
      this.#open = { fd, portId: own?.family === 'netlink' ? own.portId : 0, ready };
      return this.#open;
    } catch (error) {
      close(fd);
      throw error;
    }
  }

  #reset(): void {
    if (this.#open === undefined) return;
    const { fd, ready } = this.#open;
    this.#open = undefined;
    ready.stop();
    close(fd);
  }
}

function tooLong(call: 'recvfrom' | 'recvmmsg'): KernelError {
  return new KernelError(call, errnoOf('EMSGSIZE'), 'an answer of the kernel');
}
