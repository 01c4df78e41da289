/** A lease as a source of the layer between the platform and the machine configuration. */
import { Layer } from '../bindings/resources-network-config';
import { Lease, never } from '../dhcp/contract';
import { IpAddress } from '../ip/ip-address';
import { Prefix } from '../ip/prefix';
import { ClientLink } from '../leases/client-link';
import { WantedAddress } from '../model/address';
import { LayeredList } from '../model/declared-network';
import { WantedLink } from '../model/link';
import { WantedRoute } from '../model/route';
import { RT_SCOPE_LINK, RT_SCOPE_UNIVERSE, RT_TABLE_MAIN } from '../netlink/numbers';
import { isHostName } from './names';
import { Source } from './source';

const maximumLabel = 63;
/** As of other sources (configure/machine.ts). */
const maximumResolvers = 3;
const maximumTimeServers = 16;
const maximumDomain = 64;

/** What the client of a link says: that the link is to be up, and with a lease all that is in it. */
export function leaseSource(client: ClientLink): Source {
  const source = new Source('dhcp/' + client.name, Layer.Dhcp);
  const link = new WantedLink(client.name);
  link.layer = Layer.Dhcp;
  source.network.links.set(link.name, link);
  const lease = client.lease;
  if (lease === null) return source;
  link.mtu = lease.mtu;
  const address = new WantedAddress(
    client.name,
    new Prefix(IpAddress.ipv4(lease.address), lease.prefixLength),
  );
  address.layer = Layer.Dhcp;
  // Should the module not live to see the end of the lease, the kernel takes the address away.
  if (lease.expiresAt != never) address.validUntil = lease.expiresAt;
  source.network.addresses.set(address.id, address);
  addRoutes(source, client, lease);
  addList(source.network.resolvers, lease.resolvers, maximumResolvers);
  addList(source.network.timeServers, lease.ntpServers, maximumTimeServers);
  source.network.searchDomains.layer = Layer.Dhcp;
  source.network.searchDomains.values = lease.searchDomains;
  addNames(source, lease);
  return source;
}

function addRoutes(source: Source, client: ClientLink, lease: Lease): void {
  for (let index = 0; index < lease.routes.length; ++index) {
    const given = lease.routes[index];
    const destination = new Prefix(
      IpAddress.ipv4(given.destination).masked(given.prefixLength),
      given.prefixLength,
    );
    const route = new WantedRoute(destination, client.wanted.metric, RT_TABLE_MAIN);
    // Of two routes to the same place the first is the one that the server prefers.
    if (source.network.routes.has(route.key)) continue;
    route.layer = Layer.Dhcp;
    route.link = client.name;
    route.source = IpAddress.ipv4(lease.address);
    route.isOnLink = given.isOnLink && given.gateway != 0;
    if (given.gateway != 0) route.gateway = IpAddress.ipv4(given.gateway);
    route.scope = given.gateway != 0 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    source.network.routes.set(route.key, route);
  }
}

function addList(list: LayeredList, addresses: Array<u32>, limit: i32): void {
  list.layer = Layer.Dhcp;
  for (let index = 0; index < addresses.length && index < limit; ++index)
    list.values.push(IpAddress.ipv4(addresses[index]).text());
}

function addNames(source: Source, lease: Lease): void {
  const dot = lease.hostname.indexOf('.');
  const host = dot < 0 ? lease.hostname : lease.hostname.substring(0, dot);
  if (isHostName(host, maximumLabel)) {
    source.network.hostName = host;
    source.network.hostNameLayer = Layer.Dhcp;
  }
  if (isHostName(lease.domainName, maximumDomain)) source.network.domainName = lease.domainName;
}
