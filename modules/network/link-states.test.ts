import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawLinkStates, linkStateName, readLinkSteps } from '../../cli/generators/link-states.ts';
import type { Link, LinkKind } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import { Component } from '../../supervisor/component/component.ts';
import { builtModuleComponent } from '../../tests/components/build.ts';
import { link } from '../../tests/network/e2e/declarations.ts';
import { SimulatedKernel } from '../../tests/simulation/network/kernel.ts';
import { decodeAnswer, decodeMessages, netlinkFlags } from '../../tests/simulation/network/netlink-bytes.ts';
import { linkOperation } from '../../tests/simulation/network/operations.ts';
import { messageTypes } from '../../tests/simulation/network/rtnetlink.ts';
import { SimulatedNode } from './simulated-node.ts';

const rows = readLinkSteps(readFileSync(join(import.meta.dirname, 'assembly/apply/link-states.ts'), 'utf8'));
/** By the words of the log: the state that the table says comes next. */
const next = new Map(rows.map(({ from, to }) => [linkStateName(from), linkStateName(to)]));

let component: Component;

beforeAll(async () => {
  component = Component.compile(await builtModuleComponent('network'));
}, 240_000);

function newNode(): SimulatedNode {
  let byte = 0;
  const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
  kernel.addCard('eth0');
  kernel.addCard('eth1');
  return new SimulatedNode(component, kernel);
}

/** Somebody else makes a link. */
function makeForeign(node: SimulatedNode, name: string, kind: string): void {
  const flags = netlinkFlags.NLM_F_CREATE | netlinkFlags.NLM_F_EXCL;
  const { bytes } = linkOperation(messageTypes.RTM_NEWLINK, flags, { name, kind });
  const answers = decodeMessages(node.kernel.socket([]).exchange(bytes));
  expect(answers.map((answer) => decodeAnswer(answer).errno)).toEqual([0]);
}

function indexOf(node: SimulatedNode, name: string): number {
  return (node.value('link-status', name) as { readonly index: number }).index;
}

type Change = { readonly name: string; readonly from: string; readonly to: string };

/** The changes of state that the log has told of since it was asked last. */
function changesOf(node: SimulatedNode): readonly Change[] {
  return node.lines.splice(0).flatMap((line) => {
    const [, name, from, to] = /^debug: link (\S+): (.+) → (.+)$/.exec(line) ?? [];
    return name === undefined || from === undefined || to === undefined ? [] : [{ name, from, to }];
  });
}

/** All states from one on, as the table has them, to that in which nothing is left to do. */
function path(state: string): readonly string[] {
  const to = next.get(state);
  if (to === undefined) throw new Error(`no state ${state}`);
  return to === state ? [state] : [state, ...path(to)];
}

const bridge: LinkKind = { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } };
const vlan = (parent: string, id: number): LinkKind => ({ tag: 'vlan', val: { parent, id, service: false } });
const vrf = (table: number): LinkKind => ({ tag: 'vrf', val: { table } });
const bond: LinkKind = {
  tag: 'bond',
  val: {
    mode: 'active-backup',
    monitorMilliseconds: 100,
    upDelayMilliseconds: undefined,
    downDelayMilliseconds: undefined,
    hashPolicy: undefined,
    fastRate: undefined,
    minimumLinks: undefined,
  },
};

type Scenario = {
  readonly state: string;
  /** The states after it; those of the table that are not here have nothing to do. */
  readonly through: readonly string[];
  readonly name: string;
  /** What was declared before, so that the link is what it is. */
  readonly before: readonly Link[];
  readonly declared: readonly Link[];
  readonly foreign?: readonly [name: string, kind: string];
  /** What it waits for comes. */
  readonly help?: (node: SimulatedNode) => void;
};

