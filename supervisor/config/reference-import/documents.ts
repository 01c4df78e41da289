/** The documents of the reference system that are one thing each: a link, a route, a name server. Field by field, as `rules.ts` does it for the long one. */
import type { DocumentNode } from '../../document/document.ts';
import { hostName } from '../forms.ts';
import { vlanLink } from '../network-checks.ts';
import { sysctlName } from '../sysctl-names.ts';
import { type Draft, plainOf, textOf } from './draft.ts';

type MapNode = Extract<DocumentNode, { kind: 'map' }>;
type Path = readonly (string | number)[];

/** Takes one field of a document; false if it has no counterpart. */
type TakeField = (
  draft: Draft,
  value: DocumentNode,
  name: string,
  document: MapNode,
) => readonly string[] | boolean;

const linkFields: Readonly<Record<string, TakeField>> = {
  up: (draft, value, name) => putLink(draft, name, ['up'], value),
  mtu: (draft, value, name) => putLink(draft, name, ['mtu'], value),
  hardwareAddr: (draft, value, name) => putLink(draft, name, ['hardwareAddr'], value),
  addresses: (draft, value, name) => {
    takeAddresses(draft, value, draft.interface(name));
    return true;
  },
  routes: (draft, value, name) => {
    takeRoutes(draft, value, draft.interface(name));
    return true;
  },
};

const portFields =
  (kind: string): TakeField =>
  (draft, value, name) =>
    putLink(draft, name, [kind, 'interfaces'], value);

const bondOptions = ['miimon', 'updelay', 'downdelay', 'xmitHashPolicy', 'lacpRate', 'minLinks'];

