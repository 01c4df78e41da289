/**
 * Network configurations drawn at random: everything that can be declared, in sound and unsound forms. Those of one play have few names and
 * addresses in common, so that what is drawn meets what was drawn before, and each play knows others (Groce and others, "Swarm testing", 2012).
 */
import type {
  Address,
  Bond,
  Dhcp,
  Link,
  LinkKind,
  NetworkConfig,
  Route,
  Rule,
} from '../../supervisor/capabilities/generated/resources-network-config.ts';
import { address, dhcp, link, route, rule } from '../../tests/network/e2e/declarations.ts';
import type { Random } from '../fuzz/random.ts';

const layers = ['default', 'command-line', 'platform', 'machine-config'] as const;
const cards = ['eth0', 'eth1'] as const;
const masters = ['br0', 'br1', 'b0', 'r0', ''] as const;
const allNames = ['eth0', 'eth1', 'br0', 'br1', 'v10', 'w1', 'd0', 'b0', 'r0', 'lo', 'x9'] as const;
const allAddresses4 = [
  '10.0.0.1',
  '10.0.0.5',
  '10.0.0.6',
  '10.0.1.1',
  '10.9.8.7',
  '192.0.2.1',
  '0.0.0.0',
] as const;
const allAddresses6 = ['2001:db8::1', '2001:db8::5', '2001:db8:9::9', 'fe80::7', '::'] as const;
const lengths4 = [0, 8, 16, 24, 31, 32] as const;
const lengths6 = [0, 10, 48, 64, 96, 128] as const;
const tables = [100, 254, 255, 256, 1_000] as const;
const mtus = [576, 1_280, 1_400, 1_500, 9_000] as const;
const hardwareAddresses = ['02:00:00:00:00:07', '02:00:00:00:00:08', '02:0'] as const;
const domains = ['example.org', 'a.example', 'node', '-x'] as const;

/** Items of a list that is drawn. */
const itemsLimit = 5;
/** Names and addresses that one play knows of each sort, at least, and how many more it may. */
const known = { fewest: 2, more: 4 } as const;

const allParts = [
  'links',
  'addresses',
  'routes',
  'rules',
  'dhcp',
  'resolvers',
  'searchDomains',
  'timeServers',
  'hosts',
] as const;

/** What one play draws from. */
export type Words = {
  readonly random: Random;
  readonly names: Some;
  readonly addresses4: Some;
  readonly addresses6: Some;
  /** Parts of a configuration that this play is about. */
  readonly parts: ReadonlySet<keyof NetworkConfig>;
};

type Some = readonly [string, ...string[]];

/** Of all words there are some. */
export function drawWords(random: Random): Words {
  const some = (all: Some): Some => {
    const rest = Array.from({ length: known.fewest - 1 + random.below(known.more) }, () =>
      random.choose(all),
    );
    return [random.choose(all), ...rest];
  };
  const parts = new Set(allParts.filter(() => !random.once(3)));
  return {
    random,
    names: some(allNames),
    addresses4: some(allAddresses4),
    addresses6: some(allAddresses6),
    parts,
  };
}

/** All of it. */
export function randomConfiguration(words: Words): NetworkConfig {
  const { random } = words;
  const some = <Item>(part: (typeof allParts)[number] | undefined, one: () => Item): Item[] =>
    (part !== undefined && !words.parts.has(part)) || random.once(4)
      ? []
      : Array.from({ length: 1 + random.below(itemsLimit) }, one);
  return {
    layer: random.choose(layers),
    links: some('links', () => randomLink(words)),
    addresses: some('addresses', () => randomAddress(words)),
    routes: some('routes', () => randomRoute(words)),
    rules: some('rules', () => randomRule(words)),
    dhcp: some('dhcp', () => randomDhcp(words)).slice(0, 2),
    resolvers: some('resolvers', () => anAddress(words)),
    searchDomains: some('searchDomains', () => random.choose(domains)),
    hostName: maybe(random, () => random.choose(domains)),
    domainName: maybe(random, () => random.choose(domains)),
    hosts: some('hosts', () => ({
      address: anAddress(words),
      names: some(undefined, () => random.choose(domains)),
    })),
    timeServers: some('timeServers', () => random.choose(domains)),
  };
}

