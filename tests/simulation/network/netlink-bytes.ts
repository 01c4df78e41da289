/**
 * Netlink messages as bytes: headers, attributes, and the answers that are the same for every family (netlink(7), `linux/netlink.h`,
 * `linux/rtnetlink.h`). It is written independently of the module's own reader and writer, so that the two hold each other.
 *
 * Numbers are little-endian, as on every machine that Eft runs on; addresses are in the order of the wire.
 */

/** `linux/netlink.h` */
export const netlinkFlags = {
  NLM_F_REQUEST: 0x1,
  NLM_F_MULTI: 0x2,
  NLM_F_ACK: 0x4,
  NLM_F_DUMP_INTR: 0x10,
  NLM_F_DUMP_FILTERED: 0x20,
  /** On requests for something (GET). */
  NLM_F_ROOT: 0x100,
  NLM_F_MATCH: 0x200,
  NLM_F_DUMP: 0x300,
  /** On requests to make something (NEW). */
  NLM_F_REPLACE: 0x100,
  NLM_F_EXCL: 0x200,
  NLM_F_CREATE: 0x400,
  NLM_F_APPEND: 0x800,
  /** On requests to remove something (DEL). */
  NLM_F_BULK: 0x200,
  /** On answers (ERROR). */
  NLM_F_CAPPED: 0x100,
  NLM_F_ACK_TLVS: 0x200,
} as const;

/** `linux/netlink.h` */
export const controlTypes = { NLMSG_NOOP: 1, NLMSG_ERROR: 2, NLMSG_DONE: 3, NLMSG_OVERRUN: 4 } as const;

/** Attribute of an extended answer that holds a sentence. `linux/netlink.h` */
export const NLMSGERR_ATTR_MSG = 1;

/** Bytes of `struct nlmsghdr`. */
export const MESSAGE_HEADER_BYTES = 16;

const ATTRIBUTE_HEADER_BYTES = 4;
const ATTRIBUTE_TYPE_MASK = 0x3fff;

export type Message = {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  /** What follows `struct nlmsghdr`. */
  readonly payload: Uint8Array;
};

export type Attribute = { readonly type: number; readonly value: Uint8Array };

/** What NLMSG_ERROR says. `errno` is 0 for an acknowledgement, else positive. */
export type Answer = { readonly errno: number; readonly sentence: string | undefined };

/** One message with its header, padded to 4 bytes. */
export function encodeMessage({ type, flags, sequence, portId, payload }: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(aligned(MESSAGE_HEADER_BYTES + payload.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MESSAGE_HEADER_BYTES + payload.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  view.setUint32(12, portId, true);
  bytes.set(payload, MESSAGE_HEADER_BYTES);
  return bytes;
}

/** The messages that follow each other in `bytes`. Throws a RangeError if they do not fill it as they claim to. */
export function decodeMessages(bytes: Uint8Array): Message[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + MESSAGE_HEADER_BYTES <= bytes.length ? view.getUint32(at, true) : 0;
    if (length < MESSAGE_HEADER_BYTES || at + length > bytes.length)
      throw new RangeError(`a message of ${length} bytes begins at ${at} of ${bytes.length}`);
    messages.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      portId: view.getUint32(at + 12, true),
      payload: bytes.slice(at + MESSAGE_HEADER_BYTES, at + length),
    });
    at += aligned(length);
  }
  return messages;
}

/** Attributes one after the other, each padded to 4 bytes. */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    attributes.map(({ type, value }) => {
      const bytes = new Uint8Array(aligned(ATTRIBUTE_HEADER_BYTES + value.length));
      const view = new DataView(bytes.buffer);
      view.setUint16(0, ATTRIBUTE_HEADER_BYTES + value.length, true);
      view.setUint16(2, type, true);
      bytes.set(value, ATTRIBUTE_HEADER_BYTES);
      return bytes;
    }),
  );
}

/**
 * The attributes in `bytes`, by type without the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER; of one that is there twice the last
 * holds, as in the kernel's nla_parse. Undefined if one claims more bytes than there are.
 */
export function decodeAttributes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes = new Map<number, Uint8Array>();
  for (let at = 0; at + ATTRIBUTE_HEADER_BYTES <= bytes.length; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER_BYTES || at + length > bytes.length) return undefined;
    const type = view.getUint16(at + 2, true) & ATTRIBUTE_TYPE_MASK;
    attributes.set(type, bytes.slice(at + ATTRIBUTE_HEADER_BYTES, at + length));
    at += aligned(length);
  }
  return attributes;
}

/**
 * NLMSG_ERROR to `request`, as to a socket with NETLINK_EXT_ACK: errno 0 gives back the request's header only, an error the whole
 * request, and a sentence follows as an attribute.
 */
export function encodeAnswer(request: Message, portId: number, { errno, sentence }: Answer): Uint8Array {
  const echo = encodeMessage({ ...request, portId });
  const said = errno === 0 ? echo.slice(0, MESSAGE_HEADER_BYTES) : echo;
  const code = new Uint8Array(Int32Array.of(-errno).buffer);
  const text = sentence === undefined ? [] : [{ type: NLMSGERR_ATTR_MSG, value: textBytes(sentence) }];
  let flags = errno === 0 ? netlinkFlags.NLM_F_CAPPED : 0;
  if (sentence !== undefined) flags |= netlinkFlags.NLM_F_ACK_TLVS;
  return encodeMessage({
    type: controlTypes.NLMSG_ERROR,
    flags,
    sequence: request.sequence,
    portId,
    payload: joinBytes([code, said, encodeAttributes(text)]),
  });
}

/** What an NLMSG_ERROR says, or an NLMSG_DONE, which carries an errno too. Throws a RangeError if it is cut short. */
export function decodeAnswer(message: Message): Answer {
  const { payload, flags, type } = message;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const errno = Math.abs(view.getInt32(0, true));
  if ((flags & netlinkFlags.NLM_F_ACK_TLVS) === 0) return { errno, sentence: undefined };
  const isCapped = (flags & netlinkFlags.NLM_F_CAPPED) !== 0;
  let begin = 4;
  if (type === controlTypes.NLMSG_ERROR)
    begin += isCapped || errno === 0 ? MESSAGE_HEADER_BYTES : aligned(view.getUint32(4, true));
  const text = decodeAttributes(payload.subarray(begin))?.get(NLMSGERR_ATTR_MSG);
  return { errno, sentence: text === undefined ? undefined : bytesText(text) };
}

/** `text` with a zero at its end. */
export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** The text up to the first zero. */
export function bytesText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

export function u8Bytes(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16Bytes(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

export function u32Bytes(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value >>> 0).buffer);
}

/** The number that up to 4 little-endian bytes are; of longer values the first 4 bytes. */
export function bytesNumber(bytes: Uint8Array): number {
  let number = 0;
  for (let i = Math.min(bytes.length, 4) - 1; i >= 0; i--) number = number * 256 + (bytes[i] ?? 0);
  return number;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}
