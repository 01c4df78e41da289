/** The routes and routing rules of the schema, and what links share with them. The rest of the network is in network-schema.ts. */
import { defaulted, list, optional, record, required } from './field-record.ts';
import { boolean, choice, integer, name } from './field-type.ts';
import { address, linkName, prefix } from './forms.ts';
import { checkRoute, checkRule } from './network-checks.ts';

const by = 'module `network`';
const since = '0.1.0';

/** Routes of one link, or to nowhere. */
export const maximumRoutes = 1024;
/** u32 of the kernel, without the 0 that means "unspecified". */
export const maximumTable = 0xffff_ffff;
export const maximumU32 = 0xffff_ffff;

export const mtu = optional(integer(68, 65_535, 'bytes'), {
  doc: 'The largest packet that goes out here.',
  by,
  example: 'mtu: 9000',
  since,
  otherwise: 'what the link has',
});

const metric = optional(integer(0, maximumU32), {
  doc: 'Of several routes to one network the one with the lowest metric counts.',
  by,
  example: 'metric: 1024',
  since,
  otherwise: '0 for IPv4, 1024 for IPv6',
});

const routeType = record(
  {
    network: required(name(prefix), {
      doc: 'Where it leads to; `0.0.0.0/0` and `::/0` are the default routes.',
      by,
      example: 'network: 0.0.0.0/0',
      since,
    }),
    gateway: optional(name(address), {
      doc: 'The router that takes the packets on.',
      by,
      example: 'gateway: 10.0.0.1',
      since,
      otherwise: 'the network is on the link itself',
    }),
    source: optional(name(address), {
      doc: 'The address that packets of this machine have as their source.',
      by,
      example: 'source: 10.0.0.5',
      since,
      otherwise: 'the kernel chooses',
    }),
    metric,
    mtu,
    table: optional(integer(1, maximumTable), {
      doc: 'The routing table that it stands in.',
      by,
      example: 'table: 100',
      since,
      otherwise: '254, the main table',
    }),
    onLink: defaulted(boolean, false, {
      doc: 'The gateway is reached directly, although no other route says so.',
      by,
      example: 'onLink: true',
      since,
    }),
  },
  checkRoute,
);

export const routes = defaulted(list(routeType, { minimum: 0, maximum: maximumRoutes }), [], {
  doc: 'Static routes that go out here.',
  by,
  example: 'routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1 }]',
  since,
});

/** A route to nowhere has no link. */
export const blackholeType = record({
  network: required(name(prefix), {
    doc: 'What must not be reached.',
    by,
    example: 'network: 192.0.2.0/24',
    since,
  }),
  kind: defaulted(choice(['blackhole', 'unreachable', 'prohibit']), 'blackhole', {
    doc: 'Packets are dropped; `unreachable` and `prohibit` say so to whoever sent them.',
    by,
    example: 'kind: prohibit',
    since,
  }),
  metric,
});

export const ruleType = record(
  {
    priority: required(integer(1, 32_765), {
      doc: "Rules are asked from the lowest to the highest. 0, 32766 and 32767 are the kernel's own.",
      by,
      example: 'priority: 1000',
      since,
    }),
    src: optional(name(prefix), {
      doc: 'Holds for packets from this network.',
      by,
      example: 'src: 10.0.0.0/8',
      since,
      otherwise: 'from anywhere',
    }),
    dst: optional(name(prefix), {
      doc: 'Holds for packets to this network.',
      by,
      example: 'dst: 192.168.0.0/16',
      since,
      otherwise: 'to anywhere',
    }),
    action: defaulted(choice(['unicast', 'blackhole', 'unreachable', 'prohibit']), 'unicast', {
      doc: 'What happens: `unicast` looks in `table`, the others drop the packet, the last two with a word to whoever sent it.',
      by,
      example: 'action: prohibit',
      since,
    }),
    table: optional(integer(1, maximumTable), {
      doc: 'The routing table to look in.',
      by,
      example: 'table: 100',
      since,
    }),
    fwMark: optional(integer(1, maximumU32), {
      doc: 'Holds for packets with this mark.',
      by,
      example: 'fwMark: 16',
      since,
      otherwise: 'with any mark',
    }),
    fwMask: optional(integer(1, maximumU32), {
      doc: 'The bits of the mark that count.',
      by,
      example: 'fwMask: 255',
      since,
      otherwise: 'all bits',
    }),
    iifName: optional(name(linkName), {
      doc: 'Holds for packets that came in here.',
      by,
      example: 'iifName: eth0',
      since,
      otherwise: 'by any link',
    }),
    oifName: optional(name(linkName), {
      doc: 'Holds for packets of sockets bound to this link.',
      by,
      example: 'oifName: eth1',
      since,
      otherwise: 'by any link',
    }),
  },
  checkRule,
);
