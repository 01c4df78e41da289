/** Parts of a network configuration with everything left out that is not said. */
import type {
  Address,
  Dhcp,
  Link,
  Route,
  Rule,
} from '../../../supervisor/capabilities/generated/resources-network-config.ts';

export function link(name: string, fields: Partial<Link> = {}): Link {
  return {
    name,
    kind: undefined,
    up: undefined,
    mtu: undefined,
    hardwareAddress: undefined,
    master: undefined,
    ipv6: undefined,
    ...fields,
  };
}

/** `text` with its prefix length. Duplicate detection is left out, so that IPv6 addresses are ready at once. */
export function address(name: string, text: string, fields: Partial<Address> = {}): Address {
  return { link: name, address: text, skipDuplicateDetection: true, noPrefixRoute: false, ...fields };
}

export function route(destination: string, fields: Partial<Route> = {}): Route {
  return {
    destination,
    kind: 'unicast',
    gateway: undefined,
    link: undefined,
    metric: undefined,
    table: undefined,
    scope: undefined,
    source: undefined,
    onLink: false,
    mtu: undefined,
    ...fields,
  };
}

export function rule(priority: number, table: number, fields: Partial<Rule> = {}): Rule {
  return {
    family: 'ipv4',
    priority,
    from: undefined,
    to: undefined,
    mark: undefined,
    markMask: undefined,
    incomingLink: undefined,
    outgoingLink: undefined,
    action: { tag: 'table', val: table },
    ...fields,
  };
}

export function dhcp(name: string, fields: Partial<Dhcp> = {}): Dhcp {
  return {
    link: name,
    enabled: true,
    routeMetric: undefined,
    clientId: undefined,
    sendHostName: undefined,
    ...fields,
  };
}
