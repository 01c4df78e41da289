/**
 * What is declared is made in the real kernel, repaired when somebody else changes it, and nothing else is touched. Needs root and iproute2.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { buildModules, NetworkNode } from '../network-node.ts';
import { type Host, TestBed } from '../test-bed.ts';
import { address, link, route, rule } from './declarations.ts';

beforeAll(buildModules, 240_000);

/** A second in which nothing happens: long against the milliseconds in which the module answers what does. */
const quietMs = 1_500;

/** On a busy machine the last of what happened may be told late; what never rests moves in each of them. */
const quietAttempts = 5;

/** Whatever the kernel is still telling of has been told, and nothing is asked of it any more. */
async function expectQuiet(node: NetworkNode): Promise<void> {
  let { messages, packets } = await node.counts();
  for (let attempt = 1; ; attempt += 1) {
    await sleep(quietMs);
    const later = await node.counts();
    if (later.messages === messages && later.packets === packets) return;
    if (attempt === quietAttempts) expect(later).toMatchObject({ messages, packets });
    ({ messages, packets } = later);
  }
}

const machine = {
  links: [
    link('eth0', { mtu: 1400 }),
    link('br0', { kind: { tag: 'bridge', val: { spanningTree: false, vlanFiltering: undefined } } }),
    link('inner', { kind: { tag: 'veth', val: { peer: 'outer' } }, master: 'br0' }),
    link('outer', { kind: { tag: 'veth', val: { peer: 'inner' } } }),
  ],
  addresses: [
    address('eth0', '10.77.0.30/24'),
    address('eth0', 'fd77::30/64'),
    address('br0', '192.0.2.1/25'),
    address('br0', '192.0.2.2/25'),
    address('outer', '198.51.100.1/32', { noPrefixRoute: true }),
  ],
  routes: [
    route('0.0.0.0/0', { gateway: '10.77.0.1', metric: 100 }),
    route('0.0.0.0/0', { gateway: '10.77.0.2', metric: 200 }),
    route('::/0', { gateway: 'fd77::1', link: 'eth0' }),
    route('10.20.0.0/16', { gateway: '203.0.113.1', link: 'eth0', onLink: true }),
    route('10.30.0.0/16', { kind: 'blackhole' }),
    route('10.40.0.0/16', { kind: 'unreachable', table: 100 }),
    route('10.50.0.0/16', { link: 'br0', source: '192.0.2.1', mtu: 1300, table: 100 }),
    route('fd50::/48', { kind: 'prohibit' }),
  ],
  rules: [
    rule(1000, 100, { from: '192.0.2.0/25' }),
    rule(1001, 100, { mark: 7, markMask: 15, incomingLink: 'br0' }),
    rule(1002, 0, { to: '10.60.0.0/16', action: { tag: 'prohibit' as const } }),
    rule(1003, 100, { family: 'ipv6', to: 'fd50::/48' }),
  ],
  resolvers: ['10.77.0.1', 'fd77::53'],
  searchDomains: ['example.net'],
  hostName: 'walnut',
  domainName: 'example.net',
  hosts: [{ address: '10.77.0.9', names: ['printer', 'printer.example.net'] }],
};

async function declared(host: Host): Promise<NetworkNode> {
  const node = await NetworkNode.open(host, { machine });
  await node.converged();
  return node;
}

it('makes links, addresses, routes, rules, names and files as declared, and takes back what no longer is', async () => {
  await using bed = await TestBed.open();
  const host = await bed.addHost();
  await using node = await declared(host);
  expect(await node.differences()).toEqual([]);
  const owned = (kind: 'address-status' | 'route-status' | 'rule-status' | 'link-status') =>
    [...node.all(kind)].flatMap(([id, value]) => (value.owned ? [id] : []));
  expect(owned('link-status').toSorted()).toEqual(['br0', 'inner', 'outer']);
  expect(owned('address-status')).toHaveLength(machine.addresses.length);
  expect(owned('route-status')).toHaveLength(machine.routes.length);
  expect(owned('rule-status')).toHaveLength(machine.rules.length);
  expect(node.all('link-status').get('inner')).toMatchObject({ master: 'br0', up: true });
  expect(node.all('link-status').get('eth0')).toMatchObject({ mtu: 1400 });
  expect(await host.run('ip', 'route', 'get', '10.9.9.9')).toContain('via 10.77.0.1 dev eth0');
  expect(await host.run('ip', '-d', 'route', 'show', 'table', '100')).toMatch(
    /10\.50\.0\.0\/16 dev br0.*mtu 1300/,
  );
  expect(await host.run('ip', '-d', 'route', 'show', '10.20.0.0/16')).toContain('onlink');
  expect(await node.hostName()).toBe('walnut');
  expect(await node.file('resolv.conf')).toMatch(/nameserver 10\.77\.0\.1\nnameserver fd77::53/);
  expect(await node.file('resolv.conf')).toMatch(/^search example\.net$/m);
  expect(await node.file('hosts')).toMatch(/^10\.77\.0\.9\s+printer printer\.example\.net$/m);
  await expectQuiet(node);

  await node.configure('machine', { links: [link('eth0')] });
  await node.until(() => node.network()?.routes.declared === 0, 'the new configuration to be read');
  await node.converged();
  expect(await node.differences()).toEqual([]);
  expect([...owned('link-status'), ...owned('address-status'), ...owned('route-status')]).toEqual([]);
  expect(owned('rule-status')).toEqual([]);
  expect(node.failures).toEqual([]);
});

