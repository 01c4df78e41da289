/**
 * What a manifest allows that another does not: what the operator has to agree to before one version of a module replaces another, and what
 * a narrowed grant must not have. Pure.
 *
 * A manifest is taken apart into single permissions, and one is new unless a single permission of the other manifest covers it. So several
 * narrow ones that together would cover a wide one do not: in doubt, it is shown.
 */
import type { FilesGrant, Grant } from './grants.ts';
import type { Manifest } from './manifest.ts';
import type { KernelGrant, PacketScope, SocketGrant, UdpScope } from './network-grants.ts';
import { coversAccess, coversLink, coversSysctl, etherTypeNumber } from './network-scope.ts';

type Access = 'read' | 'read-write';

/** One thing that a module may do, as small as grants can say it. */
type Permission =
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'output'; readonly name: string; readonly mode: 'exclusive' | 'shared' }
  | { readonly kind: 'directory'; readonly path: string; readonly access: Access }
  | { readonly kind: 'family'; readonly name: string }
  | {
      readonly kind: 'packet';
      readonly etherType: PacketScope['etherType'];
      readonly link: string;
      readonly port: number | 'all';
    }
  | { readonly kind: 'udp'; readonly port: number; readonly link: string }
  | { readonly kind: 'sysctl'; readonly name: string; readonly access: Access }
  | { readonly kind: 'names'; readonly access: Access };

type Authority = Pick<Manifest, 'inputs' | 'outputs' | 'grants'>;

/** What `after` allows and `before` does not, a line for each, in the order of the manifest; none if it is the same or less. */
export function addedAuthority(before: Authority, after: Authority): readonly string[] {
  const known = permissionsOf(before);
  const added = permissionsOf(after).filter((one) => !known.some((other) => covers(other, one)));
  return [...new Set(added.map(describe))];
}

function permissionsOf({ inputs, outputs, grants }: Authority): readonly Permission[] {
  return [
    ...inputs.map(({ kind }): Permission => ({ kind: 'input', name: kind })),
    ...outputs.map(({ kind, mode }): Permission => ({ kind: 'output', name: kind, mode })),
    ...grants.flatMap((grant) => [
      { kind: 'interface', name: grant.interface } as const,
      ...permissionsOfGrant(grant),
    ]),
  ];
}

function permissionsOfGrant(grant: Grant): readonly Permission[] {
  switch (grant.interface) {
    case 'eft:host/files':
      return directoriesOf(grant);
    case 'eft:host/netlink':
      return grant.families.map((name) => ({ kind: 'family', name }));
    case 'eft:host/socket':
      return socketsOf(grant);
    case 'eft:host/kernel':
      return settingsOf(grant);
    default:
      return [];
  }
}

function directoriesOf({ directories }: FilesGrant): readonly Permission[] {
  return directories.map(({ path, access }) => ({ kind: 'directory', path, access }));
}

function socketsOf({ packet = [], udp = [] }: SocketGrant): readonly Permission[] {
  const packets = ({ etherType, links, udpPorts = ['all'] }: PacketScope | AllPorts): Permission[] =>
    links.flatMap((link) => udpPorts.map((port) => ({ kind: 'packet', etherType, link, port }) as const));
  const datagrams = ({ ports, links }: UdpScope): Permission[] =>
    links.flatMap((link) => ports.map((port) => ({ kind: 'udp', port, link }) as const));
  return [...packet.flatMap(packets), ...udp.flatMap(datagrams)];
}

type AllPorts = Omit<PacketScope, 'udpPorts'> & { readonly udpPorts?: readonly ('all' | number)[] };

function settingsOf({ sysctls = [], names }: KernelGrant): readonly Permission[] {
  const settings = sysctls.map(({ name, access }): Permission => ({ kind: 'sysctl', name, access }));
  return names === undefined ? settings : [...settings, { kind: 'names', access: names }];
}

/** Whether who has `one` may do `other`. */
function covers(one: Permission, other: Permission): boolean {
  switch (one.kind) {
    case 'interface':
    case 'input':
    case 'family':
      return other.kind === one.kind && other.name === one.name;
    case 'output':
      return (
        other.kind === 'output' &&
        other.name === one.name &&
        (one.mode === 'exclusive' || other.mode === 'shared')
      );
    case 'directory':
      return (
        other.kind === 'directory' &&
        `${other.path}/`.startsWith(`${one.path}/`) &&
        coversAccess(one.access, other.access)
      );
    case 'packet':
      return (
        other.kind === 'packet' &&
        etherTypeNumber(one.etherType) === etherTypeNumber(other.etherType) &&
        coversLink(one.link, other.link) &&
        (one.port === 'all' || one.port === other.port)
      );
    case 'udp':
      return other.kind === 'udp' && one.port === other.port && coversLink(one.link, other.link);
    case 'sysctl':
      return (
        other.kind === 'sysctl' &&
        coversSysctl(one.name, other.name) &&
        coversAccess(one.access, other.access)
      );
    case 'names':
      return other.kind === 'names' && coversAccess(one.access, other.access);
  }
}

function describe(one: Permission): string {
  switch (one.kind) {
    case 'interface':
      return `use ${one.name}`;
    case 'input':
      return `read ${one.name}`;
    case 'output':
      return `write ${one.name} (${one.mode})`;
    case 'directory':
      return `${one.access} files in ${one.path}`;
    case 'family':
      return `netlink sockets of the family ${one.name}`;
    case 'packet':
      return `${one.etherType} packets${one.port === 'all' ? '' : ` of UDP port ${one.port}`} on ${one.link}`;
    case 'udp':
      return `UDP port ${one.port} on ${one.link}`;
    case 'sysctl':
      return `${one.access} the sysctl ${one.name}`;
    case 'names':
      return `${one.access} the names of the machine`;
  }
}
