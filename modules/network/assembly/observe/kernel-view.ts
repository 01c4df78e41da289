/**
 * What the kernel has, as far as it has said so: dumps and notifications make it, in the order in which they come.
 *
 * An older notification that arrives after a dump does no harm, for all of an object's later ones follow it, or word that some were lost. What the kernel changes
 * without a word (IPv4 routes that go with an address or a link that is taken down) is asked for again.
 */
import { Family } from '../ip/family';
import { ObservedAddress } from '../model/address';
import { ObservedLink } from '../model/link';
import { ObservedRoute } from '../model/route';
import { Rule } from '../model/rule';
import { readAddress } from '../netlink/address-message';
import { readLink } from '../netlink/link-message';
import { ownedProtocol } from '../netlink/marks';
import { MessageReader } from '../netlink/message-reader';
import * as rt from '../netlink/numbers';
import { readRoute } from '../netlink/route-message';
import { readRule } from '../netlink/rule-message';

/** What can be asked for as a whole. */
export enum Dump {
  Links,
  Addresses,
  Routes4,
  Routes6,
  Rules4,
  Rules6,
}

export const dumpCount = 6;

/** More than any node has: what is beyond is not looked at, so that a flood cannot fill the memory. */
const maximumLinks = 4096;
const maximumAddresses = 32768;
const maximumRoutes = 65536;
const maximumRules = 8192;

@final
export class KernelView {
  readonly links: Map<u32, ObservedLink> = new Map();
  readonly indexes: Map<string, u32> = new Map();
  readonly addresses: Map<string, ObservedAddress> = new Map();
  readonly routes: Map<string, ObservedRoute> = new Map();
  readonly rules: Map<string, Rule> = new Map();
  /** Which dumps are due. */
  readonly isDue: StaticArray<bool> = new StaticArray<bool>(dumpCount);
  /** Something has changed since whoever looks at these has put them to false. */
  isChanged: bool = false;
  linksChanged: bool = false;
  addressesChanged: bool = false;
  routesChanged: bool = false;
  rulesChanged: bool = false;
  /** A link came up, or an address came: what could not be done without may be possible now. */
  isRicher: bool = false;
  /** When what is taken in has come, in nanoseconds of the monotonic clock: lifetimes count from there. */
  now: u64 = 0;
  private generation: u32 = 1;

  /** Everything is to be asked for. */
  forgetAll(): void {
    for (let dump = 0; dump < dumpCount; ++dump) this.isDue[dump] = true;
  }

  indexOf(name: string): u32 {
    return this.indexes.has(name) ? this.indexes.get(name) : 0;
  }

  nameOf(index: u32): string {
    return this.links.has(index) ? this.links.get(index).name : '';
  }

  /** A dump is asked for: what it does not name is gone when it has ended. */
  beginDump(): void {
    ++this.generation;
  }

  /** Takes in messages, replies and notifications alike. */
  take(bytes: StaticArray<u8>): void {
    const message = new MessageReader(bytes);
    while (message.next()) this.takeMessage(message);
  }

  takeMessage(message: MessageReader): void {
    switch (<i32>message.type) {
      case <i32>rt.RTM_NEWLINK:
        this.putLink(readLink(message), (message.flags & rt.NLM_F_MULTI) == 0);
        break;
      case <i32>rt.RTM_DELLINK:
        this.removeLink(readLink(message));
        break;
      case <i32>rt.RTM_NEWADDR:
        this.putAddress(readAddress(message, this.now));
        break;
      case <i32>rt.RTM_DELADDR:
        this.removeAddress(readAddress(message, this.now));
        break;
      case <i32>rt.RTM_NEWROUTE:
        this.putRoute(readRoute(message), message.flags);
        break;
      case <i32>rt.RTM_DELROUTE:
        this.removeRoute(readRoute(message));
        break;
      case <i32>rt.RTM_NEWRULE:
        this.putRule(readRule(message), message.flags);
        break;
      case <i32>rt.RTM_DELRULE:
        this.removeRule(readRule(message));
        break;
      default:
        break;
    }
  }

