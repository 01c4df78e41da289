/**
 * What the network module says of a simulated kernel held against what that kernel has, and what it has made held against what is declared. The
 * kernel is asked by dumps, and what it answers is read by code that is none of the module's.
 */
import type { HealthState } from '../../../supervisor/cells/module-events.ts';
import type { RecordValue } from '../../../supervisor/store/resource.ts';
import type { SimulatedKernel } from '../../../tests/simulation/network/kernel.ts';
import { decodeLink, type LinkMessage } from '../../../tests/simulation/network/link-message.ts';
import {
  type AddressMessage,
  decodeAddress,
  decodeRoute,
  decodeRule,
  type HexAddress,
  type RouteMessage,
  type RuleMessage,
} from '../../../tests/simulation/network/messages.ts';
import { decodeMessages } from '../../../tests/simulation/network/netlink-bytes.ts';
import {
  addressFlags,
  families,
  linkFlags,
  messageTypes,
  routeTables,
} from '../../../tests/simulation/network/rtnetlink.ts';
import { dumpRequests } from '../../../tests/simulation/network/views.ts';
import type { StoreView } from './simulated-host.ts';

/** modules/network/assembly/netlink/marks.ts */
const ownedProtocol = 101;
const ownedGroup = 0x656674;
/** IF_OPER_*, in the order of the kernel's numbers (linux/if.h). */
const operationalStates = [
  ...['unknown', 'not-present', 'down', 'lower-layer-down', 'testing', 'dormant', 'up'],
] as const;
/** RTPROT_* (linux/rtnetlink.h). */
const protocolNames: Readonly<Record<number, string>> = {
  ...{ 1: 'redirect', 2: 'kernel', 3: 'boot', 4: 'static', 9: 'ra', 12: 'bird', 16: 'dhcp' },
  [ownedProtocol]: 'eft',
};
/** linux/rtnetlink.h */
const RTN_UNICAST = 1;
/** RTN_* and FR_ACT_*, which are the same numbers. */
const refusals: Readonly<Record<number, string>> = { 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' };

/** By id, a line that says all there is to it. Several things may share an id: then each has its line. */
type Lines = ReadonlyMap<string, readonly string[]>;

type Kernel = {
  readonly links: readonly LinkMessage[];
  readonly addresses: readonly AddressMessage[];
  readonly routes: readonly RouteMessage[];
  readonly rules: readonly RuleMessage[];
};

/** A sentence for each difference. `names`: the host name and the domain name that the kernel has. */
export function networkDifferences(
  simulated: SimulatedKernel,
  names: readonly string[],
  store: StoreView,
  health: HealthState,
): readonly string[] {
  const kernel = dump(simulated);
  const of = (kind: string): ReadonlyMap<string, RecordValue> => store(`eft:resources/${kind}`);
  const status = of('network-status').get('network');
  if (status === undefined) return ['there is no network-status'];
  return [
    ...compare('link', linkLines(kernel), of('link-status'), statedLink),
    ...compare('address', addressLines(kernel), of('address-status'), statedAddress),
    ...compare('route', routeLines(kernel), of('route-status'), statedRoute),
    ...compareRules(kernel, of('rule-status')),
    ...leftOver(kernel, of),
    ...undone(kernel, of, status),
    ...wholeDifferences(status, health, of('hostname-status').get('hostname'), names),
  ];
}

function dump(simulated: SimulatedKernel): Kernel {
  const socket = simulated.socket([]);
  const messages = dumpRequests.flatMap((request) => decodeMessages(socket.exchange(request)));
  socket.close();
  const read = <Read>(type: number, decode: (payload: Uint8Array) => Read | undefined): readonly Read[] =>
    messages.flatMap((message) => (message.type === type ? [decode(message.payload)] : [])).filter(isThere);
  return {
    links: read(messageTypes.RTM_NEWLINK, decodeLink),
    addresses: read(messageTypes.RTM_NEWADDR, decodeAddress),
    routes: read(messageTypes.RTM_NEWROUTE, decodeRoute),
    rules: read(messageTypes.RTM_NEWRULE, decodeRule),
  };
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

function nameOf({ links }: Kernel, index: number | undefined): string {
  return links.find((link) => link.index === index)?.name ?? '';
}

function linkLines(kernel: Kernel): Lines {
  return group(kernel.links, (link) => {
    const plain = link.hardwareType === 772 ? 'loopback' : 'ethernet';
    const parts = [
      link.index,
      link.kind ?? plain,
      hardwareText(link.address ?? ''),
      link.mtu ?? 0,
      (link.flags & linkFlags.IFF_UP) !== 0 ? 'up' : '',
      (link.flags & linkFlags.IFF_LOWER_UP) !== 0 ? 'carrier' : '',
      operationalStates[link.operationalState ?? 0] ?? '',
      nameOf(kernel, link.master),
      link.kind === 'vlan' ? nameOf(kernel, link.parent) : '',
      link.group === ownedGroup ? 'owned' : '',
    ];
    return [link.name ?? '', parts.join(' ')];
  });
}

function statedLink(link: RecordValue): string {
  return [
    link['index'],
    link['kind'],
    link['hardwareAddress'],
    link['mtu'],
    link['up'] === true ? 'up' : '',
    link['carrier'] === true ? 'carrier' : '',
    link['operationalState'],
    link['master'] ?? '',
    link['parent'] ?? '',
    link['owned'] === true ? 'owned' : '',
  ].join(' ');
}

function addressLines(kernel: Kernel): Lines {
  return group(kernel.addresses, (address) => {
    const hex = address.local ?? address.address ?? '';
    const id = `${nameOf(kernel, address.link)}/${addressText(hex)}/${address.prefixLength}`;
    return [id, `${stateOf(address)} ${address.protocol === ownedProtocol ? 'owned' : ''}`];
  });
}

function stateOf({ flags }: AddressMessage): string {
  if ((flags & addressFlags.IFA_F_TENTATIVE) !== 0) return 'tentative';
  return (flags & addressFlags.IFA_F_DEPRECATED) !== 0 ? 'deprecated' : 'ready';
}

function statedAddress(address: RecordValue): string {
  return `${String(address['state'])} ${address['owned'] === true ? 'owned' : ''}`;
}

function routeLines(kernel: Kernel): Lines {
  // Those that nobody configures are not shown: of the table `local`, and those that are local, broadcast or multicast in the table of a VRF.
  const shown = kernel.routes.filter(
    ({ table, type }) => table !== routeTables.RT_TABLE_LOCAL && (type === RTN_UNICAST || type in refusals),
  );
  return group(shown, (route) => {
    const kind = refusals[route.type] ?? 'unicast';
    const parts = [
      kind,
      route.gateway === undefined ? '' : addressText(route.gateway),
      // To IPv6 a route that leads nowhere leads to `lo`; whether that is said is looked at nowhere.
      kind === 'unicast' ? nameOf(kernel, route.output) : '',
      route.preferredSource === undefined ? '' : addressText(route.preferredSource),
      protocolNames[route.protocol] ?? route.protocol,
    ];
    return [routeId(route), parts.join(' ')];
  });
}

function routeId(route: RouteMessage): string {
  const none = route.family === families.AF_INET ? '00000000' : '0'.repeat(32);
  const destination = addressText(route.destination ?? none);
  const key = `${route.table}/${destination}/${route.destinationLength}/${route.priority ?? 0}`;
  return route.typeOfService === 0 ? key : `${key}/tos${route.typeOfService}`;
}

function statedRoute(route: RecordValue): string {
  const link = route['kind'] === 'unicast' ? (route['link'] ?? '') : '';
  const parts = [route['kind'], route['gateway'] ?? '', link, route['source'] ?? '', route['protocol']];
  return `${parts.join(' ')}${route['owned'] === (route['protocol'] === 'eft') ? '' : ' (owned and protocol do not agree)'}`;
}

function ruleLine({ family, priority, action, table }: RuleMessage): string {
  const does = action === 1 ? `table ${table}` : (refusals[action] ?? `action ${action}`);
  return [family === families.AF_INET ? 'ipv4' : 'ipv6', priority ?? 0, does].join(' ');
}

/** Rules that differ in what they match have one line here: which lines there are is compared, and which of them have one that the module has made. */
function compareRules({ rules }: Kernel, stated: ReadonlyMap<string, RecordValue>): readonly string[] {
  const there = new Set(rules.map(ruleLine));
  const owned = new Set(rules.filter(({ protocol }) => protocol === ownedProtocol).map(ruleLine));
  const values = [...stated.values()];
  const line = (rule: RecordValue): string => `${rule['family']} ${rule['priority']} ${rule['action']}`;
  return [
    ...oneSided('rule', there, new Set(values.map(line))),
    ...oneSided(
      'rule of the module',
      owned,
      new Set(values.filter((rule) => rule['owned'] === true).map(line)),
    ),
  ];
}

function oneSided(what: string, there: ReadonlySet<string>, stated: ReadonlySet<string>): readonly string[] {
  return [
    ...[...there]
      .filter((line) => !stated.has(line))
      .map((line) => `the kernel has the ${what} \`${line}\`, and it is not shown`),
    ...[...stated]
      .filter((line) => !there.has(line))
      .map((line) => `the ${what} \`${line}\` is shown, and the kernel has none`),
  ];
}

function compare(
  what: string,
  kernel: Lines,
  stated: ReadonlyMap<string, RecordValue>,
  line: (value: RecordValue) => string,
): readonly string[] {
  const ids = new Set([...kernel.keys(), ...stated.keys()]);
  return [...ids].sort().flatMap((id) => {
    const [there = [], value] = [kernel.get(id), stated.get(id)];
    const said = value === undefined ? 'none' : line(value);
    if (value === undefined ? there.length === 0 : there.includes(said)) return [];
    const has = there.length === 0 ? 'none' : there.join('` and `');
    return [`${what} \`${id}\`: the kernel has \`${has}\`, and \`${said}\` is shown`];
  });
}

/** What the module has made, and nobody declares. */
function leftOver(kernel: Kernel, of: (kind: string) => ReadonlyMap<string, RecordValue>): readonly string[] {
  const [addresses, routes, links] = [of('address-spec'), of('route-spec'), of('link-spec')];
  const peers = new Set([...links.values()].map((link) => peerOf(link['kind'])));
  return [
    ...kernel.addresses
      .filter(({ protocol }) => protocol === ownedProtocol)
      .map(
        (one) =>
          `${nameOf(kernel, one.link)}/${addressText(one.local ?? one.address ?? '')}/${one.prefixLength}`,
      )
      .filter((id) => !addresses.has(id))
      .map((id) => `the address \`${id}\` is the module's own, and nobody declares it`),
    ...kernel.routes
      .filter(({ protocol }) => protocol === ownedProtocol)
      .map(routeId)
      .filter((id) => !routes.has(id))
      .map((id) => `the route \`${id}\` is the module's own, and nobody declares it`),
    ...kernel.links
      .filter(({ group: of }) => of === ownedGroup)
      .map(({ name = '' }) => name)
      .filter((name) => !links.has(name) && !peers.has(name))
      .map((name) => `the link \`${name}\` is the module's own, and nobody declares it`),
  ];
}

function peerOf(kind: unknown): string {
  const settings = typeof kind === 'object' && kind !== null && 'val' in kind ? kind.val : undefined;
  return typeof settings === 'object' && settings !== null && 'peer' in settings ? String(settings.peer) : '';
}

/** What is declared and not there, if the module says that all is as declared. */
function undone(
  kernel: Kernel,
  of: (kind: string) => ReadonlyMap<string, RecordValue>,
  status: RecordValue,
): readonly string[] {
  if (status['converged'] !== true) return [];
  const [addresses, routes, links] = [addressLines(kernel), routeLines(kernel), linkLines(kernel)];
  return [
    ...[...of('address-spec').keys()]
      .filter((id) => !addresses.has(id))
      .map(
        (id) => `the address \`${id}\` is declared and not there, and the network is said to be as declared`,
      ),
    ...[...of('route-spec')].flatMap(([id, route]) => {
      const gateway = String(route['gateway'] ?? '');
      const isIt = (line: string) => line.split(' ')[0] === route['kind'] && line.split(' ')[1] === gateway;
      if (routes.get(id)?.some(isIt) === true) return [];
      return [`the route \`${id}\` is declared and not there, and the network is said to be as declared`];
    }),
    ...[...of('link-spec')].flatMap(([name, link]) => {
      const found = links.get(name)?.[0]?.split(' ');
      const isUp = found?.[4] === 'up';
      const isIt = found !== undefined && (link['mtu'] === undefined || found[3] === String(link['mtu']));
      if (isIt && isUp === (link['up'] === true)) return [];
      return [`the link \`${name}\` is declared otherwise, and the network is said to be as declared`];
    }),
  ];
}

/** What is said of the network as a whole. */
function wholeDifferences(
  status: RecordValue,
  health: HealthState,
  hostname: RecordValue | undefined,
  names: readonly string[],
): readonly string[] {
  const isConverged = status['converged'] === true;
  const problems = Array.isArray(status['problems']) ? status['problems'].length : 0;
  const differences: string[] = [];
  if (isConverged !== (problems === 0))
    differences.push(
      `the network is ${isConverged ? '' : 'not '}as declared, and there are ${problems} problems`,
    );
  if (health.tag !== (isConverged ? 'healthy' : 'degraded'))
    differences.push(
      `the network is ${isConverged ? '' : 'not '}as declared, and the module is ${health.tag}`,
    );
  if (hostname?.['applied'] === true && names[0] !== hostname['hostName'])
    differences.push('a host name is said to be applied that the kernel does not have');
  return differences;
}

function group<Item>(
  items: readonly Item[],
  entry: (item: Item) => readonly [id: string, line: string],
): Lines {
  const lines = new Map<string, readonly string[]>();
  for (const item of items) {
    const [id, line] = entry(item);
    lines.set(id, [...(lines.get(id) ?? []), line]);
  }
  return lines;
}

/** As RFC 5952 has it; IPv4 with dots. */
function addressText(hex: HexAddress): string {
  if (hex.length === 8) return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function hardwareText(hex: HexAddress): string {
  return (hex.match(/../g) ?? []).join(':');
}
