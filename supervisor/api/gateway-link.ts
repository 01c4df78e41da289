/**
 * PID 1's end of the pair of sockets to the gateway: what it says is read frame by frame (gateway-messages.ts), and what it is told is written.
 *
 * Nothing that comes is believed. A frame has a limit, and so has the memory that its value may take; every message has the form that it should have, and
 * nothing else. The first thing that is wrong ends the gateway, which is started again (gateway-process.ts).
 *
 * The danger: PID 1 has one thread and no memory to give away. So only so many messages and bytes are taken in a second, and what comes beyond that stays in
 * the kernel's buffer, and of those a few at a time, with modules in between; nothing is read either while the gateway does not take what it is told; answers are written only while there is room, one
 * after the other; and a gateway that takes nothing for a while is ended.
 */
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { FrameReader, writeFrame } from '../cells/frames.ts';
import { RecordItem } from '../cells/record-fields.ts';
import { RecordReader, sharedFromBytes } from '../cells/record-reader.ts';
import { encodeRecordValue } from '../cells/record-writer.ts';
import type { Value } from '../store/resource.ts';
import { type FromGateway, gatewayFrameLimit, type ToGateway } from './gateway-messages.ts';
import { TokenBuckets } from './rate-limits.ts';
import { certificateBytesLimit, chainLengthLimit } from './verify-chain.ts';

/** Bytes of memory that the value of one message may take. */
export const messageMemoryLimit = 16 * 1024 * 1024;
/** Messages, and KiB of them, that are taken in a second. A call has some three. */
export const messageRate = { perSecond: 20_000, burst: 10_000 };
/** Messages that are taken at once; then modules have their turn, for which the next ones wait as long as the shortest timer. */
export const messagesPerTurn = 8;
const turnMs = 1;
/** Bytes that wait to be written, from which on no answer is written. One more answer comes on top. */
export const outputBytesLimit = 1024 * 1024;
/** Bytes that wait to be written, from which on nothing is read. */
export const backlogBytesLimit = 2 * 1024 * 1024;
/** Milliseconds in which the gateway has to take something of what waits for it. */
export const stallLimitMs = 30_000;
/** Milliseconds between two looks whether more may be taken. */
const pauseMs = 20;
/** Answers of one call that the gateway can say it has room for at once. */
export const creditLimit = 1_024;
/** Characters of a method's name, and of an address. */
const methodLengthLimit = 256;
const peerLengthLimit = 64;
/** Bytes of a SubjectPublicKeyInfo. One on P-256 has 91. */
const publicKeyBytesLimit = 512;

const types = [
  'certificate-request',
  'connected',
  'disconnected',
  'call',
  'input',
  'input-end',
  'credit',
  'cancel',
] as const;

export type GatewayLinkEvents = {
  /** `memory` is what the message takes, in bytes. Error: what this throws is wrong too. */
  readonly onMessage: (message: FromGateway, memory: number) => void;
  /** The gateway has said what is wrong, or takes nothing: nothing is read any more. Called once at most. */
  readonly onBroken: (reason: string) => void;
};

