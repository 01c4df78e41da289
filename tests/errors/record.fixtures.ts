/** Every way for a flight record to be refused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import { buildProgram } from '../../cli/program.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import { decodeRecord, moduleDigest, recordBytesLimit } from '../../supervisor/cells/record-file.ts';
import { writeRecord } from '../../supervisor/cells/record-folder.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { replay } from '../../supervisor/cells/replay.ts';
import { encodeManifest } from '../../supervisor/manifest/manifest.ts';
import { leaseOf, testModule, VirtualCell } from '../cells/virtual-cell.ts';
import type { Fixture } from './fixture.ts';
import { smallManifest, unsignedModule } from './small-module.ts';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** A file with this body, and a header that is right. */
function fileOf(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('eft-rec\n'), u32(1), u32(body.length), body]);
}

const start = {
  begin: 'start',
  input: {
    time: { now: 1n, wall: 1n, isSynchronized: false },
    seed: undefined,
    batches: [],
    answers: [],
    boot: { reason: 'cold', saved: undefined, handles: [] },
    firstRequest: 1n,
  },
  output: undefined,
};
const content = {
  digest: moduleDigest(unsignedModule(), 'lamp.wasm'),
  manifest: encodeManifest(smallManifest),
  takenAt: 1n,
  flight: { begin: start, events: [], end: { end: 'running' } },
};

function partsOf(what: Uint8Array, module: Uint8Array): Buffer {
  return fileOf(zstdCompressSync(Buffer.concat([u32(what.length), what, u32(module.length), module])));
}

/** Reads a record of the small module; `change` changes what it says. */
function read(change: Readonly<Record<string, unknown>> = {}, module = unsignedModule()): void {
  decodeRecord(partsOf(encodeRecordValue({ ...content, ...change }), module), 'lamp.eftrecord');
}

const quiet = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** What the module `lease` did in its first seconds. */
async function leaseFlight(): Promise<FlightRecord> {
  const virtual = new VirtualCell(await testModule('lease'), () => leaseOf(4));
  virtual.cell.start();
  await virtual.pass(2_000);
  const flight = virtual.cell.record();
  await virtual.cell.stop();
  if (flight === undefined) throw new Error('there is a record');
  return flight;
}

const foreign = '\n  do not trust the file: no supervisor writes this';
const recopy = '\n  copy the file again, whole, from the node that wrote it';

