/**
 * Network configurations drawn at random, by the few names, addresses and destinations that what somebody else asks the kernel for has too
 * (tests/simulation/network/operations.ts), so that they meet. All but some of it can be had.
 */
import type {
  Address,
  Link,
  NetworkConfig,
  Route,
  Rule,
} from '../../../supervisor/capabilities/generated/resources-network-config.ts';
import { address, link, route, rule } from '../../../tests/network/e2e/declarations.ts';
import type { Random } from '../random.ts';

const bridge = { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } } as const;
const layers = ['default', 'platform', 'machine-config'] as const;
const hostNames = [undefined, 'one', 'two'] as const;

const links: readonly Link[] = [
  link('eth0'),
  link('eth0', { mtu: 1_400 }),
  link('eth0', { master: 'br0' }),
  link('eth1', { up: false }),
  link('eth1', { master: 'br0' }),
  link('eth1', { master: '' }),
  link('v1', { mtu: 1_400 }),
  link('v3', { master: 'br0' }),
  link('br0', { kind: bridge }),
  link('br1', { kind: bridge, up: false }),
  link('w1', { kind: { tag: 'veth', val: { peer: 'w2' } } }),
  link('w2', { up: true }),
  link('w2', { master: 'br1' }),
  link('w3', { kind: { tag: 'dummy' } }),
  link('r0', { kind: { tag: 'vrf', val: { table: 100 } } }),
  link('eth1', { master: 'r0' }),
  link('x9', { kind: { tag: 'vlan', val: { parent: 'eth0', id: 5, service: false } } }),
  link('x9', { kind: { tag: 'vlan', val: { parent: 'v1', id: 6, service: false } } }),
];

const addresses: readonly Address[] = [
  address('eth0', '10.0.0.1/24'),
  address('eth0', '10.0.0.3/24'),
  address('eth0', '10.0.0.1/16'),
  address('eth1', '10.0.0.1/16'),
  address('v1', '10.0.0.1/24'),
  address('br0', '10.1.0.1/16'),
  address('br0', '192.0.2.1/32'),
  address('w1', '10.9.0.1/24', { noPrefixRoute: true }),
  address('x9', '10.2.0.1/24'),
  address('eth0', '2001:db8::1/64'),
  address('w1', '2001:db8::2/64'),
  address('lo', '10.3.0.1/32'),
];

const routes: readonly Route[] = [
  route('0.0.0.0/0', { gateway: '10.0.0.9' }),
  route('0.0.0.0/0', { gateway: '10.0.0.9', metric: 50 }),
  route('10.9.0.0/16', { gateway: '10.0.0.9', link: 'eth0', onLink: true }),
  route('10.9.0.0/16', { gateway: '10.1.0.9' }),
  route('10.9.0.0/24', { kind: 'blackhole' }),
  route('192.0.2.5/32', { link: 'br0', table: 100 }),
  route('10.4.0.0/16', { gateway: '10.0.0.9', source: '10.0.0.3' }),
  route('2001:db8:9::/48', { gateway: '2001:db8::9', metric: 5 }),
  route('2001:db8::5/128', { kind: 'unreachable', table: 1_000 }),
];

const rules: readonly Rule[] = [
  rule(100, 254, { from: '10.0.0.0/24' }),
  rule(100, 100, { from: '10.0.0.0/24' }),
  rule(200, 100, { mark: 7 }),
  rule(200, 0, { action: { tag: 'blackhole' }, to: '10.9.0.0/16' }),
  rule(100, 254, { family: 'ipv6', incomingLink: 'v1' }),
];

export function randomNetworkConfiguration(random: Random): NetworkConfig {
  return {
    layer: random.choose(layers),
    links: someOf(random, links),
    addresses: someOf(random, addresses),
    routes: someOf(random, routes),
    rules: someOf(random, rules),
    dhcp: [],
    resolvers: random.once(4) ? ['10.0.0.9'] : [],
    searchDomains: [],
    hostName: random.choose(hostNames),
    domainName: random.once(4) ? 'example.org' : undefined,
    hosts: [],
    timeServers: [],
  };
}

function someOf<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  const share = random.choose([3, 5, 8]);
  return items.filter(() => random.once(share));
}
