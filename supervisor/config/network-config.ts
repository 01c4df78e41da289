/**
 * Turns what a machine configuration says of the network into a resource `eft:resources/network-config`, which the network module reads.
 * Only words are changed here: the configuration speaks of interfaces with everything on them, the resource has a list for each thing.
 */
import type {
  Bond,
  BondMode,
  Dhcp,
  HashPolicy,
  Link,
  LinkKind,
  NetworkConfig,
  Route,
  Rule,
} from '../capabilities/generated/resources-network-config.ts';
import { isIpv6 } from './forms.ts';
import type { MachineConfig } from './machine-schema.ts';
import { vlanLink } from './network-checks.ts';
import type { NetworkSettings } from './network-schema.ts';

/** The kind of the resource, and the id under which the machine configuration puts its own. */
export const networkConfigKind = 'eft:resources/network-config';
export const machineConfigId = 'machine-config';

type Interface = NetworkSettings['interfaces'][number];
type VlanSettings = Interface['vlans'][number];
type RouteSettings = Interface['routes'][number];
type BondSettings = NonNullable<Interface['bond']>;

/** The kernel's names, in the order of its numbers from 0. */
export const bondModes: Readonly<Record<BondSettings['mode'], BondMode>> = {
  'balance-rr': 'balance-round-robin',
  'active-backup': 'active-backup',
  'balance-xor': 'balance-xor',
  broadcast: 'broadcast',
  '802.3ad': 'link-aggregation',
  'balance-tlb': 'balance-transmit',
  'balance-alb': 'balance-adaptive',
};

/** The kernel's names. */
export const hashPolicies: Readonly<Record<NonNullable<BondSettings['xmitHashPolicy']>, HashPolicy>> = {
  layer2: 'layer2',
  'layer3+4': 'layer34',
  'layer2+3': 'layer23',
  'encap2+3': 'encapsulated23',
  'encap3+4': 'encapsulated34',
  'vlan+srcmac': 'vlan-source-mac',
};

