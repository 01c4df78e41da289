/**
 * Messages with several buffers and control data: sendmsg(2), recvmsg(2), cmsg(3), and file descriptors passed over
 * unix sockets (SCM_RIGHTS).
 *
 * Danger: the structs hold addresses of other buffers. Those are handed to `systemCall` as `keepAlive`, so that the
 * garbage collector cannot take them before the kernel has read or written them.
 */
import { architecture } from './arch/architecture.ts';
import { native } from './binding.ts';
import { describe, type FileDescriptor, toFileDescriptor } from './file-descriptor.ts';
import { messageFlags } from './socket.ts';
import {
  ADDRESS_BYTES_MAX,
  decodeSocketAddress,
  encodeSocketAddress,
  type SocketAddress,
} from './socket-address.ts';
import { readStruct, writeStruct } from './struct.ts';
import { systemCallIfReady } from './system-call.ts';

/** Kinds of control data. glibc's `bits/socket.h`, `asm-generic/socket.h` */
export const controlTypes = { SOL_SOCKET: 1, SCM_RIGHTS: 1, SCM_CREDENTIALS: 2 } as const;

/** Most buffers for one message. `linux/uio.h`, UIO_MAXIOV */
export const BUFFERS_MAX = 1024;

/** Most descriptors for one message. The kernel's internal `net/scm.h`, SCM_MAX_FD */
export const DESCRIPTORS_MAX = 253;

/** Largest control data. The kernel's default for net.core.optmem_max was this or more at all times. */
export const CONTROL_BYTES_MAX = 20 * 1024;

export type ControlMessage = { readonly level: number; readonly type: number; readonly data: Uint8Array };

export type OutgoingMessage = {
  /** Sent one after the other as one message. A unix stream needs at least one byte for control data to go with. */
  readonly buffers: readonly Uint8Array[];
  readonly address?: SocketAddress;
  readonly control?: readonly ControlMessage[];
};

export type IncomingMessage = {
  /** Bytes that were written into the buffer. */
  readonly length: number;
  readonly from: SocketAddress | undefined;
  readonly control: readonly ControlMessage[];
  /** A datagram was longer than the buffer, and the rest is lost. */
  readonly isTruncated: boolean;
  /** Control data was longer than the room for it; descriptors in the lost part are closed already. */
  readonly isControlTruncated: boolean;
};

/** Sends one message: the count of bytes taken, or undefined when the socket is full. sendmsg(2). */
export function sendMessage(fd: FileDescriptor, message: OutgoingMessage): number | undefined {
  const address = message.address === undefined ? undefined : encodeSocketAddress(message.address);
  const control = encodeControl(message.control ?? []);
  const { header, keepAlive } = messageHeader(message.buffers, address, control);
  const words = [fd, header, messageFlags.MSG_NOSIGNAL];
  return systemCallIfReady('sendmsg', words, { target: describe(fd), keepAlive });
}

/**
 * Receives one message into `into`, with up to `controlBytes` of control data, or undefined when none is there.
 * Length 0 is the end of a stream, or an empty datagram. Whoever receives SCM_RIGHTS owns the descriptors. `flags` of `messageFlags`:
 * packet sockets refuse MSG_CMSG_CLOEXEC (EINVAL), and pass no descriptors. recvmsg(2).
 */
export function receiveMessage(
  fd: FileDescriptor,
  into: Uint8Array,
  controlBytes: number,
  flags: number = messageFlags.MSG_CMSG_CLOEXEC,
): IncomingMessage | undefined {
  if (controlBytes > CONTROL_BYTES_MAX) {
    throw new RangeError(`control data has at most ${CONTROL_BYTES_MAX} bytes`);
  }
  const address = new Uint8Array(ADDRESS_BYTES_MAX);
  const control = new Uint8Array(controlBytes);
  const { header, keepAlive } = messageHeader([into], address, control);
  const words = [fd, header, flags];
  const length = systemCallIfReady('recvmsg', words, { target: describe(fd), keepAlive });
  if (length === undefined) return undefined;
  const filled = readStruct(architecture.layouts.messageHeader, header);
  return {
    length,
    from: decodeSocketAddress(address.subarray(0, Math.min(filled.msg_namelen, ADDRESS_BYTES_MAX))),
    control: decodeControl(control.subarray(0, Number(filled.msg_controllen))),
    isTruncated: (filled.msg_flags & messageFlags.MSG_TRUNC) !== 0,
    isControlTruncated: (filled.msg_flags & messageFlags.MSG_CTRUNC) !== 0,
  };
}

