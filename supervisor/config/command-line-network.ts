/**
 * What the kernel command line says of the network, as a resource of the layer `command-line`:
 *
 *   ip=CLIENT:SERVER:GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF:DNS0:DNS1:NTP0    (the kernel's admin-guide/nfs/nfsroot)
 *   ip=dhcp      ip=DEVICE:dhcp      ip=off                                     (nfsroot; the second as in dracut.cmdline(7))
 *   vlan=NAME:DEVICE      bond=NAME[:PORT,…[:OPTION=VALUE,…[:MTU]]]      bridge=NAME:PORT,…      nameserver=ADDRESS    (dracut.cmdline(7))
 *   eft.hostname=NAME[.DOMAIN]
 *
 * IPv6 addresses stand in brackets. SERVER is where the root file system would come from over NFS, and means nothing here. A
 * parameter that is wrong is told and left out: a typing error on the command line must not cost the rest of the network.
 */
import type { Bond, Link, NetworkConfig } from '../capabilities/generated/resources-network-config.ts';
import type { NameForm } from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import { address, domainName, hostName, isIpv6, linkName, server } from './forms.ts';
import type { KernelParameter } from './kernel-command-line.ts';
import { bondModes, emptyNetworkConfig, emptyRoute, hashPolicies, plainLink } from './network-config.ts';

/** The id under which the command line's own resource is put. */
export const commandLineId = 'command-line';

/** Milliseconds between looks at the carrier where a bond does not say: without any it would never notice a cable. */
const usualMonitorMs = 100;

export type CommandLineNetwork = {
  /** Undefined if the command line says nothing of the network. */
  readonly config: NetworkConfig | undefined;
  readonly faults: readonly EftError[];
};

type Part = Partial<Omit<NetworkConfig, 'layer'>>;

const readers: Readonly<Record<string, (value: string, refuse: Refuse) => Part>> = {
  ip: readIp,
  vlan: readVlan,
  bond: readBond,
  bridge: readBridge,
  nameserver: (value, refuse) => ({ resolvers: [plainAddress(value, refuse)] }),
  'eft.hostname': (value, refuse) => readHostName(value, refuse),
};

type Refuse = (reason: string, form: string) => EftError;

/** What the parameters say of the network. Pure. Faults: `config.command-line`. */
export function commandLineNetwork(parameters: readonly KernelParameter[]): CommandLineNetwork {
  const faults: EftError[] = [];
  const parts: Part[] = [];
  for (const { name, value } of parameters) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined || value === undefined) continue;
    const parameter = `${name}=${value.slice(0, 120)}`;
    try {
      parts.push(
        read(value, (reason, form) => EftError.of('config.command-line', { parameter, reason, form })),
      );
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      faults.push(error);
    }
  }
  return { config: parts.length === 0 ? undefined : joined(parts), faults };
}

function joined(parts: readonly Part[]): NetworkConfig {
  const all = <Item>(pick: (part: Part) => readonly Item[] | undefined) =>
    parts.flatMap((part) => pick(part) ?? []);
  return {
    ...emptyNetworkConfig,
    layer: 'command-line',
    links: mergedLinks(all(({ links }) => links)),
    addresses: all(({ addresses }) => addresses),
    routes: all(({ routes }) => routes),
    dhcp: all(({ dhcp }) => dhcp),
    resolvers: [...new Set(all(({ resolvers }) => resolvers))],
    timeServers: [...new Set(all(({ timeServers }) => timeServers))],
    hostName: parts.findLast(({ hostName: given }) => given !== undefined)?.hostName,
    domainName: parts.findLast(({ domainName: given }) => given !== undefined)?.domainName,
  };
}

/** A link may be named by several parameters, of which each says something else. */
function mergedLinks(links: readonly Link[]): readonly Link[] {
  const merged = new Map<string, Link>();
  for (const link of links) {
    const before = merged.get(link.name);
    const said = Object.fromEntries(Object.entries(link).filter(([, value]) => value !== undefined));
    merged.set(link.name, before === undefined ? link : { ...before, ...said });
  }
  return [...merged.values()];
}

const ipForm = '`ip=dhcp`, `ip=eth0:dhcp` or `ip=10.0.0.5::10.0.0.1:24:worker-1:eth0:off`';
const leaseWords = ['dhcp', 'on', 'any', 'both'];
const staticWords = ['off', 'none', ''];

