/**
 * A handle of `eft:host/socket`: a kernel socket of packets or datagrams, what comes by it, and what waits to be sent because the kernel's
 * buffer is full. What each kind makes of a datagram is in `packet-socket.ts` and `udp-socket.ts`.
 *
 * The danger: anybody on the network can send. So a turn of the event loop reads a bounded number, and what waits is bounded by the inbox.
 */
import { type SocketArrival, socketName } from '../capabilities/socket.ts';
import type { HostHandle } from '../cells/handle-table.ts';
import { RequestFailure } from '../cells/request-table.ts';
import { isKernelError } from '../native/errno.ts';
import type { FileDescriptor } from '../native/file-descriptor.ts';
import { type Subscription, subscribe } from '../native/poll.ts';
import { send } from '../native/socket.ts';
import type { SocketAddress } from '../native/socket-address.ts';
import { type IncomingMessage, receiveMessage } from '../native/socket-message.ts';
import { setIntegerOption, socketOptions, takeSocketError } from '../native/socket-option.ts';
import { setReceiveBuffer } from './socket-buffer.ts';

/** Datagrams that are read before the event loop turns. */
const turnLimit = 64;
/** Datagrams of one socket that wait to be sent. */
export const waitingSendsLimit = 64;
/** What a datagram in an inbox keeps of memory besides its payload, roughly. */
const arrivalOverheadBytes = 512;
/** Room for control data: a packet's or a datagram's, and the count of what was lost. */
const controlBytes = 256;
/** Bytes of the largest datagram (RFC 791), and of the largest packet that is not glued together of several. */
const datagramBytesLimit = 65_536;
/** Bytes that may wait to be read; the kernel doubles it for its own overhead (socket(7)). */
const receiveBufferBytes = 512 * 1024;

/** What a link that goes down, or a router on the way, leaves on a socket. */
const passingErrors = ['ENETDOWN', 'ENXIO', 'ENODEV', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED'] as const;

/** One at a time is received, on one thread, and copied out at once. */
const room = new Uint8Array(datagramBytesLimit);

export type DatagramListener = {
  readonly onArrival: (arrival: SocketArrival, bytes: number) => void;
  readonly onMissed: (count: number) => void;
};

type WaitingSend = {
  readonly bytes: Uint8Array;
  readonly address: SocketAddress;
  readonly finish: (error?: unknown) => void;
};

export class DatagramSocket implements HostHandle {
  readonly interface = socketName;
  /** What it is bound to, so that another opening of the same keeps it. */
  readonly binding: string;
  readonly #fd: FileDescriptor;
  readonly #decode: (message: IncomingMessage, payload: Uint8Array) => SocketArrival | undefined;
  readonly #listener: DatagramListener;
  readonly #release: (fd: FileDescriptor) => void;
  readonly #ready: Subscription;
  readonly #waiting: WaitingSend[] = [];
  #lost = 0;
  #isClosed = false;

  /**
   * Takes over `fd`, which the caller keeps if this throws. `decode` makes an arrival of a message and a copy of its payload, or
   * undefined if it is to be ignored. `release` closes it in the end. Errors: `KernelError`.
   */
  constructor(
    fd: FileDescriptor,
    binding: string,
    decode: (message: IncomingMessage, payload: Uint8Array) => SocketArrival | undefined,
    listener: DatagramListener,
    release: (fd: FileDescriptor) => void,
  ) {
    const { SOL_SOCKET, SO_RXQ_OVFL } = socketOptions;
    setReceiveBuffer(fd, receiveBufferBytes);
    setIntegerOption(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    this.#fd = fd;
    this.binding = binding;
    this.#decode = decode;
    this.#listener = listener;
    this.#release = release;
    this.#ready = subscribe(fd, ['readable'], (readiness) => {
      if (readiness.state === 'failed') {
        // Such as ENETDOWN when the link goes down: it is told by netlink, and by the next sending. Taken away, it does not spin.
        takeSocketError(fd);
        this.#watch();
        return;
      }
      if (readiness.events.has('readable')) this.#read();
      if (readiness.events.has('writable')) this.#sendWaiting();
    });
  }

  /** The kernel's socket, for the functions that know what kind it is. */
  get descriptor(): FileDescriptor {
    return this.#fd;
  }

  /**
   * Sends one datagram, after those that wait already. Errors: `KernelError`; `RequestFailure` `cancelled` when `signal` says so or the
   * socket is closed, `too-many` when too many wait.
   */
  async send(bytes: Uint8Array, address: SocketAddress, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) throw new RequestFailure({ tag: 'cancelled' });
    if (this.#waiting.length === 0 && send(this.#fd, bytes, address) !== undefined) return;
    if (this.#waiting.length >= waitingSendsLimit) throw new RequestFailure({ tag: 'too-many' });
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.finish(new RequestFailure({ tag: 'cancelled' }));
      };
      const waiting: WaitingSend = {
        bytes,
        address,
        finish: (error) => {
          signal.removeEventListener('abort', onAbort);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      signal.addEventListener('abort', onAbort);
      this.#waiting.push(waiting);
      this.#watch();
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ready.stop();
    this.#release(this.#fd);
    for (const { finish } of this.#waiting.splice(0)) finish(new RequestFailure({ tag: 'cancelled' }));
  }

  #watch(): void {
    if (!this.#isClosed)
      this.#ready.change(this.#waiting.length === 0 ? ['readable'] : ['readable', 'writable']);
  }

  #sendWaiting(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#isClosed) break;
      try {
        if (send(this.#fd, first.bytes, first.address) === undefined) return;
        this.#waiting.shift();
        first.finish();
      } catch (error) {
        this.#waiting.shift();
        first.finish(error);
      }
    }
    this.#watch();
  }

  #read(): void {
    for (let count = 0; count < turnLimit && !this.#isClosed; count += 1) {
      try {
        const message = receiveMessage(this.#fd, room, controlBytes, 0);
        if (message === undefined) return;
        this.#countLost(message);
        if (message.isTruncated) {
          this.#listener.onMissed(1);
          continue;
        }
        const arrival = this.#decode(message, room.slice(0, message.length));
        if (arrival !== undefined) this.#listener.onArrival(arrival, message.length + arrivalOverheadBytes);
      } catch (error) {
        if (!isKernelError(error)) throw error;
        // An error that waited on the socket, as above, is taken by being told. Any other would be told for ever.
        if (!isKernelError(error, ...passingErrors)) {
          this.#listener.onMissed(1);
          this.#ready.change([]);
        }
        return;
      }
    }
  }

  /** The kernel counts what found no room in its buffer (SO_RXQ_OVFL, socket(7)): a u32 since the socket was opened. */
  #countLost({ control }: IncomingMessage): void {
    const { SOL_SOCKET, SO_RXQ_OVFL } = socketOptions;
    const found = control.find(({ level, type }) => level === SOL_SOCKET && type === SO_RXQ_OVFL);
    if (found === undefined || found.data.length < 4) return;
    const lost = new DataView(found.data.buffer, found.data.byteOffset).getUint32(0, true);
    const since = (lost - this.#lost) >>> 0;
    this.#lost = lost;
    if (since > 0) this.#listener.onMissed(since);
  }
}
