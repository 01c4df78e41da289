// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/network-config@0.1.0
 *
 * What one source says about the network. There may be many: the `network` module merges them, field by field, by layer and, within
 * one layer, by id, of which the last counts. What a source leaves out it leaves to the layers below.
 *
 * Addresses are in text: `10.0.0.1`, `fd00::1`; with the length of the prefix where it says so: `10.0.0.1/24`. What cannot be
 * read is left out, and `network-status` says what and why.
 */

import { Metadata, _loadMetadata } from './resources-resource';
import { Option } from 'eft';
import { adoptString } from 'eft/memory';
import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

export { Metadata };

/** Where it comes from. A later layer counts more than an earlier one. */
export enum Layer {
  Default,
  /** The kernel's command line. */
  CommandLine,
  /** The cloud or hypervisor that the machine runs on. */
  Platform,
  /** Leases. The network module puts in here what its own DHCP clients learn. */
  Dhcp,
  MachineConfig,
}

export enum Family {
  Ipv4,
  Ipv6,
}

/** A VLAN on top of another link (IEEE 802.1Q). */
@final
export class Vlan {
  constructor(
    /** The link below, by name. */
    public parent: string,
    /** 1 to 4094. */
    public id: u16,
    /** Service VLAN tags (802.1ad, 0x88a8) in place of customer tags (802.1Q, 0x8100). */
    public service: bool,
  ) {}
}

/** A bridge. Its ports are the links that name it as their `master`. */
@final
export class Bridge {
  constructor(
    /** Spanning tree; without it, off. */
    public spanningTree: Option<bool>,
    public vlanFiltering: Option<bool>,
  ) {}
}

/** How a bond shares its traffic (Linux, bonding.rst), in the order of the kernel's numbers from 0. */
export enum BondMode {
  BalanceRoundRobin,
  ActiveBackup,
  BalanceXor,
  Broadcast,
  LinkAggregation,
  BalanceTransmit,
  BalanceAdaptive,
}

/** What a bond chooses a port by, in the order of the kernel's numbers from 0. */
export enum HashPolicy {
  Layer2,
  Layer34,
  Layer23,
  Encapsulated23,
  Encapsulated34,
  VlanSourceMac,
}

/** A bond. Its ports are the links that name it as their `master`. What is none is as the kernel has it. */
@final
export class Bond {
  constructor(
    public mode: BondMode,
    /** Milliseconds between looks at the carrier of ports; 0 is never. */
    public monitorMilliseconds: Option<u32>,
    public upDelayMilliseconds: Option<u32>,
    public downDelayMilliseconds: Option<u32>,
    public hashPolicy: Option<HashPolicy>,
    /** LACP: a packet every second and not every 30. */
    public fastRate: Option<bool>,
    /** Ports that must have carrier for the bond to have it. */
    public minimumLinks: Option<u32>,
  ) {}
}

/** One end of a pair: what goes into one comes out at the other. */
@final
export class Veth {
  constructor(
    public peer: string,
  ) {}
}

/** A routing domain of its own. Its links are those that name it as their `master`. */
@final
export class Vrf {
  constructor(
    public table: u32,
  ) {}
}

/** The cases of `LinkKind`. */
export enum LinkKindKind {
  Vlan,
  Bridge,
  Bond,
  /** A link that leads nowhere and is always up, for addresses. */
  Dummy,
  Veth,
  Vrf,
}

