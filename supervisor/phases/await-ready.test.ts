import { expect, it } from 'vitest';
import { Node } from '../node.ts';
import { awaitReady } from './await-ready.ts';

const networkStatus = 'eft:resources/network-status';

/** A node without cells, in whose store a test plays the modules. */
function playedNode(): Node {
  const node = new Node({
    open: () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
    carriers: new Map(),
    time: () => ({ now: 0n, wall: 0n, isSynchronized: false }),
    after: () => () => undefined,
    random: (count) => new Uint8Array(count),
    events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
  });
  const kind = 'eft:resources/node-status';
  const output = { kind, type: node.store.typeOf(kind), mode: 'exclusive' } as const;
  node.store.join('health', { inputs: [], outputs: [output] });
  return node;
}

function say(node: Node, ready: boolean, unmet: readonly { name: string; reason: string }[]): void {
  const value = { stage: 'running', ready, unmet };
  const result = node.store.commit('health', node.store.revision, [
    { effect: 'put', kind: 'eft:resources/node-status', id: 'node', value },
  ]);
  expect(result.outcome).toBe('committed');
}

it('waits until the modules are well', async () => {
  const node = playedNode();
  say(node, false, [{ name: 'module/network', reason: 'starting' }]);
  const waiting = awaitReady(node);
  say(node, true, []);
  expect(await waiting).toEqual({ value: { isReady: true, without: [] }, missing: [] });
});

it('says in time what it waits for', async () => {
  const node = playedNode();
  const silent = await awaitReady(node, AbortSignal.timeout(1));
  expect(silent.value.isReady).toBe(false);
  expect(silent.missing).toEqual(['the module health has not said how the node is']);
  say(node, false, [{ name: 'module/network', reason: 'it was quarantined' }]);
  const { missing } = await awaitReady(node, AbortSignal.timeout(1));
  expect(missing).toEqual(['module/network: it was quarantined']);
});

it('is ready without a module that stays down, and says so', async () => {
  const node = playedNode();
  say(node, false, [{ name: 'module/network', reason: 'it trapped' }]);
  node.put('supervisor', 'eft:resources/module-status', 'network', {
    state: 'quarantined',
    version: '0.1.0',
    restarts: 4,
    message: 'it trapped',
  });
  expect(await awaitReady(node)).toEqual({
    value: { isReady: true, without: ['network'] },
    missing: ['without network: it trapped'],
  });
});

it('has no network to wait for where no module keeps one', () => {
  expect(playedNode().get(networkStatus, 'network')).toBeUndefined();
});
