import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NetworkConfig } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import { Component } from '../../supervisor/component/component.ts';
import { builtModuleComponent } from '../../tests/components/build.ts';
import { address, dhcp, link, route, rule } from '../../tests/network/e2e/declarations.ts';
import { SimulatedKernel } from '../../tests/simulation/network/kernel.ts';
import {
  decodeAddress,
  encodeAddress,
  encodeRoute,
  encodeRule,
} from '../../tests/simulation/network/messages.ts';
import { decodeAnswer, decodeMessages, netlinkFlags } from '../../tests/simulation/network/netlink-bytes.ts';
import { operation } from '../../tests/simulation/network/operations.ts';
import { families, messageTypes } from '../../tests/simulation/network/rtnetlink.ts';
import { dumpRequests } from '../../tests/simulation/network/views.ts';
import { serve } from './simulated-dhcp-server.ts';
import { SimulatedNode } from './simulated-node.ts';

let component: Component;

beforeAll(async () => {
  component = Component.compile(await builtModuleComponent('network'));
}, 240_000);

const everyGroup = [1, 5, 7, 8, 9, 11, 19];
const leased = 0x0a000011;

function newNode(): SimulatedNode {
  let byte = 0;
  const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
  kernel.addCard('eth0');
  kernel.addCard('eth1');
  return new SimulatedNode(component, kernel);
}

/** The IPv4 addresses that the kernel has, in hexadecimal, with the seconds that they are still valid. */
function kernelAddresses(node: SimulatedNode): ReadonlyMap<string, number | undefined> {
  const request = dumpRequests[1] ?? new Uint8Array();
  const found = decodeMessages(node.kernel.socket([]).exchange(request)).flatMap((message) => {
    const one = message.type === messageTypes.RTM_NEWADDR ? decodeAddress(message.payload) : undefined;
    return one?.local === undefined ? [] : [[one.local, one.lifetimes?.valid] as const];
  });
  return new Map(found);
}

/** IPv4 addresses and routes after each exchange that the module has had, as long as `act` runs. */
function afterEachExchange(node: SimulatedNode, act: () => void): readonly (readonly string[])[] {
  const states: string[][] = [];
  node.distort = (replies) => {
    states.push([...kernelAddresses(node).keys()]);
    return replies;
  };
  act();
  node.distort = (replies) => replies;
  return states;
}

