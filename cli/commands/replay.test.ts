import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import { writeRecord } from '../../supervisor/cells/record-folder.ts';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import { isShownOutput, readGuide } from '../../tests/e2e/guide.ts';
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

test('what was killed from outside is the same up to the kill, and ends with 3', async () => {
  const error = { code: 'cell.time', message: 'it took too long', act: '' };
  const end = { end: 'stopped', error } as const;
  const cases: readonly (readonly [FlightRecord, string, string])[] = [
    [{ ...trapped, end }, 'it was stopped at event 6, which fails by itself here', 'fails'],
    [
      { ...trapped, end, events: trapped.events.slice(0, -1) },
      'it was stopped after event 5, when nothing was under way',
      'between-calls',
    ],
  ];
  for (const [flight, told, killed] of cases) {
    await writeRecord(`${folder}/killed.eftrecord`, { module: lease, takenAt: 0n, flight });
    const { status, out, err } = await eft('replay', `${folder}/killed.eftrecord`);
    expect(status).toBe(3);
    expect(err).toBe('');
    expect(out.split('\n').at(-2)).toBe(`~ same outputs up to the kill: ${told}`);
    const json = await eft('replay', `${folder}/killed.eftrecord`, '--json');
    expect(json.status).toBe(3);
    expect(JSON.parse(json.out)).toMatchObject({
      replayed: { verdict: 'same-up-to-the-kill', killed, difference: null },
    });
  }
});

test('nothing that a record says is obeyed by a terminal', async () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u009b1A\u202egnihton\r\n\u2028';
  const [first, second, ...others] = trapped.events;
  if (first?.output === undefined || second === undefined) throw new Error('there are events');
  const request = { request: 9n, interface: evil, call: evil, parameters: [evil] };
  const effects = { ...first.output.effects, requests: [request], timers: [{ name: evil, at: undefined }] };
  const told = { tag: 'changed', val: [{ kind: evil, id: evil }] } as const;
  const evilError = { code: evil, message: evil, act: evil, frames: [evil] };
  const flights: readonly FlightRecord[] = [
    { ...trapped, events: [{ ...first, output: { ...first.output, effects } }, second, ...others] },
    { ...trapped, events: [first, { ...second, input: { ...second.input, event: told } }, ...others] },
    { ...trapped, end: { end: 'failed', error: evilError } },
    { ...trapped, end: { end: 'lost', error: evilError } },
  ];
  for (const flight of flights) {
    await writeRecord(`${folder}/evil.eftrecord`, { module: lease, takenAt: 0n, flight });
    let all = '';
    for (const option of ['--verbose', '--json']) {
      const { out, err } = await eft('replay', `${folder}/evil.eftrecord`, option);
      for (const line of [...out.split('\n'), ...err.split('\n')])
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      all += out;
    }
    // It was shown, and not left out.
    expect(all).toMatch(/\\u\{1b\}/);
  }
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

test('the guide shows what is printed', async () => {
  const last = trapped.events.at(-1);
  if (last === undefined) throw new Error('there are events');
  // The call of a module that hangs cannot be made in this thread: it is the one that traps, with another word.
  const batches = last.input.batches.map((batch) => ({
    ...batch,
    changes: batch.changes.map((change) => {
      if (change.entry === undefined) return change;
      const value = { ...change.entry.value, message: 'hang' };
      return { ...change, entry: { ...change.entry, value } };
    }),
  }));
  const events = [...trapped.events.slice(0, -1), { input: { ...last.input, batches }, output: undefined }];
  const error = { code: 'cell.time', message: 'it took too long', act: '' };
  const takenAt = 1_795_396_356_000_000_000n;
  const flight: FlightRecord = { ...trapped, events, end: { end: 'stopped', error } };
  await writeRecord(`${folder}/loop.eftrecord`, { module: lease, takenAt, flight });
  const guide = readGuide(readFileSync(new URL('../../docs/guide/replay.md', import.meta.url), 'utf8'));
  const shown = guide.flatMap((step) => (step.kind === 'command' ? [step] : []));
  expect(shown).toHaveLength(3);
  for (const { command, output } of shown) {
    const [program, verb = '', name = ''] = command.split(' ');
    expect(`${program} ${verb}`).toBe('eft replay');
    const file = name.startsWith('lease-') ? 'trap.eftrecord' : name;
    const { out, err } = await eft(verb, `${folder}/${file}`);
    expect(isShownOutput(output, out + err), `${command}\n${out}${err}`).toBe(true);
  }
}, 60_000);

test('what is no record, or no number, is refused', async () => {
  writeFileSync(`${folder}/text`, 'not a record at all');
  const { status, err } = await eft('replay', `${folder}/text`);
  expect(status).toBe(1);
  expect(err).toContain('error[record.not-a-record]: text: the file is not a flight record');
  expect((await eft('replay', `${folder}/trap.eftrecord`, '--until', 'x')).status).toBe(2);
});
