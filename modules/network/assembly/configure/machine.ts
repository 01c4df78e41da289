/** What is declared of the machine as a whole: its names, the servers it asks, the hosts it knows, and DHCP on its links. */
import { Dhcp, NetworkConfig } from '../bindings/resources-network-config';
import { parseAddress } from '../ip/ip-address';
import { LayeredList, StaticHost, WantedDhcp } from '../model/declared-network';
import { isHostName, isLinkName } from './names';
import { quoted, Source } from './source';

const maximumLabel = 63;
const maximumDomain = 253;
/** The kernel's __NEW_UTS_LEN (linux/utsname.h): the domain name of setdomainname(2). */
const maximumKernelName = 64;

/** What the C library reads of each (resolv.conf(5): MAXNS is 3; search lists are longer there than here). */
const maximumResolvers = 3;
const maximumSearchDomains = 16;
const maximumTimeServers = 16;
const maximumHosts = 1024;
const maximumHostNames = 16;

/** The metric of routes of a lease, behind those that say nothing. */
const leaseMetric: u32 = 1024;

export function configureMachine(source: Source, config: NetworkConfig): void {
  const network = source.network;
  for (let index = 0; index < config.resolvers.length; ++index) {
    const address = parseAddress(config.resolvers[index]);
    if (address === null)
      source.refuse('the resolver ' + quoted(config.resolvers[index]), 'it must be an address');
    else add(source, network.resolvers, address.text(), maximumResolvers, 'resolver');
  }
  for (let index = 0; index < config.searchDomains.length; ++index) {
    const name = config.searchDomains[index];
    if (!isHostName(name, maximumDomain))
      source.refuse('the search domain ' + quoted(name), 'it is no domain name');
    else add(source, network.searchDomains, name, maximumSearchDomains, 'search domain');
  }
  for (let index = 0; index < config.timeServers.length; ++index) {
    const name = config.timeServers[index];
    if (parseAddress(name) === null && !isHostName(name, maximumDomain))
      source.refuse('the time server ' + quoted(name), 'it must be a name or an address');
    else add(source, network.timeServers, name, maximumTimeServers, 'time server');
  }
  configureNames(source, config);
  configureHosts(source, config);
  for (let index = 0; index < config.dhcp.length; ++index) configureDhcp(source, config.dhcp[index]);
}

function add(source: Source, list: LayeredList, value: string, limit: i32, what: string): void {
  list.layer = source.layer;
  if (list.values.includes(value)) return;
  if (list.values.length < limit) list.values.push(value);
  else source.refuse('the ' + what + ' ' + quoted(value), 'there may be ' + limit.toString() + ' at most');
}

function configureNames(source: Source, config: NetworkConfig): void {
  if (config.hostName.isSome) {
    const name = config.hostName.unwrap();
    if (!isHostName(name, maximumLabel) || name.includes('.'))
      source.refuse(
        'the host name ' + quoted(name),
        'it must be 1 to 63 letters, digits and hyphens; the domain is apart',
      );
    else {
      source.network.hostName = name;
      source.network.hostNameLayer = source.layer;
    }
  }
  if (config.domainName.isSome) {
    const name = config.domainName.unwrap();
    if (!isHostName(name, maximumKernelName))
      source.refuse('the domain name ' + quoted(name), 'it must be a domain name of at most 64 bytes');
    else source.network.domainName = name;
  }
}

function configureHosts(source: Source, config: NetworkConfig): void {
  for (let index = 0; index < config.hosts.length; ++index) {
    const host = config.hosts[index];
    const what = 'the host ' + quoted(host.address);
    const address = parseAddress(host.address);
    let isSound = address !== null && host.names.length > 0 && host.names.length <= maximumHostNames;
    for (let at = 0; at < host.names.length && isSound; ++at)
      isSound = isHostName(host.names[at], maximumDomain);
    if (address === null || !isSound) source.refuse(what, 'it needs an address and 1 to 16 host names');
    else if (source.network.hosts.length == maximumHosts) source.refuse(what, 'there may be 1024 at most');
    else source.network.hosts.push(new StaticHost(address, host.names));
  }
}

function configureDhcp(source: Source, declared: Dhcp): void {
  if (declared.link != '*' && !isLinkName(declared.link)) {
    source.refuse('DHCP on ' + quoted(declared.link), 'it is no name of a link');
    return;
  }
  const dhcp = new WantedDhcp(declared.link);
  dhcp.layer = source.layer;
  dhcp.isEnabled = declared.enabled;
  dhcp.metric = declared.routeMetric.or(leaseMetric);
  dhcp.clientId = declared.clientId.or('');
  dhcp.sendsHostName = declared.sendHostName.or(true);
  source.network.dhcp.set(dhcp.link, dhcp);
}