  /** A dump has ended whole: takes out what it did not name. */
  endDump(dump: Dump): void {
    switch (dump) {
      case Dump.Links: {
        const links = this.links.values();
        for (let index = 0; index < links.length; ++index)
          if (links[index].generation != this.generation) this.removeLink(links[index]);
        break;
      }
      case Dump.Addresses: {
        const addresses = this.addresses.values();
        for (let index = 0; index < addresses.length; ++index)
          if (addresses[index].generation != this.generation) this.removeAddress(addresses[index]);
        break;
      }
      case Dump.Routes4:
      case Dump.Routes6:
        this.sweepRoutes(dump == Dump.Routes4 ? Family.Ipv4 : Family.Ipv6);
        break;
      default:
        this.sweepRules(dump == Dump.Rules4 ? Family.Ipv4 : Family.Ipv6);
    }
  }

  /** What does not hold between two events: a sentence for each. */
  sayBroken(broken: Array<string>): void {
    const links = this.links.values();
    for (let index = 0; index < links.length; ++index)
      if (!this.indexes.has(links[index].name))
        broken.push('the link "' + links[index].name + '" is not found by its name');
    const names = this.indexes.keys();
    for (let index = 0; index < names.length; ++index)
      if (this.nameOf(this.indexes.get(names[index])) != names[index])
        broken.push('the name "' + names[index] + '" leads to a link that has another, or has gone');
    if (links.length > maximumLinks || this.addresses.size > maximumAddresses)
      broken.push('more links or addresses are known than may be');
    if (this.routes.size > maximumRoutes || this.rules.size > maximumRules)
      broken.push('more routes or rules are known than may be');
  }

  private sweepRoutes(family: Family): void {
    const routes = this.routes.values();
    for (let index = 0; index < routes.length; ++index) {
      const route = routes[index];
      if (route.destination.address.family != family || route.generation == this.generation) continue;
      this.routes.delete(route.key);
      this.noteRoutes();
    }
  }

  private sweepRules(family: Family): void {
    const rules = this.rules.values();
    for (let index = 0; index < rules.length; ++index) {
      const rule = rules[index];
      if (rule.family != family || rule.generation == this.generation) continue;
      this.rules.delete(rule.id);
      this.noteRules();
    }
  }

  /**
   * The kernel drops the routes of a link that goes down, of one that goes away, and those with an address that does, without a word. News may be older than the
   * dump that came before it: a link that is down already in what is known may have been told to have routes since. So news of such asks for routes in any case.
   */
  private putLink(link: ObservedLink | null, isNews: bool): void {
    if (link === null) return;
    const isKnown = this.links.has(link.index);
    if (!isKnown && this.links.size >= maximumLinks) return;
    link.generation = this.generation;
    if (isKnown) {
      const before = this.links.get(link.index);
      if (before.name != link.name) this.forgetName(before);
      const wentDown = (isNews || (before.flags & rt.IFF_UP) != 0) && (link.flags & rt.IFF_UP) == 0;
      if (wentDown || before.master != link.master) this.askForRoutes();
      if (isReady(link) && !isReady(before)) this.isRicher = true;
    } else {
      this.isRicher = true;
    }
    this.links.set(link.index, link);
    this.indexes.set(link.name, link.index);
    this.linksChanged = this.isChanged = true;
  }

  private removeLink(link: ObservedLink | null): void {
    if (link === null) return;
    if (this.links.has(link.index)) {
      const known = this.links.get(link.index);
      this.links.delete(link.index);
      this.forgetName(known);
    }
    const addresses = this.addresses.values();
    for (let index = 0; index < addresses.length; ++index)
      if (addresses[index].link == link.index) this.addresses.delete(addresses[index].key);
    this.askForRoutes();
    this.linksChanged = this.addressesChanged = this.isChanged = true;
  }

  /**
   * The link has lost its name. Another may have it already: what a dump tells of two links that have changed names comes one after the other.
   */
  private forgetName(link: ObservedLink): void {
    if (this.indexOf(link.name) != link.index) return;
    this.indexes.delete(link.name);
    // As many others as names: no two have the same.
    const others = this.links.size - (this.links.has(link.index) ? 1 : 0);
    if (others <= this.indexes.size) return;
    const links = this.links.values();
    for (let index = 0; index < links.length; ++index)
      if (links[index].index != link.index && links[index].name == link.name)
        this.indexes.set(link.name, links[index].index);
  }

