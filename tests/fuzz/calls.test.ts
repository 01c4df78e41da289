import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CallComponent, callComponent, entryName } from '../../cli/fuzz/calls/call-surface.ts';
import { type CallReport, fuzzCalls } from '../../cli/fuzz/calls/fuzz-calls.ts';
import { readCallCorpus, reproCalls, runCalls } from '../../cli/fuzz/calls/run-calls.ts';
import { builtComponent } from '../components/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-calls-'));
const budget = { seed: 1, runs: 16_000 };
let parcel: CallComponent;
let report: CallReport;

beforeAll(async () => {
  parcel = callComponent(await builtComponent('parcel'), 'parcel');
  report = await fuzzCalls(parcel, budget);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

function told({ findings }: CallReport): readonly string[] {
  return findings.map(({ failure, calls, isConfirmed }) =>
    [failure.oracle, ...calls.map(({ name }) => name), isConfirmed ? 'confirmed' : 'not confirmed'].join(' '),
  );
}

it('calls all that takes and gives values, and says what it leaves out', () => {
  expect(parcel.entries.map(entryName)).toEqual([
    'eft:parcel/reader/labels',
    'eft:parcel/reader/begin',
    'eft:parcel/reader/put',
  ]);
  expect(parcel.leftOut).toEqual([
    'eft:parcel/warehouse/[constructor]shelf',
    'eft:parcel/warehouse/[method]shelf.weight',
  ]);
});

it('finds what is wrong behind a magic number, in one call and in a sequence of two', () => {
  expect(told(report).toSorted()).toEqual([
    'time labels confirmed',
    'trap begin put confirmed',
    'trap labels confirmed',
  ]);
});

it('finds the same by the same way each time', async () => {
  const again = await fuzzCalls(parcel, budget);
  expect(again.findings).toEqual(report.findings);
  expect(again.corpus).toEqual(report.corpus);
  expect([again.runs, again.events, again.reached]).toEqual([report.runs, report.events, report.reached]);
}, 60_000);

it('writes what it finds as files that hold the component and run again', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const options = { component: parcel, ...budget, seconds: undefined, folder, isJson: false };
  await expect(runCalls({ stdout, stderr }, options)).rejects.toThrow();
  stdout.end();
  const shown = await text(stdout);
  expect(shown).toContain('not called, as handles are needed: eft:parcel/warehouse/[constructor]shelf');
  expect(shown).toMatch(
    /✗ time time\.fuel: one call enters more than 50000000 blocks of code\n {4}at .*function/,
  );
  expect(shown).toMatch(/ {2}labels\(0x50617263[0-9a-f]*ee[0-9a-f]*\)\n/);
  expect(readCallCorpus(folder).length).toBe(report.corpus.length);
  const findings = readdirSync(join(folder, 'findings'));
  expect(findings.length).toBe(3);
  for (const name of findings) {
    const again = new PassThrough();
    reproCalls({ stdout: again, stderr }, join(folder, 'findings', name), false);
    again.end();
    expect(await text(again)).toContain('✓ the bytes without counters do the same');
  }
}, 60_000);

it('breaks no rule in the DHCP client of the network module, by its own functions', async () => {
  const dhcp = callComponent(await builtComponent('dhcp'), 'dhcp');
  const seeds = readCallCorpus(join(import.meta.dirname, 'corpus/dhcp'));
  expect(told(await fuzzCalls(dhcp, { seed: 1, runs: 10_000, seeds }))).toEqual([]);
}, 120_000);
