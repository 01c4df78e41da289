/**
 * The part of the schema that says how a machine is on the network. Names are those of the reference system where the thing is the same.
 * What it becomes is in network-config.ts; what holds between its fields in network-checks.ts.
 */

import { defaulted, list, optional, record, required } from './field-record.ts';
import { boolean, choice, integer, name, type ValueOf } from './field-type.ts';
import {
  address,
  addressWithPrefix,
  domainName,
  duid,
  hardwareAddress,
  hostName,
  linkName,
} from './forms.ts';
import { checkInterface, checkNetwork, checkVlan } from './network-checks.ts';
import {
  blackholeType,
  maximumRoutes,
  maximumTable,
  maximumU32,
  mtu,
  routes,
  ruleType,
} from './route-schema.ts';

const by = 'module `network`';
const since = '0.1.0';

/** Links that one machine can declare. */
const maximumInterfaces = 256;
const maximumVlans = 128;
const maximumAddresses = 256;
const maximumRules = 256;
/** What a resolver asks at most: MAXNS and MAXDNSRCH of resolv.h are 3 and 6; more are kept for those that ask more. */
const maximumNameservers = 16;
const maximumHosts = 256;
const maximumAliases = 32;
/** linux/if_bonding.h has no limit; this is far above any switch's. */
const maximumPorts = 64;

const addresses = defaulted(
  list(name(addressWithPrefix), { minimum: 0, maximum: maximumAddresses, key: (item) => item }),
  [],
  {
    doc: 'Static addresses, each with the length of its network.',
    by,
    example: 'addresses: [10.0.0.5/24, "fd00::5/64"]',
    since,
  },
);

const dhcpOptions = optional(
  record({
    routeMetric: optional(integer(0, maximumU32), {
      doc: 'The metric of the routes that come with the lease.',
      by,
      example: 'routeMetric: 512',
      since,
      otherwise: '1024',
    }),
    duidRaw: optional(name(duid), {
      doc: 'Identifies the machine to DHCP servers by this DUID (RFC 4361).',
      by,
      example: 'duidRaw: "00:03:00:01:52:54:00:12:34:56"',
      since,
      otherwise: 'the hardware address of the link identifies it',
    }),
    sendHostname: defaulted(boolean, true, {
      doc: 'Tells DHCP servers the host name.',
      by,
      example: 'sendHostname: false',
      since,
    }),
  }),
  {
    doc: 'How DHCP is done here.',
    by,
    example: 'dhcpOptions: { routeMetric: 512 }',
    since,
  },
);

const dhcp = optional(boolean, {
  doc: 'Gets an IPv4 address, routes and name servers from a DHCP server.',
  by,
  example: 'dhcp: true',
  since,
  otherwise: 'what lower layers say: the kernel command line, or DHCP on every network card',
});

const vlanType = record(
  {
    vlanId: required(integer(1, 4094), {
      doc: 'The number of the VLAN. The link is called like the one below it, with a dot and this number: `eth0.100`.',
      by,
      example: 'vlanId: 100',
      since,
    }),
    vlanMode: defaulted(choice(['802.1q', '802.1ad']), '802.1q', {
      doc: 'The tag: of a customer (802.1Q), or of a service provider (802.1ad).',
      by,
      example: 'vlanMode: 802.1ad',
      since,
    }),
    addresses,
    routes,
    dhcp,
    dhcpOptions,
    mtu,
  },
  checkVlan,
);

const ports = required(list(name(linkName), { minimum: 0, maximum: maximumPorts, key: (item) => item }), {
  doc: 'The links that belong to it.',
  by,
  example: 'interfaces: [eth0, eth1]',
  since,
});