export type GatewayLinkOptions = {
  /** In milliseconds; it does not go back. */
  readonly nowMs: () => number;
  /** Calls `fire` after so many milliseconds; gives a function that keeps it from doing so. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
};

export class GatewayLink {
  readonly #socket: Socket;
  readonly #events: GatewayLinkEvents;
  readonly #options: GatewayLinkOptions;
  readonly #rate = new TokenBuckets(messageRate, 1);
  readonly #reader: FrameReader;
  readonly #waiting = new Set<() => void>();
  #chunks: Uint8Array[] = [];
  #seen = 0;
  /** Whether the first of the chunks has been counted by `#mayRead`: the rest of one that was taken in part has. */
  #isCounted = false;
  /** Messages of this turn, and when it began. */
  #taken = 0;
  #turnAtMs = Number.NEGATIVE_INFINITY;
  #cancelPause: () => void = () => undefined;
  #cancelStall: (() => void) | undefined;
  #isOver = false;

  constructor(socket: Socket, events: GatewayLinkEvents, options: GatewayLinkOptions) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.#reader = new FrameReader({
      limit: () => gatewayFrameLimit,
      onFrame: (bytes) => this.#onFrame(bytes),
      onTooLong: (length, limit) => this.#break(`a message of ${length} bytes; the limit is ${limit}`),
    });
    socket.on('data', (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.#take();
    });
    socket.on('drain', () => this.#onDrain());
    // That the other end is gone is told by the end of the process.
    socket.on('error', () => undefined);
    socket.on('close', () => this.close());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Bytes that the gateway has not taken yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  /** Says something, at once. Errors: TypeError for what has no encoding, RangeError for what is too large; then nothing is said. */
  send(message: ToGateway): void {
    if (this.#isOver) return;
    const bytes = encodeRecordValue(message);
    if (bytes.length > gatewayFrameLimit)
      throw new RangeError(`a message of ${bytes.length} bytes; the limit is ${gatewayFrameLimit}`);
    writeFrame(this.#socket, bytes);
    if (this.#socket.writableLength > 0) this.#watchStall();
  }

  /** Says something when there is room for it, unless `signal` aborts before. Errors: those of `send`. */
  async sendInTurn(message: ToGateway, signal: AbortSignal): Promise<void> {
    while (!this.#isOver && this.#socket.writableLength >= outputBytesLimit) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    // At once: of all that have waited, the next one sees what this one has written.
    if (!signal.aborted) this.send(message);
  }

  /** Nothing is read or written any more. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader.close();
    this.#chunks = [];
    this.#cancelPause();
    this.#cancelStall?.();
    this.#socket.destroy();
    this.#wake();
  }

  /** Takes what has come, as far as it may be taken now. */
  #take(): void {
    const now = this.#options.nowMs();
    if (now - this.#turnAtMs >= turnMs) {
      this.#turnAtMs = now;
      this.#taken = 0;
    }
    while (!this.#isOver) {
      const chunk = this.#chunks.shift();
      if (chunk === undefined) break;
      const isTurnOver = this.#taken >= messagesPerTurn;
      if (isTurnOver || !(this.#isCounted || this.#mayRead(chunk.length))) {
        this.#chunks.unshift(chunk);
        this.#takeLater(isTurnOver ? turnMs : pauseMs);
        return;
      }
      const rest = this.#reader.push(chunk, () => this.#taken >= messagesPerTurn);
      this.#isCounted = rest.length > 0 && !this.#isOver;
      if (this.#isCounted) this.#chunks.unshift(rest);
    }
    if (!this.#isOver) this.#socket.resume();
  }

  #takeLater(delayMs: number): void {
    this.#socket.pause();
    this.#cancelPause();
    this.#cancelPause = this.#options.after(delayMs, () => this.#take());
  }

  /** A chunk is 64 KiB at most; each KiB counts as much as a message. */
  #mayRead(bytes: number): boolean {
    if (this.#socket.writableLength > backlogBytesLimit) return false;
    const now = this.#options.nowMs();
    return this.#rate.take('all', now, Math.max(1, bytes / 1024) + this.#messages());
  }

  #onFrame(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isOver) return;
    this.#seen += 1;
    this.#taken += 1;
    try {
      const reader = new RecordReader(bytes, 'the gateway', messageMemoryLimit, sharedFromBytes);
      const message = readFromGateway(reader.document());
      this.#events.onMessage(message, reader.charged);
    } catch (error) {
      this.#break(error instanceof Error ? error.message : String(error));
    }
  }

  /** Messages since this was asked for last. */
  #messages(): number {
    const seen = this.#seen;
    this.#seen = 0;
    return seen;
  }

  #onDrain(): void {
    this.#cancelStall?.();
    this.#cancelStall = undefined;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** Looks after a while whether less waits than did, or other bytes do. */
  #watchStall(): void {
    if (this.#cancelStall !== undefined) return;
    const written = this.#socket.bytesWritten - this.#socket.writableLength;
    this.#cancelStall = this.#options.after(stallLimitMs, () => {
      this.#cancelStall = undefined;
      if (this.#isOver || this.#socket.writableLength === 0) return;
      if (this.#socket.bytesWritten - this.#socket.writableLength === written)
        this.#break(`nothing, and took nothing for ${stallLimitMs / 1000} s`);
      else this.#watchStall();
    });
  }

  #break(reason: string): void {
    if (this.#isOver) return;
    this.close();
    this.#events.onBroken(reason);
  }
}

/** Errors: `record.shape`, `record.field`. */
export function readFromGateway(value: Value): FromGateway {
  const at = new RecordItem(value, 'message', 'the gateway');
  const type = at.field('type').choice(types);
  switch (type) {
    case 'certificate-request': {
      const item = at.fields(['type', 'publicKey'])('publicKey');
      return { type, publicKey: bounded(item, publicKeyBytesLimit) };
    }
    case 'connected': {
      const get = at.fields(['type', 'connection', 'chain', 'peer']);
      const chain = get('chain').list((item) => bounded(item, certificateBytesLimit));
      if (chain.length > chainLengthLimit) get('chain').refuse(`up to ${chainLengthLimit} certificates`);
      return { type, connection: number(get('connection')), chain, peer: readPeer(get('peer')) };
    }
    case 'disconnected':
      return { type, connection: number(at.fields(['type', 'connection'])('connection')) };
    case 'call': {
      const get = at.fields(['type', 'call', 'connection', 'method', 'argument']);
      return {
        type,
        call: number(get('call')),
        connection: number(get('connection')),
        method: readMethod(get('method')),
        argument: get('argument').record(),
      };
    }
    case 'input': {
      const get = at.fields(['type', 'call', 'value']);
      return { type, call: number(get('call')), value: get('value').record() };
    }
    case 'credit': {
      const get = at.fields(['type', 'call', 'count']);
      return { type, call: number(get('call')), count: get('count').count(creditLimit) };
    }
    case 'input-end':
    case 'cancel':
      return { type, call: number(at.fields(['type', 'call'])('call')) };
  }
}

function number(item: RecordItem): number {
  return item.count(Number.MAX_SAFE_INTEGER);
}

function bounded(item: RecordItem, limit: number): Uint8Array<ArrayBuffer> {
  const bytes = item.bytes();
  return bytes.length <= limit ? bytes : item.refuse(`up to ${limit} bytes`);
}

function readMethod(item: RecordItem): string {
  const text = item.text();
  const isName = text.length <= methodLengthLimit && /^[A-Za-z0-9_.]+\/[A-Za-z0-9_]+$/.test(text);
  return isName ? text : item.refuse('the name of a method');
}

/** An address, in one form: one of IPv4 is told as IPv6 by a socket of both (RFC 4291, 2.5.5.2). Empty where the client was gone before it was asked for. */
function readPeer(item: RecordItem): string {
  const text = item.text();
  if (text === '') return text;
  if (text.length > peerLengthLimit || isIP(text) === 0) return item.refuse('an address');
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  return plain ?? text;
}
