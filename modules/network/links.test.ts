import { beforeAll, describe, expect, it } from 'vitest';
import type { LinkKind } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import { Component } from '../../supervisor/component/component.ts';
import { builtModuleComponent } from '../../tests/components/build.ts';
import { address, link } from '../../tests/network/e2e/declarations.ts';
import { SimulatedKernel, type SimulatedSocket } from '../../tests/simulation/network/kernel.ts';
import { decodeAnswer, decodeMessages, netlinkFlags } from '../../tests/simulation/network/netlink-bytes.ts';
import { linkOperation } from '../../tests/simulation/network/operations.ts';
import { messageTypes } from '../../tests/simulation/network/rtnetlink.ts';
import { SimulatedNode } from './simulated-node.ts';

let component: Component;

beforeAll(async () => {
  component = Component.compile(await builtModuleComponent('network'));
}, 240_000);

const everyGroup = [1, 5, 7, 8, 9, 11, 19];

function newNode(): SimulatedNode {
  let byte = 0;
  const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
  kernel.addCard('eth0');
  kernel.addCard('eth1');
  return new SimulatedNode(component, kernel);
}

/** Somebody else makes a link; throws if the kernel refuses. */
function makeForeign(socket: SimulatedSocket, name: string, kind: string): void {
  const flags = netlinkFlags.NLM_F_CREATE | netlinkFlags.NLM_F_EXCL;
  const answers = decodeMessages(
    socket.exchange(linkOperation(messageTypes.RTM_NEWLINK, flags, { name, kind }).bytes),
  );
  expect(answers.map((answer) => decodeAnswer(answer).errno)).toEqual([0]);
}

function bond(mode: 'active-backup' | 'balance-xor'): LinkKind {
  return {
    tag: 'bond',
    val: {
      mode,
      monitorMilliseconds: 100,
      upDelayMilliseconds: undefined,
      downDelayMilliseconds: undefined,
      hashPolicy: undefined,
      fastRate: undefined,
      minimumLinks: undefined,
    },
  };
}

const kinds: readonly {
  readonly name: string;
  readonly kind: LinkKind;
  /** The same with another setting that is fixed for its life, where the kind has one. */
  readonly other: LinkKind | undefined;
}[] = [
  {
    name: 'vlan',
    kind: { tag: 'vlan', val: { parent: 'eth0', id: 10, service: false } },
    other: { tag: 'vlan', val: { parent: 'eth1', id: 11, service: false } },
  },
  { name: 'bond', kind: bond('active-backup'), other: bond('balance-xor') },
  { name: 'dummy', kind: { tag: 'dummy' }, other: undefined },
  { name: 'veth', kind: { tag: 'veth', val: { peer: 'end1' } }, other: undefined },
  {
    name: 'vrf',
    kind: { tag: 'vrf', val: { table: 100 } },
    other: { tag: 'vrf', val: { table: 200 } },
  },
  {
    name: 'bridge',
    kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } },
    other: undefined,
  },
];

describe.each(kinds)('a $name that is declared', ({ name, kind, other }) => {
  const declared = { links: [link('eth0'), link('eth1'), link('it', { kind })] };

  it('is made, comes up, and carries an address', () => {
    const node = newNode()
      .config('machine', { ...declared, addresses: [address('it', '10.3.0.1/24')] })
      .start()
      .pass(2_000);
    expect(node.problems()).toEqual([]);
    expect(node.value('link-status', 'it')).toMatchObject({ kind: name, up: true, owned: true });
    expect(node.owned('address-status')).toContain('it/10.3.0.1/24');
    expect(node.status()?.converged).toBe(true);
  });

  it('is changed where it is, and keeps its index', () => {
    const node = newNode().config('machine', declared).start().pass(2_000);
    const before = node.value('link-status', 'it');
    const changed = link('it', { kind, mtu: 1400, hardwareAddress: '02:00:00:00:00:55', up: false });
    node.config('machine', { links: [link('eth0'), link('eth1'), changed] }).pass(2_000);
    expect(node.problems()).toEqual([]);
    expect(node.value('link-status', 'it')).toEqual({
      ...(before as object),
      mtu: 1400,
      hardwareAddress: '02:00:00:00:00:55',
      up: false,
      carrier: expect.any(Boolean),
      operationalState: 'down',
    });
  });

  it.runIf(other !== undefined)('is made anew when it is to be what it cannot become', () => {
    const node = newNode().config('machine', declared).start().pass(2_000);
    const before = node.value('link-status', 'it') as { readonly index: number };
    node.config('machine', { links: [link('eth0'), link('eth1'), link('it', { kind: other })] }).pass(2_000);
    expect(node.problems()).toEqual([]);
    expect(node.value('link-status', 'it')).toMatchObject({ kind: name, up: true, owned: true });
    expect((node.value('link-status', 'it') as typeof before).index).not.toBe(before.index);
  });

  it('is adopted after a restart, and nothing changes', () => {
    const node = newNode().config('machine', declared).start().pass(2_000);
    const socket = node.kernel.socket(everyGroup);
    node.start('restart').pass(2_000);
    expect(node.status()?.converged).toBe(true);
    expect(socket.takeNews().messages).toHaveLength(0);
    node.config('machine', { links: [link('eth0'), link('eth1')] }).pass(2_000);
    expect(node.ids('link-status')).toEqual(['eth0', 'eth1', 'lo']);
  });

  it('is removed when it is not declared any more, with its other end, and comes back', () => {
    const node = newNode().config('machine', declared).start().pass(2_000);
    const with_ = node.ids('link-status');
    node.config('machine', { links: [link('eth0'), link('eth1')] }).pass(2_000);
    expect(node.ids('link-status')).toEqual(['eth0', 'eth1', 'lo']);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
    node.config('machine', declared).pass(2_000);
    expect(node.ids('link-status')).toEqual(with_);
    expect(node.status()?.converged).toBe(true);
  });

  it('is made again when somebody else removes it', () => {
    const node = newNode().config('machine', declared).start().pass(2_000);
    const { index } = node.value('link-status', 'it') as { readonly index: number };
    node.kernel.removeLink(index);
    node.pass(2_000);
    expect(node.value('link-status', 'it')).toMatchObject({ up: true, owned: true });
    expect(node.status()?.converged).toBe(true);
  });
});

