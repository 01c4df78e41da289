/**
 * What a module can see and do, in words that a person understands who has never read an interface of it. A test takes single permissions out of manifests and
 * looks whether the words become fewer, so that none is passed over in silence.
 */
import { type Grant, grantedInterfaces } from '../../supervisor/manifest/grants.ts';
import type { NetlinkFamily, PacketScope, UdpScope } from '../../supervisor/manifest/network-grants.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { durationText } from '../output/resource-cells.ts';
import { capabilityLabel, kindLabel } from './graph-boxes.ts';
import type { GrantedAuthority, ModuleAuthority, ModuleCounters } from './module-authority.ts';

/** `label`, what is said of it, and the reason that the manifest gives. */
export type WordRow = { readonly label: string; readonly words: readonly string[]; readonly reason?: string };
export type WordSection = { readonly title: string; readonly rows: readonly WordRow[] };

export function wordsOf(authority: ModuleAuthority): readonly WordSection[] {
  const { inputs, outputs, grants, counters } = authority;
  const sections: readonly WordSection[] = [
    { title: 'it can', rows: grants.map((granted) => grantRow(granted, authority)) },
    {
      title: 'it sees',
      rows: inputs.map((input) => ({
        label: kindLabel(input.kind),
        words: ['all resources of this kind'],
        ...because(input),
      })),
    },
    {
      title: 'it tells others by',
      rows: outputs.map((output) => ({
        label: kindLabel(output.kind),
        words: [
          output.mode === 'exclusive'
            ? 'which nobody else writes'
            : 'of which it writes its own, as others do',
        ],
        ...because(output),
      })),
    },
    { title: 'it cannot', rows: [{ label: '', words: refusalsOf(authority) }] },
    { title: 'its limits', rows: limitRows(authority) },
    ...(counters === undefined ? [] : [{ title: 'so far', rows: counterRows(counters, authority) }]),
  ];
  return sections.filter(({ rows }) => rows.length > 0);
}

function grantRow(
  { interface: granted, reason, scope, grant }: GrantedAuthority,
  { functions }: ModuleAuthority,
): WordRow {
  const called = functions?.[granted];
  return {
    label: capabilityLabel(granted),
    words: [
      ...(grant === undefined
        ? [`use ${granted}, which this eft does not know: ${scope.trim().replaceAll('\n', '; ')}`]
        : grantWords(grant)),
      ...(called === undefined ? [] : [`by calling ${called.join(', ')}`]),
    ],
    reason,
  };
}

/** One line for each thing that the grant allows. */
export function grantWords(grant: Grant): readonly string[] {
  switch (grant.interface) {
    case 'eft:host/log':
      return ['write lines into the log of the node'];
    case 'eft:host/clock':
      return ['read the clocks, and be woken at a time'];
    case 'eft:host/entropy':
      return ['get random bytes'];
    case 'eft:host/health':
      return ['say how well it is, which decides whether the node is ready'];
    case 'eft:host/requests':
      return ['give up what it has asked for'];
    case 'eft:host/files':
      return [
        ...grant.directories.map(
          ({ name, path, access }) =>
            `${access === 'read' ? 'read' : 'read, write and remove'} files in ${path}, which it calls ${name}/`,
        ),
        ...deadlineWords(grant),
      ];
    case 'eft:host/netlink':
      return [
        ...grant.families.map((family) => `ask and tell the kernel of ${familyWords[family]}`),
        ...deadlineWords(grant),
      ];
    case 'eft:host/socket':
      return [
        ...(grant.packet ?? []).map(packetWords),
        ...(grant.udp ?? []).map(udpWords),
        ...deadlineWords(grant),
      ];
    case 'eft:host/kernel':
      return [
        ...(grant.names === undefined ? [] : [`${accessWords(grant.names)} the names of the machine`]),
        ...(grant.sysctls ?? []).map(
          ({ name, access }) => `${accessWords(access)} the kernel setting ${name}`,
        ),
        ...deadlineWords(grant),
      ];
  }
}

const familyWords: Readonly<Record<NetlinkFamily, string>> = {
  route: 'links, addresses, routes and rules (netlink family route)',
  netfilter: 'packet filters and connections (netlink family netfilter)',
  'kobject-uevent': 'devices that come and go (netlink family kobject-uevent)',
  generic: 'whatever has a generic netlink family, such as WireGuard (generic)',
};

