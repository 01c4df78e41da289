/** The files that programs find names by: resolv.conf(5) and hosts(5). */
import { DeclaredNetwork } from '../model/declared-network';

const heading = '# Written by the network module from network-config; changes are lost.\n';

export function resolverText(network: DeclaredNetwork): string {
  let text = heading;
  const servers = network.resolvers.values;
  for (let index = 0; index < servers.length; ++index) text += 'nameserver ' + servers[index] + '\n';
  const domains = network.searchDomains.values;
  if (domains.length > 0) text += 'search ' + domains.join(' ') + '\n';
  return text;
}

export function hostsText(network: DeclaredNetwork): string {
  let text = heading + '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n';
  const name = network.hostName;
  if (name.length > 0) {
    const full = network.domainName.length > 0 ? name + '.' + network.domainName + ' ' + name : name;
    // As Debian does it: the machine finds its own name without any address on any link.
    text += '127.0.1.1 ' + full + '\n';
  }
  for (let index = 0; index < network.hosts.length; ++index) {
    const host = network.hosts[index];
    text += host.address.text();
    for (let at = 0; at < host.names.length; ++at) text += ' ' + host.names[at];
    text += '\n';
  }
  return text;
}