describe('an IPv4 address that takes the place of another in its subnet', () => {
  const before = {
    links: [link('eth0')],
    addresses: [address('eth0', '10.0.0.2/24')],
    routes: [route('0.0.0.0/0', { gateway: '10.0.0.1' })],
  };

  it('is there after the same exchange, with the routes of the link, and nothing is repaired', () => {
    const node = newNode().config('machine', before).start().pass(1_000);
    const news = node.kernel.socket([7]);
    const exchanges = node.exchanges;
    const states = afterEachExchange(node, () =>
      node.config('machine', { ...before, addresses: [address('eth0', '10.0.0.3/24')] }).pass(1_000),
    );
    expect(states.length).toBeGreaterThan(0);
    for (const state of states.slice(1)) expect(state).toContain('0a000003');
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.3/24']);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
    expect(node.owned('route-status')).toEqual(['254/0.0.0.0/0/0']);
    // One exchange changes it, and one dump looks at the routes that the kernel does not speak of.
    expect(node.exchanges - exchanges).toBeLessThanOrEqual(2);
    const told = decodeMessages(news.takeNews().messages).filter(({ payload }) =>
      decodeRouteDestination(payload),
    );
    expect(told.length).toBeLessThanOrEqual(1);
  });

  it('takes the others of the subnet along', () => {
    const node = newNode()
      .config('machine', {
        addresses: ['10.0.0.2/24', '10.0.0.3/24', '10.0.0.4/24'].map((text) => address('eth0', text)),
      })
      .start()
      .pass(1_000);
    const states = afterEachExchange(node, () =>
      node
        .config('machine', {
          addresses: ['10.0.0.3/24', '10.0.0.4/24', '10.0.0.5/24'].map((text) => address('eth0', text)),
        })
        .pass(1_000),
    );
    for (const state of states) expect(state).toEqual(expect.arrayContaining(['0a000003', '0a000004']));
    expect(node.owned('address-status')).toEqual([
      'eth0/10.0.0.3/24',
      'eth0/10.0.0.4/24',
      'eth0/10.0.0.5/24',
    ]);
    expect(node.status()?.converged).toBe(true);
  });

  it('is made anew when it is to have a prefix route, or none', () => {
    const node = newNode().config('machine', before).start().pass(1_000);
    const states = afterEachExchange(node, () =>
      node
        .config('machine', { addresses: [address('eth0', '10.0.0.2/24', { noPrefixRoute: true })] })
        .pass(1_000),
    );
    for (const state of states) expect(state).toContain('0a000002');
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
  });

  it('comes to what is declared, whichever addresses were there', () => {
    const pool = ['10.0.0.2/24', '10.0.0.3/24', '10.0.0.4/24', '10.0.0.2/16', '10.9.0.2/24'];
    const some = fc.subarray(pool).chain((texts) => fc.shuffledSubarray(texts, { minLength: texts.length }));
    fc.assert(
      fc.property(fc.array(some, { minLength: 2, maxLength: 4 }), (steps) => {
        const node = newNode();
        node.start();
        for (const texts of steps) {
          node.config('machine', { addresses: texts.map((text) => address('eth0', text)) });
          node.pass(1_000);
          expect(node.status()).toMatchObject({ converged: true, problems: [] });
          expect(node.owned('address-status')).toEqual(texts.map((text) => `eth0/${text}`).sort());
        }
      }),
      { numRuns: 60 },
    );
  });
});

function decodeRouteDestination(payload: Uint8Array): boolean {
  // `rtm_dst_len` and `rtm_type` of struct rtmsg: the default route, unicast.
  return payload[1] === 0 && payload[7] === 1;
}

describe('the address of a lease', () => {
  function leasedNode(seconds: number): SimulatedNode {
    const node = newNode()
      .config('default', { layer: 'default', dhcp: [dhcp('eth0')] })
      .start()
      .pass(500);
    serve(node, { address: leased, seconds });
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.17/24']);
    return node;
  }

  it('is valid in the kernel as long as the lease, and goes with it though the module is dead', () => {
    const node = leasedNode(3_600);
    const valid = kernelAddresses(node).get('0a000011') ?? 0;
    expect(valid).toBeGreaterThan(3_590);
    expect(valid).toBeLessThanOrEqual(3_600);
    node.kernel.age(3_500);
    expect([...kernelAddresses(node).keys()]).toContain('0a000011');
    node.kernel.age(101);
    expect([...kernelAddresses(node).keys()]).not.toContain('0a000011');
  });

  it('is valid longer when the lease is renewed', () => {
    const node = leasedNode(3_600);
    node.sockets.clear();
    // Past T2, when all servers are asked by the packet socket.
    node.pass(3_200_000);
    const before = kernelAddresses(node).get('0a000011') ?? 0;
    expect(before).toBeLessThan(600);
    serve(node, { address: leased, seconds: 7_200 });
    expect(kernelAddresses(node).get('0a000011') ?? 0).toBeGreaterThan(7_000);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
  });

  it('keeps its lifetime over a restart of the module, which tells the kernel nothing', () => {
    const node = leasedNode(3_600);
    node.pass(600_000);
    const socket = node.kernel.socket(everyGroup);
    node.start('restart').pass(1_000);
    expect(socket.takeNews().messages).toHaveLength(0);
    expect(node.status()?.converged).toBe(true);
  });

  it('stays for ever when it is declared as well', () => {
    const node = leasedNode(3_600);
    node.config('machine', { addresses: [address('eth0', '10.0.0.17/24')] }).pass(1_000);
    expect(kernelAddresses(node).get('0a000011')).toBe(0xffff_ffff);
    node.pass(4_000_000);
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.17/24']);
  });

  it('has no end when the lease has none', () => {
    expect(kernelAddresses(leasedNode(0xffff_ffff)).get('0a000011')).toBe(0xffff_ffff);
  });
});

