import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import type { CellModule } from './cell.ts';
import { decodeRecord, encodeRecord, type ModuleRecord } from './record-file.ts';
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

  it('goes on after a record that the disk had no room for', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
    try {
      const records = new RecordFolder(folder);
      await expect(records.write(await noisyRecord('lease', 1))).rejects.toThrow('ENOSPC');
      expect(readdirSync(folder)).toEqual([]);
      const path = await fileOf(records.write(await recordAfter(1_000)));
      expect(filesIn(folder)).toEqual([path]);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
