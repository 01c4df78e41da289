/**
 * Netlink messages as far as the host looks into them: headers, and which answers end which request (`struct nlmsghdr` and
 * `struct nlmsgerr` of `linux/netlink.h`, RFC 3549 section 2.2). Pure: bytes in, positions out.
 *
 * Messages of a module are checked to the last byte before the kernel sees the first. What the kernel sends is trusted to be well formed,
 * but never followed beyond its end.
 */
import type { NetlinkFamily } from '../manifest/network-grants.ts';

/** Bytes of a `struct nlmsghdr`: length u32, type u16, flags u16, sequence u32, port id u32. */
export const headerBytes = 16;
/** Bytes of an NLMSG_ERROR without anything optional: its header, an errno, the header of the message that it is about. */
const errorBytes = 36;

/** `linux/netlink.h`; types below NLMSG_MIN_TYPE are netlink's own. */
export const controlTypes = { NLMSG_NOOP: 1, NLMSG_ERROR: 2, NLMSG_DONE: 3, NLMSG_MIN_TYPE: 0x10 } as const;
/** `linux/netlink.h` */
export const netlinkFlags = {
  NLM_F_REQUEST: 1,
  NLM_F_ACK: 4,
  NLM_F_ECHO: 8,
  NLM_F_DUMP: 0x300,
  NLM_F_CREATE: 0x400,
} as const;
/** `linux/netfilter/nfnetlink.h`: what begins and ends a batch that is applied as a whole. */
const netfilterBatch = { begin: 0x10, end: 0x11 } as const;
/** RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK (`linux/rtnetlink.h`): the kernel may wait for all processors to let go of a link. */
const linkChanges: readonly number[] = [16, 17, 19];

/** One message of a module. `start` and `end` are positions in bytes, the padding after it included. */
export type OutgoingMessage = {
  readonly start: number;
  readonly end: number;
  readonly sequence: number;
  /** Answered by more than one message; the kernel takes one such of a socket at a time. */
  readonly isDump: boolean;
  /** May hold the kernel up for milliseconds. */
  readonly isSlow: boolean;
  /** Is answered by an acknowledgement, or a refusal, and nothing else: NLMSG_ERROR. */
  readonly isPlain: boolean;
  /** Is not answered unless something is wrong: the ends of a netfilter batch. */
  readonly isSilent: boolean;
};

/** Either the messages in `bytes`, or what is wrong with them. */
export type Framing = { readonly messages: readonly OutgoingMessage[] } | { readonly problem: string };

/** Takes the messages of a module apart. Each must be whole, a request, not netlink's own, and ask for an answer. */
export function frameOutgoing(family: NetlinkFamily, bytes: Uint8Array): Framing {
  if (family === 'kobject-uevent') return { problem: 'the family `kobject-uevent` takes no messages' };
  if (bytes.length === 0) return { problem: 'there is none' };
  if (bytes.length % 4 !== 0) return { problem: `their ${bytes.length} bytes are no multiple of 4` };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: OutgoingMessage[] = [];
  for (let start = 0; start < bytes.length; ) {
    const refuse = (reason: string): Framing => ({
      problem: `message ${messages.length + 1}, at byte ${start}, ${reason}`,
    });
    const left = bytes.length - start;
    if (left < headerBytes) return refuse(`has ${left} bytes, and a header has ${headerBytes}`);
    const length = view.getUint32(start, true);
    if (length < headerBytes)
      return refuse(`says that it has ${length} bytes, and a header has ${headerBytes}`);
    if (length > left) return refuse(`says that it has ${length} bytes, and ${left} are there`);
    const type = view.getUint16(start + 4, true);
    const flags = view.getUint16(start + 6, true);
    if (type < controlTypes.NLMSG_MIN_TYPE) return refuse(`is of the type ${type}, which is netlink's own`);
    if ((flags & netlinkFlags.NLM_F_REQUEST) === 0) return refuse('is no request (NLM_F_REQUEST)');
    const isSilent = family === 'netfilter' && (type === netfilterBatch.begin || type === netfilterBatch.end);
    const isDump = !isSilent && asksForDump(family, type, flags);
    if (!isDump && !isSilent && (flags & netlinkFlags.NLM_F_ACK) === 0)
      return refuse('asks for no answer (NLM_F_ACK or NLM_F_DUMP)');
    const end = start + alignedLength(length);
    const isSlow = family === 'route' && linkChanges.includes(type);
    const isPlain = family === 'route' && (type & 3) !== 2 && (flags & netlinkFlags.NLM_F_ECHO) === 0;
    const sequence = view.getUint32(start + 8, true);
    messages.push({ start, end, sequence, isDump, isSlow, isPlain, isSilent });
    start = end;
  }
  if (messages.every(({ isSilent }) => isSilent)) return { problem: 'none asks for an answer (NLM_F_ACK)' };
  return { messages };
}

