/**
 * What a packet socket lets through, as a program of classic BPF that the kernel runs (`linux/filter.h`, `linux/bpf_common.h`, the
 * kernel's Documentation/networking/filter.rst), and the same rule for what goes out, in TypeScript. Pure.
 *
 * The program sees a packet from its network header on, as sockets of the type SOCK_DGRAM do.
 */
import type { FilterInstruction } from '../native/socket-option.ts';

/** Operation codes: class, size, mode and operation added up (`linux/bpf_common.h`). */
const operations = {
  /** A = packet[k], 4, 2 or 1 bytes; or A = something about the packet, for k from SKF_AD_OFF. */
  loadWord: 0x20,
  loadHalf: 0x28,
  loadByte: 0x30,
  /** A = packet[X + k], 2 bytes. */
  loadHalfIndexed: 0x48,
  /** X = 4 * (packet[k] & 0xf): the length of an IPv4 header. */
  loadHeaderLength: 0xb1,
  shiftRight: 0x74,
  jumpIfEqual: 0x15,
  jumpIfGreater: 0x25,
  jumpIfAnyBit: 0x45,
  result: 0x06,
} as const;

/** `linux/filter.h`: SKF_AD_OFF with SKF_AD_PKTTYPE and SKF_AD_IFINDEX. */
const aboutPacket = { type: 0xffff_f004, interfaceIndex: 0xffff_f008 };
/** PACKET_HOST, PACKET_BROADCAST and PACKET_MULTICAST are 0 to 2; above are others' packets and our own (`linux/if_packet.h`). */
const lastWantedType = 2;
/** All of the packet. */
const acceptBytes = 0x4_0000;
/** IPPROTO_UDP (RFC 768), and the fields of RFC 791 and RFC 8200 that lead to the port. */
const protocolUdp = 17;
const fragmentOffsetMask = 0x1fff;
const ipv6HeaderBytes = 40;

const etherTypeIpv4 = 0x0800;
const etherTypeIpv6 = 0x86dd;

export type PacketRule = {
  readonly link: number;
  readonly etherType: number;
  readonly udpPorts: readonly number[] | 'all';
};

/** Goes on if the comparison of A with `k` holds, or if `isWanted` is false, if it does not; else the packet is dropped. */
function require(code: number, k: number, isWanted: boolean): readonly FilterInstruction[] {
  return [{ code, k, jt: isWanted ? 1 : 0, jf: isWanted ? 0 : 1 }, result(0)];
}

function load(code: number, k: number): FilterInstruction {
  return { code, k, jt: 0, jf: 0 };
}

/** Ends with so many bytes of the packet. */
function result(bytes: number): FilterInstruction {
  return { code: operations.result, k: bytes, jt: 0, jf: 0 };
}

/**
 * Lets through what comes in by the link itself, and not by a VLAN on it; what is for us, a group or all; and if there are ports, UDP to one
 * of them, in one piece or the first of it. IPv6 with extension headers is left out.
 */
export function filterProgram({ link, etherType, udpPorts }: PacketRule): readonly FilterInstruction[] {
  const { jumpIfEqual, jumpIfGreater, loadWord } = operations;
  const program = [
    load(loadWord, aboutPacket.type),
    ...require(jumpIfGreater, lastWantedType, false),
    load(loadWord, aboutPacket.interfaceIndex),
    ...require(jumpIfEqual, link, true),
  ];
  if (udpPorts === 'all') return [...program, result(acceptBytes)];
  program.push(...(etherType === etherTypeIpv4 ? udpOverIpv4 : udpOverIpv6));
  for (const port of udpPorts)
    program.push({ code: jumpIfEqual, k: port, jt: 0, jf: 1 }, result(acceptBytes));
  return [...program, result(0)];
}

const udpOverIpv4: readonly FilterInstruction[] = [
  load(operations.loadByte, 0),
  load(operations.shiftRight, 4),
  ...require(operations.jumpIfEqual, 4, true),
  load(operations.loadByte, 9),
  ...require(operations.jumpIfEqual, protocolUdp, true),
  load(operations.loadHalf, 6),
  ...require(operations.jumpIfAnyBit, fragmentOffsetMask, false),
  load(operations.loadHeaderLength, 0),
  load(operations.loadHalfIndexed, 2),
];

const udpOverIpv6: readonly FilterInstruction[] = [
  load(operations.loadByte, 0),
  load(operations.shiftRight, 4),
  ...require(operations.jumpIfEqual, 6, true),
  load(operations.loadByte, 6),
  ...require(operations.jumpIfEqual, protocolUdp, true),
  load(operations.loadHalf, ipv6HeaderBytes + 2),
];

/** Why `payload` may not be sent under the rule: it must be UDP from one of the ports. Undefined if it may. */
export function outgoingFault(
  { etherType, udpPorts }: Omit<PacketRule, 'link'>,
  payload: Uint8Array,
): string | undefined {
  if (udpPorts === 'all') return undefined;
  const at = etherType === etherTypeIpv6 ? udpStartIpv6(payload) : udpStartIpv4(payload);
  const [high, low] = [payload[at ?? -1], payload[(at ?? -1) + 1]];
  if (at === undefined || high === undefined || low === undefined) return 'it is no UDP in one piece';
  const port = high * 256 + low;
  return udpPorts.includes(port) ? undefined : `it is UDP from port ${port}`;
}

function udpStartIpv4(payload: Uint8Array): number | undefined {
  const [first = 0, protocol, fragmentHigh = 0xff, fragmentLow = 0xff] = [
    payload[0],
    payload[9],
    payload[6],
    payload[7],
  ];
  const headerLength = (first & 0xf) * 4;
  if (first >> 4 !== 4 || headerLength < 20 || protocol !== protocolUdp) return undefined;
  // Neither an offset nor more to follow: what comes after a first piece could be anything.
  return ((fragmentHigh & 0x3f) | fragmentLow) === 0 ? headerLength : undefined;
}

function udpStartIpv6(payload: Uint8Array): number | undefined {
  return (payload[0] ?? 0) >> 4 === 6 && payload[6] === protocolUdp ? ipv6HeaderBytes : undefined;
}
