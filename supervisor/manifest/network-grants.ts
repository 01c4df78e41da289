/**
 * The grants of `eft:host/netlink`, `eft:host/socket` and `eft:host/kernel`: which families, packets, ports, settings. What they let
 * through is decided in `network-scope.ts`.
 */
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  readChoice,
  readInteger,
  readList,
  readName,
  readText,
} from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import { maximumReasonLength, readDeadline } from './grant-limits.ts';
import { linkPattern, sysctlPattern } from './names.ts';

/** The netlink families of wit/host/netlink.wit. */
export const netlinkFamilies = ['route', 'netfilter', 'kobject-uevent', 'generic'] as const;
export type NetlinkFamily = (typeof netlinkFamilies)[number];

/** The EtherTypes that have names (`linux/if_ether.h`); others are numbers. */
export const namedEtherTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
export type NamedEtherType = keyof typeof namedEtherTypes;

/** Below are lengths and not types (IEEE 802.3, ETH_P_802_3_MIN), and the kernel's names for "every frame". */
const minimumEtherType = 0x0600;
const maximumScopes = 16;
const maximumPorts = 16;
const maximumLinks = 16;
const maximumSysctls = 64;

export type NetlinkGrant = {
  readonly interface: 'eft:host/netlink';
  readonly families: readonly NetlinkFamily[];
  readonly reason: string;
  readonly deadlineMilliseconds?: number;
};

/** Frames of one EtherType on certain links. */
export type PacketScope = {
  readonly etherType: NamedEtherType | number;
  /** Only UDP to these ports is received, and only UDP from these ports is sent. For `ipv4` and `ipv6`. */
  readonly udpPorts?: readonly number[];
  /** Names of links; `eth*` is every name that begins so, `*` every link. */
  readonly links: readonly string[];
};

/** UDP sockets on certain ports of this machine and certain links; `*` also stands for no link in particular. */
export type UdpScope = { readonly ports: readonly number[]; readonly links: readonly string[] };

export type SocketGrant = {
  readonly interface: 'eft:host/socket';
  readonly packet?: readonly PacketScope[];
  readonly udp?: readonly UdpScope[];
  readonly reason: string;
  readonly deadlineMilliseconds?: number;
};

/** Settings whose name is `name`, where the part `*` stands for any one part. */
export type SysctlScope = { readonly name: string; readonly access: 'read' | 'read-write' };

export type KernelGrant = {
  readonly interface: 'eft:host/kernel';
  readonly sysctls?: readonly SysctlScope[];
  /** The host name and the domain name. */
  readonly names?: 'read' | 'read-write';
  readonly reason: string;
  readonly deadlineMilliseconds?: number;
};

/** Reads a grant of `eft:host/netlink`. Errors: `document.*`. */
export function readNetlinkGrant(node: DocumentNode): NetlinkGrant {
  const record = new DocumentRecord(node, ['interface', 'families', 'reason'], ['deadlineMilliseconds']);
  const families = readList(record.get('families'), 1, netlinkFamilies.length, (item) =>
    readChoice(item, netlinkFamilies),
  );
  return {
    interface: 'eft:host/netlink',
    families: distinct(families, (family) => family),
    reason: readText(record.get('reason'), maximumReasonLength),
    ...readDeadline(record),
  };
}

/** Reads a grant of `eft:host/socket`. Errors: `document.*`, `manifest.grant-empty`, `manifest.udp-ports`. */
export function readSocketGrant(node: DocumentNode): SocketGrant {
  const record = new DocumentRecord(node, ['interface', 'reason'], ['packet', 'udp', 'deadlineMilliseconds']);
  const packet = record.find('packet');
  const udp = record.find('udp');
  if (packet === undefined && udp === undefined) throw emptyGrant(node, 'eft:host/socket', '`packet`, `udp`');
  return {
    interface: 'eft:host/socket',
    ...(packet === undefined ? {} : { packet: readScopes(packet, readPacketScope) }),
    ...(udp === undefined ? {} : { udp: readScopes(udp, readUdpScope) }),
    reason: readText(record.get('reason'), maximumReasonLength),
    ...readDeadline(record),
  };
}

/** Reads a grant of `eft:host/kernel`. Errors: `document.*`, `manifest.grant-empty`. */
export function readKernelGrant(node: DocumentNode): KernelGrant {
  const record = new DocumentRecord(
    node,
    ['interface', 'reason'],
    ['sysctls', 'names', 'deadlineMilliseconds'],
  );
  const sysctls = record.find('sysctls');
  const names = record.find('names');
  if (sysctls === undefined && names === undefined)
    throw emptyGrant(node, 'eft:host/kernel', '`sysctls`, `names`');
  return {
    interface: 'eft:host/kernel',
    ...(sysctls === undefined
      ? {}
      : { sysctls: distinct(readList(sysctls, 1, maximumSysctls, readSysctl), ({ name }) => name) }),
    ...(names === undefined ? {} : { names: readChoice(names, ['read', 'read-write']) }),
    reason: readText(record.get('reason'), maximumReasonLength),
    ...readDeadline(record),
  };
}

function readScopes<Scope>(node: DocumentNode, read: (item: DocumentNode) => Scope): readonly Scope[] {
  return distinct(readList(node, 1, maximumScopes, read), (scope) => JSON.stringify(scope));
}

function readPacketScope(node: DocumentNode): PacketScope {
  const record = new DocumentRecord(node, ['etherType', 'links'], ['udpPorts']);
  const etherType = readEtherType(record.get('etherType'));
  const udpPorts = record.find('udpPorts');
  if (udpPorts !== undefined && etherType !== 'ipv4' && etherType !== 'ipv6') {
    const { path, place } = udpPorts.where;
    throw EftError.of('manifest.udp-ports', { path, etherType }, { place });
  }
  return {
    etherType,
    ...(udpPorts === undefined ? {} : { udpPorts: readPorts(udpPorts) }),
    links: readLinks(record.get('links')),
  };
}

function readEtherType(node: DocumentNode): NamedEtherType | number {
  if (node.kind === 'integer') return readInteger(node, minimumEtherType, 0xffff);
  return readChoice<NamedEtherType>(node, ['arp', 'ipv4', 'ipv6']);
}

function readUdpScope(node: DocumentNode): UdpScope {
  const record = new DocumentRecord(node, ['ports', 'links'], []);
  return { ports: readPorts(record.get('ports')), links: readLinks(record.get('links')) };
}

function readPorts(node: DocumentNode): readonly number[] {
  return distinct(
    readList(node, 1, maximumPorts, (item) => readInteger(item, 1, 65_535)),
    (port) => port,
  );
}

function readLinks(node: DocumentNode): readonly string[] {
  return distinct(
    readList(node, 1, maximumLinks, (item) => readName(item, linkPattern)),
    (link) => link,
  );
}

function readSysctl(node: DocumentNode): SysctlScope {
  const record = new DocumentRecord(node, ['name', 'access'], []);
  return {
    name: readName(record.get('name'), sysctlPattern),
    access: readChoice(record.get('access'), ['read', 'read-write']),
  };
}

function emptyGrant(node: DocumentNode, name: string, fields: string): EftError {
  const { path, place } = node.where;
  return EftError.of('manifest.grant-empty', { path, interface: name, fields }, { place });
}
