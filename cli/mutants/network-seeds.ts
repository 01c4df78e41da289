/**
 * Ways far into the network module, played on the simulated kernel with a DHCP server: links of all kinds, a lease from its first DISCOVER to its
 * end, refusals, and what others do meanwhile.
 */
import type { NetworkConfig } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import { bytesOf32 } from '../../tests/components/dhcp/wire.ts';
import { address, dhcp, link, route, rule } from '../../tests/network/e2e/declarations.ts';
import { decodeMessages, joinBytes } from '../../tests/simulation/network/netlink-bytes.ts';
import { linkOperation } from '../../tests/simulation/network/operations.ts';
import { messageTypes } from '../../tests/simulation/network/rtnetlink.ts';
import type { FuzzInput, ResourceChange } from '../fuzz/fuzz-input.ts';
import type { Target } from '../fuzz/target.ts';
import { echoes, type Grant, PlayedWire, refusalOf, serverAddress } from './played-wire.ts';

const configKind = 'eft:resources/network-config';
const emptyConfig: NetworkConfig = {
  layer: 'machine-config',
  links: [],
  addresses: [],
  routes: [],
  rules: [],
  dhcp: [],
  resolvers: [],
  searchDomains: [],
  hostName: undefined,
  domainName: undefined,
  hosts: [],
  timeServers: [],
};

function config(id: string, fields: Partial<NetworkConfig>): ResourceChange {
  return { kind: configKind, id, value: { ...emptyConfig, ...fields }, isTearingDown: false };
}

function noConfig(id: string): ResourceChange {
  return { kind: configKind, id, value: undefined, isTearingDown: false };
}

const everyOption: NonNullable<Grant['options']> = [
  // In two pieces (RFC 3396).
  [6, bytesOf32(serverAddress)],
  [6, bytesOf32(0x0a000002)],
  [12, [...Buffer.from('leased')]],
  [15, [...Buffer.from('example.org')]],
  [26, [5, 0]],
  [42, bytesOf32(0x0a000003)],
  [58, bytesOf32(200)],
  [59, bytesOf32(400)],
  [119, [3, 97, 98, 99, 0, 1, 100, 0xc0, 0]],
  [121, [24, 10, 9, 8, ...bytesOf32(serverAddress), 0, ...bytesOf32(serverAddress)]],
];

const settings = {
  bridge: { tag: 'bridge', val: { spanningTree: true, vlanFiltering: false } },
  vlan: { tag: 'vlan', val: { parent: 'eth0', id: 10, service: true } },
  veth: { tag: 'veth', val: { peer: 'w2' } },
  dummy: { tag: 'dummy' },
  vrf: { tag: 'vrf', val: { table: 1_000 } },
  bond: {
    tag: 'bond',
    val: {
      mode: 'active-backup',
      monitorMilliseconds: 100,
      upDelayMilliseconds: 200,
      downDelayMilliseconds: 200,
      hashPolicy: 'layer2',
      fastRate: undefined,
      minimumLinks: 1,
    },
  },
} as const;

const everything: Partial<NetworkConfig> = {
  links: [
    link('br0', { kind: settings.bridge }),
    link('eth1', { master: 'br0', mtu: 1400, ipv6: 'off' }),
    link('v10', { kind: settings.vlan, up: true, ipv6: 'router-advertisements' }),
    link('w1', { kind: settings.veth, hardwareAddress: '02:00:00:00:00:07' }),
    link('d0', { kind: settings.dummy, ipv6: 'manual' }),
    link('r0', { kind: settings.vrf }),
    link('b0', { kind: settings.bond, up: true }),
  ],
  addresses: [
    address('eth0', '10.0.0.5/24'),
    address('eth0', '10.0.0.6/24'),
    address('d0', '2001:db8::1/64', { noPrefixRoute: true }),
    address('br0', '192.0.2.1/32'),
  ],
  routes: [
    route('0.0.0.0/0', { gateway: '10.0.0.9', metric: 7 }),
    route('10.9.0.0/16', { gateway: '10.0.0.9', link: 'eth0', onLink: true, mtu: 1300 }),
    route('10.8.0.0/24', { kind: 'blackhole' }),
    route('192.0.2.5/32', { link: 'br0', table: 1_000, source: '192.0.2.1' }),
    route('2001:db8:9::/48', { gateway: '2001:db8::9', link: 'd0', metric: 5 }),
    route('2001:db8::5/128', { kind: 'unreachable' }),
  ],
  rules: [
    rule(100, 100, { from: '10.0.0.0/24', to: '10.9.0.0/16' }),
    rule(200, 1_000, { mark: 7, markMask: 0xff, outgoingLink: 'eth0' }),
    rule(100, 254, { family: 'ipv6', incomingLink: 'eth0' }),
  ],
  resolvers: ['10.0.0.1', '2001:db8::53'],
  searchDomains: ['example.org'],
  hostName: 'node-7',
  domainName: 'example.org',
  hosts: [{ address: '10.0.0.1', names: ['gate', 'gateway'] }],
  timeServers: ['time.example.org'],
};

