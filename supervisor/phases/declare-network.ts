/**
 * Puts the declared network into the store, one resource for each source (`eft:resources/network-config`); the module `network` merges them.
 * Below all others lies a default: every network card asks for an address by DHCP, so that a machine without any configuration can be reached.
 */
import type { NetworkConfig } from '../capabilities/generated/resources-network-config.ts';
import type { Node } from '../node.ts';
import type { PhaseOutcome } from './phase.ts';

export const networkConfigKind = 'eft:resources/network-config';

/** DHCP on every network card that has no other address. */
export const defaultNetwork: NetworkConfig = {
  layer: 'default',
  links: [],
  addresses: [],
  routes: [],
  rules: [],
  dhcp: [
    {
      link: '*',
      enabled: true,
      routeMetric: undefined,
      clientId: undefined,
      sendHostName: undefined,
    },
  ],
  resolvers: [],
  searchDomains: [],
  hostName: undefined,
  domainName: undefined,
  hosts: [],
  timeServers: [],
};

/** `sources` by the name of their resource: `machine-config`, `command-line`. Errors: `store.*`. */
export function declareNetwork(
  node: Node,
  sources: ReadonlyMap<string, NetworkConfig> = new Map(),
): PhaseOutcome<undefined> {
  for (const [id, value] of [['default', defaultNetwork] as const, ...sources]) {
    node.put('config', networkConfigKind, id, value);
  }
  const named = [...sources.keys()].join(', ');
  return { value: undefined, message: named === '' ? 'DHCP on every network card' : `from ${named}` };
}