const bondType = record({
  interfaces: ports,
  mode: required(
    choice([
      'balance-rr',
      'active-backup',
      'balance-xor',
      'broadcast',
      '802.3ad',
      'balance-tlb',
      'balance-alb',
    ]),
    {
      doc: 'How the links share the traffic, in the names of the kernel (bonding.rst).',
      by,
      example: 'mode: 802.3ad',
      since,
    },
  ),
  miimon: optional(integer(0, maximumU32, 'milliseconds'), {
    doc: 'Time between two looks at the carrier of the links; 0 is never.',
    by,
    example: 'miimon: 100',
    since,
    otherwise: 'what the kernel has',
  }),
  updelay: optional(integer(0, maximumU32, 'milliseconds'), {
    doc: 'How long a link has to have carrier before it is used.',
    by,
    example: 'updelay: 200',
    since,
    otherwise: 'what the kernel has',
  }),
  downdelay: optional(integer(0, maximumU32, 'milliseconds'), {
    doc: 'How long a link has to be without carrier before it is used no more.',
    by,
    example: 'downdelay: 200',
    since,
    otherwise: 'what the kernel has',
  }),
  xmitHashPolicy: optional(
    choice(['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac']),
    {
      doc: 'What of a packet decides which link it takes.',
      by,
      example: 'xmitHashPolicy: layer3+4',
      since,
      otherwise: 'what the kernel has',
    },
  ),
  lacpRate: optional(choice(['slow', 'fast']), {
    doc: 'LACP: a packet every 30 seconds, or every second.',
    by,
    example: 'lacpRate: fast',
    since,
    otherwise: 'what the kernel has',
  }),
  minLinks: optional(integer(0, maximumU32), {
    doc: 'Links that must have carrier for the bond to have it.',
    by,
    example: 'minLinks: 1',
    since,
    otherwise: 'what the kernel has',
  }),
});

const bridgeType = record({
  interfaces: ports,
  stp: optional(
    record({
      enabled: required(boolean, {
        doc: 'Whether the bridge speaks the spanning tree protocol.',
        by,
        example: 'enabled: true',
        since,
      }),
    }),
    { doc: 'Spanning tree.', by, example: 'stp: { enabled: true }', since, otherwise: 'off' },
  ),
  vlan: optional(
    record({
      vlanFiltering: required(boolean, {
        doc: 'Whether the bridge looks at VLAN tags.',
        by,
        example: 'vlanFiltering: true',
        since,
      }),
    }),
    { doc: 'VLANs.', by, example: 'vlan: { vlanFiltering: true }', since, otherwise: 'not looked at' },
  ),
});

const interfaceType = record(
  {
    interface: required(name(linkName), {
      doc: 'The name of the link. One that no other field makes must be there already: a network card.',
      by,
      example: 'interface: eth0',
      since,
    }),
    up: defaulted(boolean, true, {
      doc: 'Whether the link is to be up.',
      by,
      example: 'up: false',
      since,
    }),
    addresses,
    routes,
    dhcp,
    dhcpOptions,
    mtu,
    hardwareAddr: optional(name(hardwareAddress), {
      doc: 'The hardware address that the link is to have.',
      by,
      example: 'hardwareAddr: "52:54:00:12:34:56"',
      since,
      otherwise: 'what the link has',
    }),
    ipv6: optional(choice(['off', 'manual', 'router-advertisements']), {
      doc: 'What IPv6 does here: nothing, declared and link-local addresses only, or what routers advertise too.',
      by,
      example: 'ipv6: manual',
      since,
      otherwise: 'what routers advertise',
    }),
    vlans: defaulted(
      list(vlanType, { minimum: 0, maximum: maximumVlans, key: ({ vlanId }) => String(vlanId) }),
      [],
      {
        doc: 'VLANs on top of this link.',
        by,
        example: 'vlans: [{ vlanId: 100, dhcp: true }]',
        since,
      },
    ),
    bond: optional(bondType, {
      doc: 'Makes this link a bond of others.',
      by,
      example: 'bond: { interfaces: [eth0, eth1], mode: active-backup }',
      since,
    }),
    bridge: optional(bridgeType, {
      doc: 'Makes this link a bridge of others.',
      by,
      example: 'bridge: { interfaces: [eth0] }',
      since,
    }),
    dummy: defaulted(boolean, false, {
      doc: 'Makes this a link that leads nowhere and is always up, for addresses.',
      by,
      example: 'dummy: true',
      since,
    }),
    veth: optional(
      record({
        peer: required(name(linkName), {
          doc: 'The name of the other end.',
          by,
          example: 'peer: veth1',
          since,
        }),
      }),
      {
        doc: 'Makes this link one end of a pair: what goes in here comes out at the other.',
        by,
        example: 'veth: { peer: veth1 }',
        since,
      },
    ),
    vrf: optional(
      record({
        interfaces: ports,
        table: required(integer(1, maximumTable), {
          doc: 'The routing table of its links.',
          by,
          example: 'table: 100',
          since,
        }),
      }),
      {
        doc: 'Makes this link a routing domain of its own, of other links.',
        by,
        example: 'vrf: { table: 100, interfaces: [eth1] }',
        since,
      },
    ),
  },
  checkInterface,
);

