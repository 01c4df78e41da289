/**
 * The second step: all sources together make the network that is wanted. What a later source says of the same thing replaces what the
 * earlier ones said; of links, field by field.
 */
import { Layer } from '../bindings/resources-network-config';
import { Source } from '../configure/source';
import { DeclaredNetwork, LayeredList } from '../model/declared-network';
import { asItIs, Ipv6Mode, KindSettings, LinkKind, WantedLink } from '../model/link';

/** Merges sources, of which the last counts most. */
export function merge(sources: Array<Source>): DeclaredNetwork {
  const merged = new DeclaredNetwork();
  for (let index = 0; index < sources.length; ++index) mergeSource(merged, sources[index].network);
  return merged;
}

function mergeSource(merged: DeclaredNetwork, source: DeclaredNetwork): void {
  const links = source.links.values();
  for (let index = 0; index < links.length; ++index) mergeLink(merged, links[index]);
  mergeMap(merged.addresses, source.addresses);
  mergeMap(merged.routes, source.routes);
  mergeMap(merged.rules, source.rules);
  mergeMap(merged.dhcp, source.dhcp);
  merged.resolvers = highest(merged.resolvers, source.resolvers);
  merged.searchDomains = highest(merged.searchDomains, source.searchDomains);
  merged.timeServers = highest(merged.timeServers, source.timeServers);
  merged.hosts = merged.hosts.concat(source.hosts);
  merged.problems = merged.problems.concat(source.problems);
  if (source.hostName.length > 0) {
    merged.hostName = source.hostName;
    merged.hostNameLayer = source.hostNameLayer;
    if (source.hostNameLayer != Layer.Dhcp) merged.declaredHostName = source.hostName;
  }
  if (source.domainName.length > 0) merged.domainName = source.domainName;
}

function mergeMap<Value>(merged: Map<string, Value>, source: Map<string, Value>): void {
  const keys = source.keys();
  const values = source.values();
  for (let index = 0; index < keys.length; ++index) merged.set(keys[index], values[index]);
}

function highest(lower: LayeredList, higher: LayeredList): LayeredList {
  return higher.values.length > 0 ? higher : lower;
}

function mergeLink(merged: DeclaredNetwork, link: WantedLink): void {
  const into = merged.links.has(link.name) ? merged.links.get(link.name) : new WantedLink(link.name);
  merged.links.set(link.name, into);
  into.layer = link.layer;
  if (link.up >= 0) into.up = link.up;
  if (link.mtu > 0) into.mtu = link.mtu;
  if (link.hardwareAddress.length > 0) into.hardwareAddress = link.hardwareAddress;
  if (link.master !== null) into.master = link.master;
  if (link.ipv6 != Ipv6Mode.Unset) into.ipv6 = link.ipv6;
  if (link.settings.kind != LinkKind.Other) into.settings = mergeSettings(into.settings, link.settings);
}

/** Settings of the same kind that the higher layer leaves open are the lower one's. Sources are merged again: they stay as they are. */
function mergeSettings(lower: KindSettings, source: KindSettings): KindSettings {
  if (lower.kind != source.kind) return source;
  const higher = source.copy();
  if (higher.vlanFiltering == asItIs) higher.vlanFiltering = lower.vlanFiltering;
  if (higher.monitorMilliseconds == asItIs) higher.monitorMilliseconds = lower.monitorMilliseconds;
  if (higher.upDelayMilliseconds == asItIs) higher.upDelayMilliseconds = lower.upDelayMilliseconds;
  if (higher.downDelayMilliseconds == asItIs) higher.downDelayMilliseconds = lower.downDelayMilliseconds;
  if (higher.hashPolicy == asItIs) higher.hashPolicy = lower.hashPolicy;
  if (higher.fastRate == asItIs) higher.fastRate = lower.fastRate;
  if (higher.minimumLinks == asItIs) higher.minimumLinks = lower.minimumLinks;
  return higher;
}
