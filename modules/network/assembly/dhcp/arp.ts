/** ARP for IPv4 on Ethernet (RFC 826), as far as finding out who else has an address needs it (RFC 5227). */
import { copyBytes, isSameBytes, putU16, putU32, u16At, u32At } from './octets';

const arpBytes: i32 = 28;
const ethernet: u32 = 1;
const ipv4: u32 = 0x0800;
const request: u32 = 1;

/** "Does anybody have this address?", without claiming it (RFC 5227 section 2.1.1). */
export function arpProbe(hardwareAddress: StaticArray<u8>, address: u32): StaticArray<u8> {
  return arpRequest(hardwareAddress, 0, address);
}

/** "I have this address": neighbours who remember another holder forget it (RFC 5227 section 2.3). */
export function arpAnnouncement(hardwareAddress: StaticArray<u8>, address: u32): StaticArray<u8> {
  return arpRequest(hardwareAddress, address, address);
}

function arpRequest(hardwareAddress: StaticArray<u8>, sender: u32, target: u32): StaticArray<u8> {
  const bytes = new StaticArray<u8>(arpBytes);
  putU16(bytes, 0, ethernet);
  putU16(bytes, 2, ipv4);
  bytes[4] = 6;
  bytes[5] = 4;
  putU16(bytes, 6, request);
  copyBytes(bytes, 8, hardwareAddress, 0, 6);
  putU32(bytes, 14, sender);
  putU32(bytes, 24, target);
  return bytes;
}

/**
 * The hardware address of another machine that has `address`, or null if the packet shows none. While it is probed for, somebody else
 * who probes for it as well counts too (RFC 5227 section 2.1.1, last but one paragraph).
 */
export function otherHolder(
  bytes: StaticArray<u8>,
  own: StaticArray<u8>,
  address: u32,
  isProbing: bool,
): StaticArray<u8> | null {
  if (bytes.length < arpBytes) return null;
  if (u16At(bytes, 0) != ethernet || u16At(bytes, 2) != ipv4 || bytes[4] != 6 || bytes[5] != 4) return null;
  const operation = u16At(bytes, 6);
  if (operation != request && operation != 2) return null;
  const sender = bytes.slice<StaticArray<u8>>(8, 14);
  if (isSameBytes(sender, own)) return null;
  const claimed = u32At(bytes, 14);
  if (claimed == address) return sender;
  const isProbe = operation == request && claimed == 0 && u32At(bytes, 24) == address;
  return isProbing && isProbe ? sender : null;
}