export const networkType = record(
  {
    hostname: optional(name(hostName), {
      doc: 'The name of the machine, without its domain.',
      by,
      example: 'hostname: worker-1',
      since,
      otherwise: 'what the kernel command line or the DHCP server says',
    }),
    domain: optional(name(domainName), {
      doc: 'The domain of the machine.',
      by,
      example: 'domain: cluster.example.org',
      since,
      otherwise: 'what the kernel command line or the DHCP server says',
    }),
    interfaces: defaulted(list(interfaceType, { minimum: 0, maximum: maximumInterfaces }), [], {
      doc: 'Links, and what is on them.',
      by,
      example: 'interfaces: [{ interface: eth0, dhcp: true }]',
      since,
    }),
    blackholeRoutes: defaulted(list(blackholeType, { minimum: 0, maximum: maximumRoutes }), [], {
      doc: 'Networks that must not be reached.',
      by,
      example: 'blackholeRoutes: [{ network: 192.0.2.0/24 }]',
      since,
    }),
    routingRules: defaulted(list(ruleType, { minimum: 0, maximum: maximumRules }), [], {
      doc: 'Which routing table is for which packets.',
      by,
      example: 'routingRules: [{ priority: 1000, src: 10.0.0.0/8, table: 100 }]',
      since,
    }),
    nameservers: defaulted(
      list(name(address), { minimum: 0, maximum: maximumNameservers, key: (item) => item }),
      [],
      {
        doc: 'Name servers, in the order in which they are asked.',
        by,
        example: 'nameservers: [10.0.0.2, "fd00::2"]',
        since,
        otherwise: 'those of the kernel command line or of the lease',
      },
    ),
    searchDomains: defaulted(
      list(name(domainName), { minimum: 0, maximum: maximumNameservers, key: (item) => item }),
      [],
      {
        doc: 'Domains in which a short name is looked for.',
        by,
        example: 'searchDomains: [cluster.example.org]',
        since,
        otherwise: 'those of the lease',
      },
    ),
    extraHostEntries: defaulted(
      list(
        record({
          ip: required(name(address), { doc: 'The address.', by, example: 'ip: 10.0.0.9', since }),
          aliases: required(
            list(name(domainName), { minimum: 1, maximum: maximumAliases, key: (item) => item }),
            { doc: 'Its names.', by, example: 'aliases: [registry, registry.example.org]', since },
          ),
        }),
        { minimum: 0, maximum: maximumHosts, key: ({ ip }) => ip },
      ),
      [],
      {
        doc: 'Lines of the hosts file.',
        by,
        example: 'extraHostEntries: [{ ip: 10.0.0.9, aliases: [registry] }]',
        since,
      },
    ),
  },
  checkNetwork,
);

export type NetworkSettings = ValueOf<typeof networkType>;
