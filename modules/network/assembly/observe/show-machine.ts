/** What is in use of the machine as a whole, as resources: names, resolvers, time servers. */
import { HostnameStatus, put as putHostname } from '../bindings/resources-hostname-status';
import { put as putResolvers, ResolverStatus } from '../bindings/resources-resolver-status';
import { put as putTimeServers, TimeServerStatus } from '../bindings/resources-time-server-status';
import { DeclaredNetwork } from '../model/declared-network';

let shownHostname: string = '';
let shownResolvers: string = '';
let shownTimeServers: string = '';

/** Nothing of what was put last is certain. */
export function doubtMachine(): void {
  shownHostname = '';
  shownResolvers = '';
  shownTimeServers = '';
}

export function showMachine(network: DeclaredNetwork, hasNames: bool, hasResolvers: bool): void {
  if (network.hostName.length > 0) {
    const names = network.hostName + ' ' + network.domainName + ' ' + network.hostNameLayer.toString();
    const value = names + (hasNames ? ' applied' : '');
    if (value != shownHostname)
      putHostname(
        'hostname',
        new HostnameStatus(network.hostName, network.domainName, network.hostNameLayer, hasNames),
      );
    shownHostname = value;
  }
  const servers = network.resolvers;
  const domains = network.searchDomains.values;
  const resolvers =
    servers.values.join(' ') +
    '|' +
    domains.join(' ') +
    '|' +
    servers.layer.toString() +
    (hasResolvers ? ' applied' : '');
  if (resolvers != shownResolvers)
    putResolvers(
      'resolvers',
      new ResolverStatus(
        StaticArray.fromArray(servers.values),
        StaticArray.fromArray(domains),
        servers.layer,
        hasResolvers,
      ),
    );
  shownResolvers = resolvers;
  const times = network.timeServers;
  const time = times.values.join(' ') + '|' + times.layer.toString();
  if (time != shownTimeServers)
    putTimeServers('time-servers', new TimeServerStatus(StaticArray.fromArray(times.values), times.layer));
  shownTimeServers = time;
}
