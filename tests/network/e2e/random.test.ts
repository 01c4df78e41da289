/**
 * From whatever the kernel starts with, and through whatever somebody else does meanwhile, the network module comes to what is declared, or says why
 * not, and then rests. On the real kernel: some tens of starts in one namespace after the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { array, assert, asyncProperty, constantFrom, integer, record, subarray } from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { buildModules, NetworkNode } from '../network-node.ts';
import { TestBed } from '../test-bed.ts';
import { address, link, route, rule } from './declarations.ts';

beforeAll(buildModules, 240_000);

/** Runs of the property; `EFT_NETWORK_SEED` repeats one. */
const runs = 20;
const seed = Number(process.env['EFT_NETWORK_SEED'] ?? 20_261_123);

/** Things that somebody may have done before, or does meanwhile; some fail, as such things do. */
const deeds = [
  'ip addr add 10.77.0.30/24 dev eth0',
  'ip addr add 10.77.0.30/16 dev eth0',
  'ip addr add 10.77.0.31/24 dev eth0',
  'ip addr del 10.77.0.30/24 dev eth0',
  'ip addr add fd77::30/64 dev eth0',
  'ip addr flush dev eth0',
  'ip route add default via 10.77.0.30 dev eth0 onlink metric 100',
  'ip route add blackhole default metric 100',
  'ip route replace 10.20.0.0/16 dev lo',
  'ip route del 10.20.0.0/16',
  'ip route flush table 100',
  'ip route add unreachable 10.40.0.0/16 table 100',
  'ip rule add from 192.0.2.0/25 table 100 priority 1000',
  'ip rule add from 192.0.2.0/25 table 99 priority 1000',
  'ip rule del priority 1000',
  'ip link add br0 type bridge',
  'ip link add br0 type veth peer name br1',
  'ip link set br0 down',
  'ip link del br0',
  'ip link add inner type veth peer name outer',
  'ip link set inner nomaster',
  'ip link del outer',
  'ip link set eth0 mtu 1300',
  'ip link set eth0 down',
  'ip link set eth0 down; ip link set eth0 up',
] as const;

const links = [
  link('eth0', { mtu: 1400 }),
  link('br0', { kind: { tag: 'bridge', val: { spanningTree: false, vlanFiltering: undefined } } }),
  link('inner', { kind: { tag: 'veth', val: { peer: 'outer' } }, master: 'br0' }),
];
const addresses = [
  address('eth0', '10.77.0.30/24'),
  address('eth0', 'fd77::30/64'),
  address('br0', '192.0.2.1/25'),
  address('outer', '198.51.100.1/32'),
];
const routes = [
  route('0.0.0.0/0', { gateway: '10.77.0.1', metric: 100 }),
  route('10.20.0.0/16', { gateway: '203.0.113.1', link: 'eth0', onLink: true }),
  route('10.40.0.0/16', { kind: 'unreachable', table: 100 }),
  route('fd50::/48', { gateway: 'fd77::1', link: 'eth0' }),
];
const rules = [
  rule(1000, 100, { from: '192.0.2.0/25' }),
  rule(1003, 100, { family: 'ipv6', to: 'fd50::/48' }),
];

const scenario = record({
  before: array(constantFrom(...deeds), { maxLength: 6 }),
  config: record({
    links: subarray(links),
    addresses: subarray(addresses),
    routes: subarray(routes),
    rules: subarray(rules),
  }),
  meanwhile: array(record({ deed: constantFrom(...deeds), afterMs: integer({ min: 0, max: 40 }) }), {
    maxLength: 8,
  }),
});

it('comes to what is declared, or says why not, and then asks for nothing more', async () => {
  await assert(
    asyncProperty(scenario, async ({ before, config, meanwhile }) => {
      await using bed = await TestBed.open();
      const host = await bed.addHost();
      for (const deed of before) await host.run('sh', '-c', `${deed} 2>/dev/null || true`);
      await using node = await NetworkNode.open(host, { machine: config });
      for (const { deed, afterMs } of meanwhile) {
        await sleep(afterMs);
        await host.run('sh', '-c', `${deed} 2>/dev/null || true`);
      }
      const isSettled = (): boolean => {
        const status = node.network();
        return status !== undefined && (status.converged || status.problems.length > 0);
      };
      await sleep(300);
      await node.until(isSettled, 'the network to be as declared, or a reason');
      expect(await node.differences()).toEqual([]);
      await node.until(isSettled, 'the network to be as declared, or a reason');
      if (node.network()?.converged === true) {
        const { messages } = await node.counts();
        await sleep(400);
        expect((await node.counts()).messages).toBe(messages);
      }
      expect(node.failures).toEqual([]);
    }),
    { numRuns: runs, seed, interruptAfterTimeLimit: 150_000, endOnFailure: true },
  );
}, 200_000);