/** Links that the module makes. */
@final
export class LinkKind {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: LinkKindKind,
    readonly _payload0: Vlan,
    readonly _payload1: Bridge,
    readonly _payload2: Bond,
    readonly _payload3: Veth,
    readonly _payload4: Vrf,
  ) {}

  static vlan(value: Vlan): LinkKind {
    return new LinkKind(LinkKindKind.Vlan, value, changetype<Bridge>(0), changetype<Bond>(0), changetype<Veth>(0), changetype<Vrf>(0));
  }

  /** What `vlan` carries. Traps in any other case. */
  asVlan(): Vlan {
    assert(this.kind == LinkKindKind.Vlan);
    return this._payload0;
  }

  static bridge(value: Bridge): LinkKind {
    return new LinkKind(LinkKindKind.Bridge, changetype<Vlan>(0), value, changetype<Bond>(0), changetype<Veth>(0), changetype<Vrf>(0));
  }

  /** What `bridge` carries. Traps in any other case. */
  asBridge(): Bridge {
    assert(this.kind == LinkKindKind.Bridge);
    return this._payload1;
  }

  static bond(value: Bond): LinkKind {
    return new LinkKind(LinkKindKind.Bond, changetype<Vlan>(0), changetype<Bridge>(0), value, changetype<Veth>(0), changetype<Vrf>(0));
  }

  /** What `bond` carries. Traps in any other case. */
  asBond(): Bond {
    assert(this.kind == LinkKindKind.Bond);
    return this._payload2;
  }

  /** A link that leads nowhere and is always up, for addresses. */
  static dummy(): LinkKind {
    return new LinkKind(LinkKindKind.Dummy, changetype<Vlan>(0), changetype<Bridge>(0), changetype<Bond>(0), changetype<Veth>(0), changetype<Vrf>(0));
  }

  static veth(value: Veth): LinkKind {
    return new LinkKind(LinkKindKind.Veth, changetype<Vlan>(0), changetype<Bridge>(0), changetype<Bond>(0), value, changetype<Vrf>(0));
  }

  /** What `veth` carries. Traps in any other case. */
  asVeth(): Veth {
    assert(this.kind == LinkKindKind.Veth);
    return this._payload3;
  }

  static vrf(value: Vrf): LinkKind {
    return new LinkKind(LinkKindKind.Vrf, changetype<Vlan>(0), changetype<Bridge>(0), changetype<Bond>(0), changetype<Veth>(0), value);
  }

  /** What `vrf` carries. Traps in any other case. */
  asVrf(): Vrf {
    assert(this.kind == LinkKindKind.Vrf);
    return this._payload4;
  }
}

/** What IPv6 does on a link. */
export enum Ipv6Mode {
  Off,
  /** Link-local and declared addresses only. */
  Manual,
  /** The kernel also takes routes and addresses from router advertisements. */
  RouterAdvertisements,
}

@final
export class Link {
  constructor(
    /** 1 to 15 bytes. */
    public name: string,
    /** None if the link must be there already, such as a network card. */
    public kind: Option<LinkKind>,
    /** Whether it is to be up. A link that is declared and does not say is to be up. */
    public up: Option<bool>,
    /** 68 to 65,535 bytes. */
    public mtu: Option<u32>,
    /** `52:54:00:12:34:56`. */
    public hardwareAddress: Option<string>,
    /** The bridge, bond or VRF that it belongs to; the empty string for none. */
    public master: Option<string>,
    public ipv6: Option<Ipv6Mode>,
  ) {}
}

@final
export class Address {
  constructor(
    public link: string,
    /** With its prefix: `10.0.0.1/24`. */
    public address: string,
    /** Use it without asking first whether somebody has it (IPv6, IFA_F_NODAD). */
    public skipDuplicateDetection: bool,
    /** No route to its prefix comes with it (IFA_F_NOPREFIXROUTE). */
    public noPrefixRoute: bool,
  ) {}
}

export enum RouteKind {
  Unicast,
  /** Drops packets. */
  Blackhole,
  /** Drops them and says `host unreachable`. */
  Unreachable,
  /** Drops them and says `administratively prohibited`. */
  Prohibit,
}

/** How far away the destination is (rtnetlink(7), `rtm_scope`). IPv4 only. */
export enum RouteScope {
  Global,
  Link,
  Host,
}

/** A route. Two with the same destination, table and metric are the same route. */
@final
export class Route {
  constructor(
    /** A prefix: `10.1.0.0/16`, `0.0.0.0/0`, `::/0`. */
    public destination: string,
    public kind: RouteKind,
    public gateway: Option<string>,
    /** Needed where there is no gateway, or one that several links lead to. */
    public link: Option<string>,
    /** Less counts more. None is 0 in IPv4 and 1,024 in IPv6, as with the kernel; 0 in IPv6 is that too. */
    public metric: Option<u32>,
    /** None is `main`, 254. */
    public table: Option<u32>,
    /** None follows from the rest: `link` if there is no gateway, else `global`. */
    public scope: Option<RouteScope>,
    /** The address that packets of this machine have as their source. */
    public source: Option<string>,
    /** The gateway is reached by the link though no route says so. */
    public onLink: bool,
    /** The largest packet, in bytes. */
    public mtu: Option<u32>,
  ) {}
}

/** The cases of `RuleAction`. */
export enum RuleActionKind {
  /** Look in this table. */
  Table,
  Blackhole,
  Unreachable,
  Prohibit,
}

@final
export class RuleAction {
  /** Use the static functions: one for each case. */
  constructor(
    readonly kind: RuleActionKind,
    readonly _payload0: u32,
  ) {}

  /** Look in this table. */
  static table(value: u32): RuleAction {
    return new RuleAction(RuleActionKind.Table, value);
  }

  /** What `table` carries. Traps in any other case. */
  asTable(): u32 {
    assert(this.kind == RuleActionKind.Table);
    return this._payload0;
  }