/** By kind, by field. `name` is the name of the document, which most kinds have. */
export const documentFields: Readonly<Record<string, Readonly<Record<string, TakeField>>>> = {
  HostnameConfig: {
    hostname: (draft, value) => {
      takeHostName(draft, textOf(value) ?? '');
      return ['network.hostname'];
    },
  },
  ResolverConfig: {
    nameservers: (draft, value) => {
      for (const entry of value.kind === 'list' ? value.items : []) {
        const ip = entry.kind === 'map' ? entry.fields.get('address')?.value : undefined;
        if (ip !== undefined) draft.append(['network', 'nameservers'], plainOf(ip));
      }
      return ['network.nameservers'];
    },
    searchDomains: (draft, value) => {
      const domains = value.kind === 'map' ? value.fields.get('domains')?.value : undefined;
      if (domains === undefined) return false;
      draft.put(['network', 'searchDomains'], plainOf(domains));
      return ['network.searchDomains'];
    },
  },
  StaticHostConfig: {
    hostnames: (draft, value, name) => {
      draft.append(['network', 'extraHostEntries'], { ip: name, aliases: plainOf(value) });
      return ['network.extraHostEntries'];
    },
  },
  LinkConfig: linkFields,
  DummyLinkConfig: linkFields,
  BondConfig: {
    ...linkFields,
    links: portFields('bond'),
    bondMode: (draft, value, name) => putLink(draft, name, ['bond', 'mode'], value),
    ...Object.fromEntries(
      bondOptions.map((option): [string, TakeField] => [
        option,
        (draft, value, name) => putLink(draft, name, ['bond', option], value),
      ]),
    ),
  },
  BridgeConfig: {
    ...linkFields,
    links: portFields('bridge'),
    stp: (draft, value, name) => putLink(draft, name, ['bridge', 'stp'], value),
    vlan: (draft, value, name) => {
      const filtering = value.kind === 'map' ? value.fields.get('filtering')?.value : undefined;
      return filtering !== undefined && putLink(draft, name, ['bridge', 'vlan', 'vlanFiltering'], filtering);
    },
  },
  VRFConfig: {
    ...linkFields,
    links: portFields('vrf'),
    table: (draft, value, name) => putLink(draft, name, ['vrf', 'table'], value),
  },
  VethConfig: {
    ...linkFields,
    peer: (draft, value, name) => {
      const peer = value.kind === 'map' ? value.fields.get('name')?.value : undefined;
      return peer !== undefined && putLink(draft, name, ['veth', 'peer'], peer);
    },
  },
  VLANConfig: {
    parent: () => ['network.interfaces[].vlans'],
    vlanID: (draft, value, _name, document) => putVlan(draft, document, ['vlanId'], value),
    vlanMode: (draft, value, _name, document) => putVlan(draft, document, ['vlanMode'], value),
    mtu: (draft, value, _name, document) => putVlan(draft, document, ['mtu'], value),
    addresses: (draft, value, _name, document) => {
      takeAddresses(draft, value, vlanPath(draft, document));
      return true;
    },
    routes: (draft, value, _name, document) => {
      takeRoutes(draft, value, vlanPath(draft, document));
      return true;
    },
  },
  DHCPv4Config: {
    routeMetric: (draft, value, name) => putLink(draft, name, ['dhcpOptions', 'routeMetric'], value),
    duidRaw: (draft, value, name) => putLink(draft, name, ['dhcpOptions', 'duidRaw'], value),
  },
  RoutingRuleConfig: Object.fromEntries(
    ['src', 'dst', 'table', 'action', 'iifName', 'oifName', 'fwMark', 'fwMask'].map(
      (field): [string, TakeField] => [
        field,
        (draft, value) => {
          draft.put(
            ['network', 'routingRules', draft.length(['network', 'routingRules']) - 1, field],
            plainOf(value),
          );
          return true;
        },
      ],
    ),
  ),
  BlackholeRouteConfig: {
    metric: (draft, value) => {
      const routes = ['network', 'blackholeRoutes'];
      draft.put([...routes, draft.length(routes) - 1, 'metric'], plainOf(value));
      return true;
    },
  },
  TimeSyncConfig: {
    ntp: (draft, value) => {
      const servers = value.kind === 'map' ? value.fields.get('servers')?.value : undefined;
      if (servers === undefined) return false;
      draft.put(['time', 'servers'], plainOf(servers));
      return ['time.servers'];
    },
  },
  SysctlConfig: {
    params: (draft, value) => {
      for (const [name, { value: setting }] of value.kind === 'map' ? value.fields : []) {
        if (sysctlName.pattern.test(name)) {
          draft.put(['sysctls', name], plainOf(setting));
          draft.tell(setting, 'renamed', `machine.sysctls.${name}`);
        } else draft.tell(setting, 'none', 'this sysctl is fixed, or nothing that a configuration sets');
      }
      return [];
    },
  },
};

/** What a document does by being there, whatever its fields. */
export const documentNames: Readonly<Record<string, (draft: Draft, name: string) => string>> = {
  StaticHostConfig: () => 'machine.network.extraHostEntries[].ip',
  LinkConfig: intoLink,
  DummyLinkConfig: (draft, name) => {
    draft.put([...draft.interface(name), 'dummy'], true);
    return 'machine.network.interfaces[].interface';
  },
  BondConfig: (draft, name) => withPorts(draft, name, 'bond'),
  BridgeConfig: (draft, name) => withPorts(draft, name, 'bridge'),
  VRFConfig: (draft, name) => withPorts(draft, name, 'vrf'),
  VethConfig: intoLink,
  VLANConfig: () => 'a VLAN is called like the link below it, with a dot and its number',
  DHCPv4Config: (draft, name) => {
    draft.put([...draft.interface(name), 'dhcp'], true);
    return 'machine.network.interfaces[].dhcp';
  },
  RoutingRuleConfig: (draft, name) => {
    draft.append(['network', 'routingRules'], { priority: Number(name) });
    return 'machine.network.routingRules[].priority';
  },
  BlackholeRouteConfig: (draft, name) => {
    draft.append(['network', 'blackholeRoutes'], { network: name });
    return 'machine.network.blackholeRoutes[].network';
  },
};