/** The same but for one of its parts. */
export function otherConfiguration(config: NetworkConfig, words: Words): NetworkConfig {
  const { random } = words;
  const other = randomConfiguration(words);
  const changed = <Item>(items: readonly Item[], made: readonly Item[]): readonly Item[] => {
    const at = random.below(items.length + 1);
    const [item] = made;
    return item === undefined ? items.toSpliced(at, 1) : items.toSpliced(at, random.below(2), item);
  };
  switch (random.below(9)) {
    case 0:
      return { ...config, links: changed(config.links, other.links) };
    case 1:
      return { ...config, links: config.links.map((one) => otherLink(one, words)) };
    case 2:
      return { ...config, addresses: changed(config.addresses, other.addresses) };
    case 3:
      return { ...config, routes: changed(config.routes, other.routes) };
    case 4:
      return { ...config, routes: config.routes.map((one) => otherRoute(one, words)) };
    case 5:
      return { ...config, rules: changed(config.rules, other.rules) };
    case 6:
      return { ...config, dhcp: changed(config.dhcp, other.dhcp) };
    case 7:
      return { ...config, layer: other.layer };
    default:
      return { ...other, links: config.links, addresses: config.addresses, routes: config.routes };
  }
}

/** More of the same, as another layer says it: of what is declared some as it is, some otherwise, and some not at all. */
export function layeredConfiguration(config: NetworkConfig, words: Words): NetworkConfig {
  const { random } = words;
  const drawn = randomConfiguration(words);
  const some = <Item>(items: readonly Item[], other: (item: Item) => Item): readonly Item[] =>
    items.filter(() => !random.once(4)).map((item) => (random.once(2) ? other(item) : item));
  return {
    ...drawn,
    links: some(config.links, (one) => otherLink(one, words)),
    addresses: some(config.addresses, () => randomAddress(words)),
    routes: some(config.routes, (one) => otherRoute(one, words)),
    rules: some(config.rules, (one) => ({ ...randomRule(words), priority: one.priority })),
  };
}

function randomLink(words: Words): Link {
  const { random, names } = words;
  const name = random.choose(names);
  return link(name, {
    kind: kindOf(random.once(8) ? random.choose(names) : name, random),
    up: maybe(random, () => random.once(2)),
    mtu: maybe(random, () => random.choose(mtus)),
    hardwareAddress: random.once(4) ? random.choose(hardwareAddresses) : undefined,
    master: random.once(3) ? random.choose(masters) : undefined,
    ipv6: maybe(random, () => random.choose(['off', 'manual', 'router-advertisements'])),
  });
}

/** The same link, with some of what can be said of it drawn again. */
function otherLink(one: Link, words: Words): Link {
  const { random } = words;
  const other = randomLink(words);
  return {
    ...one,
    ...(random.once(2) && { kind: kindOf(one.name, random) }),
    ...(random.once(3) && { up: other.up }),
    ...(random.once(3) && { mtu: other.mtu }),
    ...(random.once(3) && { master: other.master }),
    ...(random.once(3) && { ipv6: other.ipv6 }),
  };
}

/** What a link of this name is mostly; undefined of cards. */
function kindOf(name: string, random: Random): LinkKind | undefined {
  const parent = random.choose(cards);
  switch (name[0]) {
    case 'b':
      if (name === 'b0') return { tag: 'bond', val: randomBond(random) };
      return {
        tag: 'bridge',
        val: {
          spanningTree: maybe(random, () => random.once(2)),
          vlanFiltering: maybe(random, () => random.once(2)),
        },
      };
    case 'v':
      return {
        tag: 'vlan',
        val: { parent, id: random.choose([10, 11, 4_094, 4_095]), service: random.once(2) },
      };
    case 'w':
      return { tag: 'veth', val: { peer: random.choose(['w2', 'w3']) } };
    case 'd':
      return { tag: 'dummy' };
    case 'r':
      return { tag: 'vrf', val: { table: random.choose(tables) } };
    default:
      return undefined;
  }
}

function randomBond(random: Random): Bond {
  const time = (): number => random.choose([0, 100, 200, 1_000]);
  return {
    mode: random.choose(['balance-round-robin', 'active-backup', 'balance-xor', 'link-aggregation']),
    monitorMilliseconds: maybe(random, time),
    upDelayMilliseconds: maybe(random, time),
    downDelayMilliseconds: maybe(random, time),
    hashPolicy: maybe(random, () => random.choose(['layer2', 'layer34', 'encapsulated34'])),
    fastRate: maybe(random, () => random.once(2)),
    minimumLinks: maybe(random, () => random.below(3)),
  };
}

