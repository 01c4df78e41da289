/**
 * What a cell's process may say, and when.
 *
 * A process is asked for by a module that is not even trusted to stay inside of WebAssembly. So what comes from it is looked at as if
 * somebody had broken out of the engine and wrote it: its bytes are CBOR that is read strictly and on a budget of memory (record-reader.ts), each
 * message has the form that it should have, and only what is due is taken. A process that has not been asked anything says nothing;
 * to one message there is one reply, with the log lines that the rate allows before it. Everything else throws, and ends the cell.
 *
 * What our own program keeps to by itself, because it is what makes the messages, is held here too: ids of requests go on from
 * where they were, the revision is the mirror's, effects are within their limits. What the effects mean is checked where that of all cells is:
 * by the store, the grants and the carriers.
 *
 * Messages of worker threads do not go this way: no WebAssembly can post one, and who breaks out of the engine there is in PID 1 anyway.
 *
 * Danger: what is as large as it may be takes some 100 MiB of PID 1's memory while it is read, and a checkpoint the module's memory on top,
 * of which there is one copy.
 */
import { timerNameLimit } from '../capabilities/clock.ts';
import { cutText, sentenceLimit } from '../capabilities/cut-text.ts';
import { effectsBytesLimit, effectsLimit } from '../capabilities/local-context.ts';
import { fieldNameLimit, fieldsLimit, fieldValueLimit } from '../capabilities/log.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { FromCell, LeftBehind, SentError, ToCell } from './cell-messages.ts';
import { checkpointBytesLimit as checkpointMemoryLimit } from './checkpoint-budget.ts';
import { keptBytes } from './kept-bytes.ts';
import { LogRate, unitsOf } from './log-rate.ts';
import type { CallOutput, HealthState, LogLine } from './module-events.ts';
import { type RunnerState, savedStateLimit } from './module-runner.ts';
import { RecordItem } from './record-fields.ts';
import { decodeOwnValue, decodeRecordValue } from './record-reader.ts';
import {
  readCallOutput,
  readPending,
  readSavedState,
  readSentError,
  readStartOutput,
  readState,
} from './record-schema.ts';
import { encodeRecordValue } from './record-writer.ts';

/** Estimated bytes of a checkpoint beside the module's memory; beyond that it has none. */
export const checkpointBytesLimit = 8 * 1024 * 1024;
/**
 * How many times what `keptBytes` says of a value it may have in a message, and may be charged when it is read (record-reader.ts): both count
 * the names of fields, which `keptBytes` does not. Flags with names of 64 letters come to 2.8 and 10.
 */
const messageFactor = 4;
const readingFactor = 12;
/** Bytes that every message may have: log lines and errors do not count their bytes otherwise. */
const plainBytesLimit = 256 * 1024;
/** What the wrapping of one effect takes, by `keptBytes`. */
const effectWrappingBytes = 1024;
const pageSize = 65_536;
const framesLimit = 64;
/** UTF-16 code units of the name of a call; those of our own interfaces have some 20. */
const callNameLimit = 128;
/** A cut text has its mark on top. */
const cutLimit = sentenceLimit + 1;

const replyTypes = {
  start: 'started',
  handle: 'handled',
  save: 'saved',
  checkpoint: 'checkpointed',
  ping: 'pong',
} as const;

type Due = (typeof replyTypes)[keyof typeof replyTypes];

const types = [
  'started',
  'handled',
  'saved',
  'checkpointed',
  'pong',
  'log',
  'log-dropped',
  'failed',
] as const;
const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** The bytes of a message of the cell, as `CellReplies` reads them. A checkpoint that is too large to send is none. */
export function encodeReply(message: FromCell): Uint8Array<ArrayBuffer> {
  if (message.type !== 'checkpointed' || message.state === undefined) return encodeRecordValue(message);
  const { mirror, requests } = message.state;
  const isTooLarge = keptBytes([mirror, requests]) > checkpointBytesLimit;
  return encodeRecordValue(isTooLarge ? { type: 'checkpointed', state: undefined } : message);
}

