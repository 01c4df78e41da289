/** Whether the grant of `eft:host/socket` covers a call, and if not, what is missing and where to add it. Pure. */
import { socketName } from '../capabilities/socket.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Grant } from '../manifest/grants.ts';
import {
  namedEtherTypes,
  type PacketScope,
  type SocketGrant,
  type UdpScope,
} from '../manifest/network-grants.ts';
import { allowsUdp, packetAllowance } from '../manifest/network-scope.ts';
import type { PacketRule } from './packet-filter.ts';

/** What may pass as frames of the type on the link. Errors: `network.packet`. */
export function checkPacket(
  module: string,
  grants: readonly Grant[],
  etherType: number,
  link: string,
): { readonly udpPorts: readonly number[] | 'all' } {
  const scopes = grantOf(grants)?.packet ?? [];
  const allowance = packetAllowance(scopes, etherType, link);
  if (allowance !== undefined) return allowance;
  const known = scopes.map(packetScopeText).join(', ') || 'no packets';
  throw EftError.of('network.packet', { module, etherType: etherTypeText(etherType), link, known });
}

/** Fails if there is a fault. Errors: `network.packet-content`. */
export function checkPacketContent(module: string, rule: PacketRule, fault: string | undefined): void {
  if (fault === undefined) return;
  const ports = rule.udpPorts === 'all' ? 'any' : rule.udpPorts.join(', ');
  throw EftError.of('network.packet-content', { module, link: rule.link, reason: fault, ports });
}

/** Fails unless a UDP socket may be bound to the port on the link, or on none in particular. Errors: `network.port`. */
export function checkUdp(
  module: string,
  grants: readonly Grant[],
  port: number,
  link: string | undefined,
): void {
  const scopes = grantOf(grants)?.udp ?? [];
  if (allowsUdp(scopes, port, link)) return;
  const known = scopes.map(udpScopeText).join(', ') || 'no UDP';
  const on = link === undefined ? 'any link' : `the link ${link}`;
  throw EftError.of('network.port', { module, port, link: on, pattern: link ?? '*', known });
}

function grantOf(grants: readonly Grant[]): SocketGrant | undefined {
  return grants.find((one): one is SocketGrant => one.interface === socketName);
}

function packetScopeText({ etherType, udpPorts, links }: PacketScope): string {
  const ports = udpPorts === undefined ? '' : ` (UDP ${udpPorts.join(', ')})`;
  return `${etherType}${ports} on ${links.join(', ')}`;
}

function udpScopeText({ ports, links }: UdpScope): string {
  return `UDP ${ports.join(', ')} on ${links.join(', ')}`;
}

/** As it is written in a grant. */
function etherTypeText(etherType: number): string {
  const named = Object.entries(namedEtherTypes).find(([, number]) => number === etherType);
  return named?.[0] ?? String(etherType);
}
