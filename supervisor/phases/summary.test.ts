import { expect, it } from 'vitest';
import { Node } from '../node.ts';
import { summaryLines } from './summary.ts';

const kinds = ['eft:resources/hostname-status', 'eft:resources/address-status', 'eft:resources/link-status'];

function playedNode(): Node {
  const node = new Node({
    open: () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
    carriers: new Map(),
    time: () => ({ now: 0n, wall: 0n, isSynchronized: false }),
    after: () => () => undefined,
    random: (count) => new Uint8Array(count),
    events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
  });
  const outputs = kinds.map((kind) => ({ kind, type: node.store.typeOf(kind), mode: 'exclusive' as const }));
  node.store.join('network', { inputs: [], outputs });
  return node;
}

it('says nothing of what is not known', () => {
  expect(summaryLines(playedNode())).toEqual([]);
});

it('names the node, the addresses that others reach it by, the links it has made, and its modules', () => {
  const node = playedNode();
  const address = (link: string, text: string) => ({
    effect: 'put' as const,
    kind: 'eft:resources/address-status',
    id: `${link}/${text}`,
    value: { link, address: text, state: 'ready', owned: true },
  });
  const link = (id: string, kind: string, owned: boolean) => ({
    effect: 'put' as const,
    kind: 'eft:resources/link-status',
    id,
    value: {
      index: 1,
      kind,
      hardwareAddress: '',
      mtu: 1500,
      up: true,
      carrier: true,
      operationalState: 'up',
      master: undefined,
      parent: undefined,
      owned,
    },
  });
  const name = { hostName: 'n1\u001b[2J', domainName: '', layer: 'dhcp', applied: true };
  const result = node.store.commit('network', node.store.revision, [
    { effect: 'put', kind: 'eft:resources/hostname-status', id: 'hostname', value: name },
    address('lo', '127.0.0.1/8'),
    address('eth0', '10.57.0.2/24'),
    address('eth0', 'fe80::1/64'),
    address('eth1', 'fd00::2/64'),
    link('eth0', 'ethernet', false),
    link('bond0', 'bond', true),
  ]);
  expect(result.outcome).toBe('committed');
  node.put('supervisor', 'eft:resources/module-status', 'network', {
    state: 'healthy',
    version: '0.1.0',
    restarts: 0,
    message: '',
  });
  expect(summaryLines(node)).toEqual([
    'node       n1<1b>[2J',
    'addresses  eth0 10.57.0.2/24, eth1 fd00::2/64',
    'links      bond0 bond',
    'modules    network 0.1.0 healthy',
  ]);
});