describe('what somebody else puts beside a thing that is declared', () => {
  const declared: Partial<NetworkConfig> = {
    links: [link('eth0')],
    addresses: [address('eth0', '10.0.0.2/24'), address('eth0', 'fd00::2/64')],
    routes: [
      route('10.9.0.0/16', { gateway: '10.0.0.1' }),
      route('fd09::/48', { gateway: 'fd00::1', metric: 5 }),
    ],
    rules: [rule(500, 100, {})],
  };
  const { NLM_F_CREATE, NLM_F_APPEND } = netlinkFlags;
  const { AF_INET, AF_INET6 } = families;
  const shared = { typeOfService: 0, protocol: 3, type: 1, flags: 0, unknown: [] };

  /** A route of the same key for each family, and the same rule: which all stand beside the module's own. */
  function addBeside(node: SimulatedNode): void {
    const { index } = node.value('link-status', 'eth0') as { readonly index: number };
    const toTable = { ...shared, table: 254, output: index };
    const route4 = {
      ...toTable,
      scope: 253,
      family: AF_INET,
      destination: '0a090000',
      destinationLength: 16,
    };
    const route6 = { ...toTable, scope: 0, family: AF_INET6, priority: 5 };
    const destination = `fd090000${'0'.repeat(24)}`;
    const sameRule = { ...shared, family: AF_INET, table: 100, action: 1, priority: 500, flags: 0 };
    const requests = [
      [messageTypes.RTM_NEWROUTE, encodeRoute(route4)],
      [messageTypes.RTM_NEWROUTE, encodeRoute({ ...route6, destination, destinationLength: 48 })],
      [messageTypes.RTM_NEWRULE, encodeRule({ ...sameRule, destinationLength: 0, sourceLength: 0 })],
    ] as const;
    for (const [type, payload] of requests) {
      const { bytes } = operation(type, NLM_F_CREATE | NLM_F_APPEND, payload, {});
      const [answer] = decodeMessages(node.kernel.socket([]).exchange(bytes));
      expect(answer && decodeAnswer(answer).errno).toBe(0);
    }
  }

  it('is left alone, now and after a restart, and stays when the declared thing goes', () => {
    const node = newNode().config('machine', declared).start().pass(1_000);
    const { changes } = node;
    addBeside(node);
    node.pass(300_000).start('restart').pass(300_000);
    expect(node.changes).toBe(changes);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
    expect(node.owned('rule-status')).toHaveLength(1);
    node.config('machine', { ...declared, routes: [], rules: [] }).pass(2_000);
    expect([...node.owned('route-status'), ...node.owned('rule-status')]).toEqual([]);
    expect(node.value('route-status', '254/10.9.0.0/16/0')).toMatchObject({ owned: false });
    expect(node.value('route-status', '254/fd09::/48/5')).toMatchObject({ owned: false });
    expect(node.ids('rule-status')).toContain('ipv4/500/from all table 100');
    expect(node.status()?.converged).toBe(true);
  });
});