/** Control data that passes copies of descriptors to the other end. At most DESCRIPTORS_MAX. */
export function passDescriptors(descriptors: readonly FileDescriptor[]): ControlMessage {
  if (descriptors.length > DESCRIPTORS_MAX) {
    throw new RangeError(`one message passes at most ${DESCRIPTORS_MAX} descriptors`);
  }
  const data = new Uint8Array(Int32Array.from(descriptors).buffer);
  return { level: controlTypes.SOL_SOCKET, type: controlTypes.SCM_RIGHTS, data };
}

/** The descriptors that came with a message. They are the receiver's to close, wanted or not. */
export function passedDescriptors(control: readonly ControlMessage[]): FileDescriptor[] {
  const { SOL_SOCKET, SCM_RIGHTS } = controlTypes;
  const descriptors: FileDescriptor[] = [];
  for (const { level, type, data } of control) {
    if (level !== SOL_SOCKET || type !== SCM_RIGHTS) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at + 4 <= data.length; at += 4)
      descriptors.push(toFileDescriptor(view.getInt32(at, true)));
  }
  return descriptors;
}

/** Bytes that control data of `length` bytes takes up, header and padding included (CMSG_SPACE). */
export function controlSpace(length: number): number {
  return architecture.layouts.controlHeader.size + align(length);
}

/** Control messages one after the other, as cmsg(3) lays them out. */
export function encodeControl(messages: readonly ControlMessage[]): Uint8Array {
  const layout = architecture.layouts.controlHeader;
  const bytes = new Uint8Array(messages.reduce((sum, { data }) => sum + controlSpace(data.length), 0));
  if (bytes.length > CONTROL_BYTES_MAX) {
    throw new RangeError(`control data has at most ${CONTROL_BYTES_MAX} bytes`);
  }
  let at = 0;
  for (const { level, type, data } of messages) {
    const header = { cmsg_len: BigInt(layout.size + data.length), cmsg_level: level, cmsg_type: type };
    bytes.set(writeStruct(layout, header), at);
    bytes.set(data, at + layout.size);
    at += controlSpace(data.length);
  }
  return bytes;
}

/** The control messages in what the kernel filled in; a cut one at the end is given as far as it goes. */
export function decodeControl(bytes: Uint8Array): ControlMessage[] {
  const layout = architecture.layouts.controlHeader;
  const messages: ControlMessage[] = [];
  for (let at = 0; at + layout.size <= bytes.length; ) {
    const header = readStruct(layout, bytes, at);
    const length = Number(header.cmsg_len);
    if (length < layout.size) break;
    messages.push({
      level: header.cmsg_level,
      type: header.cmsg_type,
      data: bytes.slice(at + layout.size, Math.min(at + length, bytes.length)),
    });
    at += align(length);
  }
  return messages;
}

/** The kernel aligns control data to a word. */
function align(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** A `struct msghdr` with what it points to; `keepAlive` holds all that only it points to. */
function messageHeader(
  buffers: readonly Uint8Array[],
  address: Uint8Array | undefined,
  control: Uint8Array,
): { readonly header: Uint8Array; readonly keepAlive: readonly unknown[] } {
  if (buffers.length > BUFFERS_MAX) throw new RangeError(`a message has at most ${BUFFERS_MAX} buffers`);
  const { addressOf } = native();
  const { inputOutputVector, messageHeader: layout } = architecture.layouts;
  const vectors = new Uint8Array(buffers.length * inputOutputVector.size);
  for (const [index, buffer] of buffers.entries()) {
    const vector = { iov_base: addressOf(buffer), iov_len: BigInt(buffer.length) };
    vectors.set(writeStruct(inputOutputVector, vector), index * inputOutputVector.size);
  }
  const header = writeStruct(layout, {
    msg_name: address === undefined ? 0n : addressOf(address),
    msg_namelen: address?.length ?? 0,
    msg_iov: addressOf(vectors),
    msg_iovlen: BigInt(buffers.length),
    msg_control: control.length === 0 ? 0n : addressOf(control),
    msg_controllen: BigInt(control.length),
  });
  return { header, keepAlive: [vectors, buffers, address, control] };
}
