/** As much of rtnetlink(7) as the tests need: messages of links and routes, `linux/rtnetlink.h`. */
export const types = {
  NLMSG_ERROR: 2,
  NLMSG_DONE: 3,
  RTM_NEWLINK: 16,
  RTM_GETLINK: 18,
  RTM_NEWROUTE: 24,
  RTM_GETROUTE: 26,
} as const;
export const flags = { REQUEST: 1, ACK: 4, DUMP: 0x300, EXCL: 0x200, CREATE: 0x400 } as const;
const RTA_DST = 1;
const RTA_OIF = 4;

/** One message with its header; the length is filled in. */
export function message(type: number, flag: number, sequence: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + Math.ceil(body.length / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 16 + body.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flag, true);
  view.setUint32(8, sequence, true);
  bytes.set(body, 16);
  return bytes;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A dump of all links, or of all IPv4 routes. */
export function dump(what: 'links' | 'routes', sequence: number): Uint8Array {
  const flag = flags.REQUEST | flags.DUMP;
  if (what === 'links') return message(types.RTM_GETLINK, flag, sequence, new Uint8Array(16));
  return message(types.RTM_GETROUTE, flag, sequence, Uint8Array.of(2, ...new Uint8Array(11)));
}

/** Makes the route `a.b.c.0/24` out of the link `index`. */
export function newRoute(
  sequence: number,
  [a, b, c]: readonly [number, number, number],
  index: number,
): Uint8Array {
  const link = new Uint8Array(Int32Array.of(index).buffer);
  const body = Uint8Array.of(
    ...[2, 24, 0, 0, 254, 3, 253, 1, 0, 0, 0, 0],
    ...[8, 0, RTA_DST, 0, a, b, c, 0],
    ...[8, 0, RTA_OIF, 0, ...link],
  );
  const flag = flags.REQUEST | flags.ACK | flags.CREATE | flags.EXCL;
  return message(types.RTM_NEWROUTE, flag, sequence, body);
}

export type Reply = { readonly type: number; readonly sequence: number; readonly body: Uint8Array };

export function parse(bytes: unknown): Reply[] {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('these are no messages');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const replies: Reply[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true);
    replies.push({
      type: view.getUint16(at + 4, true),
      sequence: view.getUint32(at + 8, true),
      body: bytes.slice(at + 16, at + length),
    });
    at += Math.ceil(length / 4) * 4;
  }
  return replies;
}

/** The errno in an NLMSG_ERROR, 0 for none, and the sequence number that it repeats. */
export function errorIn({ body }: Reply): { readonly errno: number; readonly sequence: number } {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return { errno: 0 - view.getInt32(0, true), sequence: view.getUint32(12, true) };
}