function packetWords({ etherType, udpPorts, links }: PacketScope): string {
  const type =
    typeof etherType === 'number'
      ? `EtherType 0x${etherType.toString(16).padStart(4, '0')}`
      : etherTypeNames[etherType];
  const where = linkWords(links);
  if (udpPorts === undefined) return `send and receive every ${type} packet, ${where}`;
  return `receive ${type} packets to UDP ${portWords(udpPorts)}, and send them from there, ${where}`;
}

const etherTypeNames = { ipv4: 'IPv4', arp: 'ARP', ipv6: 'IPv6' } as const;

function udpWords({ ports, links }: UdpScope): string {
  return `open UDP ${portWords(ports)}, ${linkWords(links)}`;
}

function portWords(ports: readonly number[]): string {
  return `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
}

function linkWords(links: readonly string[]): string {
  return links.includes('*') ? 'on every link' : `on ${links.join(', ')}`;
}

function accessWords(access: 'read' | 'read-write'): string {
  return access === 'read' ? 'read' : 'read and set';
}

function deadlineWords({
  deadlineMilliseconds,
}: {
  readonly deadlineMilliseconds?: number;
}): readonly string[] {
  return deadlineMilliseconds === undefined ? [] : [`a call may take ${deadlineMilliseconds} ms`];
}

function because({ reason }: { readonly reason?: string }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

const absences: Readonly<Record<(typeof grantedInterfaces)[number], string>> = {
  'eft:host/log': 'write to the log',
  'eft:host/clock': 'know the time',
  'eft:host/entropy': 'get random bytes',
  'eft:host/health': 'say how well it is',
  'eft:host/requests': 'give up what it has asked for',
  'eft:host/files': 'reach any file',
  'eft:host/netlink': 'talk to the kernel by netlink',
  'eft:host/socket': 'send or receive packets',
  'eft:host/kernel': 'read or set kernel settings or names',
};

function refusalsOf({ grants }: ModuleAuthority): readonly string[] {
  const lacking = grantedInterfaces.filter(
    (name) => !grants.some(({ interface: granted }) => granted === name),
  );
  return [...lacking.map((name) => absences[name]), 'do anything else: what is not said above has no way in'];
}

function limitRows({
  limits,
  isolation,
  securityVersion,
  signers,
  digest,
}: ModuleAuthority): readonly WordRow[] {
  return [
    { label: 'memory', words: [`at most ${formatBytes(limits.memoryBytes)}`] },
    { label: 'an event', words: [`may take ${limits.eventMs} ms; then it is stopped and started again`] },
    { label: 'its queue', words: [`${limits.queued} events may wait`] },
    {
      label: 'isolation',
      words: [isolation === 'process' ? 'a process of its own' : 'a thread of its own in the supervisor'],
    },
    { label: 'security version', words: [String(securityVersion)] },
    ...(digest === undefined ? [] : [{ label: 'digest', words: [digest] }]),
    ...(signers === undefined
      ? []
      : [{ label: 'signed by', words: signers.length === 0 ? ['nobody'] : signers }]),
  ];
}

function counterRows(
  { phase, message, restarts, queued, memoryBytes, events, cpuNs, denied }: ModuleCounters,
  { limits }: ModuleAuthority,
): readonly WordRow[] {
  const refused = Object.entries(denied).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    { label: 'state', words: [message === '' ? phase : `${phase}: ${message}`] },
    { label: 'restarts', words: [String(restarts)] },
    {
      label: 'events',
      words: [`${events === undefined ? '' : `${events} handled, `}${queued} of ${limits.queued} wait`],
    },
    ...(memoryBytes === undefined
      ? []
      : [{ label: 'memory', words: [`${formatBytes(memoryBytes)} of ${formatBytes(limits.memoryBytes)}`] }]),
    ...(cpuNs === undefined ? [] : [{ label: 'processor', words: [durationText(Number(cpuNs))] }]),
    {
      label: 'denied calls',
      words: refused.length === 0 ? ['none'] : refused.map(([call, count]) => `${call}: ${count} times`),
    },
  ];
}