export class CellReplies {
  readonly #manifest: Manifest;
  /** The same as in the cell, given the same: what was allowed there is allowed here, and nothing else. */
  readonly #rate = new LogRate();
  #due: Due | undefined;
  #mayTellDropped = false;
  #revision = 0;
  #nextRequest = 1n;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /** Notes what the process is sent: that is what makes a reply due. */
  sent(message: ToCell): void {
    if (message.type === 'load') return;
    this.#due = replyTypes[message.type];
    if (message.type === 'checkpoint' || message.type === 'ping') return;
    const { input } = message;
    for (const { revision } of input.batches) this.#revision = revision;
    if (message.type === 'start') this.#nextRequest = message.input.firstRequest;
    this.#rate.advance(input.time.now);
    this.#mayTellDropped = true;
  }

  /** Bytes that the next message may have; 0 while nothing is due. */
  get bytesLimit(): number {
    if (this.#due === undefined) return 0;
    return plainBytesLimit + messageFactor * this.#contentLimit + this.#memoryBytes;
  }

  /** Reads a message; `bytes` are given away. Error: `cell.message`, and the process is not to be listened to any more. */
  read(bytes: Uint8Array): FromCell {
    if (this.#due === undefined || bytes.length > this.bytesLimit) throw this.refuseLength(bytes.length);
    try {
      const memoryLimit = readingFactor * (plainBytesLimit + this.#contentLimit) + this.#memoryBytes;
      // Of a checkpoint the memory is most; to copy that would stop PID 1's thread. All else goes on to others, who are given no windows.
      const decode = this.#due === 'checkpointed' ? decodeOwnValue : decodeRecordValue;
      const value = decode(bytes, 'a message', memoryLimit);
      return this.#take(new RecordItem(value, 'message', 'a message'));
    } catch (error) {
      throw this.refuse(
        error instanceof EftError ? `a message that is none (${error.code})` : messageOf(error),
      );
    }
  }

  /** `cell.message`, for a message whose length is enough to refuse it. */
  refuseLength(bytes: number): EftError {
    if (this.#due === undefined) return this.refuse('a message although nobody asked anything');
    return this.refuse(`a message of ${bytes} bytes, where ${this.bytesLimit} are allowed`);
  }

  /** `cell.message`, with what is wrong. */
  refuse(reason: string): EftError {
    return EftError.of('cell.message', { module: this.#manifest.name, reason });
  }

  /** Bytes, by `keptBytes`, that the reply which is due may hold, but for the module's memory. */
  get #contentLimit(): number {
    switch (this.#due) {
      case 'started':
      case 'handled':
        return effectsBytesLimit;
      case 'checkpointed':
        return checkpointBytesLimit;
      case 'saved':
        return savedStateLimit + checkpointBytesLimit;
      default:
        return 0;
    }
  }

  get #memoryBytes(): number {
    if (this.#due !== 'checkpointed') return 0;
    // For more there is no room (checkpoint-budget.ts), and our own program does not send it.
    return Math.min(this.#manifest.limits.memoryPages * pageSize, checkpointMemoryLimit);
  }

  #take(at: RecordItem): FromCell {
    const type = at.field('type').choice(types);
    switch (type) {
      case 'log':
        return { type, line: this.#readLine(at.fields(['type', 'line'])('line')) };
      case 'log-dropped': {
        const count = at.fields(['type', 'count'])('count').count(0xffff_ffff);
        expect(this.#mayTellDropped, 'told twice of lines that it dropped');
        this.#mayTellDropped = false;
        return { type, count };
      }
      case 'failed':
        this.#expectDue(undefined);
        return { type, error: readError(at.fields(['type', 'error'])('error')) };
      case 'pong':
        this.#expectDue(type);
        at.fields(['type']);
        return { type };
      case 'started': {
        this.#expectDue(type);
        const output = readStartOutput(at.fields(['type', 'output'])('output'));
        this.#checkOutput(output);
        checkSentence(output.refusal);
        return { type, output };
      }
      case 'handled': {
        this.#expectDue(type);
        const output = readCallOutput(at.fields(['type', 'output'])('output'));
        this.#checkOutput(output);
        return { type, output };
      }
      case 'saved': {
        this.#expectDue(type);
        const get = at.fields(['type', 'saved', 'requests']);
        const left = { saved: readSavedState(get('saved')), requests: get('requests').list(readPending) };
        this.#checkLeftBehind(left);
        return { type, ...left };
      }
      case 'checkpointed': {
        this.#expectDue(type);
        const state = at.fields(['type', 'state'])('state').optional(readState);
        if (state !== undefined) this.#checkState(state);
        return { type, state };
      }
    }
  }

  /** A reply; undefined stands for whichever is due. From now on, nothing is. */
  #expectDue(type: Due | undefined): void {
    expect(this.#due !== undefined && (type ?? this.#due) === this.#due, 'a reply that nobody asked for');
    this.#due = undefined;
    this.#mayTellDropped = false;
  }

  #readLine(at: RecordItem): LogLine {
    const get = at.fields(['level', 'message', 'fields']);
    const line = {
      level: get('level').choice(levels),
      message: get('message').text(),
      fields: get('fields').list((field) => {
        const inner = field.fields(['name', 'value']);
        return { name: inner('name').text(), value: inner('value').text() };
      }),
    };
    const isCut =
      line.message.length <= cutLimit &&
      line.fields.length <= fieldsLimit &&
      line.fields.every(
        ({ name, value }) => name.length <= fieldNameLimit + 1 && value.length <= fieldValueLimit + 1,
      );
    expect(isCut, 'a log line that is longer than lines are');
    expect(this.#rate.take(unitsOf(line)), 'more log lines than there may be');
    return line;
  }

  #checkOutput({ effects, revision, nextRequest }: CallOutput): void {
    const { store, timers, requests, cancels, health } = effects;
    const count = store.length + timers.length + requests.length + cancels.length;
    expect(count <= effectsLimit, 'more effects than an event may have');
    const bytesLimit = effectsBytesLimit + effectsLimit * effectWrappingBytes;
    expect(keptBytes(effects) <= bytesLimit, 'effects that are larger than an event may have');
    for (const { name } of timers)
      expect(Buffer.byteLength(name) <= timerNameLimit, 'a timer with a name that is too long');
    for (const { request, interface: name, call } of requests) {
      expect(request === this.#nextRequest, 'a request whose id is not the next');
      expect(this.#isGranted(name), 'a request of an interface that is not granted');
      expect(call.length <= callNameLimit, 'a request of a call whose name is too long');
      this.#nextRequest += 1n;
    }
    expect(nextRequest === this.#nextRequest, 'a next request that is not the next');
    expect(revision === this.#revision, 'another revision than that of its mirror');
    checkSentence(healthSentence(health));
  }

  #isGranted(interfaceName: string): boolean {
    return this.#manifest.grants.some((grant) => grant.interface === interfaceName);
  }

  #checkLeftBehind({ saved: { format, bytes }, requests }: LeftBehind): void {
    expect(format === this.#manifest.savedState.writes, 'a state in another format than its manifest says');
    expect(bytes.length <= savedStateLimit, 'a state that is too large');
    expect(keptBytes(requests) <= checkpointBytesLimit, 'too much of requests that it has not taken');
    const areMade = requests.every(
      ({ open }) => open.request < this.#nextRequest && this.#isGranted(open.interface),
    );
    expect(areMade, 'a request that it has not made');
  }

  #checkState({ core, mirror, requests, nextRequest }: RunnerState): void {
    const pages = core.reduce((sum, state) => sum + state.pages, 0);
    const isWithin = core.every(({ pages: own, memory }) => memory.length <= own * pageSize);
    expect(pages <= this.#manifest.limits.memoryPages && isWithin, 'a checkpoint with too much memory');
    expect(keptBytes([mirror, requests]) <= checkpointBytesLimit, 'a checkpoint that is too large');
    expect(mirror.revision === this.#revision, 'a checkpoint of another revision');
    expect(nextRequest === this.#nextRequest, 'a checkpoint with another next request');
  }
}

/** An error with a code that there is, and texts that a person would read. */
function readError(at: RecordItem): SentError {
  const { code, message, act, frames = [] } = readSentError(at);
  const error = { code, message: cutText(message), act: cutText(act) };
  expect(EftError.received(error) !== undefined, 'a failure with a code that there is not');
  return { ...error, frames: frames.slice(0, framesLimit).map((frame) => cutText(frame)) };
}

function healthSentence(health: HealthState | undefined): string | undefined {
  return health?.tag === 'degraded' ? health.val : undefined;
}

function checkSentence(sentence: string | undefined): void {
  expect((sentence?.length ?? 0) <= cutLimit, 'a sentence that is longer than sentences are');
}

/** Throws what stands in the sentence of `cell.message`. */
function expect(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new RangeError(otherwise);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