describe('links of others', () => {
  it('stay, whatever is declared and undeclared', () => {
    const node = newNode();
    const other = node.kernel.socket([]);
    for (const [name, kind] of [
      ['theirs0', 'dummy'],
      ['theirs1', 'bridge'],
      ['theirs2', 'veth'],
    ] as const)
      makeForeign(other, name, kind);
    node.config('machine', { links: [link('it', { kind: { tag: 'dummy' } })] }).start();
    const before = ['theirs0', 'theirs1', 'theirs2'].map((name) => node.value('link-status', name));
    node.pass(2_000).config('machine', {}).pass(2_000);
    expect(['theirs0', 'theirs1', 'theirs2'].map((name) => node.value('link-status', name))).toEqual(before);
    expect(before).toMatchObject([{ owned: false }, { owned: false }, { owned: false }]);
  });

  it('are not replaced when they have the name of one that is declared, and it is said', () => {
    const node = newNode();
    makeForeign(node.kernel.socket([]), 'it', 'dummy');
    node
      .config('machine', { links: [link('it', { kind: { tag: 'vrf', val: { table: 9 } } })] })
      .start()
      .pass(10_000);
    expect(node.value('link-status', 'it')).toMatchObject({ kind: 'dummy', owned: false, up: false });
    expect(node.problems()).toEqual([
      'link-spec/it: there is a link of this name already that was not made from this configuration (dummy, and not the same vrf). Remove it, or choose another name',
    ]);
  });

  it('may be declared, and are changed but never removed', () => {
    const node = newNode();
    makeForeign(node.kernel.socket([]), 'it', 'dummy');
    node
      .config('machine', { links: [link('it', { kind: { tag: 'dummy' }, mtu: 1400 })] })
      .start()
      .pass(2_000);
    expect(node.value('link-status', 'it')).toMatchObject({ mtu: 1400, up: true, owned: false });
    node.config('machine', {}).pass(2_000);
    expect(node.ids('link-status')).toContain('it');
    expect(node.status()?.converged).toBe(true);
  });
});

describe('ports', () => {
  it('join a bond, a VRF and a bridge, leave them, and follow to another', () => {
    const masters = [
      link('bond0', { kind: bond('active-backup') }),
      link('red', { kind: { tag: 'vrf', val: { table: 100 } } }),
      link('br0', { kind: { tag: 'bridge', val: { spanningTree: false, vlanFiltering: undefined } } }),
    ];
    const node = newNode();
    node.start();
    for (const master of ['bond0', 'red', 'br0', 'bond0', '']) {
      node.config('machine', { links: [...masters, link('eth0', { master })] }).pass(2_000);
      expect(node.problems()).toEqual([]);
      expect(node.value('link-status', 'eth0')).toMatchObject({ up: true, owned: false });
      expect((node.value('link-status', 'eth0') as { readonly master: unknown }).master).toBe(
        master === '' ? undefined : master,
      );
    }
    node.config('machine', { links: [link('eth0')] }).pass(2_000);
    expect(node.ids('link-status')).toEqual(['eth0', 'eth1', 'lo']);
  });
});
