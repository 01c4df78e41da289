/**
 * A trap, and a state machine gone wrong, each after an hour of events, replay from one file to the same trap and the same outputs. The
 * hour passes on a clock that the test turns. What is replayed is held here against what the cell did when it ran, and not only against
 * the record, and with anything less or other than the record the end does not come again.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runEft } from '../../cli/program.ts';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { eventsPerCheckpoint, type FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { CallOutput } from '../../supervisor/cells/module-events.ts';
import { decodeRecord } from '../../supervisor/cells/record-file.ts';
import { RecordFolder } from '../../supervisor/cells/record-folder.ts';
import { loadRecorded, type ReplayStep, replay } from '../../supervisor/cells/replay.ts';
import { type Answering, leaseOf, testModule, VirtualCell } from './virtual-cell.ts';

const hourMs = 3_600_000;
const leaseSeconds = 9;
let lease: CellModule;
let folder = '';

beforeAll(async () => {
  lease = await testModule('lease');
});
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-hour-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** A cell after an hour of leases, some of which come late or not at all. What its calls gave is noted as they return. */
async function afterAnHour(then: Answering) {
  let isOver = false;
  const virtual = new VirtualCell(lease, (count) => {
    if (isOver) return then(count);
    return count % 7 === 0 ? { tag: 'not-found' } : leaseOf(leaseSeconds);
  });
  virtual.cell.start();
  await virtual.pass(hourMs);
  isOver = true;
  expect(virtual.cell.counters).toMatchObject({ failures: 0, starts: 1 });
  // It ticks once a second.
  expect(virtual.cell.counters.events).toBeGreaterThan(hourMs / 1_000);
  expect(virtual.cell.counters.events).toBeGreaterThan(3 * eventsPerCheckpoint);
  return virtual;
}

/** The record after it was written into a file; the file is all that is left. */
async function throughFile(flight: FlightRecord | undefined) {
  if (flight === undefined) throw new Error('there is a record');
  const written = await new RecordFolder(folder).write({ module: lease, takenAt: 0n, flight });
  if (written.outcome !== 'written') throw new Error(written.reason);
  expect(readdirSync(folder)).toHaveLength(1);
  const record = decodeRecord(new Uint8Array(readFileSync(written.file)), written.file);
  return { file: written.file, module: loadRecorded(record), flight: record.flight };
}

async function eftReplay(file: string): Promise<{ readonly status: number; readonly said: unknown }> {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(['replay', file, '--json'], terminal);
  return { status, said: JSON.parse(terminal.stdout.text) };
}

/** What each replayed event gave. */
function outputsOf(module: CellModule, flight: FlightRecord) {
  const steps: ReplayStep[] = [];
  const result = replay(module, flight, { onStep: (step) => steps.push(step) });
  return { result, outputs: steps.slice(1).map(({ output }) => output) };
}

it('a trap after an hour replays from one file to the same trap', async () => {
  const virtual = await afterAnHour(() => ({ tag: 'not-found' }));
  // Twenty-five failures in a row go over the end of an array.
  await virtual.pass(60_000);
  const { error, record } = virtual.failures[0] ?? {};
  expect(error?.code).toBe('trap.core');
  expect(virtual.nowMs).toBeGreaterThan(hourMs);
  const { file, module, flight } = await throughFile(record);
  const { begin } = flight;
  if (begin.begin !== 'checkpoint') throw new Error('it begins at a checkpoint');
  expect(flight.events.length).toBeGreaterThan(24);
  const { result, outputs } = outputsOf(module, flight);
  expect(result).toMatchObject({
    verdict: 'same',
    ending: 'failed',
    events: flight.events.length,
    error: { code: 'trap.core', message: error?.message },
  });
  // The place of the trap is the one at which it happened, by function and byte.
  expect(result.error?.frames?.length).toBeGreaterThan(0);
  expect(record?.end).toMatchObject({ end: 'failed', error: { frames: result.error?.frames } });
  expect(outputs).toEqual(record?.events.map(({ output }) => output));
  expect(await eftReplay(file)).toMatchObject({
    status: 0,
    said: { replayed: { verdict: 'same', ending: 'failed', error: { frames: result.error?.frames } } },
  });

  // Without its last event, without the one before, or from another memory it is not the same.
  const without = (index: number) => flight.events.filter((_, at) => at !== index);
  const last = flight.events.length - 1;
  expect(replay(module, { ...flight, events: without(last) }).ending).toBe('end');
  expect(replay(module, { ...flight, events: without(last - 1) }).verdict).toBe('differs');
  const core = begin.state.core.map((state) => ({ ...state, memory: new Uint8Array(state.memory.length) }));
  const blank = { ...flight, begin: { ...begin, state: { ...begin.state, core } } };
  expect(replay(module, blank).verdict).toBe('differs');
});

it('a state machine gone wrong after an hour replays from one file to the same outputs', async () => {
  const virtual = await afterAnHour(() => ({ tag: 'deadline' }));
  await virtual.pass(2 * leaseSeconds * 1_000);
  // The lease is over for long, and the module says that it is held. It has not failed: nobody was told.
  const status = virtual.store.get('eft:resources/node-status', 'lease');
  expect(status?.value['ready']).toBe(true);
  expect(virtual.failures).toEqual([]);
  const record = virtual.cell.record();
  const { file, module, flight } = await throughFile(record);
  expect(flight.begin.begin).toBe('checkpoint');
  const { result, outputs } = outputsOf(module, flight);
  expect(result).toMatchObject({ verdict: 'same', ending: 'end', events: flight.events.length });
  expect(outputs).toHaveLength(flight.events.length);
  expect(outputs).toEqual(record?.events.map(({ output }) => output));
  // The last of them is what the store had in the end.
  expect(lastStatus(outputs)).toMatchObject(status?.value ?? {});
  expect(await eftReplay(file)).toMatchObject({
    status: 0,
    said: { replayed: { verdict: 'same', events: flight.events.length } },
  });

  // It shows the event that went wrong: an answer that was too late disarmed the timer which ends the lease.
  const culprit = flight.events.findIndex(({ output }) =>
    output?.effects.timers.some(({ name, at }) => name === 'end' && at === undefined),
  );
  const event = flight.events[culprit];
  if (event === undefined) throw new Error('there is a culprit');
  expect(event.input.answers).toMatchObject([{ result: { tag: 'err', val: { tag: 'deadline' } } }]);
  // Had the answer been another, the timer would have stayed: the replay depends on it.
  const answers = event.input.answers.map((answer) => ({
    ...answer,
    result: { tag: 'err', val: { tag: 'not-found' } },
  }));
  const events = flight.events.with(culprit, { ...event, input: { ...event.input, answers } });
  const other = replay(module, { ...flight, events });
  expect(other).toMatchObject({ verdict: 'differs', difference: { index: culprit + 1 } });
  expect(other.difference?.lines).toContain('- clear timer "end"');
});

function lastStatus(outputs: readonly (CallOutput | undefined)[]): unknown {
  const puts = outputs.flatMap((output) =>
    (output?.effects.store ?? []).flatMap((effect) =>
      effect.effect === 'put' && effect.id === 'lease' ? [effect.value] : [],
    ),
  );
  return puts.at(-1);
}
