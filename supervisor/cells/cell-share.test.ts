/** A module that is quick, never fails and always wants more: its events wait, and nothing of it is lost. */
import { expect, it } from 'vitest';
import { inputKind, ScriptedCell } from '../../tests/cells/scripted-cell.ts';
import { creditMs, shortMs } from './thread-share.ts';

/** A cell on whose account everything takes `workMs` of the supervisor's thread. */
function costlyCell(workMs: number): ScriptedCell {
  const script: ScriptedCell = new ScriptedCell({
    time: () => {
      script.nowMs += workMs;
      return { now: BigInt(Math.round(script.nowMs * 1e6)), wall: 0n, isSynchronized: false };
    },
  });
  return script;
}

it('waits when it has had its share, and goes on with what came meanwhile', async () => {
  const script = costlyCell(2 * shortMs);
  script.write(inputKind, 'a', '1');
  script.start();
  while (script.cell.phase === 'handling') {
    script.write(inputKind, 'a', `${script.nowMs}`);
    script.handled();
  }
  expect(script.cell.phase).toBe('waiting');
  expect(script.cell.counters.waits).toBe(1);
  script.write(inputKind, 'b', '1');
  expect(script.cell.phase).toBe('waiting');
  for (let count = 0; count < 10_000 && script.cell.phase === 'waiting'; count += 1) await script.pass(10);
  expect(script.event).toEqual({
    tag: 'changed',
    val: [
      { kind: inputKind, id: 'a' },
      { kind: inputKind, id: 'b' },
    ],
  });
});

it('does not wait while the node boots, and has no debt when that is over', () => {
  let isBooting = true;
  const script: ScriptedCell = new ScriptedCell({
    isBooting: () => isBooting,
    time: () => {
      script.nowMs += 2 * shortMs;
      return { now: BigInt(Math.round(script.nowMs * 1e6)), wall: 0n, isSynchronized: false };
    },
  });
  script.write(inputKind, 'a', '1');
  script.start();
  for (let count = 0; count < 100; count += 1) {
    script.write(inputKind, 'a', `${script.nowMs}`);
    script.handled();
    expect(script.cell.phase).toBe('handling');
  }
  isBooting = false;
  script.write(inputKind, 'a', 'last');
  script.handled();
  expect(script.cell.phase).toBe('handling');
});

it('does not wait when there is nothing to tell it', () => {
  const script = costlyCell(creditMs);
  script.start();
  expect(script.cell.phase).toBe('idle');
  expect(script.cell.counters.waits).toBe(0);
});

it('waits no longer when it is stopped', async () => {
  const script = costlyCell(creditMs);
  script.write(inputKind, 'a', '1');
  script.start();
  script.write(inputKind, 'a', '2');
  script.handled();
  expect(script.cell.phase).toBe('waiting');
  await script.cell.stop();
  expect(script.timers).toBe(0);
  expect(script.cell.phase).toBe('stopped');
});

it('is not taken for well while a call is under way that never returns', async () => {
  const script = new ScriptedCell();
  script.write(inputKind, 'a', '1');
  for (let failures = 1; failures <= 3; failures += 1) {
    if (failures === 1) script.start();
    else script.send({ type: 'started', output: { ...script.output(), refusal: undefined } });
    await script.pass(100);
    expect(script.failures).toHaveLength(failures);
    if (failures < 3) await script.pass(1_000);
  }
  expect(script.cell.phase).toBe('quarantined');
});

it('does not wait for what other programs took of the thread meanwhile', () => {
  const script: ScriptedCell = new ScriptedCell({
    ranMs: () => 0,
    time: () => {
      script.nowMs += 50 * creditMs;
      return { now: BigInt(Math.round(script.nowMs * 1e6)), wall: 0n, isSynchronized: false };
    },
  });
  script.start();
  for (let count = 0; count < 10; count += 1) {
    script.write(inputKind, 'a', `${count}`);
    expect(script.cell.phase).toBe('handling');
    script.handled();
  }
  expect(script.cell.counters.waits).toBe(0);
});
