/**
 * What no single field of the network part can say: which options go together, and that each link is there once and belongs to one other.
 * The types here are the least that a check needs, so that the schema's own types can follow from its declarations.
 */
import type { DocumentNode } from '../document/document.ts';
import { EftError, formatPlace } from '../errors/eft-error.ts';
import { nodeAt } from './field-record.ts';
import { isIpv6 } from './forms.ts';
import type { Reading } from './reading.ts';

type Options = { readonly [field: string]: unknown };

/** linux/if.h: IFNAMSIZ without the end. */
const maximumLinkName = 15;

export function checkRoute(
  route: {
    readonly network: string;
    readonly gateway?: string;
    readonly source?: string;
    readonly onLink: boolean;
  },
  node: DocumentNode,
  reading: Reading,
): void {
  for (const field of ['gateway', 'source'] as const) {
    const value = route[field];
    if (value !== undefined) checkFamily(value, route.network, nodeAt(node, [field]), reading);
  }
  if (route.onLink && route.gateway === undefined) {
    needs(nodeAt(node, ['onLink']), 'gateway', '10.0.0.1', reading);
  }
}

function checkFamily(value: string, other: string, { where }: DocumentNode, reading: Reading): void {
  if (isIpv6(value) === isIpv6(other)) return;
  const { path, place } = where;
  reading.add(EftError.of('config.family', { path, value, other }, { place }));
}

function needs({ where }: DocumentNode, field: string, example: string, reading: Reading): void {
  const { path, place } = where;
  reading.add(EftError.of('config.needs-field', { path, field, example }, { place }));
}

type Leased = { readonly dhcp?: boolean; readonly dhcpOptions?: unknown };

export function checkVlan(vlan: Leased, node: DocumentNode, reading: Reading): void {
  if (vlan.dhcpOptions !== undefined && vlan.dhcp !== true) {
    needs(nodeAt(node, ['dhcpOptions']), 'dhcp', 'true', reading);
  }
}

export function checkRule(
  rule: {
    readonly src?: string;
    readonly dst?: string;
    readonly action: string;
    readonly table?: number;
    readonly fwMark?: number;
    readonly fwMask?: number;
  },
  node: DocumentNode,
  reading: Reading,
): void {
  if (rule.src !== undefined && rule.dst !== undefined) {
    checkFamily(rule.dst, rule.src, nodeAt(node, ['dst']), reading);
  }
  if (rule.fwMask !== undefined && rule.fwMark === undefined) {
    needs(nodeAt(node, ['fwMask']), 'fwMark', '16', reading);
  }
  if (rule.action === 'unicast' && rule.table === undefined) needs(node, 'table', '100', reading);
  if (rule.action !== 'unicast' && rule.table !== undefined) {
    needs(nodeAt(node, ['table']), 'action', 'unicast', reading);
  }
}

type Made = {
  readonly bond?: { readonly mode: string; readonly interfaces: readonly string[] };
  readonly bridge?: { readonly interfaces: readonly string[] };
  readonly vrf?: { readonly table: number; readonly interfaces: readonly string[] };
  readonly veth?: { readonly peer: string };
  readonly dummy: boolean;
};

export function checkInterface(link: Leased & Made, node: DocumentNode, reading: Reading): void {
  checkVlan(link, node, reading);
  const [first, second] = (['bond', 'bridge', 'dummy', 'veth', 'vrf'] as const).filter(
    (kind) => link[kind] !== undefined && link[kind] !== false,
  );
  if (first !== undefined && second !== undefined) {
    const { path, place } = nodeAt(node, [second]).where;
    reading.add(EftError.of('config.link-kind', { path, first, second }, { place }));
  }
  if (link.bond !== undefined) checkBond(link.bond, nodeAt(node, ['bond']), reading);
}

/** Modes that use an option at all (bonding.rst). */
const bondOptionModes: Readonly<Record<string, readonly string[]>> = {
  lacpRate: ['802.3ad'],
  xmitHashPolicy: ['balance-xor', '802.3ad', 'balance-tlb', 'balance-alb'],
  minLinks: ['802.3ad'],
};