function randomAddress(words: Words): Address {
  const { random, names, addresses4, addresses6 } = words;
  const is6 = random.once(3);
  const text = is6
    ? `${random.choose(addresses6)}/${random.choose(lengths6)}`
    : `${random.choose(addresses4)}/${random.choose(lengths4)}`;
  return address(random.choose(names), text, {
    skipDuplicateDetection: random.once(2),
    noPrefixRoute: random.once(4),
  });
}

function randomRoute(words: Words): Route {
  const { random } = words;
  const is6 = random.once(3);
  const destination = is6 ? prefix6(words) : prefix4(words);
  return otherRoute(route(destination), words);
}

/** Another way to the same destination. */
function otherRoute(one: Route, words: Words): Route {
  const { random, names, addresses4, addresses6 } = words;
  const is6 = one.destination.includes(':');
  const near = (): string => random.choose(is6 !== random.once(16) ? addresses6 : addresses4);
  return route(one.destination, {
    kind: random.once(6) ? random.choose(['blackhole', 'unreachable', 'prohibit']) : 'unicast',
    gateway: maybe(random, near),
    link: maybe(random, () => random.choose(names)),
    metric: random.once(3) ? random.choose([0, 5, 1_024]) : one.metric,
    table: random.once(3) ? random.choose(tables) : one.table,
    scope: random.once(4) ? random.choose(['global', 'link', 'host']) : undefined,
    source: random.once(3) ? near() : undefined,
    onLink: random.once(4),
    mtu: random.once(4) ? random.choose(mtus) : undefined,
  });
}

function randomRule(words: Words): Rule {
  const { random, names } = words;
  const is6 = random.once(3);
  const prefix = (): string => (is6 !== random.once(16) ? prefix6(words) : prefix4(words));
  return rule(random.choose([0, 100, 200, 32_766]), random.choose(tables), {
    family: is6 ? 'ipv6' : 'ipv4',
    from: maybe(random, prefix),
    to: maybe(random, prefix),
    mark: random.once(3) ? random.choose([0, 7, 0xff]) : undefined,
    markMask: random.once(4) ? random.choose([0, 7, 0xff]) : undefined,
    incomingLink: random.once(4) ? random.choose(names) : undefined,
    outgoingLink: random.once(4) ? random.choose(names) : undefined,
    ...(random.once(4) && { action: { tag: random.choose(['blackhole', 'unreachable', 'prohibit']) } }),
  });
}

function randomDhcp(words: Words): Dhcp {
  const { random } = words;
  return dhcp(random.choose(['*', ...cards, 'br0']), {
    enabled: !random.once(5),
    routeMetric: random.once(3) ? random.choose([0, 50, 2_000]) : undefined,
    clientId: random.once(3) ? random.choose(['00:01:02:03:04', '000102', '0']) : undefined,
    sendHostName: maybe(random, () => random.once(2)),
  });
}

function anAddress(words: Words): string {
  const { random, addresses4, addresses6 } = words;
  return random.once(3) ? random.choose(addresses6) : random.choose(addresses4);
}

/** A destination: the bits after the prefix are zero mostly, as they have to be. */
function prefix4(words: Words): string {
  const { random, addresses4 } = words;
  const length = random.choose(lengths4);
  const text = random.choose(addresses4);
  if (random.once(8)) return `${text}/${length}`;
  const bits = text.split('.').reduce((all, part) => all * 256 + Number(part), 0);
  const masked = length === 0 ? 0 : ((bits >>> (32 - length)) << (32 - length)) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (masked >>> shift) & 255).join('.')}/${length}`;
}

function prefix6(words: Words): string {
  const { random, addresses6 } = words;
  if (random.once(8)) return `${random.choose(addresses6)}/${random.choose(lengths6)}`;
  return random.choose(['::/0', '2001:db8::/32', '2001:db8:9::/48', '2001:db8::/64', '2001:db8::5/128']);
}

function maybe<Item>(random: Random, make: () => Item): Item | undefined {
  return random.once(2) ? make() : undefined;
}