function readIp(value: string, refuse: Refuse): Part {
  const fields = splitOutsideBrackets(value);
  const [first = '', second = ''] = fields;
  if (fields.length === 1) {
    if (leaseWords.includes(first)) return { dhcp: [leaseOn('*')] };
    if (first === 'off' || first === 'none') return { dhcp: [{ ...leaseOn('*'), enabled: false }] };
    throw refuse(`\`${first}\` is no way to get an address that Eft knows`, ipForm);
  }
  if (fields.length === 2) {
    const link = checked(first, linkName, refuse);
    if (leaseWords.includes(second))
      return { links: [{ ...plainLink(link), up: true }], dhcp: [leaseOn(link)] };
    throw refuse(`\`${second}\` is no way to get an address that Eft knows`, ipForm);
  }
  return readLongIp(fields, refuse);
}

function readLongIp(fields: readonly string[], refuse: Refuse): Part {
  const [client = '', , gateway = '', mask = '', name = '', device = '', autoconf = '', ...servers] = fields;
  const [firstDns = '', secondDns = '', time = ''] = servers;
  const resolvers = [firstDns, secondDns]
    .filter((text) => text !== '')
    .map((text) => plainAddress(text, refuse));
  const named: Part = {
    ...(name === '' ? {} : readHostName(name, refuse)),
    resolvers,
    timeServers: time === '' ? [] : [checked(unbracketed(time), server, refuse)],
  };
  if (client === '') {
    if (!leaseWords.includes(autoconf))
      throw refuse('it has neither an address nor a way to get one', ipForm);
    const link = device === '' ? '*' : checked(device, linkName, refuse);
    const links = link === '*' ? [] : [{ ...plainLink(link), up: true }];
    return { ...named, links, dhcp: [leaseOn(link)] };
  }
  if (!staticWords.includes(autoconf) && !leaseWords.includes(autoconf)) {
    throw refuse(`\`${autoconf}\` is no way to get an address that Eft knows`, ipForm);
  }
  if (device === '') throw refuse('it has an address and no device', ipForm);
  const link = checked(device, linkName, refuse);
  const ip = plainAddress(client, refuse);
  const router = gateway === '' ? undefined : plainAddress(gateway, refuse);
  if (router !== undefined && isIpv6(router) !== isIpv6(ip)) {
    throw refuse('address and gateway are not both IPv4 or both IPv6', ipForm);
  }
  return {
    ...named,
    links: [{ ...plainLink(link), up: true }],
    addresses: [
      {
        link,
        address: `${ip}/${prefixLength(mask, ip, refuse)}`,
        skipDuplicateDetection: false,
        noPrefixRoute: false,
      },
    ],
    routes:
      router === undefined
        ? []
        : [{ ...emptyRoute, destination: isIpv6(ip) ? '::/0' : '0.0.0.0/0', gateway: router, link }],
    // DHCP is for IPv4; an address of IPv6 says nothing of it.
    dhcp: isIpv6(ip) ? [] : [{ ...leaseOn(link), enabled: false }],
  };
}

/** The length of the prefix: as a number, or as a mask. Without one, that of the address alone. */
function prefixLength(mask: string, ip: string, refuse: Refuse): number {
  const longest = isIpv6(ip) ? 128 : 32;
  if (mask === '') return longest;
  if (/^[0-9]{1,3}$/.test(mask) && Number(mask) <= longest) return Number(mask);
  const length = longest === 32 ? maskLength(mask) : undefined;
  if (length !== undefined) return length;
  throw refuse(
    `\`${mask}\` is no netmask for \`${ip}\``,
    'a prefix length such as `24`, or a mask such as `255.255.255.0`',
  );
}

