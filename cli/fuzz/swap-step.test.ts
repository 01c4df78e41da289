import { expect, it } from 'vitest';
import { shippedModuleFile, testModuleFile } from '../../tests/fuzz/test-modules.ts';
import { confirmFinding } from './confirm-finding.ts';
import { Executor } from './execute.ts';
import { coldStart, type FuzzInput, type Step } from './fuzz-input.ts';
import { openFuzzModule } from './open-module.ts';
import { instrumentModule, Target } from './target.ts';

const step = (deed: Step['deed']): Step => ({ afterMs: 5, changes: [], deed });
const swap = step({ deed: 'swap' });
const change = step({ deed: 'change' });

async function executorOf(file: Promise<Uint8Array>): Promise<Executor> {
  return new Executor(new Target(instrumentModule(openFuzzModule(await file, 'a module'), false)));
}

it('hands over what is saved, what is open and what is in the store, again and again', async () => {
  for (const name of ['health', 'network']) {
    const executor = await executorOf(shippedModuleFile(name));
    const calls: string[] = [];
    executor.onCall = ({ call, output }) => calls.push(output === undefined ? `${call} fails` : call);
    const input: FuzzInput = { ...coldStart, steps: [change, swap, change, swap, swap] };
    expect(executor.run(input, undefined).failure).toBe(undefined);
    expect(calls).toEqual(['start', 'handle', 'save', 'start', 'handle', 'save', 'start', 'save', 'start']);
  }
}, 120_000);

it('finds a module that cannot save, and one that will not start from what it has saved', async () => {
  const executor = await executorOf(testModuleFile('unswappable'));
  const saving = { ...coldStart, steps: [change, change, swap] };
  expect(executor.run(saving, undefined).failure).toMatchObject({ oracle: 'trap', code: 'cell.saved-state' });
  const confirmed = confirmFinding(executor, saving);
  expect(confirmed).toMatchObject({ isConfirmed: true, flight: { end: { end: 'failed' } } });
  expect(confirmed?.flight.save?.output).toBe(undefined);
  const refusing = { ...coldStart, steps: [swap] };
  expect(executor.run(refusing, undefined).failure).toMatchObject({ oracle: 'save', code: 'save.refused' });
  const refused = confirmFinding(executor, refusing);
  expect(refused).toMatchObject({ isConfirmed: true, flight: { end: { end: 'refused' } } });
  expect(refused?.flight.begin.begin === 'start' && refused.flight.begin.input.boot.reason).toBe('swap');
  if (refused !== undefined) expect(executor.rerun(refused.flight).failure?.code).toBe('save.refused');
}, 60_000);
