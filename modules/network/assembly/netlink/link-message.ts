/** RTM_*LINK messages: `ifinfomsg` (linux/rtnetlink.h) and IFLA_* (linux/if_link.h). */
import { hardwareText, parseHardware } from '../ip/hardware-address';
import {
  asItIs,
  KindSettings,
  kindFromName,
  kindName,
  LinkKind,
  ObservedLink,
  WantedLink,
} from '../model/link';
import { ownedGroup } from './marks';
import { AttributeReader, MessageReader } from './message-reader';
import { MessageWriter } from './message-writer';
import * as rt from './numbers';

/** `struct ifinfomsg`: family, type, index, flags, mask of flags. */
const fixedBytes = 16;

/** Reads an RTM_NEWLINK or RTM_DELLINK; null if it is unsound, or of a bridge's port and not of a link (family not AF_UNSPEC). */
export function readLink(message: MessageReader): ObservedLink | null {
  if (!message.has(fixedBytes) || message.u8(0) != 0) return null;
  const link = new ObservedLink(message.u32(4));
  if (link.index == 0) return null;
  link.kindText = hardwareKind(message.u16(2));
  link.flags = message.u32(8);
  const attributes = message.attributes(fixedBytes);
  while (attributes.next()) {
    switch (<i32>attributes.type) {
      case <i32>rt.IFLA_IFNAME:
        link.name = attributes.text();
        break;
      case <i32>rt.IFLA_ADDRESS:
        link.hardwareAddress = hardwareText(attributes.bytes, attributes.start, attributes.length);
        break;
      case <i32>rt.IFLA_MTU:
        link.mtu = attributes.u32(0);
        break;
      case <i32>rt.IFLA_LINK:
        link.below = attributes.u32(0);
        break;
      case <i32>rt.IFLA_MASTER:
        link.master = attributes.u32(0);
        break;
      case <i32>rt.IFLA_OPERSTATE:
        link.operationalState = attributes.u8(0);
        break;
      case <i32>rt.IFLA_GROUP:
        link.group = attributes.u32(0);
        break;
      case <i32>rt.IFLA_LINKINFO:
        readKind(attributes.nested(), link);
        break;
      default:
        break;
    }
  }
  return link.name.length > 0 ? link : null;
}

function hardwareKind(type: u16): string {
  if (type == rt.ARPHRD_ETHER) return 'ethernet';
  return type == rt.ARPHRD_LOOPBACK ? 'loopback' : 'other';
}

/** The kernel writes the kind before the data, but nothing says that it must. */
function readKind(info: AttributeReader, link: ObservedLink): void {
  let dataStart = 0;
  let dataEnd = 0;
  while (info.next()) {
    if (info.type == rt.IFLA_INFO_KIND) {
      link.kindText = info.text();
      link.settings.kind = kindFromName(link.kindText);
    } else if (info.type == rt.IFLA_INFO_DATA) {
      dataStart = info.start;
      dataEnd = info.start + info.length;
    }
  }
  if (dataEnd > dataStart) readSettings(new AttributeReader(info.bytes, dataStart, dataEnd), link.settings);
}

function readSettings(data: AttributeReader, settings: KindSettings): void {
  while (data.next()) {
    const type = data.type;
    switch (settings.kind) {
      case LinkKind.Vlan:
        if (type == rt.IFLA_VLAN_ID) settings.vlanId = data.u16(0);
        else if (type == rt.IFLA_VLAN_PROTOCOL) settings.vlanProtocol = bswap<u16>(data.u16(0));
        break;
      case LinkKind.Bridge:
        if (type == rt.IFLA_BR_STP_STATE) settings.spanningTree = data.u32(0) != 0 ? 1 : 0;
        else if (type == rt.IFLA_BR_VLAN_FILTERING) settings.vlanFiltering = data.u8(0) != 0 ? 1 : 0;
        break;
      case LinkKind.Bond:
        readBond(data, settings);
        break;
      case LinkKind.Vrf:
        if (type == rt.IFLA_VRF_TABLE) settings.table = data.u32(0);
        break;
      default:
        break;
    }
  }
}

function readBond(data: AttributeReader, settings: KindSettings): void {
  switch (<i32>data.type) {
    case <i32>rt.IFLA_BOND_MODE:
      settings.bondMode = data.u8(0);
      break;
    case <i32>rt.IFLA_BOND_MIIMON:
      settings.monitorMilliseconds = data.u32(0);
      break;
    case <i32>rt.IFLA_BOND_UPDELAY:
      settings.upDelayMilliseconds = data.u32(0);
      break;
    case <i32>rt.IFLA_BOND_DOWNDELAY:
      settings.downDelayMilliseconds = data.u32(0);
      break;
    case <i32>rt.IFLA_BOND_XMIT_HASH_POLICY:
      settings.hashPolicy = data.u8(0);
      break;
    case <i32>rt.IFLA_BOND_MIN_LINKS:
      settings.minimumLinks = data.u32(0);
      break;
    case <i32>rt.IFLA_BOND_AD_LACP_RATE:
      settings.fastRate = data.u8(0);
      break;
    default:
      break;
  }
}

/** Asks for all links. */
export function writeLinkDump(writer: MessageWriter, sequence: u32): void {
  writer.begin(rt.RTM_GETLINK, rt.NLM_F_DUMP, sequence);
  writeFixed(writer, 0, 0, 0);
  writer.end();
}