/** 24 for 255.255.255.0; undefined for what is no mask. */
function maskLength(mask: string): number | undefined {
  if (!address.pattern.test(mask) || isIpv6(mask)) return undefined;
  const bits = mask
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

const vlanForm = '`vlan=eth0.100:eth0` or `vlan=vlan100:eth0`';

function readVlan(value: string, refuse: Refuse): Part {
  const [name = '', parent = '', ...more] = value.split(':');
  if (more.length > 0 || parent === '') throw refuse('it is not a name and a device', vlanForm);
  const link = checked(name, linkName, refuse);
  const id = Number(/(?:^vlan|\.)([0-9]{1,4})$/.exec(link)?.[1] ?? Number.NaN);
  if (!(id >= 1 && id <= 4094))
    throw refuse(`\`${link}\` does not end with the number of a VLAN, 1 to 4094`, vlanForm);
  const below = checked(parent, linkName, refuse);
  return {
    links: [
      { ...plainLink(below), up: true },
      { ...plainLink(link), kind: { tag: 'vlan', val: { parent: below, id, service: false } }, up: true },
    ],
  };
}

const bondForm = '`bond=bond0:eth0,eth1:mode=802.3ad,miimon=100:9000`';

function readBond(value: string, refuse: Refuse): Part {
  const [name = '', ports = '', options = '', mtu = '', ...more] = value.split(':');
  if (more.length > 0) throw refuse('it has more than four parts', bondForm);
  const link = checked(name, linkName, refuse);
  const size = mtu === '' ? undefined : wholeNumber(mtu, 68, 65_535);
  if (mtu !== '' && size === undefined) throw refuse(`\`${mtu}\` is no MTU, 68 to 65535 bytes`, bondForm);
  const bond = bondOf(options === '' ? [] : options.split(','), refuse);
  return {
    links: [
      { ...plainLink(link), kind: { tag: 'bond', val: bond }, up: true, mtu: size },
      ...portsOf(ports, link, refuse),
    ],
  };
}

function bondOf(options: readonly string[], refuse: Refuse): Bond {
  let bond: Bond = {
    mode: 'balance-round-robin',
    monitorMilliseconds: usualMonitorMs,
    upDelayMilliseconds: undefined,
    downDelayMilliseconds: undefined,
    hashPolicy: undefined,
    fastRate: undefined,
    minimumLinks: undefined,
  };
  for (const option of options) {
    const [field = '', value = ''] = option.split('=');
    const changed = bondOption(field, value);
    if (changed === undefined) throw refuse(`Eft knows no \`${option}\` of a bond`, bondForm);
    bond = { ...bond, ...changed };
  }
  return bond;
}

function bondOption(field: string, value: string): Partial<Bond> | undefined {
  const number = wholeNumber(value, 0, 0xffff_ffff);
  switch (field) {
    case 'mode': {
      // bonding.rst: by name, or by the number that is its place in the list.
      const mode = Object.entries(bondModes).find(
        ([word], index) => word === value || String(index) === value,
      );
      return mode === undefined ? undefined : { mode: mode[1] };
    }
    case 'miimon':
      return number === undefined ? undefined : { monitorMilliseconds: number };
    case 'updelay':
      return number === undefined ? undefined : { upDelayMilliseconds: number };
    case 'downdelay':
      return number === undefined ? undefined : { downDelayMilliseconds: number };
    case 'min_links':
      return number === undefined ? undefined : { minimumLinks: number };
    case 'lacp_rate':
      return {
        fast: { fastRate: true },
        '1': { fastRate: true },
        slow: { fastRate: false },
        '0': { fastRate: false },
      }[value];
    case 'xmit_hash_policy': {
      const policy = Object.entries(hashPolicies).find(([word]) => word === value);
      return policy === undefined ? undefined : { hashPolicy: policy[1] };
    }
    default:
      return undefined;
  }
}

function readBridge(value: string, refuse: Refuse): Part {
  const [name = '', ports = '', ...more] = value.split(':');
  if (more.length > 0) throw refuse('it is not a name and ports', '`bridge=br0:eth0,eth1`');
  const link = checked(name, linkName, refuse);
  return {
    links: [
      {
        ...plainLink(link),
        kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } },
        up: true,
      },
      ...portsOf(ports, link, refuse),
    ],
  };
}

function portsOf(ports: string, master: string, refuse: Refuse): readonly Link[] {
  if (ports === '') return [];
  return ports
    .split(',')
    .map((port) => ({ ...plainLink(checked(port, linkName, refuse)), up: true, master }));
}

function readHostName(value: string, refuse: Refuse): Part {
  const at = value.indexOf('.');
  const host = checked(at === -1 ? value : value.slice(0, at), hostName, refuse);
  return at === -1
    ? { hostName: host }
    : { hostName: host, domainName: checked(value.slice(at + 1), domainName, refuse) };
}

function leaseOn(link: string): NetworkConfig['dhcp'][number] {
  return { link, enabled: true, routeMetric: undefined, clientId: undefined, sendHostName: undefined };
}

function checked(text: string, form: NameForm, refuse: Refuse): string {
  if (text.length <= form.limit && form.pattern.test(text)) return text;
  throw refuse(`\`${text.slice(0, 80)}\` is not ${form.expected}`, form.form);
}

function plainAddress(text: string, refuse: Refuse): string {
  return checked(unbracketed(text), address, refuse);
}

function unbracketed(text: string): string {
  return /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
}

function wholeNumber(text: string, minimum: number, maximum: number): number | undefined {
  if (!/^[0-9]{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= minimum && number <= maximum ? number : undefined;
}

/** The parts between colons; a colon within brackets belongs to an address. */
function splitOutsideBrackets(text: string): readonly string[] {
  const parts = [''];
  let isWithin = false;
  for (const character of text) {
    if (character === ':' && !isWithin) {
      parts.push('');
      continue;
    }
    if (character === '[') isWithin = true;
    if (character === ']') isWithin = false;
    parts.push(`${parts.pop() ?? ''}${character}`);
  }
  return parts;
}