  private putAddress(address: ObservedAddress | null): void {
    if (address === null) return;
    const key = address.key;
    if (!this.addresses.has(key)) {
      if (this.addresses.size >= maximumAddresses) return;
      this.isRicher = true;
    }
    address.generation = this.generation;
    this.addresses.set(key, address);
    this.addressesChanged = this.isChanged = true;
  }

  private removeAddress(address: ObservedAddress | null): void {
    if (address === null) return;
    this.addresses.delete(address.key);
    this.isDue[address.prefix.address.family == Family.Ipv4 ? Dump.Routes4 : Dump.Routes6] = true;
    this.addressesChanged = this.isChanged = true;
  }

  /**
   * Several routes may share a key (`ip route append`; IPv6, by a gateway and without). One is kept, the module's own if there is one: where it is,
   * what is declared is there, and replacing it by itself would change nothing and be told to everybody.
   */
  private putRoute(route: ObservedRoute | null, flags: u16): void {
    if (route === null) return;
    if (this.routes.has(route.key)) {
      const known = this.routes.get(route.key);
      const isDump = (flags & rt.NLM_F_MULTI) != 0;
      const isThere = isDump ? known.generation == this.generation : (flags & rt.NLM_F_REPLACE) == 0;
      if (isThere && !isSameRoute(known, route)) {
        known.isShared = route.isShared = true;
        if (known.protocol == ownedProtocol && route.protocol != ownedProtocol) return;
      }
    } else if (this.routes.size >= maximumRoutes) {
      return;
    }
    route.generation = this.generation;
    this.routes.set(route.key, route);
    this.noteRoutes();
  }

  /** Of routes that share a key only the kernel can say what is left. */
  private removeRoute(route: ObservedRoute | null): void {
    if (route === null || !this.routes.has(route.key)) return;
    const known = this.routes.get(route.key);
    if (known.isShared || known.isBeyond || !isSameRoute(known, route)) {
      this.isDue[route.destination.address.family == Family.Ipv4 ? Dump.Routes4 : Dump.Routes6] = true;
      return;
    }
    this.routes.delete(route.key);
    this.noteRoutes();
  }

  /** The kernel keeps rules that differ in nothing but who made them. Of these, too, the module's own is kept. */
  private putRule(rule: Rule | null, flags: u16): void {
    if (rule === null) return;
    const id = rule.id;
    if (this.rules.has(id)) {
      const known = this.rules.get(id);
      const isThere = (flags & rt.NLM_F_MULTI) == 0 || known.generation == this.generation;
      if (isThere && known.protocol != rule.protocol) {
        known.isShared = rule.isShared = true;
        if (known.protocol == ownedProtocol) return;
      }
    } else if (this.rules.size >= maximumRules) {
      return;
    }
    rule.generation = this.generation;
    this.rules.set(id, rule);
    this.noteRules();
  }

  private removeRule(rule: Rule | null): void {
    if (rule === null) return;
    const id = rule.id;
    if (!this.rules.has(id)) return;
    const known = this.rules.get(id);
    if (known.isShared || known.protocol != rule.protocol)
      this.isDue[rule.family == Family.Ipv4 ? Dump.Rules4 : Dump.Rules6] = true;
    if (known.protocol != rule.protocol) return;
    this.rules.delete(id);
    this.noteRules();
  }

  private askForRoutes(): void {
    this.isDue[Dump.Routes4] = true;
    this.isDue[Dump.Routes6] = true;
  }

  private noteRoutes(): void {
    this.routesChanged = this.isChanged = true;
  }

  private noteRules(): void {
    this.rulesChanged = this.isChanged = true;
  }
}

/** Whether a message is of the route that is known, by what tells two of the same key apart. */
function isSameRoute(known: ObservedRoute, route: ObservedRoute): bool {
  return known.link == route.link && known.protocol == route.protocol && known.isBeyond == route.isBeyond;
}

/** Up, and with a carrier. */
export function isReady(link: ObservedLink): bool {
  const both = rt.IFF_UP | rt.IFF_LOWER_UP;
  return (link.flags & both) == both;
}
