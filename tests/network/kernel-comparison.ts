/**
 * Holds the status resources of the network module against what `ip -j` says of the same namespace, field by field: each side is made
 * into lines, and the lines must be the same. iproute2 reads the kernel by code that is none of Eft's.
 */
import type { StatusValues } from './network-node.ts';
import type { Host } from './test-bed.ts';

type Lines = ReadonlyMap<string, string>;
type Kind = 'link-status' | 'address-status' | 'route-status' | 'rule-status';
type Lookup = <Name extends Kind>(kind: Name) => ReadonlyMap<string, StatusValues[Name]>;

/** What `modules/network/assembly/netlink/marks.ts` marks its own with, as iproute2 prints it. */
const ownedProtocol = '101';
const ownedGroup = String(0x656674);
/** Routes that are shown as resources; of more than these, which are shown is up to the order of the ids. */
const shownRoutes = 2048;

/** RTPROT_* of linux/rtnetlink.h. */
const protocolNames: Readonly<Record<string, string>> = {
  '1': 'redirect',
  '2': 'kernel',
  '3': 'boot',
  '4': 'static',
  '9': 'ra',
  '12': 'bird',
  '16': 'dhcp',
  [ownedProtocol]: 'eft',
};

/** RTN_* of linux/rtnetlink.h and FR_ACT_* of linux/fib_rules.h, which are the same numbers: what becomes of packets. */
const refusals: Readonly<Record<string, string>> = { '6': 'blackhole', '7': 'unreachable', '8': 'prohibit' };

/** What differs, a line each; empty if nothing does. */
export async function differencesFromKernel(host: Host, all: Lookup): Promise<readonly string[]> {
  const [links, addresses, routes4, routes6, rules4, rules6] = await Promise.all([
    host.ip('-d', 'link'),
    host.ip('-d', '-N', 'addr'),
    host.ip('-d', '-N', '-4', 'route', 'show', 'table', 'all'),
    host.ip('-d', '-N', '-6', 'route', 'show', 'table', 'all'),
    host.ip('-d', '-N', '-4', 'rule'),
    host.ip('-d', '-N', '-6', 'rule'),
  ]);
  return [
    ...compare('link', kernelLinks(objects(links)), shown(all('link-status'), linkLine)),
    ...compare(
      'address',
      announced(kernelAddresses(objects(addresses)), all('address-status')),
      shown(all('address-status'), addressLine),
    ),
    ...compareRoutes(
      new Map([...kernelRoutes(objects(routes4), 32), ...kernelRoutes(objects(routes6), 128)]),
      shown(all('route-status'), routeLine),
    ),
    ...compareRules(
      [...kernelRules(objects(rules4), 'ipv4'), ...kernelRules(objects(rules6), 'ipv6')],
      [...all('rule-status').values()].map(ruleLine),
    ),
  ];
}

type Printed = Readonly<Record<string, unknown>>;