  static blackhole(): RuleAction {
    return new RuleAction(RuleActionKind.Blackhole, 0);
  }

  static unreachable_(): RuleAction {
    return new RuleAction(RuleActionKind.Unreachable, 0);
  }

  static prohibit(): RuleAction {
    return new RuleAction(RuleActionKind.Prohibit, 0);
  }
}

/** A routing rule (ip-rule(8)). Two are the same if all but their actions are equal. */
@final
export class Rule {
  constructor(
    public family: Family,
    /** 1 to 32,765; the kernel's own are at 0, 32,766 and 32,767. */
    public priority: u32,
    /** Prefixes; none is any. */
    public from: Option<string>,
    public to: Option<string>,
    public mark: Option<u32>,
    /** The bits of the mark that count; none is all. */
    public markMask: Option<u32>,
    public incomingLink: Option<string>,
    public outgoingLink: Option<string>,
    public action: RuleAction,
  ) {}
}

/** DHCPv4 on a link. */
@final
export class Dhcp {
  constructor(
    /** `*`: every network card that no other entry names and that has no IPv4 address declared. */
    public link: string,
    /** Off takes back what a lower layer says. */
    public enabled: bool,
    /** The metric of its routes. None is 1,024. */
    public routeMetric: Option<u32>,
    /** The DUID in hexadecimal digits (RFC 4361). None identifies by the hardware address. */
    public clientId: Option<string>,
    /** Tell the server the host name. None is yes. */
    public sendHostName: Option<bool>,
  ) {}
}

@final
export class StaticHost {
  constructor(
    public address: string,
    public names: StaticArray<string>,
  ) {}
}

@final
export class NetworkConfig {
  constructor(
    public layer: Layer,
    public links: StaticArray<Link>,
    public addresses: StaticArray<Address>,
    public routes: StaticArray<Route>,
    public rules: StaticArray<Rule>,
    public dhcp: StaticArray<Dhcp>,
    /** Name servers by address. Those of the highest layer that has any count. */
    public resolvers: StaticArray<string>,
    /** As with `resolvers`. */
    public searchDomains: StaticArray<string>,
    /** 1 to 63 bytes, without the domain. */
    public hostName: Option<string>,
    public domainName: Option<string>,
    /** Lines of the hosts file. All layers together. */
    public hosts: StaticArray<StaticHost>,
    /** As with `resolvers`, by name or address. */
    public timeServers: StaticArray<string>,
  ) {}
}

@final
export class Entry {
  constructor(
    public metadata: Metadata,
    public value: NetworkConfig,
  ) {}
}

@external('cm32p2|eft:resources/network-config@0.1', 'get')
declare function host_get(c0: i32, c1: i32, c2: i32): void;

export function get(id: string): Option<Entry> {
  host_get(changetype<usize>(id), id.length, _area);
  return (load<u8>(_area) ? Option.some<Entry>(_loadEntry(_area + 8)) : Option.none<Entry>());
}

@external('cm32p2|eft:resources/network-config@0.1', 'list')
declare function host_list(c0: i32): void;

