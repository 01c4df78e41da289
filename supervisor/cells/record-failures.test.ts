import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import type { CellModule } from './cell.ts';
import type { LogLine } from './module-events.ts';
import { recordFailures } from './record-failures.ts';
import { decodeRecord, type ModuleRecord } from './record-file.ts';
import { RecordFolder, type RecordOutcome } from './record-folder.ts';
import { loadRecorded, replay } from './replay.ts';

let lease: CellModule;
const takenAt = 1_795_396_356_000_000_000n;

beforeAll(async () => {
  lease = await testModule('lease');
});

/** A cell that has trapped, with what the log says when its failure has been recorded in `folder`. */
async function logAfterTrap(folder: Pick<RecordFolder, 'write' | 'sweep'>): Promise<readonly LogLine[]> {
  const virtual = new VirtualCell(lease, () => leaseOf(7));
  virtual.cell.start();
  await virtual.pass(5_000);
  virtual.putModuleStatus('trap');
  await virtual.pass(10);
  const [failure] = virtual.failures;
  if (failure === undefined) throw new Error('it has trapped');
  const lines: LogLine[] = [];
  const record = recordFailures({ folder, wall: () => takenAt, onLog: (_, line) => lines.push(line) });
  await record(virtual.cell, failure.error, failure.record);
  return lines;
}

describe('the failure of a module', () => {
  it('is in a file that replays it, and the log names the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eft-records-'));
    try {
      const [line, ...others] = await logAfterTrap(new RecordFolder(folder));
      expect(others).toEqual([]);
      expect(line?.level).toBe('info');
      const path = line?.fields.find(({ name }) => name === 'file')?.value ?? '';
      expect(path).toMatch(/\/lease-0\.1\.0-20261123T011236-[0-9a-f]{12}\.eftrecord$/);
      const record = decodeRecord(new Uint8Array(readFileSync(path)), path);
      expect(record.takenAt).toBe(takenAt);
      expect(replay(loadRecorded(record), record.flight)).toMatchObject({
        verdict: 'same',
        ending: 'failed',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is only a line in the log when the folder is gone or drops the record', async () => {
    const gone = await logAfterTrap(new RecordFolder('/nonexistent/records'));
    expect(gone).toMatchObject([
      { level: 'warn', message: 'the flight record of the failure could not be written' },
    ]);
    expect(gone[0]?.fields[0]?.value).toContain('ENOENT');
    const written: ModuleRecord[] = [];
    const dropping = {
      sweep: () => Promise.resolve(),
      write: (record: ModuleRecord): Promise<RecordOutcome> => {
        written.push(record);
        return Promise.resolve({ outcome: 'dropped', reason: 'it has more than 7 bytes' });
      },
    };
    const dropped = await logAfterTrap(dropping);
    expect(written.map(({ module }) => module.manifest.name)).toEqual(['lease']);
    expect(dropped).toMatchObject([
      {
        level: 'warn',
        message: 'the flight record of the failure was not kept',
        fields: [{ name: 'reason', value: 'it has more than 7 bytes' }],
      },
    ]);
  });

  it('without a record is a line in the log too', async () => {
    const virtual = new VirtualCell(lease, () => leaseOf(7));
    const lines: LogLine[] = [];
    const folder = new RecordFolder('/nonexistent/records');
    const record = recordFailures({ folder, wall: () => takenAt, onLog: (_, line) => lines.push(line) });
    await record(virtual.cell, { code: 'cell.lost', message: 'lost', act: '' }, undefined);
    expect(lines).toMatchObject([{ level: 'warn', message: 'there is no flight record of the failure' }]);
  });
});
