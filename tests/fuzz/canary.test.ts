import { beforeAll, expect, it } from 'vitest';
import { encodeInput } from '../../cli/fuzz/fuzz-input.ts';
import { type FuzzReport, fuzzModule } from '../../cli/fuzz/fuzz-module.ts';
import { isSameEnd, reproduce } from '../../cli/fuzz/repro.ts';
import { decodeRecord, encodeRecord } from '../../supervisor/cells/record-file.ts';
import { loadRecorded } from '../../supervisor/cells/replay.ts';
import { replayGuarded } from '../../supervisor/cells/replay-guard.ts';
import { testModuleFile } from './test-modules.ts';

const budget = { seed: 1, runs: 80_000 };
let canary: Uint8Array;
let report: FuzzReport;

beforeAll(async () => {
  canary = await testModuleFile('canary');
  report = await fuzzModule(canary, { ...budget, jobs: 1 });
}, 120_000);

it('finds everything that is wrong with the canary: if it does not, the fuzzer is blind', () => {
  const found = report.findings.map(({ oracle, code, isConfirmed }) => [oracle, code, isConfirmed]);
  expect(found.toSorted()).toEqual([
    ['grant', 'network.family', true],
    ['time', 'time.fuel', true],
    ['trap', 'trap.core', true],
  ]);
});

it('makes what it has found small: an answer, and one message', () => {
  expect(report.findings.map(({ input }) => input.steps.length)).toEqual([2, 2, 2]);
});

it('finds the same by the same way with two threads, input for input and byte for byte', async () => {
  const other = await fuzzModule(canary, { ...budget, jobs: 2 });
  expect(other.findings.map(({ key, input }) => [key, input])).toEqual(
    report.findings.map(({ key, input }) => [key, input]),
  );
  expect(other.corpus.map(encodeInput)).toEqual(report.corpus.map(encodeInput));
  expect([other.runs, other.events, other.seen]).toEqual([report.runs, report.events, report.seen]);
}, 60_000);

it('gives each finding as a file that breaks the same rule again, on the shipped bytes and with counters', async () => {
  for (const { record } of report.findings) {
    const read = decodeRecord(await encodeRecord(record), 'a finding');
    const { verdict } = await replayGuarded(loadRecorded(read), read.flight, { watchdogMs: 500 });
    expect(verdict).toBe(read.flight.end.end === 'stopped' ? 'same-up-to-the-kill' : 'same');
    expect(isSameEnd(read.flight, reproduce(read))).toBe(true);
  }
}, 60_000);

it('finds it at once when it begins with what it has found', async () => {
  const seeds = report.findings.map(({ input }) => input);
  const again = await fuzzModule(canary, { seed: 2, runs: 0, jobs: 1, seeds });
  expect(again.findings.map(({ key }) => key)).toEqual(report.findings.map(({ key }) => key));
}, 60_000);