/** The host name, and after the first dot the domain. */
export function takeHostName(draft: Draft, full: string): void {
  const [host = '', ...domain] = full.split('.');
  draft.put(['network', 'hostname'], hostName.pattern.test(host) ? host : full);
  if (domain.length > 0) draft.put(['network', 'domain'], domain.join('.'));
}

function intoLink(draft: Draft, name: string): string {
  draft.interface(name);
  return 'machine.network.interfaces[].interface';
}

function withPorts(draft: Draft, name: string, kind: string): string {
  draft.put([...draft.interface(name), kind, 'interfaces'], []);
  return 'machine.network.interfaces[].interface';
}

function putLink(draft: Draft, name: string, path: Path, value: DocumentNode): readonly string[] {
  draft.put([...draft.interface(name), ...path], plainOf(value));
  return [`network.interfaces[].${path.join('.')}`];
}

function vlanPath(draft: Draft, document: MapNode): Path {
  const parent = textOf(document.fields.get('parent')?.value) ?? '';
  const id = document.fields.get('vlanID')?.value;
  const vlans = [...draft.interface(parent), 'vlans'];
  const own = id?.kind === 'integer' ? id.value : 0;
  for (let index = 0; index < draft.length(vlans); index += 1) {
    if (draft.read([...vlans, index, 'vlanId']) === own) return [...vlans, index];
  }
  const path = [...vlans, draft.length(vlans)];
  draft.put([...path, 'vlanId'], own);
  return path;
}

function putVlan(draft: Draft, document: MapNode, path: Path, value: DocumentNode): readonly string[] {
  draft.put([...vlanPath(draft, document), ...path], plainOf(value));
  return [`network.interfaces[].vlans[].${path.join('.')}`];
}

/** The name that a VLAN's link has here. */
export function nameOfVlan(document: MapNode): string {
  const id = document.fields.get('vlanID')?.value;
  return vlanLink(textOf(document.fields.get('parent')?.value) ?? '', id?.kind === 'integer' ? id.value : 0);
}

function takeAddresses(draft: Draft, value: DocumentNode, link: Path): void {
  for (const entry of value.kind === 'list' ? value.items : []) {
    for (const [field, { value: given }] of entry.kind === 'map' ? entry.fields : []) {
      if (field !== 'address') {
        draft.tell(given, 'none', 'the routes of addresses have the metric of the kernel');
        continue;
      }
      const list = [...link, 'addresses'];
      draft.put([...list, draft.length(list)], plainOf(given));
      draft.tell(given, 'renamed', 'machine.network.interfaces[].addresses[]');
    }
  }
}

const routeNames: Readonly<Record<string, string>> = {
  destination: 'network',
  gateway: 'gateway',
  source: 'source',
  metric: 'metric',
  mtu: 'mtu',
  table: 'table',
};

/** A route without a destination is the default route of its gateway's family. */
function takeRoutes(draft: Draft, value: DocumentNode, link: Path): void {
  for (const entry of value.kind === 'list' ? value.items : []) {
    if (entry.kind !== 'map') continue;
    const list = [...link, 'routes'];
    const path = [...list, draft.length(list)];
    const gateway = textOf(entry.fields.get('gateway')?.value) ?? '';
    draft.put([...path, 'network'], gateway.includes(':') ? '::/0' : '0.0.0.0/0');
    for (const [field, { value: given }] of entry.fields) {
      const own = Object.hasOwn(routeNames, field) ? routeNames[field] : undefined;
      if (own === undefined) {
        draft.tell(given, 'none', 'this option of routes cannot be set');
        continue;
      }
      draft.put([...path, own], plainOf(given));
      draft.tell(given, 'renamed', `machine.network.interfaces[].routes[].${own}`);
    }
  }
}
