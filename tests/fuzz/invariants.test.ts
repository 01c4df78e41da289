/**
 * Modules that state invariants of themselves (wit/module/invariants.wit): who breaks one is found, and the file that is kept shows it again. So is one that
 * does not start with all that it has saved.
 */
import { beforeAll, expect, it } from 'vitest';
import { type FuzzReport, fuzzModule } from '../../cli/fuzz/fuzz-module.ts';
import { openFuzzModule } from '../../cli/fuzz/open-module.ts';
import { isSameEnd, reproduce } from '../../cli/fuzz/repro.ts';
import { decodeRecord, encodeRecord } from '../../supervisor/cells/record-file.ts';
import { loadRecorded } from '../../supervisor/cells/replay.ts';
import { replayGuarded } from '../../supervisor/cells/replay-guard.ts';
import { shippedModuleFile, testModuleFile } from './test-modules.ts';

let report: FuzzReport;

beforeAll(async () => {
  report = await fuzzModule(await testModuleFile('stated'), { seed: 1, runs: 8_000, jobs: 1 });
}, 120_000);

it('finds what breaks an invariant, however often as one finding, a module that does something when it is only asked, and one that forgets', () => {
  const found = report.findings.map(({ oracle, code, isConfirmed }) => [oracle, code, isConfirmed]);
  expect(found).toEqual([
    ['invariant', 'invariant.broken', true],
    ['invariant', 'invariant.effect', true],
    ['save', 'save.changed', true],
  ]);
  expect(report.findings[0]?.input.steps.length).toBe(1);
  expect(report.findings[0]?.message).toBe('the module owes "1" coins');
});

it('gives each as a file that breaks the same rule again, and that the shipped bytes replay', async () => {
  for (const { record } of report.findings) {
    const read = decodeRecord(await encodeRecord(record), 'a finding');
    const { verdict } = await replayGuarded(loadRecorded(read), read.flight, { watchdogMs: 500 });
    expect(verdict).toBe('same');
    expect(isSameEnd(read.flight, reproduce(read))).toBe(true);
  }
}, 60_000);

it.each(['health', 'network'])(
  'has something to ask the module %s',
  async (name) => {
    const { definition } = openFuzzModule(await shippedModuleFile(name), name);
    expect([...definition.world.exports.keys()]).toContain('eft:module/invariants@0.1.0');
  },
  120_000,
);