const anyCard = config('default', { layer: 'default', dhcp: [dhcp('*')] });

/** How the network of a node is declared, changed, and taken back. */
function declared(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  wire.change(config('machine', everything)).pass(500);
  wire.change(
    config('machine', {
      ...everything,
      links: [link('br0', { kind: { tag: 'bridge', val: { spanningTree: false, vlanFiltering: true } } })],
      addresses: [address('eth0', '10.0.0.6/24')],
      rules: [],
    }),
  );
  return wire.pass(500).change(noConfig('machine')).pass(500).host.input;
}

/** What others do to what was declared. */
function disturbed(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  wire.change(config('machine', everything)).pass(200);
  const [eth0 = 0, eth1 = 0] = wire.cards;
  wire
    .meddle(linkOperation(messageTypes.RTM_NEWLINK, 0, { index: eth0, flags: 0, change: 1 }).bytes)
    .pass(500);
  wire.kernel.setPlugged(eth1, false);
  wire.rest().pass(100);
  wire.kernel.losingNews(() => wire.kernel.setPlugged(eth1, true));
  wire.rest().pass(100);
  wire.kernel.removeLink(eth1);
  return wire.rest().pass(200_000).host.input;
}

/** Calls that fail, and effects that come to nothing. */
function refused(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  const well = wire.host.answer;
  const failure = { tag: 'err', val: { tag: 'kernel', val: [16, 'it is busy'] } };
  wire.host.answer = ({ interface: name }) =>
    name === 'eft:host/netlink' ? failure : { tag: 'err', val: { tag: 'not-found' } };
  wire.change(config('machine', everything)).pass(3_000);
  wire.host.answer = well;
  wire.pass(6_000);
  wire.host.step({ deed: 'conflict' }).step({ deed: 'change' }, [config('machine', { hostName: 'other' })]);
  wire.host.step({ deed: 'conflict' });
  return wire.rest().pass(1_000).host.input;
}

/** Every change is refused, with a sentence of the kernel's and with more or less of what it is about (NLMSGERR_ATTR_MSG). */
function scolded(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  const well = wire.host.answer;
  let refusals = 0;
  wire.host.answer = (request) => {
    const [, messages] = request.parameters;
    if (request.call !== 'exchange' || !(messages instanceof Uint8Array)) return well(request);
    const asked = decodeMessages(messages);
    if (asked.every(({ type }) => type % 4 === 2)) return well(request);
    refusals += 1;
    return {
      tag: 'ok',
      val: joinBytes(asked.map((message) => refusalOf(message, echoes[refusals % echoes.length] ?? 'whole'))),
    };
  };
  wire.change(config('machine', everything)).pass(5_000);
  wire.host.answer = well;
  return wire.pass(5_000).host.input;
}

/** A lease from its first DISCOVER to its end. */
function leased(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  wire.grant = { seconds: 600, options: everyOption };
  wire.change(anyCard).pass(20_000).pass(300_000);
  wire.grant = undefined;
  return wire.pass(700_000).host.input;
}

/** Silence, refusals, and somebody who has the address already. */
function unlucky(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  wire.isChecksumPending = false;
  wire.change(anyCard, config('machine', { dhcp: [dhcp('eth1', { enabled: false })] })).pass(40_000);
  wire.grant = { seconds: 600, refuses: true };
  wire.pass(40_000);
  // A packet of odd length.
  wire.grant = { seconds: 600, options: [[12, [...Buffer.from('odd')]]] };
  wire.isOpposed = true;
  wire.pass(40_000);
  wire.isOpposed = false;
  return wire.pass(60_000).host.input;
}