export function list(): StaticArray<Entry> {
  host_list(_area);
  return _loadListOfEntry(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:resources/network-config@0.1', 'put')
declare function host_put(c0: i32): void;

export function put(id: string, value: NetworkConfig): void {
  const _mark = scratchMark();
  store<usize>(_area, changetype<usize>(id));
  store<i32>(_area, id.length, 4);
  _storeNetworkConfig(_area + 8, value);
  host_put(_area);
  releaseScratch(_mark);
}

@external('cm32p2|eft:resources/network-config@0.1', 'remove')
declare function host_remove(c0: i32, c1: i32): void;

export function remove(id: string): void {
  host_remove(changetype<usize>(id), id.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(152, 8);

export function _loadEntry(pointer: usize): Entry {
  return new Entry(_loadMetadata(pointer), _loadNetworkConfig(pointer + 40));
}

export function _loadNetworkConfig(pointer: usize): NetworkConfig {
  return new NetworkConfig(
    <i32>load<u8>(pointer),
    _loadListOfLink(load<usize>(pointer, 4), load<i32>(pointer, 8)),
    _loadListOfAddress(load<usize>(pointer, 12), load<i32>(pointer, 16)),
    _loadListOfRoute(load<usize>(pointer, 20), load<i32>(pointer, 24)),
    _loadListOfRule(load<usize>(pointer, 28), load<i32>(pointer, 32)),
    _loadListOfDhcp(load<usize>(pointer, 36), load<i32>(pointer, 40)),
    _loadListOfString(load<usize>(pointer, 44), load<i32>(pointer, 48)),
    _loadListOfString(load<usize>(pointer, 52), load<i32>(pointer, 56)),
    (load<u8>(pointer, 60) ? Option.some<string>(adoptString(load<usize>(pointer, 64), load<i32>(pointer, 68))) : Option.none<string>()),
    (load<u8>(pointer, 72) ? Option.some<string>(adoptString(load<usize>(pointer, 76), load<i32>(pointer, 80))) : Option.none<string>()),
    _loadListOfStaticHost(load<usize>(pointer, 84), load<i32>(pointer, 88)),
    _loadListOfString(load<usize>(pointer, 92), load<i32>(pointer, 96)),
  );
}

function _loadListOfLink(pointer: usize, length: i32): StaticArray<Link> {
  const list = new StaticArray<Link>(length);
  for (let index = 0; index < length; ++index, pointer += 96) {
    unchecked((list[index] = _loadLink(pointer)));
  }
  return list;
}

export function _loadLink(pointer: usize): Link {
  return new Link(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    (load<u8>(pointer, 8) ? Option.some<LinkKind>(_loadLinkKind(pointer + 12)) : Option.none<LinkKind>()),
    (load<u8>(pointer, 56) ? Option.some<bool>(load<bool>(pointer, 57)) : Option.none<bool>()),
    (load<u8>(pointer, 60) ? Option.some<u32>(load<u32>(pointer, 64)) : Option.none<u32>()),
    (load<u8>(pointer, 68) ? Option.some<string>(adoptString(load<usize>(pointer, 72), load<i32>(pointer, 76))) : Option.none<string>()),
    (load<u8>(pointer, 80) ? Option.some<string>(adoptString(load<usize>(pointer, 84), load<i32>(pointer, 88))) : Option.none<string>()),
    (load<u8>(pointer, 92) ? Option.some<Ipv6Mode>(<i32>load<u8>(pointer, 93)) : Option.none<Ipv6Mode>()),
  );
}

export function _loadLinkKind(pointer: usize): LinkKind {
  switch (load<u8>(pointer)) {
    case 0:
      return new LinkKind(LinkKindKind.Vlan, _loadVlan(pointer + 4), changetype<Bridge>(0), changetype<Bond>(0), changetype<Veth>(0), changetype<Vrf>(0));
    case 1:
      return new LinkKind(LinkKindKind.Bridge, changetype<Vlan>(0), _loadBridge(pointer + 4), changetype<Bond>(0), changetype<Veth>(0), changetype<Vrf>(0));
    case 2:
      return new LinkKind(LinkKindKind.Bond, changetype<Vlan>(0), changetype<Bridge>(0), _loadBond(pointer + 4), changetype<Veth>(0), changetype<Vrf>(0));
    case 3:
      return new LinkKind(LinkKindKind.Dummy, changetype<Vlan>(0), changetype<Bridge>(0), changetype<Bond>(0), changetype<Veth>(0), changetype<Vrf>(0));
    case 4:
      return new LinkKind(LinkKindKind.Veth, changetype<Vlan>(0), changetype<Bridge>(0), changetype<Bond>(0), _loadVeth(pointer + 4), changetype<Vrf>(0));
    default:
      return new LinkKind(LinkKindKind.Vrf, changetype<Vlan>(0), changetype<Bridge>(0), changetype<Bond>(0), changetype<Veth>(0), _loadVrf(pointer + 4));
  }
}

export function _loadVlan(pointer: usize): Vlan {
  return new Vlan(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    load<u16>(pointer, 8),
    load<bool>(pointer, 10),
  );
}

export function _loadBridge(pointer: usize): Bridge {
  return new Bridge(
    (load<u8>(pointer) ? Option.some<bool>(load<bool>(pointer, 1)) : Option.none<bool>()),
    (load<u8>(pointer, 2) ? Option.some<bool>(load<bool>(pointer, 3)) : Option.none<bool>()),
  );
}

export function _loadBond(pointer: usize): Bond {
  return new Bond(
    <i32>load<u8>(pointer),
    (load<u8>(pointer, 4) ? Option.some<u32>(load<u32>(pointer, 8)) : Option.none<u32>()),
    (load<u8>(pointer, 12) ? Option.some<u32>(load<u32>(pointer, 16)) : Option.none<u32>()),
    (load<u8>(pointer, 20) ? Option.some<u32>(load<u32>(pointer, 24)) : Option.none<u32>()),
    (load<u8>(pointer, 28) ? Option.some<HashPolicy>(<i32>load<u8>(pointer, 29)) : Option.none<HashPolicy>()),
    (load<u8>(pointer, 30) ? Option.some<bool>(load<bool>(pointer, 31)) : Option.none<bool>()),
    (load<u8>(pointer, 32) ? Option.some<u32>(load<u32>(pointer, 36)) : Option.none<u32>()),
  );
}

export function _loadVeth(pointer: usize): Veth {
  return new Veth(adoptString(load<usize>(pointer), load<i32>(pointer, 4)));
}

export function _loadVrf(pointer: usize): Vrf {
  return new Vrf(load<u32>(pointer));
}

function _loadListOfAddress(pointer: usize, length: i32): StaticArray<Address> {
  const list = new StaticArray<Address>(length);
  for (let index = 0; index < length; ++index, pointer += 20) {
    unchecked((list[index] = _loadAddress(pointer)));
  }
  return list;
}

export function _loadAddress(pointer: usize): Address {
  return new Address(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
    load<bool>(pointer, 16),
    load<bool>(pointer, 17),
  );
}

function _loadListOfRoute(pointer: usize, length: i32): StaticArray<Route> {
  const list = new StaticArray<Route>(length);
  for (let index = 0; index < length; ++index, pointer += 80) {
    unchecked((list[index] = _loadRoute(pointer)));
  }
  return list;
}

export function _loadRoute(pointer: usize): Route {
  return new Route(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    <i32>load<u8>(pointer, 8),
    (load<u8>(pointer, 12) ? Option.some<string>(adoptString(load<usize>(pointer, 16), load<i32>(pointer, 20))) : Option.none<string>()),
    (load<u8>(pointer, 24) ? Option.some<string>(adoptString(load<usize>(pointer, 28), load<i32>(pointer, 32))) : Option.none<string>()),
    (load<u8>(pointer, 36) ? Option.some<u32>(load<u32>(pointer, 40)) : Option.none<u32>()),
    (load<u8>(pointer, 44) ? Option.some<u32>(load<u32>(pointer, 48)) : Option.none<u32>()),
    (load<u8>(pointer, 52) ? Option.some<RouteScope>(<i32>load<u8>(pointer, 53)) : Option.none<RouteScope>()),
    (load<u8>(pointer, 56) ? Option.some<string>(adoptString(load<usize>(pointer, 60), load<i32>(pointer, 64))) : Option.none<string>()),
    load<bool>(pointer, 68),
    (load<u8>(pointer, 72) ? Option.some<u32>(load<u32>(pointer, 76)) : Option.none<u32>()),
  );
}

function _loadListOfRule(pointer: usize, length: i32): StaticArray<Rule> {
  const list = new StaticArray<Rule>(length);
  for (let index = 0; index < length; ++index, pointer += 80) {
    unchecked((list[index] = _loadRule(pointer)));
  }
  return list;
}

export function _loadRule(pointer: usize): Rule {
  return new Rule(
    <i32>load<u8>(pointer),
    load<u32>(pointer, 4),
    (load<u8>(pointer, 8) ? Option.some<string>(adoptString(load<usize>(pointer, 12), load<i32>(pointer, 16))) : Option.none<string>()),
    (load<u8>(pointer, 20) ? Option.some<string>(adoptString(load<usize>(pointer, 24), load<i32>(pointer, 28))) : Option.none<string>()),
    (load<u8>(pointer, 32) ? Option.some<u32>(load<u32>(pointer, 36)) : Option.none<u32>()),
    (load<u8>(pointer, 40) ? Option.some<u32>(load<u32>(pointer, 44)) : Option.none<u32>()),
    (load<u8>(pointer, 48) ? Option.some<string>(adoptString(load<usize>(pointer, 52), load<i32>(pointer, 56))) : Option.none<string>()),
    (load<u8>(pointer, 60) ? Option.some<string>(adoptString(load<usize>(pointer, 64), load<i32>(pointer, 68))) : Option.none<string>()),
    _loadRuleAction(pointer + 72),
  );
}

export function _loadRuleAction(pointer: usize): RuleAction {
  switch (load<u8>(pointer)) {
    case 0:
      return new RuleAction(RuleActionKind.Table, load<u32>(pointer, 4));
    case 1:
      return new RuleAction(RuleActionKind.Blackhole, 0);
    case 2:
      return new RuleAction(RuleActionKind.Unreachable, 0);
    default:
      return new RuleAction(RuleActionKind.Prohibit, 0);
  }
}

function _loadListOfDhcp(pointer: usize, length: i32): StaticArray<Dhcp> {
  const list = new StaticArray<Dhcp>(length);
  for (let index = 0; index < length; ++index, pointer += 36) {
    unchecked((list[index] = _loadDhcp(pointer)));
  }
  return list;
}

export function _loadDhcp(pointer: usize): Dhcp {
  return new Dhcp(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    load<bool>(pointer, 8),
    (load<u8>(pointer, 12) ? Option.some<u32>(load<u32>(pointer, 16)) : Option.none<u32>()),
    (load<u8>(pointer, 20) ? Option.some<string>(adoptString(load<usize>(pointer, 24), load<i32>(pointer, 28))) : Option.none<string>()),
    (load<u8>(pointer, 32) ? Option.some<bool>(load<bool>(pointer, 33)) : Option.none<bool>()),
  );
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}

function _loadListOfStaticHost(pointer: usize, length: i32): StaticArray<StaticHost> {
  const list = new StaticArray<StaticHost>(length);
  for (let index = 0; index < length; ++index, pointer += 16) {
    unchecked((list[index] = _loadStaticHost(pointer)));
  }
  return list;
}

export function _loadStaticHost(pointer: usize): StaticHost {
  return new StaticHost(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    _loadListOfString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
  );
}

function _loadListOfEntry(pointer: usize, length: i32): StaticArray<Entry> {
  const list = new StaticArray<Entry>(length);
  for (let index = 0; index < length; ++index, pointer += 144) {
    unchecked((list[index] = _loadEntry(pointer)));
  }
  return list;
}

export function _storeNetworkConfig(pointer: usize, value: NetworkConfig): void {
  store<u8>(pointer, value.layer);
  store<usize>(pointer, _layOutListOfLink(value.links), 4);
  store<i32>(pointer, value.links.length, 8);
  store<usize>(pointer, _layOutListOfAddress(value.addresses), 12);
  store<i32>(pointer, value.addresses.length, 16);
  store<usize>(pointer, _layOutListOfRoute(value.routes), 20);
  store<i32>(pointer, value.routes.length, 24);
  store<usize>(pointer, _layOutListOfRule(value.rules), 28);
  store<i32>(pointer, value.rules.length, 32);
  store<usize>(pointer, _layOutListOfDhcp(value.dhcp), 36);
  store<i32>(pointer, value.dhcp.length, 40);
  store<usize>(pointer, _layOutListOfString(value.resolvers), 44);
  store<i32>(pointer, value.resolvers.length, 48);
  store<usize>(pointer, _layOutListOfString(value.searchDomains), 52);
  store<i32>(pointer, value.searchDomains.length, 56);
  store<u8>(pointer, value.hostName.isSome, 60);
  if (value.hostName.isSome) {
    store<usize>(pointer, changetype<usize>(value.hostName._value), 64);
    store<i32>(pointer, value.hostName._value.length, 68);
  }
  store<u8>(pointer, value.domainName.isSome, 72);
  if (value.domainName.isSome) {
    store<usize>(pointer, changetype<usize>(value.domainName._value), 76);
    store<i32>(pointer, value.domainName._value.length, 80);
  }
  store<usize>(pointer, _layOutListOfStaticHost(value.hosts), 84);
  store<i32>(pointer, value.hosts.length, 88);
  store<usize>(pointer, _layOutListOfString(value.timeServers), 92);
  store<i32>(pointer, value.timeServers.length, 96);
}

function _layOutListOfLink(list: StaticArray<Link>): usize {
  const start = scratch(list.length, 96);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 96) {
    const element = unchecked(list[index]);
    _storeLink(pointer, element);
  }
  return start;
}

export function _storeLink(pointer: usize, value: Link): void {
  store<usize>(pointer, changetype<usize>(value.name));
  store<i32>(pointer, value.name.length, 4);
  store<u8>(pointer, value.kind.isSome, 8);
  if (value.kind.isSome) {
    _storeLinkKind(pointer + 12, value.kind._value);
  }
  store<u8>(pointer, value.up.isSome, 56);
  if (value.up.isSome) {
    store<u8>(pointer, value.up._value, 57);
  }
  store<u8>(pointer, value.mtu.isSome, 60);
  if (value.mtu.isSome) {
    store<u32>(pointer, value.mtu._value, 64);
  }
  store<u8>(pointer, value.hardwareAddress.isSome, 68);
  if (value.hardwareAddress.isSome) {
    store<usize>(pointer, changetype<usize>(value.hardwareAddress._value), 72);
    store<i32>(pointer, value.hardwareAddress._value.length, 76);
  }
  store<u8>(pointer, value.master.isSome, 80);
  if (value.master.isSome) {
    store<usize>(pointer, changetype<usize>(value.master._value), 84);
    store<i32>(pointer, value.master._value.length, 88);
  }
  store<u8>(pointer, value.ipv6.isSome, 92);
  if (value.ipv6.isSome) {
    store<u8>(pointer, value.ipv6._value, 93);
  }
}

export function _storeLinkKind(pointer: usize, value: LinkKind): void {
  store<u8>(pointer, value.kind);
  switch (value.kind) {
    case LinkKindKind.Vlan: {
      _storeVlan(pointer + 4, value._payload0);
      break;
    }
    case LinkKindKind.Bridge: {
      _storeBridge(pointer + 4, value._payload1);
      break;
    }
    case LinkKindKind.Bond: {
      _storeBond(pointer + 4, value._payload2);
      break;
    }
    case LinkKindKind.Veth: {
      _storeVeth(pointer + 4, value._payload3);
      break;
    }
    case LinkKindKind.Vrf: {
      _storeVrf(pointer + 4, value._payload4);
      break;
    }
  }
}

export function _storeVlan(pointer: usize, value: Vlan): void {
  store<usize>(pointer, changetype<usize>(value.parent));
  store<i32>(pointer, value.parent.length, 4);
  store<u16>(pointer, value.id, 8);
  store<u8>(pointer, value.service, 10);
}

export function _storeBridge(pointer: usize, value: Bridge): void {
  store<u8>(pointer, value.spanningTree.isSome);
  if (value.spanningTree.isSome) {
    store<u8>(pointer, value.spanningTree._value, 1);
  }
  store<u8>(pointer, value.vlanFiltering.isSome, 2);
  if (value.vlanFiltering.isSome) {
    store<u8>(pointer, value.vlanFiltering._value, 3);
  }
}

export function _storeBond(pointer: usize, value: Bond): void {
  store<u8>(pointer, value.mode);
  store<u8>(pointer, value.monitorMilliseconds.isSome, 4);
  if (value.monitorMilliseconds.isSome) {
    store<u32>(pointer, value.monitorMilliseconds._value, 8);
  }
  store<u8>(pointer, value.upDelayMilliseconds.isSome, 12);
  if (value.upDelayMilliseconds.isSome) {
    store<u32>(pointer, value.upDelayMilliseconds._value, 16);
  }
  store<u8>(pointer, value.downDelayMilliseconds.isSome, 20);
  if (value.downDelayMilliseconds.isSome) {
    store<u32>(pointer, value.downDelayMilliseconds._value, 24);
  }
  store<u8>(pointer, value.hashPolicy.isSome, 28);
  if (value.hashPolicy.isSome) {
    store<u8>(pointer, value.hashPolicy._value, 29);
  }
  store<u8>(pointer, value.fastRate.isSome, 30);
  if (value.fastRate.isSome) {
    store<u8>(pointer, value.fastRate._value, 31);
  }
  store<u8>(pointer, value.minimumLinks.isSome, 32);
  if (value.minimumLinks.isSome) {
    store<u32>(pointer, value.minimumLinks._value, 36);
  }
}

export function _storeVeth(pointer: usize, value: Veth): void {
  store<usize>(pointer, changetype<usize>(value.peer));
  store<i32>(pointer, value.peer.length, 4);
}

export function _storeVrf(pointer: usize, value: Vrf): void {
  store<u32>(pointer, value.table);
}

function _layOutListOfAddress(list: StaticArray<Address>): usize {
  const start = scratch(list.length, 20);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 20) {
    const element = unchecked(list[index]);
    _storeAddress(pointer, element);
  }
  return start;
}

export function _storeAddress(pointer: usize, value: Address): void {
  store<usize>(pointer, changetype<usize>(value.link));
  store<i32>(pointer, value.link.length, 4);
  store<usize>(pointer, changetype<usize>(value.address), 8);
  store<i32>(pointer, value.address.length, 12);
  store<u8>(pointer, value.skipDuplicateDetection, 16);
  store<u8>(pointer, value.noPrefixRoute, 17);
}

function _layOutListOfRoute(list: StaticArray<Route>): usize {
  const start = scratch(list.length, 80);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 80) {
    const element = unchecked(list[index]);
    _storeRoute(pointer, element);
  }
  return start;
}

export function _storeRoute(pointer: usize, value: Route): void {
  store<usize>(pointer, changetype<usize>(value.destination));
  store<i32>(pointer, value.destination.length, 4);
  store<u8>(pointer, value.kind, 8);
  store<u8>(pointer, value.gateway.isSome, 12);
  if (value.gateway.isSome) {
    store<usize>(pointer, changetype<usize>(value.gateway._value), 16);
    store<i32>(pointer, value.gateway._value.length, 20);
  }
  store<u8>(pointer, value.link.isSome, 24);
  if (value.link.isSome) {
    store<usize>(pointer, changetype<usize>(value.link._value), 28);
    store<i32>(pointer, value.link._value.length, 32);
  }
  store<u8>(pointer, value.metric.isSome, 36);
  if (value.metric.isSome) {
    store<u32>(pointer, value.metric._value, 40);
  }
  store<u8>(pointer, value.table.isSome, 44);
  if (value.table.isSome) {
    store<u32>(pointer, value.table._value, 48);
  }
  store<u8>(pointer, value.scope.isSome, 52);
  if (value.scope.isSome) {
    store<u8>(pointer, value.scope._value, 53);
  }
  store<u8>(pointer, value.source.isSome, 56);
  if (value.source.isSome) {
    store<usize>(pointer, changetype<usize>(value.source._value), 60);
    store<i32>(pointer, value.source._value.length, 64);
  }
  store<u8>(pointer, value.onLink, 68);
  store<u8>(pointer, value.mtu.isSome, 72);
  if (value.mtu.isSome) {
    store<u32>(pointer, value.mtu._value, 76);
  }
}

function _layOutListOfRule(list: StaticArray<Rule>): usize {
  const start = scratch(list.length, 80);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 80) {
    const element = unchecked(list[index]);
    _storeRule(pointer, element);
  }
  return start;
}

