import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildModule } from '../../cli/toolchain/build-module.ts';
import { Component } from '../../supervisor/component/component.ts';
import { address, link, route, rule } from '../../tests/network/e2e/declarations.ts';
import { SimulatedKernel } from '../../tests/simulation/network/kernel.ts';
import { SimulatedNode } from './simulated-node.ts';

let component: Component;

beforeAll(async () => {
  component = Component.compile((await buildModule('modules/network')).component);
}, 120_000);

function newNode(): SimulatedNode {
  let byte = 0;
  const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
  kernel.addCard('eth0');
  return new SimulatedNode(component, kernel);
}

const machine = {
  links: [link('eth0')],
  addresses: [address('eth0', '10.0.0.2/24'), address('eth0', 'fd00::2/64')],
  routes: [
    route('0.0.0.0/0', { gateway: '10.0.0.1' }),
    route('fd01::/48', { gateway: 'fd00::1', link: 'eth0' }),
  ],
  rules: [rule(1000, 100, { from: '10.0.0.0/24' })],
};

describe('the network module', () => {
  it('brings links, addresses, routes and rules from nothing to what is declared', () => {
    const node = newNode().config('machine', machine).start().pass(1_000);
    expect(node.problems()).toEqual([]);
    expect(node.status()).toMatchObject({ converged: true, routes: { declared: 2, applied: 2 } });
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.2/24', 'eth0/fd00::2/64']);
    expect(node.owned('route-status')).toEqual(['254/0.0.0.0/0/0', '254/fd01::/48/1024']);
    expect(node.owned('rule-status')).toEqual(['ipv4/1000/from 10.0.0.0/24 table 100']);
    expect(node.health).toEqual({ tag: 'healthy' });
  });

  it('asks nothing and writes nothing while nothing happens', () => {
    const node = newNode().config('machine', machine).start().pass(1_000);
    const { exchanges, puts } = node;
    node.pass(600_000);
    expect({ exchanges: node.exchanges, puts: node.puts }).toEqual({ exchanges, puts });
  });

  it('forgets what a source said of a link that another leaves open, when that source says it no longer', () => {
    const bridge = (vlanFiltering: boolean | undefined) => ({
      links: [link('br0', { kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering } } })],
    });
    const wanted = () => node.value('link-spec', 'br0');
    const node = newNode().config('low', { ...bridge(true), layer: 'platform' });
    node.config('high', bridge(undefined)).start().pass(1_000);
    expect(wanted()).toMatchObject({ kind: { val: { vlanFiltering: true } } });
    node.config('low', { ...bridge(undefined), layer: 'platform' }).pass(1_000);
    expect(wanted()).toMatchObject({ kind: { val: { vlanFiltering: undefined } } });
    node.unconfig('high').unconfig('low').pass(1_000);
    expect(wanted()).toBeUndefined();
  });

  it('adopts after a restart what it has made, and changes nothing', () => {
    const node = newNode().config('machine', machine).start().pass(1_000);
    const socket = node.kernel.socket([1, 5, 7, 8, 9, 11, 19]);
    node.start('restart').pass(1_000);
    expect(node.status()?.converged).toBe(true);
    expect(socket.takeNews().messages).toHaveLength(0);
  });

  it('removes what it has made when nobody wants it any more, and nothing else', () => {
    const node = newNode().config('machine', machine).start().pass(1_000);
    node.config('machine', { links: [link('eth0')] }).pass(1_000);
    expect(node.owned('address-status')).toEqual([]);
    expect(node.owned('route-status')).toEqual([]);
    expect(node.owned('rule-status')).toEqual([]);
    expect(node.ids('address-status')).toContain('lo/127.0.0.1/8');
    expect(node.status()?.converged).toBe(true);
  });

  it('makes a bridge and gives it a port', () => {
    const node = newNode()
      .config('machine', {
        links: [
          link('eth0', { master: 'br0' }),
          link('br0', { kind: { tag: 'bridge', val: { spanningTree: true, vlanFiltering: undefined } } }),
        ],
        addresses: [address('br0', '10.1.0.1/24')],
      })
      .start()
      .pass(1_000);
    expect(node.problems()).toEqual([]);
    expect(node.value('link-status', 'eth0')).toMatchObject({ master: 'br0', owned: false, up: true });
    expect(node.value('link-status', 'br0')).toMatchObject({ kind: 'bridge', up: true, owned: true });
    node.config('machine', { links: [link('eth0')] }).pass(1_000);
    expect(node.ids('link-status')).toEqual(['eth0', 'lo']);
    expect(node.status()?.converged).toBe(true);
  });

  it('says what a link waits for', () => {
    const node = newNode()
      .config('machine', { links: [link('eth7')], addresses: [address('eth7', '10.0.0.1/24')] })
      .start()
      .pass(1_000);
    expect(node.problems()).toEqual([
      'address-spec/eth7/10.0.0.1/24: waits for its link, eth7, which is not there',
      'link-spec/eth7: there is no link of this name. Check the name, or the card and its driver',
    ]);
    node.pass(10_000);
    expect(node.health).toMatchObject({ tag: 'degraded' });
    node.kernel.addCard('eth7');
    node.pass(1_000);
    expect(node.status()?.converged).toBe(true);
    expect(node.health).toEqual({ tag: 'healthy' });
  });

  it('leaves out what makes no sense, and says so', () => {
    const node = newNode()
      .config('machine', { addresses: [address('eth0', '10.0.0.300/24')], routes: [route('10.0.0.1/8')] })
      .start()
      .pass(1_000);
    expect(node.problems()).toEqual([
      'network-config/machine: the address `10.0.0.300/24` is left out: it must be an address with its prefix, as in 10.0.0.1/24, on a link',
      'network-config/machine: the route to `10.0.0.1/8` is left out: a destination is a prefix whose other bits are zero, as in 10.1.0.0/16',
    ]);
  });

  it('applies 10,000 routes in a few exchanges', () => {
    const routes = Array.from({ length: 10_000 }, (_, index) =>
      route(`10.${100 + (index >> 8)}.${index & 255}.0/24`, { kind: 'blackhole' }),
    );
    const node = newNode().config('machine', { routes }).start().pass(1_000);
    expect(node.status()).toMatchObject({ converged: true, routes: { declared: 10_000, applied: 10_000 } });
    expect(node.exchanges).toBeLessThan(8);
  });

  it('writes the files and the names of the machine', () => {
    const node = newNode()
      .config('machine', {
        resolvers: ['10.0.0.53'],
        searchDomains: ['example.org'],
        hostName: 'node1',
        hosts: [{ address: '10.0.0.9', names: ['registry'] }],
      })
      .config('platform', { layer: 'platform', resolvers: ['9.9.9.9'], hostName: 'other' })
      .start()
      .pass(1_000);
    expect(node.files.get('etc/resolv.conf')).toContain('nameserver 10.0.0.53\nsearch example.org\n');
    expect(node.files.get('etc/hosts')).toContain('127.0.1.1 node1\n10.0.0.9 registry\n');
    expect(node.names).toEqual(['node1', '']);
    expect(node.value('hostname-status', 'hostname')).toMatchObject({ hostName: 'node1', applied: true });
  });

  it('lives on, whatever bytes the kernel sends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), { maxLength: 40 }),
        fc.nat(1000),
        (changes, cut) => {
          const node = newNode().config('machine', machine);
          node.distort = (replies) => {
            const bytes = Uint8Array.from(replies.subarray(0, Math.max(0, replies.length - (cut % 64))));
            for (const { at, value } of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
            return bytes;
          };
          node.start().pass(100);
          node.distort = (replies) => replies;
          node.kernel.losingNews(() => node.kernel.addCard('eth9'));
          node.pass(300_000);
          expect(node.status()?.converged).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
