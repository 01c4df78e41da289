/**
 * A program in the place of a cell's process, that does what one could do whom the engine let out. The description in the manifest that it
 * is given says what.
 */
import { Socket } from 'node:net';
import { deserialize } from 'node:v8';
import type { ToCell } from '../../supervisor/cells/cell-messages.ts';
import { FrameReader, writeFrame } from '../../supervisor/cells/frames.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';

const channel = new Socket({ fd: 3, readable: true, writable: true });
channel.on('error', () => undefined);
channel.on('close', () => process.exit(0));

let order = '';
let revision = 0;

const say = (message: unknown): void => writeFrame(channel, encodeRecordValue(message));
const effects = { store: [], timers: [], requests: [], cancels: [], health: undefined };
const output = (changes: object = {}) => ({ effects, revision, nextRequest: 1n, ...changes });
const started = () => say({ type: 'started', output: output({ refusal: undefined }) });
const handled = (changes: object = {}) => say({ type: 'handled', output: output(changes) });
const line = (message: string) => ({ level: 'info', message, fields: [] });
const head = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
};
const endlessly = (what: () => void): void => {
  for (let count = 0; count < 100_000; count += 1) what();
};

/** What is done instead of an answer to an event. */
const deeds: Readonly<Record<string, () => void>> = {
  honest: () => handled(),
  'random bytes': () => channel.write(Buffer.alloc(1024 * 1024, 0xa5)),
  'a frame of random bytes': () => writeFrame(channel, Buffer.alloc(1_000, 0xa5)),
  'an empty frame': () => writeFrame(channel, Buffer.alloc(0)),
  'a giant frame': () => {
    channel.write(head(0xffff_ffff));
    endlessly(() => channel.write(Buffer.alloc(64 * 1024)));
  },
  'a frame that says that it holds a great deal': () =>
    writeFrame(channel, Buffer.concat([Buffer.of(0x9a, 0x01, 0, 0, 0), Buffer.alloc(0x0100_0000, 0x40)])),
  'a deep frame': () => writeFrame(channel, Buffer.alloc(100_000, 0x81)),
  'half a frame': () => {
    channel.write(Buffer.concat([head(100), Buffer.alloc(50)]), () => process.exit(3));
  },
  'half a frame and then nothing': () => channel.write(Buffer.concat([head(100), Buffer.alloc(50)])),
  nothing: () => undefined,
  'no message': () => say([1, 2, 3]),
  'another type': () => say({ type: 'code-cache', bytes: new Uint8Array(8) }),
  'an output of nothing': () => say({ type: 'handled', output: { effects: undefined } }),
  'a field too many': () => say({ type: 'handled', output: output(), extra: 1 }),
  'a reply to something else': () => say({ type: 'pong' }),
  'a start that nobody asked for': started,
  'two replies': () => {
    handled();
    handled();
  },
  'replies without end': () => endlessly(() => handled()),
  'log lines without end': () => endlessly(() => say({ type: 'log', line: line('x') })),
  'a log line that is too long': () => say({ type: 'log', line: line('x'.repeat(10_000)) }),
  'lines that it dropped, again and again': () => endlessly(() => say({ type: 'log-dropped', count: 1 })),
  'another revision': () => handled({ revision: revision + 1_000 }),
  'a request with an id of its own': () =>
    handled({
      effects: {
        ...effects,
        requests: [{ request: 77n, interface: 'eft:host/log', call: 'x', parameters: [] }],
      },
      nextRequest: 78n,
    }),
  'a request of what is not granted': () =>
    handled({
      effects: {
        ...effects,
        requests: [{ request: 1n, interface: 'eft:host/netlink', call: 'exchange', parameters: [] }],
      },
      nextRequest: 2n,
    }),
  'a request of a call with a long name': () =>
    handled({
      effects: {
        ...effects,
        requests: [{ request: 1n, interface: 'eft:host/files', call: 'x'.repeat(2_000_000), parameters: [] }],
      },
      nextRequest: 2n,
    }),
  'ids that jump': () => handled({ nextRequest: 0xffff_ffff_ffff_ffffn }),
  'a write of another kind': () =>
    handled({
      effects: {
        ...effects,
        store: [{ effect: 'put', kind: 'eft:resources/module-status', id: 'x', value: { a: 1 } }],
      },
    }),
  'a timer with a long name': () =>
    handled({ effects: { ...effects, timers: [{ name: 'x'.repeat(1_000), at: 1n }] } }),
  'too many effects': () =>
    handled({ effects: { ...effects, cancels: Array.from({ length: 5_000 }, () => 1n) } }),
  'a failure that there is not': () =>
    say({ type: 'failed', error: { code: 'no.such', message: 'x', act: 'x' } }),
  'a checkpoint that nobody asked for': () => say({ type: 'checkpointed', state: undefined }),
  'words without end': () => {
    process.stderr.on('error', () => undefined);
    endlessly(() => process.stderr.write('x'.repeat(1_000)));
  },
  'the end of the channel': () => channel.end(),
  'memory without end': () => {
    const taken: Buffer[] = [];
    for (let mebibytes = 0; mebibytes < 4_096; mebibytes += 64) taken.push(Buffer.alloc(64 * 1024 * 1024, 1));
    handled();
  },
  'a heap without end': () => {
    const taken: number[][] = [];
    for (let count = 0; count < 2_000; count += 1)
      taken.push(Array.from({ length: 100_000 }, () => count + 0.5));
    handled();
  },
};

const reader = new FrameReader({
  limit: () => Number.POSITIVE_INFINITY,
  onFrame: (bytes) => {
    const message: ToCell = deserialize(bytes);
    if (message.type === 'load') order = message.manifest.description;
    if (message.type === 'start' || message.type === 'handle') {
      for (const batch of message.input.batches) revision = batch.revision;
    }
    if (message.type === 'start') started();
    if (message.type === 'handle') deeds[order]?.();
    if (message.type === 'ping') say({ type: 'pong' });
  },
  onTooLong: () => undefined,
});
channel.on('data', (chunk: Uint8Array) => reader.push(chunk));