function checkBond(bond: Options & { readonly mode: string }, node: DocumentNode, reading: Reading): void {
  for (const [field, modes] of Object.entries(bondOptionModes)) {
    if (bond[field] === undefined || modes.includes(bond.mode)) continue;
    const { path, place } = nodeAt(node, [field]).where;
    const named = modes.map((mode) => `\`${mode}\``).join(', ');
    reading.add(EftError.of('config.bond-option', { path, mode: bond.mode, modes: named }, { place }));
  }
  for (const field of ['updelay', 'downdelay']) {
    const hasMonitor = bond['miimon'] !== undefined && bond['miimon'] !== 0;
    if (bond[field] !== undefined && !hasMonitor) needs(nodeAt(node, [field]), 'miimon', '100', reading);
  }
}

type Interface = Made & {
  readonly interface: string;
  readonly vlans: readonly { readonly vlanId: number }[];
};

export function checkNetwork(
  network: { readonly interfaces: readonly Interface[] },
  node: DocumentNode,
  reading: Reading,
): void {
  checkNames(network.interfaces, node, reading);
  checkMasters(network.interfaces, node, reading);
  const tables = new Map<number, string>();
  for (const [index, { vrf, interface: link }] of network.interfaces.entries()) {
    if (vrf === undefined) continue;
    const other = tables.get(vrf.table);
    tables.set(vrf.table, other ?? link);
    if (other === undefined) continue;
    const { path, place } = nodeAt(node, ['interfaces', index, 'vrf', 'table']).where;
    reading.add(EftError.of('config.table-twice', { path, table: vrf.table, other }, { place }));
  }
}

/** The name of a VLAN's link. */
export function vlanLink(parent: string, vlanId: number): string {
  return `${parent}.${vlanId}`;
}

function checkNames(interfaces: readonly Interface[], node: DocumentNode, reading: Reading): void {
  const seen = new Map<string, DocumentNode>();
  const take = (link: string, named: DocumentNode): void => {
    const first = seen.get(link);
    seen.set(link, first ?? named);
    if (first === undefined) return;
    const { path, place } = named.where;
    const { line } = first.where.place;
    const other = line === undefined ? `at ${formatPlace(first.where.place)}` : `in line ${line}`;
    reading.add(EftError.of('config.link-twice', { path, link, other }, { place }));
  };
  for (const [index, { interface: link, vlans, veth }] of interfaces.entries()) {
    take(link, nodeAt(node, ['interfaces', index, 'interface']));
    if (veth !== undefined) take(veth.peer, nodeAt(node, ['interfaces', index, 'veth', 'peer']));
    for (const [vlan, { vlanId }] of vlans.entries()) {
      const named = nodeAt(node, ['interfaces', index, 'vlans', vlan, 'vlanId']);
      const full = vlanLink(link, vlanId);
      if (full.length <= maximumLinkName) take(full, named);
      else {
        const { path, place } = named.where;
        reading.add(EftError.of('config.vlan-name', { path, link: full, length: full.length }, { place }));
      }
    }
  }
}

function checkMasters(interfaces: readonly Interface[], node: DocumentNode, reading: Reading): void {
  const masters = new Map<string, string>();
  for (const [index, { interface: master, bond, bridge, vrf }] of interfaces.entries()) {
    for (const [kind, made] of Object.entries({ bond, bridge, vrf })) {
      for (const [port, link] of (made?.interfaces ?? []).entries()) {
        const other = link === master ? master : masters.get(link);
        masters.set(link, other ?? master);
        if (other === undefined) continue;
        const { path, place } = nodeAt(node, ['interfaces', index, kind, 'interfaces', port]).where;
        const named = link === master ? 'itself' : `\`${other}\``;
        reading.add(EftError.of('config.link-master', { path, link, other: named }, { place }));
      }
    }
  }
}