describe('somebody who changes the same thing', () => {
  const declared: Partial<NetworkConfig> = {
    links: [link('eth0')],
    addresses: [address('eth0', '10.0.0.2/24')],
  };

  /** Takes the address away as soon as it is there, once a second. */
  function fight(node: SimulatedNode, seconds: number): number {
    const socket = node.kernel.socket([]);
    const { index } = node.value('link-status', 'eth0') as { readonly index: number };
    const message = {
      ...{ family: families.AF_INET, prefixLength: 24, flags: 0, scope: 0, link: index },
      local: '0a000002',
      address: '0a000002',
    };
    let repairs = 0;
    for (let second = 0; second < seconds; second += 1) {
      if (kernelAddresses(node).has('0a000002')) {
        repairs += 1;
        socket.exchange(operation(messageTypes.RTM_DELADDR, 0, encodeAddress(message), {}).bytes);
      }
      node.pass(1_000);
    }
    return repairs;
  }

  it('is answered less and less often, is told of, and is forgotten when it has stopped', () => {
    const node = newNode().config('machine', declared).start().pass(1_000);
    fight(node, 120);
    const { exchanges } = node;
    // The pace that it has come to: a minute between two repairs.
    expect(fight(node, 600)).toBeLessThanOrEqual(11);
    // A repair is an exchange, and a dump of the routes that have gone with the address.
    expect(node.exchanges - exchanges).toBeLessThanOrEqual(33);
    expect(node.problems().join('\n')).toMatch(/^address-spec\/eth0\/10\.0\.0\.2\/24: /);
    expect(node.status()?.problems[0]?.attempts).toBeGreaterThanOrEqual(5);
    expect(node.health).toMatchObject({ tag: 'degraded' });
    node.pass(300_000);
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.2/24']);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
    expect(node.health).toEqual({ tag: 'healthy' });
  });

  it('is put right at once, if it was only once', () => {
    const node = newNode().config('machine', declared).start().pass(1_000);
    expect(fight(node, 1)).toBe(1);
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.2/24']);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
  });
});

const links = fc.subarray([
  link('eth0', { mtu: 1400 }),
  link('eth1', { up: false }),
  link('br0', { kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } } }),
  link('d0', { kind: { tag: 'dummy' } }),
  link('v0', { kind: { tag: 'vlan', val: { parent: 'eth0', id: 5, service: false } } }),
  link('p0', { kind: { tag: 'veth', val: { peer: 'p1' } } }),
  link('red', { kind: { tag: 'vrf', val: { table: 100 } } }),
]);
const network = fc.record({
  links,
  addresses: fc.subarray(
    ['eth0', 'eth1', 'br0', 'd0', 'p0'].flatMap((name, index) => [
      address(name, `10.${index}.0.2/24`),
      address(name, `10.${index}.0.3/24`),
      address(name, `fd00:${index}::2/64`),
    ]),
  ),
  routes: fc.subarray([
    route('0.0.0.0/0', { gateway: '10.0.0.1' }),
    route('10.77.0.0/16', { gateway: '10.3.0.1', metric: 7 }),
    route('10.78.0.0/16', { kind: 'blackhole' }),
    route('10.79.0.0/16', { link: 'br0', table: 100 }),
    route('fd77::/32', { kind: 'unreachable' }),
  ]),
  rules: fc.subarray([
    rule(100, 100, { from: '10.0.0.0/8' }),
    rule(200, 254, { mark: 3 }),
    rule(300, 100, { family: 'ipv6', incomingLink: 'eth0' }),
  ]),
});

describe('random networks', () => {
  it('come to rest, and a second look at them sends nothing', () => {
    fc.assert(
      fc.property(fc.array(network, { minLength: 1, maxLength: 3 }), (steps) => {
        const node = newNode();
        node.start();
        for (const step of steps) {
          node.config('machine', step).pass(400_000);
          const converged = node.status()?.converged ?? false;
          const isSaid = (node.status()?.problems.length ?? 0) > 0;
          // Either it is as declared, or it says why not.
          expect(converged).toBe(!isSaid);
          const socket = node.kernel.socket(everyGroup);
          const { exchanges } = node;
          node.handle({ tag: 'changed', val: [] });
          node.settle();
          if (converged) expect(node.exchanges).toBe(exchanges);
          expect(socket.takeNews().messages).toHaveLength(0);
          node.start('restart').pass(2_000);
          expect(node.status()?.converged).toBe(converged);
          expect(socket.takeNews().messages).toHaveLength(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
