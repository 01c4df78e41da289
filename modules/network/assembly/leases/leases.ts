/** All DHCPv4 clients: which links have one, and what they have learnt. */

import { failureText } from '../apply/machine-settings';
import { takeDone } from '../bindings/host-socket';
import { Layer } from '../bindings/resources-network-config';
import { leaseSource } from '../configure/lease';
import { Source } from '../configure/source';
import { ClientIdKind, ClientOptions, LinkFacts, Remembered, stateName } from '../dhcp/contract';
import { Family } from '../ip/family';
import { parseHardware } from '../ip/hardware-address';
import { parsePrefix } from '../ip/prefix';
import { addressKey } from '../model/address';
import { DeclaredNetwork, WantedDhcp } from '../model/declared-network';
import { LinkKind, ObservedLink } from '../model/link';
import { Problem } from '../model/problem';
import { ownedGroup } from '../netlink/marks';
import { isReady, KernelView } from '../observe/kernel-view';
import { forgetLease, rememberedLease, showLease } from '../observe/show-leases';
import { ClientLink } from './client-link';
import { Closing } from './closing';

/** Each has three sockets and a timer, and a module has 64 of both. */
const maximumClients = 16;

const everyLink = '*';

@final
export class Leases {
  private readonly clients: Map<string, ClientLink> = new Map();
  private readonly closing: Closing = new Closing();
  /** Sockets of the instance before this one, until it is known which are still needed. */
  private stale: Array<string> = [];
  private isFirst: bool = true;
  /** The set of clients, or a lease, is another. */
  isChanged: bool = false;

  inherit(handles: StaticArray<string>): void {
    for (let index = 0; index < handles.length; ++index)
      if (handles[index].startsWith('dhcp/')) this.stale.push(handles[index]);
  }

  /** Starts, stops and informs clients, from what is declared and which links there are. */
  follow(network: DeclaredNetwork, view: KernelView, now: u64): void {
    const wanted = wantedClients(network, view);
    const names = this.clients.keys();
    for (let index = 0; index < names.length; ++index)
      this.keepOrStop(names[index], wanted, network, view, now);
    const declared = wanted.keys();
    for (let index = 0; index < declared.length; ++index) {
      const name = declared[index];
      const at = view.indexOf(name);
      if (this.clients.has(name) || at == 0 || this.clients.size >= maximumClients) continue;
      this.start(name, wanted.get(name), network, view, now);
    }
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index) {
      const client = clients[index];
      client.follow(factsOf(view.links.get(client.index)), view, now);
      if (client.isChanged) this.isChanged = true;
      client.isChanged = false;
      showLease(client.name, stateName(client.client.state), client.lease, client.message);
    }
    if (this.isFirst) this.closeStale();
    this.isFirst = false;
  }

  /** What the clients say, as sources of their layer. */
  sources(): Array<Source> {
    const sources: Array<Source> = [];
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index) sources.push(leaseSource(clients[index]));
    return sources;
  }

  problems(view: KernelView): Array<Problem> {
    const problems: Array<Problem> = [];
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index) {
      const client = clients[index];
      const subject = 'dhcp-lease/' + client.name;
      const isUp = isReady(view.links.get(client.index));
      if (client.socketProblem.length > 0) problems.push(new Problem(subject, client.socketProblem, 1));
      else if (client.lease !== null) continue;
      else if (isUp) {
        const why = client.message.length > 0 ? ' (' + client.message + ')' : '';
        const reason =
          'no server has given a lease yet' + why + '. See that a DHCP server answers on this link';
        problems.push(new Problem(subject, reason, 0));
      } else if (client.wanted.link != everyLink) {
        problems.push(new Problem(subject, 'the link has no carrier yet. See that its cable is in', 0));
      }
    }
    return problems;
  }

  onTimer(name: string, now: u64): void {
    const client = this.find(name);
    if (client !== null) client.onTimer(now);
  }

  onArrival(name: string, now: u64): void {
    const slash = name.lastIndexOf('/');
    const client = this.find(name.substring(0, max(slash, 0)));
    if (client !== null) client.onArrival(name.substring(slash + 1), now);
  }

  /** An answer that nobody else has asked for. */
  answered(request: u64, now: u64): void {
    const answer = takeDone(request);
    if (this.closing.answered(request)) return;
    const problem = answer.isOk ? '' : failureText(answer.unwrapError());
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index)
      if (clients[index].answered(request, problem, now)) return;
  }

  /** Nothing of the last event was carried out. */
  doubt(): void {
    this.closing.doubt();
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index) clients[index].doubt();
  }

  /** What does not hold between two events: a sentence for each. */
  sayBroken(view: KernelView, broken: Array<string>): void {
    if (this.clients.size > maximumClients) broken.push('there are more DHCP clients than there may be');
    const names = this.clients.keys();
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index) {
      const client = clients[index];
      const what = client.name == names[index] ? client.unsoundness(view) : 'it is known by another name';
      if (what.length > 0) broken.push('the DHCP client of "' + client.name + '": ' + what);
    }
  }

  private find(handle: string): ClientLink | null {
    const clients = this.clients.values();
    for (let index = 0; index < clients.length; ++index)
      if (clients[index].handle == handle) return clients[index];
    return null;
  }

  private keepOrStop(
    name: string,
    wanted: Map<string, WantedDhcp>,
    network: DeclaredNetwork,
    view: KernelView,
    now: u64,
  ): void {
    const client = this.clients.get(name);
    if (wanted.has(name) && view.indexOf(name) == client.index) {
      const dhcp = wanted.get(name);
      if (dhcp.metric != client.wanted.metric) this.isChanged = true;
      client.wanted = dhcp;
      if (client.optionsText == textOf(dhcp, network)) return;
    }
    client.stop(now);
    this.clients.delete(name);
    this.isChanged = true;
    if (!wanted.has(name)) forgetLease(name);
  }

  private start(name: string, dhcp: WantedDhcp, network: DeclaredNetwork, view: KernelView, now: u64): void {
    const link = view.links.get(view.indexOf(name));
    const options = new ClientOptions();
    if (dhcp.clientId.length > 0) {
      options.clientIdKind = ClientIdKind.Duid;
      options.duid = dhcp.clientId;
    }
    if (dhcp.sendsHostName) options.hostname = network.declaredHostName;
    const known = rememberedLease(name);
    if (known !== null) {
      const prefix = parsePrefix(known.address);
      const isInUse = prefix !== null && view.addresses.has(addressKey(link.index, prefix));
      options.remembered = new Remembered(known.packet, known.obtained, isInUse);
    }
    const text = textOf(dhcp, network);
    const facts = factsOf(link);
    const client = new ClientLink(name, link.index, text, dhcp, options, facts, this.closing, now);
    this.clients.set(name, client);
    this.isChanged = true;
  }

  private closeStale(): void {
    for (let index = 0; index < this.stale.length; ++index) {
      const name = this.stale[index];
      const slash = name.lastIndexOf('/');
      if (this.find(name.substring(0, max(slash, 0))) === null) this.closing.close(name);
    }
    this.stale = [];
  }
}

