/**
 * A UDP datagram in an IPv4 packet, as it passes a packet socket: the kernel's own checks have not been made, so all are made here.
 * RFC 791 section 3.1, RFC 768, RFC 1122 sections 3.2.1 and 4.1.3.
 */
import { checksumSum, copyBytes, foldChecksum, putU16, putU32, u16At, u32At } from './octets';

const ipv4HeaderBytes: i32 = 20;
const udpHeaderBytes: i32 = 8;
const udpProtocol: u32 = 17;
/** Hops a packet may make: DHCP packets to all and to one link alike (RFC 1700's default). */
const timeToLive: u8 = 64;
/** Type of service: internetwork control, CS6, as is customary for what the network itself needs (RFC 4594 section 3.2). */
const serviceClass: u8 = 0xc0;

export const serverPort: u32 = 67;
export const clientPort: u32 = 68;
export const limitedBroadcast: u32 = 0xffffffff;

export class UdpPacket {
  constructor(
    public readonly source: u32,
    public readonly destination: u32,
    public readonly sourcePort: u32,
    public readonly destinationPort: u32,
    public readonly payload: StaticArray<u8>,
  ) {}
}

/**
 * Reads a packet, or gives null for whatever is not one whole, unfragmented UDP datagram with right checksums. `isChecksumPending`: UDP's is
 * still the hardware's to make, and says nothing. Bytes after the packet (Ethernet padding) are not looked at.
 */
export function readUdpPacket(bytes: StaticArray<u8>, isChecksumPending: bool): UdpPacket | null {
  if (bytes.length < ipv4HeaderBytes) return null;
  const headerBytes = <i32>(bytes[0] & 0x0f) * 4;
  if (bytes[0] >> 4 != 4 || headerBytes < ipv4HeaderBytes || headerBytes > bytes.length) return null;
  const totalBytes = <i32>u16At(bytes, 2);
  if (totalBytes > bytes.length || totalBytes < headerBytes + udpHeaderBytes) return null;
  if (foldChecksum(checksumSum(bytes, 0, headerBytes, 0)) != 0) return null;
  // More fragments, or an offset: replies fit one packet, as option 57 says, and nothing here reassembles.
  if ((u16At(bytes, 6) & 0x3fff) != 0) return null;
  if (bytes[9] != udpProtocol) return null;
  const udpBytes = <i32>u16At(bytes, headerBytes + 4);
  if (udpBytes < udpHeaderBytes || headerBytes + udpBytes > totalBytes) return null;
  const hasChecksum = u16At(bytes, headerBytes + 6) != 0;
  if (hasChecksum && !isChecksumPending) {
    if (foldChecksum(checksumSum(bytes, headerBytes, udpBytes, pseudoHeaderSum(bytes, udpBytes))) != 0)
      return null;
  }
  return new UdpPacket(
    u32At(bytes, 12),
    u32At(bytes, 16),
    u16At(bytes, headerBytes),
    u16At(bytes, headerBytes + 2),
    bytes.slice<StaticArray<u8>>(headerBytes + udpHeaderBytes, headerBytes + udpBytes),
  );
}

/** A packet from 0.0.0.0 or the client's address, port 68, to a server. `payload` has at most 1,472 bytes. */
export function writeUdpPacket(source: u32, destination: u32, payload: StaticArray<u8>): StaticArray<u8> {
  const udpBytes = udpHeaderBytes + payload.length;
  const bytes = new StaticArray<u8>(ipv4HeaderBytes + udpBytes);
  bytes[0] = 0x45;
  bytes[1] = serviceClass;
  putU16(bytes, 2, bytes.length);
  // Never fragmented, so the identification may be 0 (RFC 6864 section 4.1); DF says so.
  putU16(bytes, 6, 0x4000);
  bytes[8] = timeToLive;
  bytes[9] = <u8>udpProtocol;
  putU32(bytes, 12, source);
  putU32(bytes, 16, destination);
  putU16(bytes, 10, foldChecksum(checksumSum(bytes, 0, ipv4HeaderBytes, 0)));
  putU16(bytes, ipv4HeaderBytes, clientPort);
  putU16(bytes, ipv4HeaderBytes + 2, serverPort);
  putU16(bytes, ipv4HeaderBytes + 4, udpBytes);
  copyBytes(bytes, ipv4HeaderBytes + udpHeaderBytes, payload, 0, payload.length);
  const checksum = foldChecksum(
    checksumSum(bytes, ipv4HeaderBytes, udpBytes, pseudoHeaderSum(bytes, udpBytes)),
  );
  // 0 would say that there is none (RFC 768).
  putU16(bytes, ipv4HeaderBytes + 6, checksum == 0 ? 0xffff : checksum);
  return bytes;
}

/** What UDP's checksum covers of the IP header: both addresses, the protocol, the length (RFC 768). */
function pseudoHeaderSum(bytes: StaticArray<u8>, udpBytes: i32): u32 {
  return checksumSum(bytes, 12, 8, udpProtocol + <u32>udpBytes);
}
