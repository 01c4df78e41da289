import { expect, it } from 'vitest';
import { rollOut } from './roll-out.ts';

/** Nodes on which a change fails, or which cannot go back; `most` is how many were being changed at once. */
function played(bad: readonly string[], stubborn: readonly string[] = []) {
  const log: string[] = [];
  let now = 0;
  let most = 0;
  return {
    log,
    most: () => most,
    change: async (node: string) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      log.push(`change ${node}`);
      if (bad.includes(node)) throw new Error(`${node} is bad`);
    },
    goBack: async (node: string) => {
      log.push(`back ${node}`);
      if (stubborn.includes(node)) throw new Error(`${node} stays`);
    },
  };
}

it('changes one after the other, all of them', async () => {
  const { log, most, ...does } = played([]);
  const outcome = await rollOut({ nodes: ['a', 'b', 'c'], maximumUnavailable: 1, ...does });
  expect(outcome).toEqual({ changed: ['a', 'b', 'c'], failed: [], untouched: [], wentBack: [], stuck: [] });
  expect(log).toEqual(['change a', 'change b', 'change c']);
  expect(most()).toBe(1);
});

it('stops at the first failure, and has those before go back, the last one first', async () => {
  const { log, ...does } = played(['c']);
  const outcome = await rollOut({ nodes: ['a', 'b', 'c', 'd'], maximumUnavailable: 1, ...does });
  expect(outcome).toMatchObject({ changed: ['a', 'b'], untouched: ['d'], wentBack: ['b', 'a'], stuck: [] });
  expect(outcome.failed).toEqual([{ node: 'c', error: new Error('c is bad') }]);
  expect(log).toEqual(['change a', 'change b', 'change c', 'back b', 'back a']);
});

it('has several at a time, no more than it may, and says who could not go back', async () => {
  const { most, ...does } = played(['d'], ['a']);
  const outcome = await rollOut({ nodes: ['a', 'b', 'c', 'd', 'e'], maximumUnavailable: 2, ...does });
  expect(most()).toBe(2);
  expect(outcome).toMatchObject({ changed: ['a', 'b', 'c'], untouched: ['e'], wentBack: ['c', 'b'] });
  expect(outcome.stuck).toEqual([{ node: 'a', error: new Error('a stays') }]);
});