/** The links that are to have a client, by name. */
function wantedClients(network: DeclaredNetwork, view: KernelView): Map<string, WantedDhcp> {
  const wanted = new Map<string, WantedDhcp>();
  const entries = network.dhcp.values();
  for (let index = 0; index < entries.length; ++index)
    if (entries[index].isEnabled && entries[index].link != everyLink)
      wanted.set(entries[index].link, entries[index]);
  if (!network.dhcp.has(everyLink) || !network.dhcp.get(everyLink).isEnabled) return wanted;
  const taken = new Set<string>();
  const addresses = network.addresses.values();
  for (let index = 0; index < addresses.length; ++index) {
    const address = addresses[index];
    if (address.layer != Layer.Dhcp && address.prefix.address.family == Family.Ipv4) taken.add(address.link);
  }
  const links = view.links.values();
  for (let index = 0; index < links.length; ++index) {
    const link = links[index];
    if (isCard(link) && !taken.has(link.name) && !network.dhcp.has(link.name) && !isPort(network, link))
      wanted.set(link.name, network.dhcp.get(everyLink));
  }
  return wanted;
}

/** A network card; in a namespace, the end of a pair that was put there as one, by the name that cards have. */
function isCard(link: ObservedLink): bool {
  if (link.group == ownedGroup) return false;
  if (link.settings.kind == LinkKind.Veth) return link.name.startsWith('eth');
  return link.kindText == 'ethernet';
}

function isPort(network: DeclaredNetwork, link: ObservedLink): bool {
  if (link.master != 0) return true;
  if (!network.links.has(link.name)) return false;
  const master = network.links.get(link.name).master;
  return master !== null && master.length > 0;
}

function textOf(dhcp: WantedDhcp, network: DeclaredNetwork): string {
  return dhcp.clientId + ' ' + (dhcp.sendsHostName ? network.declaredHostName : '');
}

function factsOf(link: ObservedLink): LinkFacts {
  const bytes = parseHardware(link.hardwareAddress);
  return new LinkFacts(link.index, bytes === null ? new StaticArray<u8>(0) : bytes, link.mtu, isReady(link));
}
