/**
 * Sockets: making, binding, connecting, sending, receiving. All are non-blocking and not inherited by programs; what
 * cannot be done at the moment gives undefined, and `poll.ts` tells when to try again. Messages with control data and
 * several buffers are in `socket-message.ts`, options in `socket-option.ts`.
 */
import { errnoOf, KernelError } from './errno.ts';
import { describe, type FileDescriptor, toFileDescriptor } from './file-descriptor.ts';
import {
  ADDRESS_BYTES_MAX,
  decodeSocketAddress,
  encodeSocketAddress,
  type SocketAddress,
  socketFamilies,
} from './socket-address.ts';
import { attempt, systemCall, systemCallIfReady } from './system-call.ts';

/** glibc's `bits/socket_type.h`; the kernel keeps them in its internal `linux/net.h` */
export const socketTypes = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_SEQPACKET: 5,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
} as const;

/** `linux/netlink.h` */
export const netlinkProtocols = {
  NETLINK_ROUTE: 0,
  NETLINK_AUDIT: 9,
  NETLINK_NETFILTER: 12,
  NETLINK_KOBJECT_UEVENT: 15,
  NETLINK_GENERIC: 16,
} as const;

/** EtherTypes. `linux/if_ether.h` */
export const etherTypes = {
  ETH_P_ALL: 0x0003,
  ETH_P_IP: 0x0800,
  ETH_P_ARP: 0x0806,
  ETH_P_IPV6: 0x86dd,
} as const;

/** For sending and receiving. glibc's `bits/socket.h`; the kernel keeps them in its internal `linux/socket.h` */
export const messageFlags = {
  MSG_PEEK: 0x02,
  MSG_CTRUNC: 0x08,
  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  MSG_CMSG_CLOEXEC: 0x40000000,
} as const;

/** glibc's `sys/socket.h`; the kernel keeps them in its internal `linux/net.h` */
export const shutdownWays = { SHUT_RD: 0, SHUT_WR: 1, SHUT_RDWR: 2 } as const;

const ALWAYS = socketTypes.SOCK_NONBLOCK | socketTypes.SOCK_CLOEXEC;

/**
 * A socket: `family` of `socketFamilies`, `type` of `socketTypes`. `protocol` is in host order also for AF_PACKET, where
 * it is an EtherType and 0 receives nothing until bound. socket(2).
 */
export function createSocket(family: number, type: number, protocol: number): FileDescriptor {
  const wire = family === socketFamilies.AF_PACKET ? ((protocol & 0xff) << 8) | (protocol >> 8) : protocol;
  const target = `family ${family}, type ${type}, protocol ${protocol}`;
  return toFileDescriptor(systemCall('socket', [family, type | ALWAYS, wire], { target }));
}

/** Two unix sockets of `type` that are connected to each other. socketpair(2). */
export function createSocketPair(type: number): readonly [FileDescriptor, FileDescriptor] {
  const pair = new Int32Array(2);
  systemCall('socketpair', [socketFamilies.AF_UNIX, type | ALWAYS, 0, pair]);
  const [one = -1, other = -1] = pair;
  return [toFileDescriptor(one), toFileDescriptor(other)];
}

/** Gives a socket its own address. bind(2). */
export function bind(fd: FileDescriptor, address: SocketAddress): void {
  const bytes = encodeSocketAddress(address);
  systemCall('bind', [fd, bytes, bytes.length], { target: describe(fd) });
}

/**
 * Connects: `connecting` means that the socket becomes writable when it is done, with `takeSocketError` for how it went.
 * connect(2).
 */
export function connect(fd: FileDescriptor, address: SocketAddress): 'connected' | 'connecting' {
  const bytes = encodeSocketAddress(address);
  const result = attempt('connect', [fd, bytes, bytes.length]);
  if (result === -errnoOf('EINPROGRESS')) return 'connecting';
  if (result < 0) throw new KernelError('connect', -result, describe(fd));
  return 'connected';
}

/** Lets others connect; up to `backlog` of them wait (the kernel cuts at net.core.somaxconn). listen(2). */
export function listen(fd: FileDescriptor, backlog: number): void {
  systemCall('listen', [fd, backlog], { target: describe(fd) });
}

export type Accepted = { readonly fd: FileDescriptor; readonly peer: SocketAddress | undefined };

/** The next connection that waits, or undefined. accept4(2). */
export function accept(fd: FileDescriptor): Accepted | undefined {
  const { bytes, length } = addressRoom();
  const result = systemCallIfReady('accept4', [fd, bytes, length, ALWAYS], { target: describe(fd) });
  if (result === undefined) return undefined;
  return { fd: toFileDescriptor(result), peer: addressIn(bytes, length) };
}

/** The socket's own address. getsockname(2). */
export function getOwnAddress(fd: FileDescriptor): SocketAddress | undefined {
  const { bytes, length } = addressRoom();
  systemCall('getsockname', [fd, bytes, length], { target: describe(fd) });
  return addressIn(bytes, length);
}

/** Sends `bytes`, to `address` or to whom the socket is connected: the count taken, or undefined when it is full. sendto(2). */
export function send(fd: FileDescriptor, bytes: Uint8Array, address?: SocketAddress): number | undefined {
  const to = address === undefined ? undefined : encodeSocketAddress(address);
  const words = [fd, bytes, bytes.length, messageFlags.MSG_NOSIGNAL, to ?? 0, to?.length ?? 0];
  return systemCallIfReady('sendto', words, { target: describe(fd) });
}

export type Received = {
  /** Bytes received. Of a datagram longer than the buffer, its whole length: then the rest is lost. */
  readonly length: number;
  readonly from: SocketAddress | undefined;
};

/**
 * Receives into `into`, or undefined when nothing is there. A stream gives length 0 at its end. `flags` of
 * `messageFlags`: MSG_TRUNC asks for a datagram's true length, MSG_PEEK leaves it. recvfrom(2).
 */
export function receive(fd: FileDescriptor, into: Uint8Array, flags = 0): Received | undefined {
  const { bytes, length } = addressRoom();
  const words = [fd, into, into.length, flags, bytes, length];
  const received = systemCallIfReady('recvfrom', words, { target: describe(fd) });
  if (received === undefined) return undefined;
  return { length: received, from: addressIn(bytes, length) };
}

/** Ends one direction or both (`shutdownWays`) for everyone who has the socket. shutdown(2). */
export function shutdown(fd: FileDescriptor, way: number): void {
  systemCall('shutdown', [fd, way], { target: describe(fd) });
}

function addressRoom(): { readonly bytes: Uint8Array; readonly length: Uint32Array } {
  return { bytes: new Uint8Array(ADDRESS_BYTES_MAX), length: Uint32Array.of(ADDRESS_BYTES_MAX) };
}

/** The kernel writes the address's true length, which may be more than there was room for. */
function addressIn(bytes: Uint8Array, length: Uint32Array): SocketAddress | undefined {
  return decodeSocketAddress(bytes.subarray(0, Math.min(length[0] ?? 0, ADDRESS_BYTES_MAX)));
}
