/** Options of sockets: getsockopt(2), setsockopt(2), and the ones that Eft needs by name. */
import { architecture } from './arch/architecture.ts';
import { native } from './binding.ts';
import { cString } from './c-string.ts';
import { KernelError } from './errno.ts';
import { describe, type FileDescriptor } from './file-descriptor.ts';
import { readStruct, writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** Level SOL_SOCKET. `asm-generic/socket.h` */
export const socketOptions = {
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_ERROR: 4,
  SO_BROADCAST: 6,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_PASSCRED: 16,
  SO_PEERCRED: 17,
  SO_BINDTODEVICE: 25,
  SO_ATTACH_FILTER: 26,
  SO_DETACH_FILTER: 27,
  SO_SNDBUFFORCE: 32,
  SO_RCVBUFFORCE: 33,
  SO_MARK: 36,
  SO_RXQ_OVFL: 40,
  SO_BINDTOIFINDEX: 62,
} as const;

/** Level SOL_NETLINK (270, glibc's `bits/socket.h`). `linux/netlink.h` */
export const netlinkOptions = {
  NETLINK_ADD_MEMBERSHIP: 1,
  NETLINK_DROP_MEMBERSHIP: 2,
  NETLINK_NO_ENOBUFS: 5,
  NETLINK_CAP_ACK: 10,
  NETLINK_EXT_ACK: 11,
  NETLINK_GET_STRICT_CHK: 12,
} as const;

/** Level SOL_PACKET (263, glibc's `bits/socket.h`). `linux/if_packet.h` */
export const packetOptions = {
  PACKET_ADD_MEMBERSHIP: 1,
  PACKET_AUXDATA: 8,
  PACKET_IGNORE_OUTGOING: 23,
  TP_STATUS_CSUMNOTREADY: 8,
} as const;

/** Level IPPROTO_IP, and the type of the control data that the option asks for. `linux/in.h` */
export const internet4Options = { IPPROTO_IP: 0, IP_PKTINFO: 8 } as const;

/** Level IPPROTO_IPV6; IPV6_PKTINFO is the type of the control data that IPV6_RECVPKTINFO asks for. `linux/in6.h` */
export const internet6Options = {
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  IPV6_RECVPKTINFO: 49,
  IPV6_PKTINFO: 50,
} as const;

/** glibc's `bits/socket.h`; the kernel keeps them in its internal `linux/socket.h` */
export const optionLevels = { SOL_PACKET: 263, SOL_NETLINK: 270 } as const;

/** Longest interface name in bytes, the zero included. `linux/if.h`, IFNAMSIZ */
export const INTERFACE_NAME_BYTES_MAX = 16;

/** Most instructions of a socket filter. `linux/bpf_common.h`, BPF_MAXINSNS */
export const FILTER_INSTRUCTIONS_MAX = 4096;

/** setsockopt(2), as it is. */
export function setOption(fd: FileDescriptor, level: number, option: number, value: Uint8Array): void {
  const target = `${describe(fd)}, level ${level}, option ${option}`;
  systemCall('setsockopt', [fd, level, option, value, value.length], { target });
}

/** getsockopt(2), as it is: the value, at most `bytesMax` bytes. */
export function getOption(fd: FileDescriptor, level: number, option: number, bytesMax: number): Uint8Array {
  const value = new Uint8Array(bytesMax);
  const length = Uint32Array.of(bytesMax);
  const target = `${describe(fd)}, level ${level}, option ${option}`;
  systemCall('getsockopt', [fd, level, option, value, length], { target });
  return value.subarray(0, length[0] ?? 0);
}

/** Sets an option whose value is a C int; switches are 0 and 1. */
export function setIntegerOption(fd: FileDescriptor, level: number, option: number, value: number): void {
  setOption(fd, level, option, new Uint8Array(Int32Array.of(value).buffer));
}

/** An option whose value is a C int. */
export function getIntegerOption(fd: FileDescriptor, level: number, option: number): number {
  const value = getOption(fd, level, option, 4);
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getInt32(0, true);
}

/** The error that waits on the socket, and clears it; undefined when there is none. SO_ERROR. */
export function takeSocketError(fd: FileDescriptor): KernelError | undefined {
  const errno = getIntegerOption(fd, socketOptions.SOL_SOCKET, socketOptions.SO_ERROR);
  return errno === 0 ? undefined : new KernelError('SO_ERROR', errno, describe(fd));
}

/** Lets the socket send and receive through this interface only. SO_BINDTODEVICE, socket(7). */
export function bindToInterface(fd: FileDescriptor, name: string): void {
  const { SOL_SOCKET, SO_BINDTODEVICE } = socketOptions;
  setOption(fd, SOL_SOCKET, SO_BINDTODEVICE, cString(name, INTERFACE_NAME_BYTES_MAX));
}

/** Subscribes a netlink socket to a multicast group by its number. NETLINK_ADD_MEMBERSHIP, netlink(7). */
export function joinNetlinkGroup(fd: FileDescriptor, group: number): void {
  setIntegerOption(fd, optionLevels.SOL_NETLINK, netlinkOptions.NETLINK_ADD_MEMBERSHIP, group);
}

/** Ends what `joinNetlinkGroup` began. NETLINK_DROP_MEMBERSHIP, netlink(7). */
export function leaveNetlinkGroup(fd: FileDescriptor, group: number): void {
  setIntegerOption(fd, optionLevels.SOL_NETLINK, netlinkOptions.NETLINK_DROP_MEMBERSHIP, group);
}

/** One instruction of classic BPF. `linux/filter.h`, struct sock_filter */
export type FilterInstruction = {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
};

/** Lets only those packets through for which the program returns a length above 0. SO_ATTACH_FILTER, socket(7). */
export function attachFilter(fd: FileDescriptor, program: readonly FilterInstruction[]): void {
  if (program.length > FILTER_INSTRUCTIONS_MAX) {
    throw new RangeError(`a filter has at most ${FILTER_INSTRUCTIONS_MAX} instructions`);
  }
  const { filterInstruction, filterProgram } = architecture.layouts;
  const code = new Uint8Array(program.length * filterInstruction.size);
  for (const [index, instruction] of program.entries()) {
    code.set(writeStruct(filterInstruction, instruction), index * filterInstruction.size);
  }
  // The value points to `code`, which must live until the kernel has copied it: hence not `setOption`.
  const value = writeStruct(filterProgram, { len: program.length, filter: native().addressOf(code) });
  const { SOL_SOCKET, SO_ATTACH_FILTER } = socketOptions;
  const words = [fd, SOL_SOCKET, SO_ATTACH_FILTER, value, value.length];
  systemCall('setsockopt', words, { target: `${describe(fd)}, filter`, keepAlive: [code] });
}

export type PeerCredentials = { readonly pid: number; readonly uid: number; readonly gid: number };

/** Who connected, as they were then. SO_PEERCRED, unix(7). */
export function getPeerCredentials(fd: FileDescriptor): PeerCredentials {
  const layout = architecture.layouts.peerCredentials;
  const { SOL_SOCKET, SO_PEERCRED } = socketOptions;
  return readStruct(layout, getOption(fd, SOL_SOCKET, SO_PEERCRED, layout.size));
}
