import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLineNetwork } from './command-line-network.ts';
import { splitCommandLine } from './kernel-command-line.ts';

function networkOf(line: string) {
  return commandLineNetwork(splitCommandLine(line));
}

test('parameters stand between spaces, quotes hold them together, and what follows -- is for PID 1', () => {
  expect(splitCommandLine('ro a=1 b="x y" "c=x y" d= -- ip=dhcp\n')).toEqual([
    { name: 'ro', value: undefined },
    { name: 'a', value: '1' },
    { name: 'b', value: 'x y' },
    { name: 'c', value: 'x y' },
    { name: 'd', value: '' },
  ]);
});

test('a command line that says nothing of the network gives nothing', () => {
  expect(networkOf('ro quiet root=/dev/dm-0 init=/sbin/init ip')).toEqual({ config: undefined, faults: [] });
});

test('a static address comes with its route, names and servers, and without DHCP', () => {
  const { config, faults } = networkOf(
    'ip=10.0.0.5:10.9.9.9:10.0.0.1:255.255.255.0:w1.example.org:eth0:off:1.1.1.1:1.0.0.1:10.0.0.3',
  );
  expect(faults).toEqual([]);
  expect(config).toMatchObject({
    layer: 'command-line',
    links: [{ name: 'eth0', up: true }],
    addresses: [{ link: 'eth0', address: '10.0.0.5/24' }],
    routes: [{ destination: '0.0.0.0/0', gateway: '10.0.0.1', link: 'eth0' }],
    dhcp: [{ link: 'eth0', enabled: false }],
    resolvers: ['1.1.1.1', '1.0.0.1'],
    timeServers: ['10.0.0.3'],
    hostName: 'w1',
    domainName: 'example.org',
  });
});

test('an IPv6 address stands in brackets and leaves DHCP alone', () => {
  expect(networkOf('ip=[fd00::5]::[fd00::1]:64::eth0:off nameserver=[fd00::2]').config).toMatchObject({
    addresses: [{ link: 'eth0', address: 'fd00::5/64' }],
    routes: [{ destination: '::/0', gateway: 'fd00::1', link: 'eth0' }],
    dhcp: [],
    resolvers: ['fd00::2'],
  });
});

test('DHCP is on every network card, on one, or off', () => {
  const leases = (line: string) =>
    networkOf(line).config?.dhcp.map(({ link, enabled }) => `${link} ${enabled}`);
  expect(leases('ip=dhcp')).toEqual(['* true']);
  expect(leases('ip=:::::eth1:dhcp')).toEqual(['eth1 true']);
  expect(leases('ip=eth1:dhcp')).toEqual(['eth1 true']);
  expect(leases('ip=off')).toEqual(['* false']);
});

test('VLANs, bonds and bridges are made, and a link that several parameters name is there once', () => {
  const { config } = networkOf(
    'vlan=bond0.5:bond0 bond=bond0:eth0,eth1:mode=active-backup,miimon=50:9000 bridge=br0:bond0.5',
  );
  expect(config?.links.map(({ name, kind, master, mtu }) => [name, kind?.tag, master, mtu])).toEqual([
    ['bond0', 'bond', undefined, 9000],
    ['bond0.5', 'vlan', 'br0', undefined],
    ['eth0', undefined, 'bond0', undefined],
    ['eth1', undefined, 'bond0', undefined],
    ['br0', 'bridge', undefined, undefined],
  ]);
  expect(config?.links[0]?.kind).toMatchObject({ val: { mode: 'active-backup', monitorMilliseconds: 50 } });
});

test('a wrong parameter is told and costs nothing of the others', () => {
  const { config, faults } = networkOf(
    'eft.hostname=W1 ip=eth0:dhcp6 ip=10.0.0.5::::x:eth0:off:nowhere nameserver=10.0.0.2',
  );
  expect(faults.map(({ code }) => code)).toEqual(Array(3).fill('config.command-line'));
  expect(config).toMatchObject({ resolvers: ['10.0.0.2'], addresses: [], dhcp: [] });
});

test('no command line throws', () => {
  const word = fc.constantFrom(
    'ip=',
    'vlan=',
    'bond=',
    'bridge=',
    'eft.hostname=',
    ':',
    '[',
    ']',
    'eth0',
    '10.0.0.1',
    'off',
    ',',
    '=',
    ' ',
    '"',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      expect(Array.isArray(networkOf(words.join('')).faults)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
