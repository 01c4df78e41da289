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
import { decodeRecord, encodeRecord, type ModuleRecord } from './record-file.ts';
import { RecordFolder, recordsPerModule, writeRecord } from './record-folder.ts';

let module: CellModule;
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

async function recordAfter(ms: number, atSecond = 0): Promise<ModuleRecord> {
  const virtual = new VirtualCell(module, () => leaseOf(7));
  virtual.cell.start();
  await virtual.pass(ms);
  const flight = virtual.cell.record();
  if (flight === undefined) throw new Error('there is a record');
  return { module, takenAt: 1_795_396_356_000_000_000n + BigInt(atSecond) * 1_000_000_000n, flight };
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
    const path = await new RecordFolder(folder).write(await recordAfter(1_000));
    expect(path?.slice(folder.length + 1)).toMatch(/^lease-0\.1\.0-20261123T011236-[0-9a-f]{12}\.eftrecord$/);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(statSync(path ?? '').mode & 0o777).toBe(0o600);
    expect(decodeRecord(new Uint8Array(readFileSync(path ?? '')), 'x').module.digest).toBe(module.digest);
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
    for (let second = 0; second < recordsPerModule + 3; second += 1) await records.write(takenAt(second));
    // A clock that was set back does not cost the newest record.
    const early = await records.write({ ...record, takenAt: 1_000_000_000n });
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(others));
    const kept = files.filter((file) => !others.includes(file)).sort();
    expect(kept).toHaveLength(recordsPerModule);
    expect(`${folder}/${kept[0]}`).toBe(early);
    expect(kept[1]).toMatch(/T011240-/);
  });

  it('writes one record of a module at a time, and drops those that come meanwhile', async () => {
    const records = new RecordFolder(folder);
    const record = await recordAfter(1_000);
    const [first, second] = await Promise.all([records.write(record), records.write(record)]);
    expect(first).toBeDefined();
    expect(second).toBeUndefined();
    expect(records.dropped).toBe(1);
    expect(await records.write(record)).toBe(first);
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
