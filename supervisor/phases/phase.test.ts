import { expect, it } from 'vitest';
import { type PhaseReport, PhaseRunner } from './phase.ts';

function runner() {
  const told: PhaseReport[] = [];
  let now = 1_000n;
  const phases = new PhaseRunner(
    () => now,
    (report) => told.push(report),
  );
  return {
    phases,
    told,
    pass: (nanoseconds: bigint) => {
      now += nanoseconds;
    },
  };
}

it('tells when a phase begins and what came of it, with times', async () => {
  const { phases, told, pass } = runner();
  const value = await phases.run('mounts', () => {
    pass(5n);
    return { value: 7, message: 'nine mounts' };
  });
  expect(value).toBe(7);
  expect(told).toEqual([
    {
      name: 'mounts',
      value: { order: 1, state: 'running', began: 1_000n, took: undefined, message: '' },
    },
    { name: 'mounts', value: { order: 1, state: 'done', began: 1_000n, took: 5n, message: 'nine mounts' } },
  ]);
});

it('says what the boot goes on without', async () => {
  const { phases } = runner();
  await phases.run('sysctls', () => ({
    value: undefined,
    message: '2 set',
    missing: ['a is not there', 'b'],
  }));
  expect(phases.reports[0]?.value).toMatchObject({ state: 'partly', message: '2 set; a is not there; b' });
});

it('hands on the error of a phase, and remembers which one it was', async () => {
  const { phases } = runner();
  await phases.run('one', () => ({ value: 1 }));
  await expect(phases.run('two', () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  expect(phases.reports.map(({ name, value }) => [name, value.order, value.state, value.message])).toEqual([
    ['one', 1, 'done', ''],
    ['two', 2, 'failed', 'no disk'],
  ]);
});
