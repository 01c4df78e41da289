/** What a link message says, as a value: `struct ifinfomsg` and its attributes (rtnetlink(7), `linux/if_link.h`). */
import { bytesToHex, type HexAddress, hexToBytes } from './messages.ts';
import {
  type Attribute,
  bytesNumber,
  bytesText,
  decodeAttributes,
  encodeAttributes,
  joinBytes,
  textBytes,
  u8Bytes,
  u16Bytes,
  u32Bytes,
} from './netlink-bytes.ts';
import {
  families,
  linkInfoAttributes as I,
  IFLA_BOND_MODE,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_VLAN_ID,
  IFLA_VRF_TABLE,
  linkAttributes as L,
  VETH_INFO_PEER,
} from './rtnetlink.ts';

export type LinkMessage = {
  readonly index: number;
  /** ARPHRD_*: 1 is Ethernet, 772 loopback. */
  readonly hardwareType: number;
  readonly flags: number;
  /** Which of `flags` a request changes. */
  readonly change: number;
  readonly name?: string | undefined;
  readonly address?: HexAddress | undefined;
  readonly broadcast?: HexAddress | undefined;
  /** Bytes. */
  readonly mtu?: number | undefined;
  readonly master?: number | undefined;
  /** The other end of a veth, or what a VLAN is on. */
  readonly parent?: number | undefined;
  readonly operationalState?: number | undefined;
  readonly linkMode?: number | undefined;
  readonly carrier?: boolean | undefined;
  readonly kind?: string | undefined;
  readonly slaveKind?: string | undefined;
  readonly vlanId?: number | undefined;
  readonly vrfTable?: number | undefined;
  readonly bondMode?: number | undefined;
  /** How IPv6 makes its link-local address: 0 from the hardware address, 1 not at all. */
  readonly addressGeneration?: number | undefined;
  readonly transmitQueueLength?: number | undefined;
  readonly group?: number | undefined;
  /** In a request for a veth pair: what its other end is to be. */
  readonly peer?: LinkMessage | undefined;
};

/** Undefined if the bytes do not hold together. */
export function decodeLink(payload: Uint8Array): LinkMessage | undefined {
  const attributes = payload.length < 16 ? undefined : decodeAttributes(payload.subarray(16));
  if (attributes === undefined) return undefined;
  const number = (type: number) => {
    const value = attributes.get(type);
    return value === undefined ? undefined : bytesNumber(value);
  };
  const hex = (type: number) => {
    const value = attributes.get(type);
    return value === undefined ? undefined : bytesToHex(value);
  };
  const name = attributes.get(L.IFLA_IFNAME);
  const carrier = number(L.IFLA_CARRIER);
  return {
    index: bytesNumber(payload.subarray(4, 8)),
    hardwareType: bytesNumber(payload.subarray(2, 4)),
    flags: bytesNumber(payload.subarray(8, 12)),
    change: bytesNumber(payload.subarray(12, 16)),
    name: name && bytesText(name),
    address: hex(L.IFLA_ADDRESS),
    broadcast: hex(L.IFLA_BROADCAST),
    mtu: number(L.IFLA_MTU),
    master: number(L.IFLA_MASTER),
    parent: number(L.IFLA_LINK),
    operationalState: number(L.IFLA_OPERSTATE),
    linkMode: number(L.IFLA_LINKMODE),
    carrier: carrier === undefined ? undefined : carrier !== 0,
    transmitQueueLength: number(L.IFLA_TXQLEN),
    group: number(L.IFLA_GROUP),
    addressGeneration: addressGeneration(attributes.get(L.IFLA_AF_SPEC)),
    ...linkInfo(attributes.get(L.IFLA_LINKINFO)),
  };
}