/**
 * Whether the kernel answers with a dump. The bits of NLM_F_DUMP are NLM_F_REPLACE and NLM_F_EXCL in a message that makes something, so
 * each family has a rule of its own; a message that is taken for a dump and is none is only sent alone.
 */
function asksForDump(family: NetlinkFamily, type: number, flags: number): boolean {
  const { NLM_F_CREATE, NLM_F_DUMP } = netlinkFlags;
  // rtnetlink_rcv_msg: of each four types, the third asks (RTM_GET…), and one of the two bits is enough.
  if (family === 'route') return (type & 3) === 2 && (flags & NLM_F_DUMP) !== 0;
  return (flags & NLM_F_DUMP) === NLM_F_DUMP && (flags & NLM_F_CREATE) === 0;
}

/** Bytes of a message of `length` with the padding after it (NLMSG_ALIGN). */
export function alignedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Bytes and messages that are given to the kernel in one piece. */
export type SliceLimits = { readonly messages: number; readonly bytes: number };

/**
 * Where the piece ends that begins with message `first`: one message at least. A dump or a slow message goes alone, and a netfilter batch
 * is never parted.
 */
export function sliceEnd(messages: readonly OutgoingMessage[], first: number, limits: SliceLimits): number {
  const begin = messages[first];
  if (begin === undefined || begin.isDump || begin.isSlow) return first + 1;
  if (begin.isSilent) {
    const close = messages.findIndex(({ isSilent }, index) => index > first && isSilent);
    return close < 0 ? messages.length : close + 1;
  }
  let end = first + 1;
  for (; end < messages.length && end - first < limits.messages; end += 1) {
    const next = messages[end];
    if (next === undefined || next.isDump || next.isSlow || next.isSilent) break;
    if (next.end - begin.start > limits.bytes) break;
  }
  return end;
}

/** Sets the fields of a header that belong to the host. `start` is the header's position. */
export function setHeader(view: DataView, start: number, sequence: number, portId: number): void {
  view.setUint32(start + 8, sequence, true);
  view.setUint32(start + 12, portId, true);
}

/** What becomes of a message of the kernel: the sequence number that the module knows it by, or undefined to leave it out. */
export type Recognise = (sequence: number, isLast: boolean, isError: boolean) => number | undefined;

/**
 * The messages of a datagram of the kernel that `recognise` knows, with the module's sequence numbers, each padded. The first
 * `length` bytes of `room` are the datagram.
 */
export function renumber(room: Uint8Array, length: number, recognise: Recognise): Uint8Array {
  const copy = new Uint8Array(alignedLength(length));
  copy.set(room.subarray(0, length));
  const view = new DataView(copy.buffer);
  let kept = 0;
  for (let at = 0; at + headerBytes <= length; ) {
    const size = view.getUint32(at, true);
    if (size < headerBytes || at + size > length) break;
    const type = view.getUint16(at + 4, true);
    const isError = type === controlTypes.NLMSG_ERROR;
    const isLast = isError || type === controlTypes.NLMSG_DONE;
    const end = at + alignedLength(size);
    const sequence = recognise(view.getUint32(at + 8, true), isLast, isError);
    if (sequence !== undefined) {
      view.setUint32(at + 8, sequence, true);
      // An error repeats the header of what it is about.
      if (isError && size >= errorBytes) view.setUint32(at + 28, sequence, true);
      copy.copyWithin(kept, at, end);
      kept += end - at;
    }
    at = end;
  }
  return copy.subarray(0, kept);
}

/** A header in front of a datagram that has none (kobject uevents): its type is NLMSG_MIN_TYPE, all else is 0. */
export function withHeader(datagram: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(alignedLength(headerBytes + datagram.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headerBytes + datagram.length, true);
  view.setUint16(4, controlTypes.NLMSG_MIN_TYPE, true);
  bytes.set(datagram, headerBytes);
  return bytes;
}