it('repairs what somebody else changes, leaves alone what is not its own, and then rests', async () => {
  await using bed = await TestBed.open();
  const host = await bed.addHost();
  await host.run('ip', 'addr', 'add', '172.16.0.1/24', 'dev', 'eth0');
  await host.run('ip', 'route', 'add', '172.17.0.0/16', 'via', '172.16.0.9', 'metric', '7');
  await host.run('ip', 'rule', 'add', 'from', '172.16.0.0/24', 'table', '50', 'priority', '500');
  await using node = await declared(host);

  const interferences: readonly (readonly [command: string, isRepaired: () => boolean])[] = [
    ['ip addr del 10.77.0.30/24 dev eth0', () => node.all('address-status').has('eth0/10.77.0.30/24')],
    ['ip addr del fd77::30/64 dev eth0', () => node.all('address-status').has('eth0/fd77::30/64')],
    ['ip route del blackhole 10.30.0.0/16', () => node.all('route-status').has('254/10.30.0.0/16/0')],
    ['ip route replace default via 10.77.0.9 metric 100', () => gateway('254/0.0.0.0/0/100') === '10.77.0.1'],
    [
      'ip rule del priority 1000',
      () => [...node.all('rule-status').values()].some(({ priority }) => priority === 1000),
    ],
    ['ip link set br0 down', () => node.all('link-status').get('br0')?.up === true],
    ['ip link set eth0 mtu 1500', () => node.all('link-status').get('eth0')?.mtu === 1400],
    ['ip link set inner nomaster', () => node.all('link-status').get('inner')?.master === 'br0'],
    ['ip link set eth0 down', () => node.all('link-status').get('eth0')?.up === true],
    ['ip addr flush dev eth0 to 10.77.0.0/24', () => node.all('address-status').has('eth0/10.77.0.30/24')],
  ];
  const gateway = (id: string) => node.all('route-status').get(id)?.gateway;
  for (const [command, isRepaired] of interferences) {
    const { changes } = await node.counts();
    await host.run('sh', '-c', command);
    const hasActed = async () => (await node.counts()).changes > changes;
    for (let look = 0; look < 200 && !(await hasActed()); look += 1) await sleep(25);
    expect(await hasActed(), command).toBe(true);
    await node.until(isRepaired, `the repair of \`${command}\``);
    await node.converged();
    expect(await node.differences(), command).toEqual([]);
  }
  await expectQuiet(node);
  expect(node.all('address-status').get('eth0/172.16.0.1/24')).toMatchObject({ owned: false });
  expect(await host.run('ip', 'rule', 'show', 'priority', '500')).toContain('lookup 50');
  expect(node.failures).toEqual([]);
});

it('keeps what others add, whatever it is', async () => {
  await using bed = await TestBed.open();
  const host = await bed.addHost();
  await using node = await declared(host);
  const foreign = [
    'ip addr add 172.20.0.1/16 dev eth0',
    'ip addr add fd20::1/64 dev br0 nodad',
    'ip route add 172.21.0.0/16 via 172.20.0.9 metric 9',
    'ip route add blackhole 172.22.0.0/16 table 100',
    'ip rule add from 172.20.0.0/16 table 100 priority 900',
    'ip link add foreign type veth peer name peer',
    'ip link set foreign up',
  ];
  await host.run('sh', '-ec', foreign.join('\n'));
  await node.until(() => node.all('link-status').has('foreign'), 'the foreign link to be seen');
  await sleep(quietMs);
  expect(await node.differences()).toEqual([]);
  expect(node.all('route-status').get('254/172.21.0.0/16/9')).toMatchObject({ owned: false });
  expect(node.all('route-status').get('100/172.22.0.0/16/0')).toMatchObject({ owned: false });
  expect(node.all('link-status').get('foreign')).toMatchObject({ owned: false, up: true });
  await expectQuiet(node);
});

it('says why when it cannot, and goes on with the rest', async () => {
  await using bed = await TestBed.open();
  const host = await bed.addHost();
  await using node = await NetworkNode.open(host, {
    machine: {
      links: [link('eth0'), link('eth7')],
      addresses: [
        address('eth0', '10.77.0.30/24'),
        address('eth7', '10.78.0.1/24'),
        address('eth0', 'nonsense'),
      ],
      routes: [route('10.9.0.0/16', { gateway: '10.99.0.1' })],
    },
  });
  const told = () => node.network()?.problems.map(({ subject, reason }) => `${subject}: ${reason}`) ?? [];
  for (const part of ['link-spec/eth7', 'nonsense', 'route-spec/254/10.9.0.0/16/0'])
    await node.until(() => told().some((problem) => problem.includes(part)), `a word about ${part}`);
  await node.until(() => node.all('address-status').has('eth0/10.77.0.30/24'), 'what can be made');
  expect(await node.differences()).toEqual([]);

  await host.run('ip', 'link', 'add', 'eth7', 'type', 'veth', 'peer', 'name', 'port7');
  await node.until(
    () => node.all('address-status').has('eth7/10.78.0.1/24'),
    'the address of the link that came',
  );
  expect(await node.differences()).toEqual([]);
});
