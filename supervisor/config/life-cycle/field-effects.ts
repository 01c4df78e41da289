/**
 * What a change of each field of the machine configuration does to a node that runs: who acts on it, which kinds of resources it changes, and
 * whether it takes a reboot. Every field is named here, and a test walks the schema: a new field must say what it does.
 *
 * A reboot is needed where a running node cannot be brought to what it would be after a boot with the new configuration. Most of these are values
 * that are taken away: the network module sets what is declared and does not know what was there before (decision 008).
 */

/** `at-once`: the running node can follow. `link-stays`: a reboot, unless the link itself goes with it, which Eft has made. */
export type Remedy = 'at-once' | 'reboot' | 'link-stays';

export type FieldEffect = {
  /** Who acts on it, such as `module network`. */
  readonly acts: readonly string[];
  /** The kinds of the resources that change. */
  readonly kinds: readonly string[];
  /** What another value takes. */
  readonly change: Remedy;
  /** What it takes to do without the value. */
  readonly removal: Remedy;
};

type Row = Partial<Pick<FieldEffect, 'change' | 'removal'>> & {
  readonly acts: string;
  /** Of `eft:resources`. */
  readonly kinds: readonly string[];
  readonly fields: readonly string[];
};

const link = 'machine.network.interfaces[]';
const config = 'network-config';
const links = ['link-spec', 'link-status'];
const addresses = ['address-spec', 'address-status'];
const routes = ['route-spec', 'route-status'];
const network = 'module network';

/** The fields of a route, below the list that it stands in. */
const routeFields = ['network', 'gateway', 'source', 'metric', 'mtu', 'table', 'onLink'];
const dhcpFields = ['dhcp', 'dhcpOptions.routeMetric', 'dhcpOptions.duidRaw', 'dhcpOptions.sendHostname'];

const rows: readonly Row[] = [
  { acts: 'reader', kinds: [], fields: ['apiVersion', 'kind'] },
  { acts: 'supervisor', kinds: [], fields: ['machine.type'] },
  {
    acts: network,
    kinds: [config, 'hostname-status'],
    // Where no lease names it, the kernel keeps the name that it has.
    removal: 'reboot',
    fields: ['machine.network.hostname', 'machine.network.domain'],
  },
  { acts: network, kinds: [config, ...links], fields: [`${link}.interface`] },
  // The settings of a card stay as they are when it is declared no more.
  {
    acts: network,
    kinds: [config, ...links],
    removal: 'link-stays',
    fields: [`${link}.up`, `${link}.mtu`, `${link}.hardwareAddr`, `${link}.ipv6`, `${link}.vlans[].mtu`],
  },
  {
    acts: network,
    kinds: [config, ...links],
    fields: [`${link}.vlans[].vlanId`, `${link}.vlans[].vlanMode`],
  },
  {
    acts: network,
    kinds: [config, ...addresses],
    fields: [`${link}.addresses`, `${link}.vlans[].addresses`],
  },
  {
    acts: network,
    kinds: [config, ...routes],
    fields: [`${link}.routes[]`, `${link}.vlans[].routes[]`].flatMap((list) =>
      routeFields.map((field) => `${list}.${field}`),
    ),
  },
  {
    acts: network,
    kinds: [config, 'dhcp-lease', ...addresses, ...routes],
    fields: [link, `${link}.vlans[]`].flatMap((on) => dhcpFields.map((field) => `${on}.${field}`)),
  },
  // What makes a link of another kind: the module makes it anew.
  {
    acts: network,
    kinds: [config, ...links],
    fields: [`${link}.dummy`, `${link}.veth.peer`, `${link}.vrf.interfaces`, `${link}.vrf.table`],
  },
  {
    acts: network,
    kinds: [config, ...links],
    fields: [`${link}.bond.interfaces`, `${link}.bridge.interfaces`],
  },
  // The kernel does not change the mode of a bond that has ports.
  {
    acts: network,
    kinds: [config, ...links],
    change: 'reboot',
    removal: 'link-stays',
    fields: [`${link}.bond.mode`],
  },
  {
    acts: network,
    kinds: [config, ...links],
    removal: 'link-stays',
    fields: [
      ...['miimon', 'updelay', 'downdelay', 'xmitHashPolicy', 'lacpRate', 'minLinks'].map(
        (field) => `${link}.bond.${field}`,
      ),
      `${link}.bridge.stp.enabled`,
      `${link}.bridge.vlan.vlanFiltering`,
    ],
  },
  {
    acts: network,
    kinds: [config, ...routes],
    fields: ['network', 'kind', 'metric'].map((field) => `machine.network.blackholeRoutes[].${field}`),
  },
  {
    acts: network,
    kinds: [config, 'rule-spec', 'rule-status'],
    fields: ['priority', 'src', 'dst', 'action', 'table', 'fwMark', 'fwMask', 'iifName', 'oifName'].map(
      (field) => `machine.network.routingRules[].${field}`,
    ),
  },
  {
    acts: network,
    kinds: [config, 'resolver-status'],
    fields: ['machine.network.nameservers', 'machine.network.searchDomains'],
  },
  {
    acts: network,
    kinds: [config],
    fields: ['machine.network.extraHostEntries[].ip', 'machine.network.extraHostEntries[].aliases'],
  },
  { acts: network, kinds: [config, 'time-server-status'], fields: ['machine.time.servers'] },
  // What each had before the configuration set it is remembered (phases/sysctls.ts).
  { acts: 'phase sysctls', kinds: [], fields: ['machine.sysctls'] },
  {
    acts: 'phase modules',
    kinds: ['module-status'],
    fields: ['machine.modules.NAME.disabled', 'machine.modules.NAME.grants'],
  },
  {
    acts: 'phase trust',
    kinds: ['module-status'],
    fields: [
      'machine.trust.keys',
      'machine.trust.thresholds[].module',
      'machine.trust.thresholds[].signatures',
      'machine.trust.revoked',
    ],
  },
  {
    acts: 'phase api',
    kinds: [],
    fields: [
      'machine.ca.crt',
      'machine.ca.key',
      'machine.api.names',
      'machine.api.revoked',
      'machine.api.roles[].name',
      ...['verbs', 'kinds', 'methods'].map((field) => `machine.api.roles[].rules[].${field}`),
    ],
  },
];

/** By the path of the field in the schema: entries of a list are `[]`, names of a map `.NAME`. */
export const fieldEffects: ReadonlyMap<string, FieldEffect> = new Map(
  rows.flatMap(({ acts, kinds, fields, change = 'at-once', removal = 'at-once' }) =>
    fields.map((field) => {
      const named = kinds.map((name) => `eft:resources/${name}`);
      return [field, { acts: [acts], kinds: named, change, removal }] as const;
    }),
  ),
);

/** Links that Eft makes, which go when they are declared no more: an entry of this list, or one that has any of these fields. */
export const madeLinks = {
  list: `${link}.vlans[]`,
  entries: link,
  fields: ['bond', 'bridge', 'dummy', 'veth', 'vrf'],
} as const;