export function _storeRule(pointer: usize, value: Rule): void {
  store<u8>(pointer, value.family);
  store<u32>(pointer, value.priority, 4);
  store<u8>(pointer, value.from.isSome, 8);
  if (value.from.isSome) {
    store<usize>(pointer, changetype<usize>(value.from._value), 12);
    store<i32>(pointer, value.from._value.length, 16);
  }
  store<u8>(pointer, value.to.isSome, 20);
  if (value.to.isSome) {
    store<usize>(pointer, changetype<usize>(value.to._value), 24);
    store<i32>(pointer, value.to._value.length, 28);
  }
  store<u8>(pointer, value.mark.isSome, 32);
  if (value.mark.isSome) {
    store<u32>(pointer, value.mark._value, 36);
  }
  store<u8>(pointer, value.markMask.isSome, 40);
  if (value.markMask.isSome) {
    store<u32>(pointer, value.markMask._value, 44);
  }
  store<u8>(pointer, value.incomingLink.isSome, 48);
  if (value.incomingLink.isSome) {
    store<usize>(pointer, changetype<usize>(value.incomingLink._value), 52);
    store<i32>(pointer, value.incomingLink._value.length, 56);
  }
  store<u8>(pointer, value.outgoingLink.isSome, 60);
  if (value.outgoingLink.isSome) {
    store<usize>(pointer, changetype<usize>(value.outgoingLink._value), 64);
    store<i32>(pointer, value.outgoingLink._value.length, 68);
  }
  _storeRuleAction(pointer + 72, value.action);
}