export function encodeLink(message: LinkMessage): Uint8Array {
  const { index, hardwareType, flags, change, carrier } = message;
  const attributes: Attribute[] = [];
  const add = (type: number, value: Uint8Array | undefined) => {
    if (value !== undefined) attributes.push({ type, value });
  };
  const word = (value: number | undefined) => (value === undefined ? undefined : u32Bytes(value));
  const byte = (value: number | undefined) => (value === undefined ? undefined : u8Bytes(value));
  add(L.IFLA_IFNAME, message.name === undefined ? undefined : textBytes(message.name));
  add(L.IFLA_TXQLEN, word(message.transmitQueueLength));
  add(L.IFLA_OPERSTATE, byte(message.operationalState));
  add(L.IFLA_LINKMODE, byte(message.linkMode));
  add(L.IFLA_MTU, word(message.mtu));
  add(L.IFLA_GROUP, word(message.group));
  add(L.IFLA_MASTER, word(message.master));
  add(L.IFLA_CARRIER, carrier === undefined ? undefined : u8Bytes(Number(carrier)));
  add(L.IFLA_ADDRESS, message.address === undefined ? undefined : hexToBytes(message.address));
  add(L.IFLA_BROADCAST, message.broadcast === undefined ? undefined : hexToBytes(message.broadcast));
  add(L.IFLA_LINK, word(message.parent));
  const info = encodeLinkInfo(message);
  if (info.length > 0) add(L.IFLA_LINKINFO, info);
  if (message.addressGeneration !== undefined) {
    const mode = { type: IFLA_INET6_ADDR_GEN_MODE, value: u8Bytes(message.addressGeneration) };
    add(L.IFLA_AF_SPEC, encodeAttributes([{ type: families.AF_INET6, value: encodeAttributes([mode]) }]));
  }
  return joinBytes([
    Uint8Array.of(0, 0),
    u16Bytes(hardwareType),
    u32Bytes(index),
    u32Bytes(flags),
    u32Bytes(change),
    encodeAttributes(attributes),
  ]);
}

function encodeLinkInfo(message: LinkMessage): Uint8Array {
  const { kind, slaveKind, vlanId, vrfTable, bondMode, peer } = message;
  const data: Attribute[] = [];
  if (vlanId !== undefined) data.push({ type: IFLA_VLAN_ID, value: u16Bytes(vlanId) });
  if (vrfTable !== undefined) data.push({ type: IFLA_VRF_TABLE, value: u32Bytes(vrfTable) });
  if (bondMode !== undefined) data.push({ type: IFLA_BOND_MODE, value: u8Bytes(bondMode) });
  if (peer !== undefined) data.push({ type: VETH_INFO_PEER, value: encodeLink(peer) });
  return encodeAttributes([
    ...(kind === undefined ? [] : [{ type: I.IFLA_INFO_KIND, value: textBytes(kind) }]),
    ...(data.length === 0 ? [] : [{ type: I.IFLA_INFO_DATA, value: encodeAttributes(data) }]),
    ...(slaveKind === undefined ? [] : [{ type: I.IFLA_INFO_SLAVE_KIND, value: textBytes(slaveKind) }]),
  ]);
}

function linkInfo(bytes: Uint8Array | undefined): Partial<LinkMessage> {
  const info = bytes && decodeAttributes(bytes);
  if (info === undefined) return {};
  const kindBytes = info.get(I.IFLA_INFO_KIND);
  const slaveKind = info.get(I.IFLA_INFO_SLAVE_KIND);
  const kind = kindBytes && bytesText(kindBytes);
  const data = decodeAttributes(info.get(I.IFLA_INFO_DATA) ?? new Uint8Array());
  const inData = (type: number) => {
    const value = data?.get(type);
    return value === undefined ? undefined : bytesNumber(value);
  };
  const peer = data?.get(VETH_INFO_PEER);
  return {
    kind,
    slaveKind: slaveKind && bytesText(slaveKind),
    ...(kind === 'vlan' ? { vlanId: inData(IFLA_VLAN_ID) } : {}),
    ...(kind === 'vrf' ? { vrfTable: inData(IFLA_VRF_TABLE) } : {}),
    ...(kind === 'bond' ? { bondMode: inData(IFLA_BOND_MODE) } : {}),
    ...(kind === 'veth' && peer !== undefined ? { peer: decodeLink(peer) } : {}),
  };
}

function addressGeneration(bytes: Uint8Array | undefined): number | undefined {
  const inner = bytes && decodeAttributes(bytes)?.get(families.AF_INET6);
  const mode = inner && decodeAttributes(inner)?.get(IFLA_INET6_ADDR_GEN_MODE);
  return mode && bytesNumber(mode);
}