const scenarios: readonly Scenario[] = [
  {
    state: 'missing',
    through: ['different', 'as declared'],
    name: 'it',
    before: [],
    declared: [link('it', { kind: bridge })],
  },
  {
    state: 'different',
    through: ['as declared'],
    name: 'eth0',
    before: [],
    declared: [link('eth0', { mtu: 1400 })],
  },
  {
    state: 'no card',
    through: ['different', 'as declared'],
    name: 'eth7',
    before: [],
    declared: [link('eth7')],
    help: (node) => void node.kernel.addCard('eth7'),
  },
  {
    state: 'no parent',
    through: ['missing', 'different', 'as declared'],
    name: 'it',
    before: [],
    declared: [
      link('it', { kind: vlan('eth7', 5), master: 'br0' }),
      link('br0', { kind: bridge }),
      link('eth7'),
    ],
    help: (node) => void node.kernel.addCard('eth7'),
  },
  {
    state: 'no master',
    through: ['different', 'as declared'],
    name: 'eth0',
    before: [],
    declared: [link('eth0', { master: 'br9' })],
    help: (node) => makeForeign(node, 'br9', 'bridge'),
  },
  {
    state: 'name taken',
    through: ['missing', 'different', 'as declared'],
    name: 'it',
    before: [],
    declared: [link('it', { kind: bridge })],
    foreign: ['it', 'dummy'],
    help: (node) => node.kernel.removeLink(indexOf(node, 'it')),
  },
  {
    state: 'unfit',
    through: ['missing', 'different', 'as declared'],
    name: 'it',
    before: [link('it', { kind: vrf(100) })],
    declared: [link('it', { kind: vrf(200) })],
  },
  {
    state: 'still up',
    through: ['different', 'as declared'],
    name: 'eth0',
    before: [link('eth0'), link('b0', { kind: bond })],
    declared: [link('eth0', { master: 'b0' }), link('b0', { kind: bond })],
  },
  {
    state: 'left over',
    through: ['not ours'],
    name: 'it',
    before: [link('it', { kind: bridge })],
    declared: [],
  },
];

describe('the states of a link', () => {
  it.each(scenarios)(
    'from `$state` on are those of the table, one after the other',
    ({ state, through, name, before, declared, foreign, help }) => {
      const node = newNode();
      if (foreign !== undefined) makeForeign(node, ...foreign);
      node
        .config('machine', { links: [...before] })
        .start()
        .pass(2_000);
      changesOf(node);
      node.config('machine', { links: [...declared] }).pass(2_000);
      help?.(node);
      node.pass(120_000);
      const seen = changesOf(node).filter((change) => change.name === name);
      expect(seen.map(({ to }) => to)).toEqual([state, ...through]);
      expect(path(state).filter((one) => one === state || through.includes(one))).toEqual([
        state,
        ...through,
      ]);
      expect(node.status()).toMatchObject({ converged: true, problems: [] });
    },
  );

  it('are each begun with by one of these', () => {
    const idle = ['as declared', 'not ours'];
    expect(new Set([...scenarios.map(({ state }) => state), ...idle])).toEqual(new Set(next.keys()));
  });

  it('follow the table from whatever there is, if nobody interferes', () => {
    const pool = [
      link('eth0', { mtu: 1400 }),
      link('eth1', { master: 'b0' }),
      link('eth7'),
      link('b0', { kind: bond }),
      link('v5', { kind: vlan('eth0', 5) }),
      link('v6', { kind: vlan('eth7', 6) }),
      link('red', { kind: vrf(100) }),
      link('a', { kind: { tag: 'veth', val: { peer: 'b' } } }),
      link('b', { kind: { tag: 'veth', val: { peer: 'a' } }, master: 'br0' }),
      link('br0', { kind: bridge }),
      link('d0', { kind: { tag: 'dummy' } }),
    ];
    const foreign = fc.subarray<readonly [string, string]>([
      ['red', 'dummy'],
      ['br0', 'bridge'],
      ['b', 'bridge'],
    ]);
    const reachable = (from: string, to: string): boolean => from === to || path(from).includes(to);
    let changes = 0;
    fc.assert(
      fc.property(fc.subarray(pool), foreign, (links, others) => {
        const node = newNode();
        for (const [name, kind] of others) makeForeign(node, name, kind);
        node.config('machine', { links }).start().pass(120_000);
        const last = new Map<string, string>();
        for (const { name, from, to } of changesOf(node)) {
          if (last.has(name)) {
            changes += 1;
            expect(from).toBe(last.get(name));
            expect([name, from, to, reachable(from, to)]).toEqual([name, from, to, true]);
          }
          last.set(name, to);
        }
        for (const { name } of links) expect(last.has(name)).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(changes).toBeGreaterThan(100);
  });
});

describe('the picture of the states', () => {
  it('is not made of a row that is written in another way', () => {
    expect(() => readLinkSteps('  new LinkStep(LinkState.Missing, deed, LinkState.Different),')).toThrow(
      /no row of the table/,
    );
  });

  it('is not made of a state or a deed that nobody has described', () => {
    expect(() => drawLinkStates([{ from: 'Molten', does: 'Make', to: 'Missing' }])).toThrow('Molten');
    expect(() => drawLinkStates([{ from: 'Missing', does: 'Paint', to: 'Different' }])).toThrow('Paint');
  });
});
