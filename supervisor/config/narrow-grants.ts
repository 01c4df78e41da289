/**
 * What is left of a module's grants after the machine configuration has narrowed them. It never widens: what the manifest does not grant
 * is refused here, whatever the configuration says.
 */
import { EftError } from '../errors/eft-error.ts';
import type { FilesGrant, Grant } from '../manifest/grants.ts';
import type { KernelGrant, NetlinkGrant, SocketGrant } from '../manifest/network-grants.ts';
import {
  allowsUdp,
  coversAccess,
  coversLink,
  coversSysctl,
  etherTypeNumber,
} from '../manifest/network-scope.ts';
import type { MachineConfig } from './machine-schema.ts';

/** What the manifest grants and does not stand here stays as it is. Errors: `config.grant-wider`, `config.grant-unknown`. */
export function narrowGrants(
  module: string,
  granted: readonly Grant[],
  settings: MachineConfig['machine']['modules'],
): readonly Grant[] {
  const narrowed = settings[module]?.grants ?? [];
  for (const grant of narrowed) {
    const wide = granted.find((candidate) => candidate.interface === grant.interface);
    if (wide === undefined) throw EftError.of('config.grant-unknown', { module, interface: grant.interface });
    const what = surplus(wide, grant);
    if (what !== undefined)
      throw EftError.of('config.grant-wider', { module, interface: grant.interface, what });
  }
  return granted.map((grant) => narrowed.find((other) => other.interface === grant.interface) ?? grant);
}

/** Whether the configuration says that the module is not to be started. */
export function isDisabled(module: string, settings: MachineConfig['machine']['modules']): boolean {
  return settings[module]?.disabled ?? false;
}

/** What the narrow grant lets through that the wide one does not, in words. */
function surplus(wide: Grant, narrow: Grant): string | undefined {
  const longer = surplusTime(wide, narrow);
  if (longer !== undefined) return longer;
  switch (narrow.interface) {
    case 'eft:host/files':
      return wide.interface === narrow.interface ? surplusFiles(wide, narrow) : 'it';
    case 'eft:host/netlink':
      return wide.interface === narrow.interface ? surplusNetlink(wide, narrow) : 'it';
    case 'eft:host/socket':
      return wide.interface === narrow.interface ? surplusSocket(wide, narrow) : 'it';
    case 'eft:host/kernel':
      return wide.interface === narrow.interface ? surplusKernel(wide, narrow) : 'it';
    default:
      return undefined;
  }
}

/** What a grant that states no deadline allows a call; grants.ts. */
const usualDeadline = 10_000;

function surplusTime(wide: Grant, narrow: Grant): string | undefined {
  const deadline = (grant: Grant): number =>
    'deadlineMilliseconds' in grant ? (grant.deadlineMilliseconds ?? usualDeadline) : usualDeadline;
  return deadline(narrow) > deadline(wide) ? `a deadline of ${deadline(narrow)} ms` : undefined;
}

function surplusFiles(wide: FilesGrant, narrow: FilesGrant): string | undefined {
  const extra = narrow.directories.find(
    ({ name, path, access }) =>
      !wide.directories.some(
        (other) => other.name === name && other.path === path && coversAccess(other.access, access),
      ),
  );
  return extra === undefined ? undefined : `${extra.access} of ${extra.path} as \`${extra.name}\``;
}

function surplusNetlink(wide: NetlinkGrant, narrow: NetlinkGrant): string | undefined {
  const extra = narrow.families.find((family) => !wide.families.includes(family));
  return extra === undefined ? undefined : `the family \`${extra}\``;
}

function surplusSocket(wide: SocketGrant, narrow: SocketGrant): string | undefined {
  for (const { etherType, links, udpPorts } of narrow.packet ?? []) {
    for (const link of links) {
      // One scope of the manifest has to cover a pattern of links; that several together cover it is not worked out.
      const covering = (wide.packet ?? []).filter(
        (scope) =>
          etherTypeNumber(scope.etherType) === etherTypeNumber(etherType) &&
          scope.links.some((pattern) => coversLink(pattern, link)),
      );
      const isCovered = covering.some(
        (scope) =>
          scope.udpPorts === undefined ||
          (udpPorts?.every((port) => scope.udpPorts?.includes(port) === true) ?? false),
      );
      if (!isCovered) return `packets of \`${etherType}\` on \`${link}\``;
    }
  }
  for (const { ports, links } of narrow.udp ?? []) {
    for (const port of ports) {
      const extra = links.find((link) => !allowsUdp(wide.udp ?? [], port, link));
      if (extra !== undefined) return `the UDP port ${port} on \`${extra}\``;
    }
  }
  return undefined;
}

function surplusKernel(wide: KernelGrant, narrow: KernelGrant): string | undefined {
  const extra = (narrow.sysctls ?? []).find(
    ({ name, access }) =>
      !(wide.sysctls ?? []).some(
        (scope) => coversSysctl(scope.name, name) && coversAccess(scope.access, access),
      ),
  );
  if (extra !== undefined) return `${extra.access} of \`${extra.name}\``;
  if (narrow.names !== undefined && !coversAccess(wide.names, narrow.names))
    return `${narrow.names} of the names`;
  return undefined;
}