/** Makes a link, down, with the mark of who made it. `below` is the index of the link below, of a VLAN. */
export function writeNewLink(writer: MessageWriter, sequence: u32, link: WantedLink, below: u32): void {
  writer.begin(rt.RTM_NEWLINK, rt.NLM_F_ACK | rt.NLM_F_CREATE | rt.NLM_F_EXCL, sequence);
  writeFixed(writer, 0, 0, 0);
  writer.attributeText(rt.IFLA_IFNAME, link.name);
  writer.attributeU32(rt.IFLA_GROUP, ownedGroup);
  if (link.settings.kind == LinkKind.Vlan) writer.attributeU32(rt.IFLA_LINK, below);
  if (link.mtu > 0) writer.attributeU32(rt.IFLA_MTU, link.mtu);
  writeHardware(writer, link.hardwareAddress);
  writeInfo(writer, link.settings, true);
  writer.end();
}

/** What of a link that is there is to change. */
export class LinkChange {
  /** -1: as it is; else 0 or 1. */
  up: i32 = -1;
  mtu: u32 = 0;
  hardwareAddress: string = '';
  hasMaster: bool = false;
  master: u32 = 0;
  /** The settings of the kind that can change while it lives, or null. */
  settings: KindSettings | null = null;
}

export function writeLinkChange(writer: MessageWriter, sequence: u32, index: u32, change: LinkChange): void {
  writer.begin(rt.RTM_NEWLINK, rt.NLM_F_ACK, sequence);
  writeFixed(writer, index, change.up > 0 ? rt.IFF_UP : 0, change.up >= 0 ? rt.IFF_UP : 0);
  if (change.mtu > 0) writer.attributeU32(rt.IFLA_MTU, change.mtu);
  writeHardware(writer, change.hardwareAddress);
  if (change.hasMaster) writer.attributeU32(rt.IFLA_MASTER, change.master);
  const settings = change.settings;
  if (settings !== null) writeInfo(writer, settings, false);
  writer.end();
}

export function writeLinkRemoval(writer: MessageWriter, sequence: u32, index: u32): void {
  writer.begin(rt.RTM_DELLINK, rt.NLM_F_ACK, sequence);
  writeFixed(writer, index, 0, 0);
  writer.end();
}

function writeFixed(writer: MessageWriter, index: u32, flags: u32, mask: u32): void {
  writer.u32(0);
  writer.u32(index);
  writer.u32(flags);
  writer.u32(mask);
}

function writeHardware(writer: MessageWriter, text: string): void {
  if (text.length == 0) return;
  const bytes = parseHardware(text);
  if (bytes !== null) writer.attributeBytes(rt.IFLA_ADDRESS, bytes);
}

/** IFLA_LINKINFO. What can be set only when the link is made is left out later. */
function writeInfo(writer: MessageWriter, settings: KindSettings, isNew: bool): void {
  const info = writer.beginNested(rt.IFLA_LINKINFO);
  writer.attributeText(rt.IFLA_INFO_KIND, kindName(settings.kind));
  const data = writer.beginNested(rt.IFLA_INFO_DATA);
  switch (settings.kind) {
    case LinkKind.Vlan:
      if (isNew) {
        writer.attributeU16(rt.IFLA_VLAN_ID, <u16>settings.vlanId);
        writer.attributeU16(rt.IFLA_VLAN_PROTOCOL, bswap<u16>(<u16>settings.vlanProtocol));
      }
      break;
    case LinkKind.Bridge:
      optionalU32(writer, rt.IFLA_BR_STP_STATE, settings.spanningTree);
      optionalU8(writer, rt.IFLA_BR_VLAN_FILTERING, settings.vlanFiltering);
      break;
    case LinkKind.Bond:
      writeBond(writer, settings, isNew);
      break;
    case LinkKind.Veth:
      if (isNew) writePeer(writer, settings.peer);
      break;
    case LinkKind.Vrf:
      if (isNew) writer.attributeU32(rt.IFLA_VRF_TABLE, <u32>settings.table);
      break;
    default:
      break;
  }
  writer.endNested(data);
  writer.endNested(info);
}

/** The kernel takes the delays only once there is something to delay: MIIMON comes first. */
function writeBond(writer: MessageWriter, settings: KindSettings, isNew: bool): void {
  if (isNew) optionalU8(writer, rt.IFLA_BOND_MODE, settings.bondMode);
  optionalU32(writer, rt.IFLA_BOND_MIIMON, settings.monitorMilliseconds);
  optionalU32(writer, rt.IFLA_BOND_UPDELAY, settings.upDelayMilliseconds);
  optionalU32(writer, rt.IFLA_BOND_DOWNDELAY, settings.downDelayMilliseconds);
  optionalU8(writer, rt.IFLA_BOND_XMIT_HASH_POLICY, settings.hashPolicy);
  optionalU32(writer, rt.IFLA_BOND_MIN_LINKS, settings.minimumLinks);
  optionalU8(writer, rt.IFLA_BOND_AD_LACP_RATE, settings.fastRate);
}

/** The other end of a pair, an `ifinfomsg` with attributes of its own; it gets the mark as well. */
function writePeer(writer: MessageWriter, name: string): void {
  const peer = writer.beginNested(rt.VETH_INFO_PEER);
  writeFixed(writer, 0, 0, 0);
  writer.attributeText(rt.IFLA_IFNAME, name);
  writer.attributeU32(rt.IFLA_GROUP, ownedGroup);
  writer.endNested(peer);
}

function optionalU8(writer: MessageWriter, type: u16, value: i64): void {
  if (value != asItIs) writer.attributeU8(type, <u8>value);
}

function optionalU32(writer: MessageWriter, type: u16, value: i64): void {
  if (value != asItIs) writer.attributeU32(type, <u32>value);
}