export function _storeRuleAction(pointer: usize, value: RuleAction): void {
  store<u8>(pointer, value.kind);
  switch (value.kind) {
    case RuleActionKind.Table: {
      store<u32>(pointer, value._payload0, 4);
      break;
    }
  }
}

function _layOutListOfDhcp(list: StaticArray<Dhcp>): usize {
  const start = scratch(list.length, 36);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 36) {
    const element = unchecked(list[index]);
    _storeDhcp(pointer, element);
  }
  return start;
}

export function _storeDhcp(pointer: usize, value: Dhcp): void {
  store<usize>(pointer, changetype<usize>(value.link));
  store<i32>(pointer, value.link.length, 4);
  store<u8>(pointer, value.enabled, 8);
  store<u8>(pointer, value.routeMetric.isSome, 12);
  if (value.routeMetric.isSome) {
    store<u32>(pointer, value.routeMetric._value, 16);
  }
  store<u8>(pointer, value.clientId.isSome, 20);
  if (value.clientId.isSome) {
    store<usize>(pointer, changetype<usize>(value.clientId._value), 24);
    store<i32>(pointer, value.clientId._value.length, 28);
  }
  store<u8>(pointer, value.sendHostName.isSome, 32);
  if (value.sendHostName.isSome) {
    store<u8>(pointer, value.sendHostName._value, 33);
  }
}

function _layOutListOfString(list: StaticArray<string>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, changetype<usize>(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}

function _layOutListOfStaticHost(list: StaticArray<StaticHost>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storeStaticHost(pointer, element);
  }
  return start;
}

export function _storeStaticHost(pointer: usize, value: StaticHost): void {
  store<usize>(pointer, changetype<usize>(value.address));
  store<i32>(pointer, value.address.length, 4);
  store<usize>(pointer, _layOutListOfString(value.names), 8);
  store<i32>(pointer, value.names.length, 12);
}