type Malform = (value: readonly number[]) => readonly number[];

/** Offers of which each has another option that is not as it should be; none of them is granted in the end. */
function malformed(target: Target, malform: Malform): FuzzInput {
  const wire = new PlayedWire(target);
  for (const [at, [code, value]] of everyOption.entries()) {
    const options = everyOption.with(at, [code, malform(value)]);
    wire.grant = { seconds: 600, options, refuses: true };
    if (at === 0) wire.change(anyCard, config('machine', { dhcp: [dhcp('eth1', { enabled: false })] }));
    wire.pass(70_000);
  }
  return wire.host.input;
}

const malforms: readonly Malform[] = [(value) => value.slice(0, -1), (value) => [...value, 1], () => []];

/** Leases that begin and end, each with something at a limit, or in a form that readers have been attacked with. */
function extreme(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  for (const { seconds, options } of extremes) {
    wire.grant = { seconds, ...(options !== undefined && { options }) };
    wire.change(anyCard, config('machine', { dhcp: [dhcp('eth1', { enabled: false })] })).pass(12_000);
    wire.change(noConfig('default')).pass(100);
  }
  return wire.host.input;
}

const extremes: readonly Pick<Grant, 'seconds' | 'options'>[] = [
  ...[4, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff].map((seconds) => ({ seconds })),
  // Names that point to themselves, forward, and to each other (RFC 1035 section 4.1.4).
  ...[
    [0xc0, 0],
    [1, 97, 0xc0, 2],
    [1, 97, 0xc0, 5, 0, 0xc0, 0],
    [0xc0, 2, 0xc0, 0],
    [64, 97, 0],
  ].map((value) => ({ seconds: 600, options: [[119, value] as const] })),
  // Destinations of more bits than an address has (RFC 3442).
  ...[32, 33, 64, 255].map((bits) => ({
    seconds: 600,
    options: [[121, [bits, ...bytesOf32(0x0a090807), ...bytesOf32(serverAddress), 1, 2, 3, 4]] as const],
  })),
  { seconds: 600, options: [[26, [2, 63]]] },
];

/** Links that go down and come back while there is a lease, and a client that is stopped. */
function interrupted(target: Target): FuzzInput {
  const wire = new PlayedWire(target);
  wire.grant = { seconds: 3_600, options: everyOption };
  wire.change(anyCard).pass(15_000);
  const [eth0 = 0] = wire.cards;
  wire.kernel.setPlugged(eth0, false);
  wire.rest().pass(2_000);
  wire.kernel.setPlugged(eth0, true);
  wire.rest().pass(15_000);
  const client = dhcp('eth0', { routeMetric: 50, clientId: '00:01:02:03:04:05:06', sendHostName: true });
  wire.change(config('machine', { hostName: 'node-7', dhcp: [client] })).pass(15_000);
  return wire.change(config('machine', { dhcp: [dhcp('eth0', { enabled: false })] })).pass(1_000).host.input;
}

/** A restart: the lease is in the store, and its sockets are there. */
function restarted(target: Target): FuzzInput {
  const before = new PlayedWire(target);
  before.grant = { seconds: 3_600 };
  before.change(anyCard).pass(15_000);
  const lease = before.host.resource('eft:resources/dhcp-lease', 'eth0');
  const handles = ['route', 'dhcp/2/ip', 'dhcp/3/arp'];
  const present: ResourceChange[] = [anyCard];
  if (lease !== undefined)
    present.push({ kind: 'eft:resources/dhcp-lease', id: 'eth0', value: lease, isTearingDown: false });
  const wire = new PlayedWire(target, { boot: { reason: 'restart', saved: undefined, handles }, present });
  wire.grant = { seconds: 3_600 };
  return wire.change(anyCard).pass(20_000).host.input;
}

/** All of them. */
export function networkSeeds(target: Target): readonly FuzzInput[] {
  const plays = [declared, disturbed, refused, scolded, leased, unlucky, extreme, interrupted, restarted];
  return [...plays.map((play) => play(target)), ...malforms.map((malform) => malformed(target, malform))];
}
