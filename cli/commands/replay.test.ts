import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import { writeRecord } from '../../supervisor/cells/record-folder.ts';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import { runEft } from '../program.ts';

let folder = '';
let lease: CellModule;
let trapped: FlightRecord;

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

async function eft(...commandLine: readonly string[]) {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(commandLine, terminal);
  const plain = (text: string) => text.replaceAll(`${folder}/`, '').replaceAll(lease.digest, 'DIGEST');
  return { status, out: plain(terminal.stdout.text), err: plain(terminal.stderr.text) };
}

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/eft-replay-`);
  lease = await testModule('lease');
  const virtual = new VirtualCell(lease, () => leaseOf(4));
  virtual.cell.start();
  await virtual.pass(3_000);
  virtual.putModuleStatus('trap');
  await virtual.pass(10);
  const record = virtual.failures[0]?.record;
  if (record === undefined) throw new Error('there is a record');
  trapped = record;
  const takenAt = 1_795_396_356_000_000_000n;
  await writeRecord(`${folder}/trap.eftrecord`, { module: lease, takenAt, flight: trapped });
  const [first, second, ...others] = trapped.events;
  if (first === undefined || second === undefined) throw new Error('there are events');
  const time = { ...second.input.time, now: second.input.time.now + 7n };
  const events = [first, { ...second, input: { ...second.input, time } }, ...others];
  await writeRecord(`${folder}/other.eftrecord`, { module: lease, takenAt, flight: { ...trapped, events } });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a record is replayed line by line, to the trap and its place', async () => {
  const { status, out, err } = await eft('replay', `${folder}/trap.eftrecord`);
  expect(err).toBe('');
  expect(status).toBe(0);
  const lines = out.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'lease 0.1.0 sha256 DIGEST',
    'taken at 2026-11-23T01:12:36Z: 6 events from its start, and then it failed with trap.core',
    '     0       0.000 s  start (cold)  2 effects',
    '     1       0.000 s  answered 1  7 effects',
  ]);
  expect(lines[8]).toBe('     6       3.000 s  changed eft:resources/module-status "network"  fails');
  expect(lines[9]).toBe('trap.core: the module trapped in `eft:module/lifecycle@0.1.0 handle`: unreachable');
  expect(lines[10]).toMatch(/^ {4}at function \d+, byte 0x[0-9a-f]+$/);
  expect(lines.at(-2)).toBe('✓ same trap, same outputs');
});

test('what each call wants done and logs can be shown, and it goes no further than asked', async () => {
  const { status, out } = await eft('replay', `${folder}/trap.eftrecord`, '--until', '1', '--verbose');
  expect(status).toBe(0);
  expect(out).toContain('request 1: eft:host/files read ["leases/current"]\n');
  expect(out).toContain('log info: renewed wall=1800000005000000000\n');
  expect(out).toMatch(/report \{"tag":"healthy"\}\n✓ same outputs up to event 1\n$/);
});

test('a replay that differs says where and how, and ends with 1', async () => {
  const { status, out, err } = await eft('replay', `${folder}/other.eftrecord`);
  expect(status).toBe(1);
  expect(out).toContain(
    '✗ differs at event 2 (- recorded, + replayed)\n  - set timer "tick" to 7000000000 ns\n  + set timer "tick" to 7000000007 ns\n',
  );
  expect(err).toContain(
    'error[record.differs]: other.eftrecord: the module does not do again what the flight record says, from event 2 on\n',
  );
});

test('a program gets one JSON object', async () => {
  const { status, out } = await eft('replay', `${folder}/trap.eftrecord`, '--json');
  expect(status).toBe(0);
  const result: unknown = JSON.parse(out);
  expect(result).toMatchObject({
    module: { name: 'lease', version: '0.1.0', digest: 'DIGEST' },
    takenAt: '2026-11-23T01:12:36Z',
    begin: 'start',
    recorded: { events: 6, end: 'failed' },
    replayed: {
      verdict: 'same',
      ending: 'failed',
      events: 6,
      difference: null,
      error: { code: 'trap.core' },
    },
  });
  const again = await eft('replay', `${folder}/trap.eftrecord`, '--json');
  expect(again.out).toBe(out);
});

test('what is no record, or no number, is refused', async () => {
  writeFileSync(`${folder}/text`, 'not a record at all');
  const { status, err } = await eft('replay', `${folder}/text`);
  expect(status).toBe(1);
  expect(err).toContain('error[record.not-a-record]: text: the file is not a flight record');
  expect((await eft('replay', `${folder}/trap.eftrecord`, '--until', 'x')).status).toBe(2);
});