/** What `ip -j` prints: a list of objects. */
function objects(printed: unknown): readonly Printed[] {
  return (Array.isArray(printed) ? printed : []).filter(
    (value: unknown): value is Printed =>
      typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  );
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

function has(list: unknown, flag: string): boolean {
  return Array.isArray(list) && list.includes(flag);
}

function shown<Value>(all: ReadonlyMap<string, Value>, line: (value: Value) => string): Lines {
  return new Map([...all].map(([id, value]) => [id, line(value)]));
}

function kernelLinks(links: readonly Printed[]): Lines {
  return new Map(
    links.map((link) => {
      const flags = link['flags'];
      const info = link['linkinfo'];
      const kind = typeof info === 'object' && info !== null ? text(Reflect.get(info, 'info_kind')) : '';
      const type = link['link_type'] === 'ether' ? 'ethernet' : text(link['link_type']);
      const parts = [
        text(link['ifindex']),
        kind === '' ? type : kind,
        text(link['address']),
        text(link['mtu']),
        has(flags, 'UP') ? 'up' : '',
        has(flags, 'LOWER_UP') ? 'carrier' : '',
        text(link['operstate']).toLowerCase().replaceAll('lowerlayerdown', 'lower-layer-down'),
        text(link['master']),
        text(link['group']) === ownedGroup ? 'owned' : '',
      ];
      return [text(link['ifname']), parts.join(' ')];
    }),
  );
}

function linkLine(link: StatusValues['link-status']): string {
  return [
    link.index,
    link.kind,
    link.hardwareAddress,
    link.mtu,
    link.up ? 'up' : '',
    link.carrier ? 'carrier' : '',
    link.operationalState,
    link.master ?? '',
    link.owned ? 'owned' : '',
  ].join(' ');
}

function kernelAddresses(links: readonly Printed[]): Lines {
  const lines = new Map<string, string>();
  for (const link of links) {
    for (const address of objects(link['addr_info'])) {
      const id = `${text(link['ifname'])}/${text(address['local'])}/${text(address['prefixlen'])}`;
      lines.set(id, stateOf(address));
    }
  }
  return lines;
}

/** Link-local addresses that the kernel makes are announced when it has asked whether somebody has them; a dump shows them before. */
function announced(kernel: Lines, resources: ReadonlyMap<string, unknown>): Lines {
  const isSilent = (id: string, state: string): boolean =>
    state === 'tentative' && id.includes('/fe80:') && !resources.has(id);
  return new Map([...kernel].filter(([id, state]) => !isSilent(id, state)));
}

function stateOf(address: Printed): string {
  if (address['dadfailed'] === true) return 'duplicate';
  if (address['tentative'] === true) return 'tentative';
  return address['deprecated'] === true ? 'deprecated' : 'ready';
}

/** Debian 12's iproute2 does not print IFA_PROTO, so that who put an address there is held against nothing here. */
function addressLine({ state }: StatusValues['address-status']): string {
  return state;
}

/** `bits` is the length of an address of the family. The table `local`, 255, is not shown. */
function kernelRoutes(routes: readonly Printed[], bits: 32 | 128): Lines {
  const lines = new Map<string, string>();
  for (const route of routes) {
    const table = text(route['table'] ?? 254);
    if (table === '255' || table === 'local') continue;
    const said = text(route['dst']);
    const all = bits === 32 ? '0.0.0.0/0' : '::/0';
    const destination = said === 'default' ? all : said.includes('/') ? said : `${said}/${bits}`;
    const refusal = refusals[text(route['type'])];
    const parts = [
      refusal ?? 'unicast',
      text(route['gateway']),
      // To IPv6 a route that leads nowhere leads to `lo`.
      refusal === undefined ? text(route['dev']) : '',
      text(route['prefsrc']),
      protocolNames[text(route['protocol'])] ?? text(route['protocol']),
    ];
    lines.set(`${table}/${destination}/${text(route['metric'] ?? 0)}`, parts.join(' '));
  }
  return lines;
}

function routeLine(route: StatusValues['route-status']): string {
  const isMarked = route.owned === (route.protocol === 'eft');
  const parts = [route.kind, route.gateway ?? '', route.link ?? '', route.source ?? '', route.protocol];
  return `${parts.join(' ')}${isMarked ? '' : ' (owned and protocol do not agree)'}`;
}

function kernelRules(rules: readonly Printed[], family: string): readonly string[] {
  return rules.map((rule) => {
    const table = text(rule['table'] ?? 0);
    const said = text(rule['action']);
    const action = said === '' ? `table ${table}` : (refusals[said] ?? said);
    return [
      family,
      text(rule['priority']),
      action,
      text(rule['protocol']) === ownedProtocol ? 'owned' : '',
    ].join(' ');
  });
}

function ruleLine({ family, priority, action, owned }: StatusValues['rule-status']): string {
  return [family, priority, action, owned ? 'owned' : ''].join(' ');
}

function compareRoutes(kernel: Lines, resources: Lines): readonly string[] {
  if (kernel.size <= shownRoutes) return compare('route', kernel, resources);
  const of = new Map([...kernel].filter(([id]) => resources.has(id)));
  const count =
    resources.size === shownRoutes ? [] : [`routes: ${resources.size} are shown of ${kernel.size}`];
  return [...count, ...compare('route', of, resources)];
}

/** Rules have no name of their own in iproute2. */
function compareRules(kernel: readonly string[], resources: readonly string[]): readonly string[] {
  const sides = [kernel, resources].map((lines) => lines.toSorted().join('\n'));
  return sides[0] === sides[1] ? [] : [`rules: the kernel has\n${sides[0]}\nthe resources say\n${sides[1]}`];
}

function compare(what: string, kernel: Lines, resources: Lines): readonly string[] {
  const ids = new Set([...kernel.keys(), ...resources.keys()]);
  return [...ids].sort().flatMap((id) => {
    const [there, here] = [kernel.get(id), resources.get(id)];
    if (there === here) return [];
    return [`${what} ${id}: the kernel has \`${there ?? 'none'}\`, the resource says \`${here ?? 'none'}\``];
  });
}
