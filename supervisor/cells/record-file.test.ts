import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CellBench } from '../../tests/cells/cell-bench.ts';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import { EftError } from '../errors/eft-error.ts';
import { privateKeyFromSeed } from '../trust/key-file.ts';
import { attachSignatures } from '../trust/module-file.ts';
import type { CellModule } from './cell.ts';
import { decodeRecord, encodeRecord, type ModuleRecord, packRecord } from './record-file.ts';
import { RecordFolder, type RecordOutcome, recordLimits, writeRecord } from './record-folder.ts';

let module: CellModule;
let checkpointed: Promise<ModuleRecord> | undefined;
let folder = '';

beforeAll(async () => {
  module = await testModule('lease');
});
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-records-`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function recordAfter(ms: number): Promise<ModuleRecord> {
  const virtual = new VirtualCell(module, () => leaseOf(7));
  virtual.cell.start();
  await virtual.pass(ms);
  const flight = virtual.cell.record();
  if (flight === undefined) throw new Error('there is a record');
  return { module, takenAt: 1_795_396_356_000_000_000n, flight };
}

const noiseBytes = 256 * 1024;

/** A record of a module of this name, with a memory that no compressor makes smaller. */
async function noisyRecord(name: string, atSecond: number, bytes = noiseBytes): Promise<ModuleRecord> {
  checkpointed ??= recordAfter(1_500_000);
  const record = await checkpointed;
  const takenAt = record.takenAt + BigInt(atSecond) * 1_000_000_000n;
  const { begin } = record.flight;
  if (begin.begin !== 'checkpoint') throw new Error('it begins at a checkpoint');
  const core = begin.state.core.map((state) => ({ ...state, memory: new Uint8Array(randomBytes(bytes)) }));
  const flight = { ...record.flight, begin: { ...begin, state: { ...begin.state, core } } };
  return { takenAt, module: { ...module, manifest: { ...module.manifest, name } }, flight };
}

function filesIn(where: string): readonly string[] {
  return readdirSync(where)
    .sort()
    .map((file) => `${where}/${file}`);
}

async function fileOf(writing: Promise<RecordOutcome>): Promise<string> {
  const written = await writing;
  if (written.outcome === 'dropped') throw new Error(`the record was dropped: ${written.reason}`);
  return written.file;
}

/** What `read` gives, or the coded error that it throws. */
function attempt(read: () => ModuleRecord): ModuleRecord | EftError {
  try {
    return read();
  } catch (error) {
    if (error instanceof EftError) return error;
    throw error;
  }
}

describe('a record in a file', () => {
  it('is the same when it comes out, from a start and from a checkpoint', async () => {
    for (const ms of [20_000, 1_500_000]) {
      const record = await recordAfter(ms);
      const read = decodeRecord(await encodeRecord(record), 'x');
      expect(read.flight).toEqual(record.flight);
      expect(read.takenAt).toBe(record.takenAt);
      expect(read.module.manifest).toEqual(module.manifest);
      expect(Buffer.from(read.module.component).equals(module.component)).toBe(true);
    }
  });

  it('has the size of what is in it, not of the memory', async () => {
    const { length } = await encodeRecord(await recordAfter(1_500_000));
    expect(length).toBeLessThan(256 * 1024);
  });

  it('is packed in turns with other work, whatever it holds', async () => {
    const record = await recordAfter(1_000);
    const { begin } = record.flight;
    if (begin.begin !== 'start') throw new Error('it begins at a start');
    const changes = Array.from({ length: 5_000 }, (_, index) => ({
      kind: 'eft:resources/module-status',
      id: `module-${index}`,
      entry: undefined,
    }));
    const input = { ...begin.input, batches: [{ batch: 'snapshot', revision: 1, changes } as const] };
    let turns = 0;
    let isDone = false;
    const others = (): void => {
      turns += 1;
      if (!isDone) setImmediate(others);
    };
    others();
    const packing = packRecord(
      { ...record, flight: { ...record.flight, begin: { ...begin, input } } },
      () => undefined,
    );
    const turnsAtOnce = turns;
    await packing;
    isDone = true;
    expect(turnsAtOnce).toBe(1);
    // Four values a change, and some hundreds of values a turn.
    expect(turns).toBeGreaterThan((4 * changes.length) / 1_000);
  });

  it('of which any byte is another is refused, by a coded error, or says the same all the same', async () => {
    const record = await recordAfter(5_000);
    const bytes = await encodeRecord(record);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        // The checksum is of what is packed: there is more than one way to pack it.
        const read = attempt(() => decodeRecord(changed, 'x'));
        if (!(read instanceof EftError)) expect(read).toEqual(decodeRecord(bytes, 'x'));
      }),
      { numRuns: 200 },
    );
  });

  it('that ends too early is refused, wherever', async () => {
    const bytes = await encodeRecord(await recordAfter(5_000));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeRecord(bytes.subarray(0, length), 'x')).toThrow(EftError);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the folder of records', () => {
  it('names each file after the module, its version, the time and what is in it', async () => {
    const path = await fileOf(new RecordFolder(folder).write(await recordAfter(1_000)));
    expect(path.slice(folder.length + 1)).toMatch(/^lease-0\.1\.0-20261123T011236-[0-9a-f]{12}\.eftrecord$/);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(decodeRecord(new Uint8Array(readFileSync(path)), 'x').module.digest).toBe(module.digest);
  });

  it('keeps the last few of a module, and leaves alone what is not of it', async () => {
    const others = [
      'lease-extra-0.1.0-20200101T000000-0123456789ab.eftrecord',
      'lease.txt',
      'lease-0.1.0.eftrecord',
    ];
    for (const other of others) writeFileSync(`${folder}/${other}`, '');
    const records = new RecordFolder(folder);
    const record = await recordAfter(1_000);
    const takenAt = (second: number) => ({
      ...record,
      takenAt: record.takenAt + BigInt(second) * 1_000_000_000n,
    });
    for (let second = 0; second < recordLimits.perModule + 3; second += 1)
      await records.write(takenAt(second));
    // A clock that was set back does not cost the newest record.
    const early = await fileOf(records.write({ ...record, takenAt: 1_000_000_000n }));
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(others));
    const kept = files.filter((file) => !others.includes(file)).sort();
    expect(kept).toHaveLength(recordLimits.perModule);
    expect(`${folder}/${kept[0]}`).toBe(early);
    expect(kept[1]).toMatch(/T011240-/);
  });

  it('writes one record of a module at a time, and drops those that come meanwhile', async () => {
    const records = new RecordFolder(folder);
    const record = await recordAfter(1_000);
    const [first, second] = await Promise.all([records.write(record), records.write(record)]);
    expect(first.outcome).toBe('written');
    expect(second).toEqual({ outcome: 'dropped', reason: 'one of the same module was being written' });
    expect(records.dropped).toBe(1);
    expect(await records.write(record)).toEqual(first);
  });

  it('has a limit of bytes over all modules: the oldest go, and of each module the newest stays', async () => {
    const size = (await encodeRecord(await noisyRecord('lease', 0))).length;
    const limits = { bytes: 4.5 * size, fileBytes: 2 * size };
    const records = new RecordFolder(folder, { limits });
    const written: string[] = [];
    for (const [name, second] of [
      ['one', 1],
      ['two', 2],
      ['two', 3],
      ['three', 4],
    ] as const)
      written.push(await fileOf(records.write(await noisyRecord(name, second))));
    expect(filesIn(folder)).toEqual(written.toSorted());
    // The oldest of all is the newest of its module, and so the second oldest goes.
    written.push(await fileOf(records.write(await noisyRecord('four', 5))));
    expect(filesIn(folder)).toEqual(written.filter((_, index) => index !== 1).toSorted());
    // Then there is none that could go, but for a record of the same module.
    const before = filesIn(folder);
    expect(await records.write(await noisyRecord('five', 6))).toEqual({
      outcome: 'dropped',
      reason: 'there is no room for it beside the newest records of other modules',
    });
    expect(filesIn(folder)).toEqual(before);
    const next = await fileOf(records.write(await noisyRecord('four', 7)));
    expect(filesIn(folder)).toEqual([...before.filter((file) => file !== written[4]), next].toSorted());
    const sum = filesIn(folder).reduce((total, file) => total + statSync(file).size, 0);
    expect(sum).toBeLessThanOrEqual(limits.bytes);
  });

  it('writes no more of a record than a file may have, and deletes nothing for one that is too large', async () => {
    const small = await noisyRecord('lease', 0);
    const { length } = await encodeRecord(small);
    const records = new RecordFolder(folder, { limits: { bytes: 3 * length, fileBytes: 1.5 * length } });
    const kept = await fileOf(records.write(small));
    const large = await noisyRecord('other', 1, 2 * noiseBytes);
    expect(await records.write(large)).toEqual({
      outcome: 'dropped',
      reason: `it has more than ${1.5 * length} bytes`,
    });
    expect(filesIn(folder)).toEqual([kept]);
  });

  it('does not let large memories wait, and still takes the small ones', async () => {
    const records = new RecordFolder(folder, { limits: { waitingBytes: noiseBytes } });
    const [large, other, small] = [
      await noisyRecord('one', 1, 2 * noiseBytes),
      await noisyRecord('two', 2),
      await recordAfter(1_000),
    ];
    const [first, second, third] = await Promise.all([
      records.write(large),
      records.write(other),
      records.write(small),
    ]);
    expect(first.outcome).toBe('written');
    expect(second).toEqual({
      outcome: 'dropped',
      reason: 'too much memory of other modules waited to be written',
    });
    expect(third.outcome).toBe('written');
    expect((await records.write(other)).outcome).toBe('written');
  });

  it('is rid of what another process has left half written, before it writes', async () => {
    for (const file of ['lease.1.tmp', `mine.${process.pid}.tmp`, 'notes.txt']) {
      writeFileSync(`${folder}/${file}`, 'half');
    }
    const records = new RecordFolder(folder);
    await records.sweep();
    const left = [`${folder}/mine.${process.pid}.tmp`, `${folder}/notes.txt`];
    expect(filesIn(folder)).toEqual(left);
    const path = await fileOf(records.write(await recordAfter(1_000)));
    expect(filesIn(folder)).toEqual([path, ...left].toSorted());
  });

  it('leaves nothing behind when a record cannot be written', async () => {
    mkdirSync(`${folder}/taken`);
    await expect(writeRecord(`${folder}/taken`, await recordAfter(1_000))).rejects.toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('no secret reaches a record', () => {
  const bench = new CellBench();
  afterEach(() => bench.close());

  it('not the environment, not the arguments, not a key: looked for in every form that bytes can have', async () => {
    const seed = randomBytes(32);
    const signed = { ...module, component: attachSignatures(module.component, [privateKeyFromSeed(seed)]) };
    const planted = [
      seed,
      Buffer.from('a secret of the environment 8c1f'),
      Buffer.from('a secret of the arguments 77e0'),
    ];
    process.env['EFT_PLANTED'] = String(planted[1]);
    process.argv.push(String(planted[2]));
    try {
      const cell = bench.add(signed);
      bench.putModuleStatus('network', 'healthy');
      cell.start();
      await bench.until(() => cell.phase === 'idle' && cell.counters.events > 0);
      const status = { state: 'degraded', version: '1.0.0', restarts: 0, message: 'trap' };
      const effect = {
        effect: 'put',
        kind: 'eft:resources/module-status',
        id: 'network',
        value: status,
      } as const;
      bench.store.commit('supervisor', bench.store.revision, [effect]);
      await bench.until(() => bench.failures.length > 0);
      const flight = bench.failures[0]?.record;
      if (flight === undefined) throw new Error('there is a record');
      const bytes = await encodeRecord({ module: signed, takenAt: 0n, flight });
      const body = zstdDecompressSync(bytes.subarray(16));
      for (const secret of planted) {
        for (const form of formsOf(secret)) expect(body.includes(form)).toBe(false);
      }
      // The search does find what is there.
      expect(formsOf(Buffer.from('degraded')).some((form) => body.includes(form))).toBe(true);
    } finally {
      delete process.env['EFT_PLANTED'];
      process.argv.pop();
    }
  });
});

/** The bytes as they are, as UTF-16, and as text in hexadecimal and base64. */
function formsOf(secret: Buffer): readonly Buffer[] {
  const texts = [
    secret.toString('hex'),
    secret.toString('base64').replace(/=+$/, ''),
    secret.toString('base64url'),
  ];
  const all = [secret, ...texts.map((text) => Buffer.from(text))];
  return [...all, ...all.map((form) => Buffer.from(form.toString('latin1'), 'utf16le'))];
}
