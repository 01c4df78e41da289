/** RTM_*ADDR messages: `ifaddrmsg` and IFA_* (linux/if_addr.h). */
import { Family } from '../ip/family';
import { addressBytes, IpAddress } from '../ip/ip-address';
import { longestPrefix, Prefix } from '../ip/prefix';
import { forEver, ObservedAddress, WantedAddress } from '../model/address';
import { ownedProtocol } from './marks';
import { MessageReader } from './message-reader';
import { MessageWriter } from './message-writer';
import * as rt from './numbers';

/** `struct ifaddrmsg`: family, length of the prefix, flags, scope, index. */
const fixedBytes = 8;

/** INFINITY_LIFE_TIME of net/addrconf.h, in seconds. */
const endless: u32 = u32.MAX_VALUE;
const second: u64 = 1_000_000_000;
/** `struct ifa_cacheinfo`: seconds for which it is preferred, seconds for which it is valid, and when it was made and changed. */
const lifetimeBytes = 16;

/** Reads an RTM_NEWADDR or RTM_DELADDR; null if it is unsound or of another family. Lifetimes count from `now`. */
export function readAddress(message: MessageReader, now: u64): ObservedAddress | null {
  if (!message.has(fixedBytes)) return null;
  const family = message.u8(0);
  if (family != <u8>Family.Ipv4 && family != <u8>Family.Ipv6) return null;
  const known = <Family>family;
  const length = <i32>message.u8(1);
  const link = message.u32(4);
  if (length > longestPrefix(known) || link == 0) return null;
  let flags: u32 = message.u8(2);
  let protocol: u8 = 0;
  let valid: u32 = endless;
  let address: IpAddress | null = null;
  let local: IpAddress | null = null;
  const attributes = message.attributes(fixedBytes);
  while (attributes.next()) {
    const isWhole = attributes.length == addressBytes(known);
    if (attributes.type == rt.IFA_ADDRESS && isWhole)
      address = IpAddress.read(known, attributes.bytes, attributes.start);
    else if (attributes.type == rt.IFA_LOCAL && isWhole)
      local = IpAddress.read(known, attributes.bytes, attributes.start);
    else if (attributes.type == rt.IFA_CACHEINFO && attributes.length >= 8)
      valid = load<u32>(changetype<usize>(attributes.bytes) + attributes.start + 4);
    else if (attributes.type == rt.IFA_FLAGS) flags = attributes.u32(flags);
    else if (attributes.type == rt.IFA_PROTO) protocol = attributes.u8(0);
  }
  // IFA_ADDRESS is the other end of a point-to-point link, where IFA_LOCAL says which address is ours.
  const own = local === null ? address : local;
  if (own === null) return null;
  const observed = new ObservedAddress(link, new Prefix(own, length));
  observed.flags = flags;
  observed.protocol = protocol;
  if (valid != endless) observed.validUntil = now + <u64>valid * second;
  return observed;
}

/** Asks for all addresses of both families. */
export function writeAddressDump(writer: MessageWriter, sequence: u32): void {
  writer.begin(rt.RTM_GETADDR, rt.NLM_F_DUMP, sequence);
  writeFixed(writer, 0, 0, 0);
  writer.end();
}

/** Adds an address, or changes the lifetime and the mark of one that is there. Without a lifetime it stays. */
export function writeNewAddress(
  writer: MessageWriter,
  sequence: u32,
  address: WantedAddress,
  link: u32,
  now: u64,
): void {
  const prefix = address.prefix;
  writer.begin(rt.RTM_NEWADDR, rt.NLM_F_ACK | rt.NLM_F_CREATE | rt.NLM_F_REPLACE, sequence);
  writeFixed(writer, <u8>prefix.address.family, prefix.length, link);
  writer.attributeAddress(rt.IFA_LOCAL, prefix.address);
  writer.attributeAddress(rt.IFA_ADDRESS, prefix.address);
  if (prefix.address.family == Family.Ipv4 && prefix.length < 31) {
    const host: u32 = u32.MAX_VALUE >> <u32>prefix.length;
    const broadcast = prefix.length == 0 ? u32.MAX_VALUE : <u32>prefix.address.low | host;
    if (prefix.address.low >> 24 != 127) writer.attributeAddress(rt.IFA_BROADCAST, IpAddress.ipv4(broadcast));
  }
  let flags: u32 = 0;
  if (address.skipsDuplicateDetection) flags |= rt.IFA_F_NODAD;
  if (address.hasNoPrefixRoute) flags |= rt.IFA_F_NOPREFIXROUTE;
  writer.attributeU32(rt.IFA_FLAGS, flags);
  writer.attributeU8(rt.IFA_PROTO, ownedProtocol);
  if (address.validUntil != forEver) {
    const valid = secondsUntil(address.validUntil, now);
    const lifetime = new StaticArray<u8>(lifetimeBytes);
    store<u32>(changetype<usize>(lifetime), valid);
    store<u32>(changetype<usize>(lifetime), valid, 4);
    writer.attributeBytes(rt.IFA_CACHEINFO, lifetime);
  }
  writer.end();
}

/** Removes an address. IFA_ADDRESS makes the length of the prefix count: a link may have the same address in two subnets. */
export function writeAddressRemoval(writer: MessageWriter, sequence: u32, address: ObservedAddress): void {
  const prefix = address.prefix;
  writer.begin(rt.RTM_DELADDR, rt.NLM_F_ACK, sequence);
  writeFixed(writer, <u8>prefix.address.family, prefix.length, address.link);
  writer.attributeAddress(rt.IFA_LOCAL, prefix.address);
  writer.attributeAddress(rt.IFA_ADDRESS, prefix.address);
  writer.end();
}

/** Rounded up, and at least one: the kernel takes no lifetime that has ended. */
function secondsUntil(end: u64, now: u64): u32 {
  const rest = end > now ? (end - now + second - 1) / second : 1;
  return <u32>min(rest, <u64>endless - 1);
}

function writeFixed(writer: MessageWriter, family: u8, length: i32, link: u32): void {
  writer.u8(family);
  writer.u8(<u8>length);
  writer.u16(0);
  writer.u32(link);
}