/** A configuration that says nothing: what a source adds to. */
export const emptyNetworkConfig: NetworkConfig = {
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

/** A link of which nothing is said but its name. */
export function plainLink(name: string): Link {
  return {
    name,
    kind: undefined,
    up: undefined,
    mtu: undefined,
    hardwareAddress: undefined,
    master: undefined,
    ipv6: undefined,
  };
}

/** What the machine configuration says of the network. Pure. */
export function networkConfigOf({ machine }: MachineConfig): NetworkConfig {
  const { network, time } = machine;
  const timeServers = time?.servers ?? [];
  if (network === undefined) return { ...emptyNetworkConfig, timeServers };
  const { interfaces } = network;
  return {
    layer: 'machine-config',
    links: linksOf(interfaces),
    addresses: interfaces.flatMap(({ interface: name, addresses, vlans }) => [
      ...addressesOf(name, addresses),
      ...vlans.flatMap((vlan) => addressesOf(vlanLink(name, vlan.vlanId), vlan.addresses)),
    ]),
    routes: [
      ...interfaces.flatMap(({ interface: name, routes, vlans }) => [
        ...routes.map((route) => routeOf(name, route)),
        ...vlans.flatMap(({ vlanId, routes: own }) =>
          own.map((route) => routeOf(vlanLink(name, vlanId), route)),
        ),
      ]),
      ...network.blackholeRoutes.map(({ network: destination, kind, metric }) => ({
        ...emptyRoute,
        destination,
        kind,
        metric,
      })),
    ],
    rules: network.routingRules.flatMap(rulesOf),
    dhcp: interfaces.flatMap((settings) => [
      ...dhcpOf(settings.interface, settings),
      ...settings.vlans.flatMap((vlan) => dhcpOf(vlanLink(settings.interface, vlan.vlanId), vlan)),
    ]),
    resolvers: network.nameservers,
    searchDomains: network.searchDomains,
    hostName: network.hostname,
    domainName: network.domain,
    hosts: network.extraHostEntries.map(({ ip, aliases }) => ({ address: ip, names: aliases })),
    timeServers,
  };
}

/** Every link once: those that are declared, with their VLANs, and then the ports of which nothing else is said. */
function linksOf(interfaces: NetworkSettings['interfaces']): readonly Link[] {
  const masters = new Map(
    interfaces.flatMap(({ interface: master, bond, bridge, vrf }) =>
      [bond, bridge, vrf].flatMap((made) => (made?.interfaces ?? []).map((port) => [port, master] as const)),
    ),
  );
  const declared = interfaces.flatMap((settings): readonly Link[] => {
    const { interface: name, up, mtu, hardwareAddr, ipv6, vlans } = settings;
    const link: Link = {
      name,
      kind: kindOf(settings),
      up,
      mtu,
      hardwareAddress: hardwareAddr,
      master: masters.get(name),
      ipv6,
    };
    return [link, ...vlans.map((vlan) => vlanOf(name, vlan, masters))];
  });
  const names = new Set(declared.map(({ name }) => name));
  const ports = [...masters].filter(([name]) => !names.has(name));
  return [...declared, ...ports.map(([name, master]) => ({ ...plainLink(name), master }))];
}

function kindOf({ bond, bridge, dummy, veth, vrf }: Interface): LinkKind | undefined {
  if (bond !== undefined) return { tag: 'bond', val: bondOf(bond) };
  if (bridge !== undefined) {
    const val = { spanningTree: bridge.stp?.enabled, vlanFiltering: bridge.vlan?.vlanFiltering };
    return { tag: 'bridge', val };
  }
  if (dummy) return { tag: 'dummy' };
  if (veth !== undefined) return { tag: 'veth', val: veth };
  if (vrf !== undefined) return { tag: 'vrf', val: { table: vrf.table } };
  return undefined;
}

function bondOf(bond: BondSettings): Bond {
  return {
    mode: bondModes[bond.mode],
    monitorMilliseconds: bond.miimon,
    upDelayMilliseconds: bond.updelay,
    downDelayMilliseconds: bond.downdelay,
    hashPolicy: bond.xmitHashPolicy === undefined ? undefined : hashPolicies[bond.xmitHashPolicy],
    fastRate: bond.lacpRate === undefined ? undefined : bond.lacpRate === 'fast',
    minimumLinks: bond.minLinks,
  };
}

function vlanOf(parent: string, vlan: VlanSettings, masters: ReadonlyMap<string, string>): Link {
  const name = vlanLink(parent, vlan.vlanId);
  return {
    ...plainLink(name),
    kind: { tag: 'vlan', val: { parent, id: vlan.vlanId, service: vlan.vlanMode === '802.1ad' } },
    mtu: vlan.mtu,
    master: masters.get(name),
  };
}

function addressesOf(link: string, addresses: readonly string[]): NetworkConfig['addresses'] {
  return addresses.map((address) => ({
    link,
    address,
    skipDuplicateDetection: false,
    noPrefixRoute: false,
  }));
}

/** A route of which nothing is said. */
export const emptyRoute: Route = {
  destination: '',
  kind: 'unicast',
  gateway: undefined,
  link: undefined,
  metric: undefined,
  table: undefined,
  scope: undefined,
  source: undefined,
  onLink: false,
  mtu: undefined,
};

function routeOf(
  link: string,
  { network, gateway, metric, table, source, onLink, mtu }: RouteSettings,
): Route {
  return { ...emptyRoute, destination: network, gateway, link, metric, table, source, onLink, mtu };
}

/** A rule that names no network holds for both families, and the kernel has a list for each. */
function rulesOf(settings: NetworkSettings['routingRules'][number]): readonly Rule[] {
  const { priority, src, dst, action, table, fwMark, fwMask, iifName, oifName } = settings;
  const named = src ?? dst;
  const families =
    named === undefined ? (['ipv4', 'ipv6'] as const) : ([isIpv6(named) ? 'ipv6' : 'ipv4'] as const);
  return families.map((family) => ({
    family,
    priority,
    from: src,
    to: dst,
    mark: fwMark,
    markMask: fwMask,
    incomingLink: iifName,
    outgoingLink: oifName,
    action: action === 'unicast' ? { tag: 'table', val: table ?? mainTable } : { tag: action },
  }));
}

/** linux/rtnetlink.h: RT_TABLE_MAIN. */
const mainTable = 254;

type Leased = Pick<Interface, 'dhcp' | 'dhcpOptions'>;

function dhcpOf(link: string, { dhcp, dhcpOptions }: Leased): readonly Dhcp[] {
  if (dhcp === undefined) return [];
  return [
    {
      link,
      enabled: dhcp,
      routeMetric: dhcpOptions?.routeMetric,
      clientId: dhcpOptions?.duidRaw,
      sendHostName: dhcpOptions?.sendHostname,
    },
  ];
}
