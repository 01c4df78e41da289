/**
 * The gateway's end of the pair of sockets to PID 1: frames of messages (api/gateway-messages.ts). PID 1 is believed; a message that is not one means that
 * the two are not of one version, and ends the gateway.
 */
import type { Socket } from 'node:net';
import {
  type CallError,
  type FromGateway,
  gatewayFrameLimit,
  type ToGateway,
} from '../api/gateway-messages.ts';
import { FrameReader, writeFrame } from '../cells/frames.ts';
import { RecordItem } from '../cells/record-fields.ts';
import { decodeOwnValue } from '../cells/record-reader.ts';
import { encodeRecordValue } from '../cells/record-writer.ts';
import type { Value } from '../store/resource.ts';
import { callStatuses } from './statuses.ts';

/** Bytes of memory that one message may become. */
const messageMemoryLimit = 64 * 1024 * 1024;
/** What messages are called where they are wrong. */
const source = 'PID 1';

export type LinkEvents = {
  /** `bytes` is what the message had on its way. */
  readonly onMessage: (message: ToGateway, bytes: number) => void;
  /** The other end is gone, or makes no sense: nothing comes any more. Called once. */
  readonly onEnd: (reason: string) => void;
};

export class Link {
  readonly #socket: Socket;

  constructor(socket: Socket, { onMessage, onEnd }: LinkEvents) {
    this.#socket = socket;
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      reader.close();
      socket.destroy();
      onEnd(reason);
    };
    const reader = new FrameReader({
      limit: () => gatewayFrameLimit,
      onFrame: (bytes) => {
        let message: ToGateway;
        try {
          message = readToGateway(decodeOwnValue(bytes, source, messageMemoryLimit));
        } catch (error) {
          return end(error instanceof Error ? error.message : String(error));
        }
        onMessage(message, bytes.length);
      },
      onTooLong: (length, limit) => end(`a message has ${length} bytes; the limit is ${limit}`),
    });
    socket.on('data', (chunk: Uint8Array) => reader.push(chunk));
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('PID 1 has closed the link'));
  }

  /** Bytes that PID 1 has not taken yet. */
  get backlogBytes(): number {
    return this.#socket.writableLength;
  }

  /** Sends messages, together. Error: RangeError if one of them is too large; then none is sent. */
  send(...messages: readonly FromGateway[]): void {
    const frames = messages.map(encodeRecordValue);
    const tooLong = frames.find(({ length }) => length > gatewayFrameLimit);
    if (tooLong !== undefined) throw new RangeError(`a message of ${tooLong.length} bytes is too large`);
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    for (const frame of frames) writeFrame(this.#socket, frame);
    this.#socket.uncork();
  }
}

/** Errors: `record.shape`, `record.field`. */
function readToGateway(value: Value): ToGateway {
  const at = new RecordItem(value, 'message', source);
  const type = at.field('type').choice(['certificate', 'output', 'credit', 'end']);
  switch (type) {
    case 'certificate': {
      const get = at.fields(['type', 'chain', 'authorities']);
      const read = (name: 'chain' | 'authorities') => get(name).list((item) => item.bytes());
      return { type, chain: read('chain'), authorities: read('authorities') };
    }
    case 'output': {
      const get = at.fields(['type', 'call', 'value']);
      return { type, call: readCall(get('call')), value: get('value').record() };
    }
    case 'credit': {
      const get = at.fields(['type', 'call', 'count']);
      return { type, call: readCall(get('call')), count: get('count').count(Number.MAX_SAFE_INTEGER) };
    }
    case 'end': {
      const get = at.fields(['type', 'call', 'error']);
      const error = get('error').optional(readCallError);
      return { type, call: readCall(get('call')), ...(error !== undefined && { error }) };
    }
  }
}

function readCall(at: RecordItem): number {
  return at.count(Number.MAX_SAFE_INTEGER);
}

function readCallError(at: RecordItem): CallError {
  const get = at.fields(['status', 'code', 'message']);
  return {
    status: get('status').choice(callStatuses),
    code: get('code').text(),
    message: get('message').text(),
  };
}
