import { expect, test } from 'vitest';
import { eftKinds } from '../store/eft-kinds.ts';
import { Store } from '../store/store.ts';
import {
  emptyNetworkConfig,
  emptyRoute,
  machineConfigId,
  networkConfigKind,
  networkConfigOf,
  plainLink,
} from './network-config.ts';
import { readMachineConfig } from './read-config.ts';

/** What these lines below `machine:` say of the network. */
function networkOf(lines: string) {
  const text = `apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n${lines}`;
  const { config, faults } = readMachineConfig(new Uint8Array(Buffer.from(text)), 'machine.yaml');
  if (config === undefined) throw new Error(faults.map((fault) => fault.render()).join('\n'));
  return networkConfigOf(config);
}

const everything = `
  network:
    hostname: w1
    domain: example.org
    nameservers: [10.0.0.2]
    searchDomains: [example.org]
    extraHostEntries: [{ ip: 10.0.0.9, aliases: [registry] }]
    blackholeRoutes: [{ network: 192.0.2.0/24, kind: prohibit, metric: 5 }]
    routingRules:
      - { priority: 100, src: 10.0.0.0/8, table: 10 }
      - { priority: 200, fwMark: 16, fwMask: 255, action: blackhole }
    interfaces:
      - interface: bond0
        bond: { interfaces: [eth0, eth1], mode: 802.3ad, miimon: 100, lacpRate: fast, xmitHashPolicy: layer3+4 }
        mtu: 9000
        addresses: [10.0.0.5/24]
        routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1, metric: 7 }]
        vlans: [{ vlanId: 5, vlanMode: 802.1ad, dhcp: true, dhcpOptions: { routeMetric: 9, sendHostname: false } }]
      - { interface: eth1, mtu: 9000 }
      - { interface: br0, bridge: { interfaces: [bond0.5], stp: { enabled: true } } }
      - { interface: lo1, dummy: true, ipv6: off }
      - { interface: red, vrf: { table: 10, interfaces: [eth2] } }
      - { interface: v0, veth: { peer: v1 }, up: false }
  time: { servers: [time.example.org] }
`;

test('links are there once, with what they belong to, ports of which nothing else is said included', () => {
  const links = networkOf(everything).links.map(({ name, kind, master, mtu, up }) => ({
    name,
    kind: kind?.tag,
    master,
    mtu,
    up,
  }));
  expect(links).toEqual([
    { name: 'bond0', kind: 'bond', master: undefined, mtu: 9000, up: true },
    { name: 'bond0.5', kind: 'vlan', master: 'br0', mtu: undefined, up: undefined },
    { name: 'eth1', kind: undefined, master: 'bond0', mtu: 9000, up: true },
    { name: 'br0', kind: 'bridge', master: undefined, mtu: undefined, up: true },
    { name: 'lo1', kind: 'dummy', master: undefined, mtu: undefined, up: true },
    { name: 'red', kind: 'vrf', master: undefined, mtu: undefined, up: true },
    { name: 'v0', kind: 'veth', master: undefined, mtu: undefined, up: false },
    { name: 'eth0', kind: undefined, master: 'bond0', mtu: undefined, up: undefined },
    { name: 'eth2', kind: undefined, master: 'red', mtu: undefined, up: undefined },
  ]);
});

test('options of bonds have the words of the resource', () => {
  expect(networkOf(everything).links[0]?.kind).toEqual({
    tag: 'bond',
    val: {
      mode: 'link-aggregation',
      monitorMilliseconds: 100,
      upDelayMilliseconds: undefined,
      downDelayMilliseconds: undefined,
      hashPolicy: 'layer34',
      fastRate: true,
      minimumLinks: undefined,
    },
  });
});

test('addresses, routes, rules and leases name their link', () => {
  const { addresses, routes, rules, dhcp } = networkOf(everything);
  expect(addresses.map(({ link, address }) => `${link} ${address}`)).toEqual(['bond0 10.0.0.5/24']);
  expect(routes).toEqual([
    { ...emptyRoute, destination: '0.0.0.0/0', gateway: '10.0.0.1', link: 'bond0', metric: 7 },
    { ...emptyRoute, destination: '192.0.2.0/24', kind: 'prohibit', metric: 5 },
  ]);
  expect(rules.map(({ family, priority, action }) => [family, priority, action])).toEqual([
    ['ipv4', 100, { tag: 'table', val: 10 }],
    ['ipv4', 200, { tag: 'blackhole' }],
    ['ipv6', 200, { tag: 'blackhole' }],
  ]);
  expect(dhcp).toEqual([
    { link: 'bond0.5', enabled: true, routeMetric: 9, clientId: undefined, sendHostName: false },
  ]);
});

test('names, name servers, hosts and time servers are taken as they are', () => {
  expect(networkOf(everything)).toMatchObject({
    layer: 'machine-config',
    hostName: 'w1',
    domainName: 'example.org',
    resolvers: ['10.0.0.2'],
    searchDomains: ['example.org'],
    hosts: [{ address: '10.0.0.9', names: ['registry'] }],
    timeServers: ['time.example.org'],
  });
});

test('a configuration without a network says nothing of it, and DHCP that is off is said', () => {
  expect(networkOf('')).toEqual(emptyNetworkConfig);
  expect(networkOf('  network: { interfaces: [{ interface: eth0, dhcp: false }] }\n')).toEqual({
    ...emptyNetworkConfig,
    links: [{ ...plainLink('eth0'), up: true }],
    dhcp: [
      { link: 'eth0', enabled: false, routeMetric: undefined, clientId: undefined, sendHostName: undefined },
    ],
  });
});

test('the store takes it as a resource of its kind', () => {
  const store = new Store({ nowMs: () => 0 });
  const kind = eftKinds().find(({ name }) => name === networkConfigKind);
  if (kind === undefined) throw new Error('there is no such kind');
  store.defineKind(kind);
  store.join('config', { inputs: [], outputs: [{ kind: kind.name, type: kind.type, mode: 'exclusive' }] });
  const value = networkOf(everything);
  const result = store.commit('config', store.revision, [
    { effect: 'put', kind: networkConfigKind, id: machineConfigId, value },
  ]);
  expect(result.outcome).toBe('committed');
});
