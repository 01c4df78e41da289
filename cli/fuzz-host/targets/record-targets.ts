/** What cells say and leave behind: values, whole records, and the replies of a process that may be in an attacker's hands. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { FromCell, ToCell } from '../../../supervisor/cells/cell-messages.ts';
import { CellReplies, encodeReply } from '../../../supervisor/cells/cell-replies.ts';
import type { Effects } from '../../../supervisor/cells/module-events.ts';
import { decodeRecord, encodeRecord, recordHeader } from '../../../supervisor/cells/record-file.ts';
import { RecordReader } from '../../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../../supervisor/cells/record-writer.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import { readModule } from '../../../supervisor/trust/module-file.ts';
import { manifest, outputKind } from '../../../tests/cells/scripted-cell.ts';
import { firstKey, signedModule, smallManifest } from '../../../tests/errors/small-module.ts';
import { must, mustEqual, mustEqualBytes, type ReaderTarget, unlessRefused } from '../reader-target.ts';

const samples: readonly unknown[] = [
  { a: [1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY], b: 7n, c: -(2n ** 40n), d: new Uint8Array(9) },
  [undefined, true, false, 'text ü', { tag: 'ok', val: { nested: [{}, []] } }],
  { list: new Uint16Array([1, 2]), more: new Float64Array([1.5]), big: new BigInt64Array([-1n]) },
];
/** Bytes that the values of one input may take. */
const valueLimit = 1024 * 1024;

const recordValue: ReaderTarget = {
  name: 'record-value',
  summary: 'a value of a record: one encoding, and no more memory than there is for it',
  seeds: () => samples.map((sample) => encodeRecordValue(sample)),
  bytes: 2 * valueLimit,
  read: (bytes) => {
    const reader = new RecordReader(bytes, 'x', valueLimit);
    const value = unlessRefused(() => reader.document());
    if (value === undefined) return;
    must(reader.charged <= valueLimit, 'no more memory is charged than there is');
    mustEqualBytes(encodeRecordValue(value), bytes, 'a value has one encoding');
  },
};

const time = { now: 0n, wall: 0n, isSynchronized: false };
const nothing: Effects = { store: [], timers: [], requests: [], cancels: [], health: undefined };
const call = {
  time,
  seed: undefined,
  batches: [{ batch: 'snapshot', revision: 3, changes: [] }],
  answers: [],
} as const;
const startInput = {
  ...call,
  boot: { reason: 'cold', saved: undefined, handles: [] },
  firstRequest: 1n,
} as const;
const output = { effects: nothing, revision: 3, nextRequest: 1n } as const;

/** A record before it is compressed: what is changed is changed in there. */
async function plainRecord(): Promise<Uint8Array> {
  const component = signedModule(firstKey);
  const { digest } = readModule(component, 'x');
  const file = await encodeRecord({
    module: { manifest: smallManifest, component, digest },
    takenAt: 1n,
    flight: {
      begin: { begin: 'start', input: startInput, output: { ...output, refusal: undefined } },
      events: [{ input: { ...call, batches: [], event: { tag: 'timer', val: 't' }, arrivals: [] }, output }],
      end: {
        end: 'failed',
        error: { code: 'trap.core', message: 'it has failed', act: 'nothing', frames: ['function 7'] },
      },
    },
  });
  return zstdDecompressSync(file.subarray(recordHeader(0).length));
}

/** In the first byte of an input: whether the rest is a file, or what is compressed in one. */
const isFile = 1;

const recordFile: ReaderTarget = {
  name: 'record-file',
  summary: 'a flight record of another machine: what is read is written again, and read the same',
  seeds: async () => [
    new Uint8Array([0, ...(await plainRecord())]),
    new Uint8Array([isFile, ...pack(await plainRecord())]),
  ],
  read: (bytes) => {
    const rest = bytes.subarray(1);
    const file = bytes[0] === isFile ? rest : pack(rest);
    const record = unlessRefused(() => decodeRecord(file, 'x'));
    if (record === undefined) return;
    const { digest } = record.module;
    must(digest === readDigest(record.module.component), 'a record names the module that it holds');
  },
};

function pack(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return new Uint8Array(Buffer.concat([recordHeader(packed.length), packed]));
}

function readDigest(component: Uint8Array): string | undefined {
  return unlessRefused(() => readModule(component, 'x'))?.digest;
}

const handle: ToCell = {
  type: 'handle',
  input: { ...call, batches: [], event: { tag: 'timer', val: 't' }, arrivals: [] },
};
const asked: readonly ToCell[] = [
  { type: 'start', input: startInput },
  handle,
  { type: 'checkpoint' },
  { type: 'ping' },
];
const effects: Effects = {
  store: [{ effect: 'put', kind: outputKind, id: 'a', value: { text: 'b' } }],
  timers: [],
  requests: [{ request: 1n, interface: 'eft:host/files', call: 'read', parameters: ['/x'] }],
  cancels: [],
  health: undefined,
};
const replies: readonly FromCell[] = [
  { type: 'started', output: { ...output, refusal: undefined } },
  { type: 'handled', output: { ...output, effects, nextRequest: 2n } },
  { type: 'checkpointed', state: undefined },
  { type: 'pong' },
  { type: 'log', line: { level: 'info', message: 'x', fields: [{ name: 'a', value: 'b' }] } },
  { type: 'failed', error: { code: 'trap.core', message: 'it has failed', act: 'nothing' } },
];

const cellReply: ReaderTarget = {
  name: 'cell-reply',
  summary: 'what a cell’s process says: only what is due is taken, and refusals are of one kind',
  seeds: () =>
    replies.flatMap((reply, index) => {
      const bytes = encodeReply(reply);
      return [index % asked.length, 1].map((question) => new Uint8Array([question, ...bytes]));
    }),
  read: (bytes) => {
    const cell = new CellReplies(manifest);
    const question = asked[(bytes[0] ?? 0) % asked.length] ?? handle;
    cell.sent(question);
    let reply: FromCell;
    try {
      reply = cell.read(bytes.slice(1));
    } catch (error) {
      if (error instanceof EftError && error.code === 'cell.message') return;
      throw error;
    }
    if (reply.type === 'log' || reply.type === 'log-dropped') return;
    must(reply.type === 'failed' || cell.bytesLimit === 0, 'after a reply nothing is due');
    if (reply.type === 'handled') mustEqual(question.type, 'handle', 'only what was asked is answered');
  },
};

export const recordTargets: readonly ReaderTarget[] = [recordValue, recordFile, cellReply];
