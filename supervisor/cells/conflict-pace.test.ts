import { expect, it } from 'vitest';
import { outputKind, ScriptedCell } from '../../tests/cells/scripted-cell.ts';
import {
  ConflictPace,
  firstConflictWaitMs,
  longestConflictWaitMs,
  promptConflicts,
} from './conflict-pace.ts';

const put = (id: string, text: string) => ({ effect: 'put', kind: outputKind, id, value: { text } }) as const;

/** A cell that has put `x`, which somebody holds while it is torn down. */
async function heldCell(): Promise<ScriptedCell> {
  const script = new ScriptedCell();
  script.store.join('holder', {
    inputs: [{ kind: outputKind, type: script.store.typeOf(outputKind) }],
    outputs: [],
  });
  script.start();
  script.write('eft:test/input', 'a', '1');
  script.handled({ store: [put('x', '1')] });
  const hold = { effect: 'hold', kind: outputKind, id: 'x' } as const;
  expect(script.store.commit('holder', script.store.revision, [hold]).outcome).toBe('committed');
  script.write('eft:test/input', 'a', '2');
  script.handled({ store: [{ effect: 'remove', kind: outputKind, id: 'x' }] });
  script.write('eft:test/input', 'a', '3');
  await script.pass(0);
  return script;
}

it('a module that puts what others hold is told, not ended, and tries again ever less often', async () => {
  const script = await heldCell();
  for (let round = 0; round < 1_000; round += 1) {
    if (script.cell.phase === 'handling' && script.event !== undefined)
      script.handled({ store: [put('x', '2')] });
    else await script.pass(10);
  }
  expect(script.failures).toEqual([]);
  expect(script.event).toEqual({ tag: 'conflicted', val: [{ kind: outputKind, id: 'x' }] });
  const { conflicts } = script.cell.counters;
  const seconds = script.nowMs / 1_000;
  expect(seconds).toBeGreaterThan(5);
  expect(conflicts).toBeLessThan(20 + seconds);
  expect(conflicts).toBeGreaterThan(10);
});

it('a module that waited for others gets on when they have let go', async () => {
  const script = await heldCell();
  const release = { effect: 'release', kind: outputKind, id: 'x' } as const;
  for (let round = 0; round < 14; round += 1) {
    if (round === 12) script.store.commit('holder', script.store.revision, [release]);
    script.handled({ store: [put('x', '2')] });
    while (script.cell.phase === 'waiting') await script.pass(10);
  }
  expect(script.store.get(outputKind, 'x')?.value).toEqual({ text: '2' });
  expect(script.failures).toEqual([]);
  script.write('eft:test/input', 'a', '4');
  expect(script.cell.phase).toBe('handling');
});

it('the first conflicts in a row do not wait, the ones after them twice as long each, up to the longest', () => {
  const pace = new ConflictPace();
  const waits = Array.from({ length: promptConflicts + 12 }, () => {
    pace.note(false, 50);
    return pace.waitMs(50);
  });
  expect(waits.slice(0, promptConflicts + 2)).toEqual([
    0,
    0,
    0,
    firstConflictWaitMs,
    firstConflictWaitMs * 2,
  ]);
  expect(waits.at(-1)).toBe(longestConflictWaitMs);
  expect(pace.waitMs(50 + longestConflictWaitMs)).toBe(0);
  pace.note(true, 50);
  expect(pace.waitMs(50)).toBe(0);
});
