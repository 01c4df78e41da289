/**
 * Network configurations drawn at random: everything that can be declared, in sound and unsound forms, by few names and addresses, so that what
 * is drawn meets what was drawn before.
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
const names = ['eth0', 'eth1', 'br0', 'br1', 'v10', 'w1', 'd0', 'b0', 'r0', 'lo', 'x9'] as const;
const addresses4 = [
  '10.0.0.1',
  '10.0.0.5',
  '10.0.0.6',
  '10.0.1.1',
  '10.9.8.7',
  '192.0.2.1',
  '0.0.0.0',
] as const;
const addresses6 = ['2001:db8::1', '2001:db8::5', '2001:db8:9::9', 'fe80::7', '::'] as const;
const lengths4 = [0, 8, 16, 24, 31, 32] as const;
const lengths6 = [0, 10, 48, 64, 96, 128] as const;
const tables = [100, 254, 255, 256, 1_000] as const;
const mtus = [576, 1_280, 1_400, 1_500, 9_000] as const;
const hardwareAddresses = ['02:00:00:00:00:07', '02:00:00:00:00:08', '02:0'] as const;
const domains = ['example.org', 'a.example', 'node', '-x'] as const;

/** Items of a list that is drawn. */
const itemsLimit = 5;

/** All of it. */
export function randomConfiguration(random: Random): NetworkConfig {
  const some = <Item>(one: () => Item): Item[] =>
    random.once(2) ? [] : Array.from({ length: 1 + random.below(itemsLimit) }, one);
  return {
    layer: random.choose(layers),
    links: some(() => randomLink(random)),
    addresses: some(() => randomAddress(random)),
    routes: some(() => randomRoute(random)),
    rules: some(() => randomRule(random)),
    dhcp: some(() => randomDhcp(random)).slice(0, 2),
    resolvers: some(() => anAddress(random)),
    searchDomains: some(() => random.choose(domains)),
    hostName: maybe(random, () => random.choose(domains)),
    domainName: maybe(random, () => random.choose(domains)),
    hosts: some(() => ({ address: anAddress(random), names: some(() => random.choose(domains)) })),
    timeServers: some(() => random.choose(domains)),
  };
}

/** The same but for one of its parts. */
export function otherConfiguration(config: NetworkConfig, random: Random): NetworkConfig {
  const other = randomConfiguration(random);
  const changed = <Item>(items: readonly Item[], made: readonly Item[]): readonly Item[] => {
    const at = random.below(items.length + 1);
    const [item] = made;
    return item === undefined ? items.toSpliced(at, 1) : items.toSpliced(at, random.below(2), item);
  };
  switch (random.below(9)) {
    case 0:
      return { ...config, links: changed(config.links, other.links) };
    case 1:
      return { ...config, links: config.links.map((one) => otherLink(one, random)) };
    case 2:
      return { ...config, addresses: changed(config.addresses, other.addresses) };
    case 3:
      return { ...config, routes: changed(config.routes, other.routes) };
    case 4:
      return { ...config, routes: config.routes.map((one) => otherRoute(one, random)) };
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

function randomLink(random: Random): Link {
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
function otherLink(one: Link, random: Random): Link {
  const other = randomLink(random);
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

function randomAddress(random: Random): Address {
  const is6 = random.once(3);
  const text = is6
    ? `${random.choose(addresses6)}/${random.choose(lengths6)}`
    : `${random.choose(addresses4)}/${random.choose(lengths4)}`;
  return address(random.choose(names), text, {
    skipDuplicateDetection: random.once(2),
    noPrefixRoute: random.once(4),
  });
}

function randomRoute(random: Random): Route {
  const is6 = random.once(3);
  const destination = is6 ? prefix6(random) : prefix4(random);
  return otherRoute(route(destination), random);
}

/** Another way to the same destination. */
function otherRoute(one: Route, random: Random): Route {
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

function randomRule(random: Random): Rule {
  const is6 = random.once(3);
  const prefix = (): string => (is6 !== random.once(16) ? prefix6(random) : prefix4(random));
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

function randomDhcp(random: Random): Dhcp {
  return dhcp(random.choose(['*', ...cards, 'br0']), {
    enabled: !random.once(5),
    routeMetric: random.once(3) ? random.choose([0, 50, 2_000]) : undefined,
    clientId: random.once(3) ? random.choose(['00:01:02:03:04', '000102', '0']) : undefined,
    sendHostName: maybe(random, () => random.once(2)),
  });
}

function anAddress(random: Random): string {
  return random.once(3) ? random.choose(addresses6) : random.choose(addresses4);
}

/** A destination: the bits after the prefix are zero mostly, as they have to be. */
function prefix4(random: Random): string {
  const length = random.choose(lengths4);
  const text = random.choose(addresses4);
  if (random.once(8)) return `${text}/${length}`;
  const bits = text.split('.').reduce((all, part) => all * 256 + Number(part), 0);
  const masked = length === 0 ? 0 : ((bits >>> (32 - length)) << (32 - length)) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (masked >>> shift) & 255).join('.')}/${length}`;
}

function prefix6(random: Random): string {
  if (random.once(8)) return `${random.choose(addresses6)}/${random.choose(lengths6)}`;
  return random.choose(['::/0', '2001:db8::/32', '2001:db8:9::/48', '2001:db8::/64', '2001:db8::5/128']);
}

function maybe<Item>(random: Random, make: () => Item): Item | undefined {
  return random.once(2) ? make() : undefined;
}