export const fixtures: readonly Fixture[] = [
  {
    code: 'record.not-a-record',
    title: 'a module in place of a record',
    provoke: () => decodeRecord(unsignedModule(), 'lamp.wasm'),
    text: 'error[record.not-a-record]: lamp.wasm: the file is not a flight record: it does not begin as one\n  give a file that ends in .eftrecord; the supervisor writes one when a module fails',
  },
  {
    code: 'record.format',
    title: 'a record of a later version',
    provoke: () => {
      const bytes = fileOf(new Uint8Array(4));
      bytes[8] = 2;
      decodeRecord(bytes, 'lamp.eftrecord');
    },
    text: 'error[record.format]: lamp.eftrecord: the flight record has format 2, and this version of Eft reads format 1\n  replay it with the version of Eft that runs on the node that wrote it',
  },
  {
    code: 'record.length',
    title: 'a record that was copied in part',
    provoke: () => decodeRecord(fileOf(new Uint8Array(100)).subarray(0, 60), 'lamp.eftrecord'),
    text: `error[record.length]: lamp.eftrecord: the flight record says that it has 116 bytes, and the file has 60${recopy}`,
  },
  {
    code: 'record.damaged',
    title: 'a record whose body is not compressed data',
    provoke: () => decodeRecord(fileOf(new Uint8Array(100)), 'lamp.eftrecord'),
    text: `error[record.damaged]: lamp.eftrecord: the flight record is damaged: Unknown frame descriptor${recopy}`,
  },
  {
    code: 'record.too-large',
    title: 'a small file that unpacks to a huge one',
    provoke: () => {
      // Frames one after the other are one stream (RFC 8878, section 3.1): a large one is made of many small ones.
      const frame = zstdCompressSync(Buffer.alloc(16 * 1024 * 1024));
      const count = recordBytesLimit / (16 * 1024 * 1024) + 1;
      decodeRecord(fileOf(Buffer.concat(Array.from({ length: count }, () => frame))), 'lamp.eftrecord');
    },
    text: `error[record.too-large]: lamp.eftrecord: the flight record unpacks to more than 402653184 bytes${foreign}`,
  },
  {
    code: 'record.cbor',
    title: 'a record that holds a value of another kind',
    provoke: () => decodeRecord(partsOf(Uint8Array.of(0xf6), unsignedModule()), 'lamp.eftrecord'),
    text: `error[record.cbor]: lamp.eftrecord: byte 0 of the unpacked flight record is wrong: simple value 22 has no meaning here${foreign}`,
  },
  {
    code: 'record.shape',
    title: 'a clock that is a text',
    provoke: () => {
      const input = { ...start.input, time: { ...start.input.time, now: 'noon' } };
      read({ flight: { ...content.flight, begin: { ...start, input } } });
    },
    text: `error[record.shape]: lamp.eftrecord: \`record.flight.begin.input.time.now\` of the flight record is the text "noon", and a u64 is expected${foreign}`,
  },
  {
    code: 'record.field',
    title: 'a field that no record has',
    provoke: () => read({ flight: { ...content.flight, note: 'hello' } }),
    text: `error[record.field]: lamp.eftrecord: \`record.flight\` of the flight record has a field \`note\` that is not known${foreign}`,
  },
  {
    code: 'record.module',
    title: 'a record with another module in it than the one that made it',
    provoke: () => read({ digest: '12'.repeat(32) }),
    text: `error[record.module]: lamp.eftrecord: the flight record was made by lamp 1.2.3 with the digest ${'12'.repeat(32)}, and the module in it has the digest ${content.digest}\n  replay a record with the very module that made it, as the supervisor put both into one file`,
  },
  {
    code: 'record.manifest',
    title: 'a record that grants a module more than its own manifest does',
    provoke: () => {
      const limits = { ...smallManifest.limits, memoryPages: 64 };
      read({ manifest: encodeManifest({ ...smallManifest, limits }) });
    },
    text: `error[record.manifest]: lamp.eftrecord: the flight record and the module in it disagree about the manifest of lamp 1.2.3${foreign}`,
  },
  {
    code: 'record.checkpoint',
    title: 'a checkpoint of another module',
    provoke: async () => {
      const core = [
        { step: 0, pages: 1, memory: new Uint8Array(), globals: [['eft:global|99', 1] as const] },
      ];
      const mirror = { batch: 'snapshot', revision: 1, changes: [] } as const;
      const state = { core, mirror, nextRequest: 1n, requests: [] };
      replay(await testModule('lease'), {
        begin: { begin: 'checkpoint', state },
        events: [],
        end: { end: 'running' },
      });
    },
    text: `error[record.checkpoint]: the checkpoint in the flight record is not one of lease 0.1.0: a core instance does not export its memory${foreign}`,
  },
  {
    code: 'record.differs',
    title: 'a record in which somebody changed the clock',
    provoke: async () => {
      const flight = await leaseFlight();
      const events = flight.events.map(({ input, output }, index) => {
        const now = input.time.now + (index === 2 ? 1n : 0n);
        return { input: { ...input, time: { ...input.time, now } }, output };
      });
      const module = await testModule('lease');
      const before = process.cwd();
      const folder = mkdtempSync(`${tmpdir()}/eft-`);
      process.chdir(folder);
      try {
        await writeRecord('lease.eftrecord', { module, takenAt: 0n, flight: { ...flight, events } });
        const program = buildProgram({ stdout: quiet(), stderr: quiet() });
        await program.parseAsync(['replay', 'lease.eftrecord'], { from: 'user' });
      } finally {
        process.chdir(before);
        rmSync(folder, { recursive: true });
      }
    },
    text: 'error[record.differs]: lease.eftrecord: the module does not do again what the flight record says, from event 3 on\n  replay it with the version of Eft that the node runs; if it differs there too, something that the module sees is not recorded, which is a bug of Eft',
  },
];
