import { expect, it } from 'vitest';
import { begin, phaseKind, playedNode, putPhase } from '../../../tests/api/test-node.ts';
import type { Identity } from '../identity.ts';
import { watchBytesLimit, watchesLimit, watchesPerIdentity, watchResources } from './watch-resources.ts';

const request = { kinds: [phaseKind] };
const caller = (index: number): Identity => ({
  type: 'client',
  name: `caller ${index}`,
  roles: ['os:reader'],
  fingerprint: `${index}`.padStart(64, '0'),
  peer: '10.0.0.9',
});

it('lets one caller have so many watches and no more, and others theirs', async () => {
  const watch = watchResources(playedNode());
  const open = await Promise.all(
    Array.from({ length: watchesPerIdentity }, async () => {
      const answers = begin(watch, request);
      await answers.next();
      return answers;
    }),
  );
  await expect(begin(watch, request).next()).rejects.toMatchObject({ code: 'api.too-many-watches' });
  await begin(watch, request, { identity: caller(1) }).next();
  // One that is given up makes room.
  await open[0]?.return?.();
  expect((await begin(watch, request).next()).done).toBe(false);
});

it('lets all callers together have so many', async () => {
  const watch = watchResources(playedNode());
  for (let index = 0; index < watchesLimit; index += 1)
    await begin(watch, request, { identity: caller(Math.floor(index / watchesPerIdentity)) }).next();
  await expect(begin(watch, request, { identity: caller(99) }).next()).rejects.toMatchObject({
    code: 'api.too-many-watches',
  });
});

it('tells of much in several messages, and says when that was all', async () => {
  const node = playedNode();
  const long = 'x'.repeat(4_000);
  const count = Math.ceil((2.5 * watchBytesLimit) / long.length);
  for (let index = 0; index < count; index += 1) putPhase(node, `phase-${index}`, long);
  const answers = begin(watchResources(node), request);
  const sizes: number[] = [];
  for (let isSynced: unknown = false; isSynced !== true; ) {
    const { value } = await answers.next();
    const changes: unknown = value?.['changes'];
    sizes.push(Array.isArray(changes) ? changes.length : 0);
    isSynced = value?.['isSynced'];
  }
  expect(sizes.length).toBe(3);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(count);
});

it('gives who reads slowly the newest state, once', async () => {
  const node = playedNode();
  putPhase(node, 'network', 'first');
  const answers = begin(watchResources(node), request);
  await answers.next();
  for (let index = 0; index < 1_000; index += 1) putPhase(node, 'network', `${index}`);
  const { value } = await answers.next();
  expect(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item))).toContain(
    '"999"',
  );
  expect(value?.['changes']).toHaveLength(1);
});
