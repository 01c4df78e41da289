/**
 * What the grants of `eft:host/netlink`, `eft:host/socket` and `eft:host/kernel` cover, and whether one pattern covers another: pure, and
 * the same for whoever carries out a call, narrows a grant or compares two versions of a module.
 */
import {
  type KernelGrant,
  type NamedEtherType,
  namedEtherTypes,
  type PacketScope,
  type SysctlScope,
  type UdpScope,
} from './network-grants.ts';

/** Whether the link pattern covers a name, or another pattern: `eth*` covers `eth0` and `eth1*`, `*` covers all. */
export function coversLink(pattern: string, other: string): boolean {
  if (pattern.endsWith('*')) return other.startsWith(pattern.slice(0, -1));
  return pattern === other;
}

/** The EtherType as a number. */
export function etherTypeNumber(etherType: NamedEtherType | number): number {
  return typeof etherType === 'number' ? etherType : namedEtherTypes[etherType];
}

/**
 * What may be received and sent as frames of `etherType` on the link: everything, UDP on certain ports, or nothing (undefined).
 * Several scopes that cover the link add up.
 */
export function packetAllowance(
  scopes: readonly PacketScope[],
  etherType: number,
  link: string,
): { readonly udpPorts: readonly number[] | 'all' } | undefined {
  const covering = scopes.filter(
    (scope) =>
      etherTypeNumber(scope.etherType) === etherType &&
      scope.links.some((pattern) => coversLink(pattern, link)),
  );
  if (covering.length === 0) return undefined;
  if (covering.some(({ udpPorts }) => udpPorts === undefined)) return { udpPorts: 'all' };
  return { udpPorts: [...new Set(covering.flatMap(({ udpPorts = [] }) => udpPorts))] };
}

/** Whether a UDP socket may be bound to `port` on the link; undefined is no link in particular, which only `*` covers. */
export function allowsUdp(scopes: readonly UdpScope[], port: number, link: string | undefined): boolean {
  return scopes.some(
    ({ ports, links }) =>
      ports.includes(port) &&
      links.some((pattern) => (link === undefined ? pattern === '*' : coversLink(pattern, link))),
  );
}

/** Whether the sysctl pattern covers a name, or another pattern: part by part, and `*` is any one part. */
export function coversSysctl(pattern: string, other: string): boolean {
  const parts = pattern.split('/');
  const others = other.split('/');
  return (
    parts.length === others.length && parts.every((part, index) => part === '*' || part === others[index])
  );
}

/** What a grant says of a sysctl: the widest access of all scopes that cover it, or undefined. */
export function sysctlAccess(
  scopes: readonly SysctlScope[],
  name: string,
): SysctlScope['access'] | undefined {
  const covering = scopes.filter((scope) => coversSysctl(scope.name, name));
  if (covering.some(({ access }) => access === 'read-write')) return 'read-write';
  return covering.length > 0 ? 'read' : undefined;
}

/** Whether an access covers another. */
export function coversAccess(
  access: KernelGrant['names'] | undefined,
  other: 'read' | 'read-write',
): boolean {
  return access === 'read-write' || access === other;
}
