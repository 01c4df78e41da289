/** Links: as wanted, and as the kernel has them. Both say what kind a link is in the same words, so that they can be compared. */

export enum LinkKind {
  /** Not one that the module makes: a network card, a loopback, or a kind that it does not know. */
  Other,
  Vlan,
  Bridge,
  Bond,
  Dummy,
  Veth,
  Vrf,
}

/** The kernel's names for the kinds (`rtnl_link_ops.kind`), by `LinkKind`. */
const kindNames: StaticArray<string> = ['', 'vlan', 'bridge', 'bond', 'dummy', 'veth', 'vrf'];

export function kindName(kind: LinkKind): string {
  return kindNames[kind];
}

export function kindFromName(name: string): LinkKind {
  for (let kind = 1; kind < kindNames.length; ++kind) if (kindNames[kind] == name) return kind;
  return LinkKind.Other;
}

/** Says that a setting is to stay as it is. */
export const asItIs: i64 = -1;

/** What belongs to the kind of a link. `asItIs` where nothing is wanted or known. */
export class KindSettings {
  kind: LinkKind = LinkKind.Other;
  /** Of a VLAN, wanted: the link below, by name. */
  parent: string = '';
  vlanId: i64 = asItIs;
  vlanProtocol: i64 = asItIs;
  spanningTree: i64 = asItIs;
  vlanFiltering: i64 = asItIs;
  bondMode: i64 = asItIs;
  monitorMilliseconds: i64 = asItIs;
  upDelayMilliseconds: i64 = asItIs;
  downDelayMilliseconds: i64 = asItIs;
  hashPolicy: i64 = asItIs;
  fastRate: i64 = asItIs;
  minimumLinks: i64 = asItIs;
  /** Of a pair, wanted: the other end, by name. */
  peer: string = '';
  /** Of a VRF. */
  table: i64 = asItIs;

  copy(): KindSettings {
    const copy = new KindSettings();
    copy.kind = this.kind;
    copy.parent = this.parent;
    copy.vlanId = this.vlanId;
    copy.vlanProtocol = this.vlanProtocol;
    copy.spanningTree = this.spanningTree;
    copy.vlanFiltering = this.vlanFiltering;
    copy.bondMode = this.bondMode;
    copy.monitorMilliseconds = this.monitorMilliseconds;
    copy.upDelayMilliseconds = this.upDelayMilliseconds;
    copy.downDelayMilliseconds = this.downDelayMilliseconds;
    copy.hashPolicy = this.hashPolicy;
    copy.fastRate = this.fastRate;
    copy.minimumLinks = this.minimumLinks;
    copy.peer = this.peer;
    copy.table = this.table;
    return copy;
  }
}

/** Whether a wanted setting is as it is observed. What the kernel does not show it is believed to have. */
export function isAsWanted(wanted: i64, observed: i64): bool {
  return wanted == asItIs || observed == asItIs || wanted == observed;
}

/** What IPv6 does on a link, as wanted. The numbers after `Unset` are those of WIT's `ipv6-mode`. */
export enum Ipv6Mode {
  Unset = -1,
  Off,
  Manual,
  RouterAdvertisements,
}

export class WantedLink {
  settings: KindSettings = new KindSettings();
  /** -1: nothing said, which in the end means up; else 0 or 1. */
  up: i32 = -1;
  /** 0: as it is. */
  mtu: u32 = 0;
  /** Empty: as it is. In small letters. */
  hardwareAddress: string = '';
  /** Null: as it is. Empty: none. */
  master: string | null = null;
  ipv6: Ipv6Mode = Ipv6Mode.Unset;
  layer: i32 = 0;
  constructor(public readonly name: string) {}

  get isUp(): bool {
    return this.up != 0;
  }
}

export class ObservedLink {
  name: string = '';
  /** The kernel's name for its kind, or by its hardware: `ethernet`, `loopback`, `other`. */
  kindText: string = '';
  settings: KindSettings = new KindSettings();
  flags: u32 = 0;
  mtu: u32 = 0;
  hardwareAddress: string = '';
  operationalState: i32 = 0;
  /** Interface indexes, or 0. */
  master: u32 = 0;
  below: u32 = 0;
  group: u32 = 0;
  /** The dump in which it was last seen (observe/kernel-view.ts). */
  generation: u32 = 0;
  constructor(public readonly index: u32) {}
}
