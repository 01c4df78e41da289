/** DHCP, ARP, UDP and IPv4 on the wire, as the other side of the tests writes and reads them: written by itself, with nothing of the client's. */

export type OptionPiece = readonly [code: number, value: readonly number[]];

export type ServerMessage = {
  readonly type: number;
  readonly xid: number;
  readonly address: number;
  readonly hardwareAddress: Uint8Array;
  readonly options: readonly OptionPiece[];
  /** Written after option 53 as they are; for what is wrong. */
  readonly raw?: readonly number[];
  readonly hasEnd?: boolean;
  readonly file?: readonly number[];
  readonly sname?: readonly number[];
};

export const types = { discover: 1, offer: 2, request: 3, decline: 4, ack: 5, nak: 6, release: 7 };

export function bytesOf32(value: number): readonly number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function ascii(text: string): readonly number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

export function writeMessage(message: ServerMessage): Uint8Array {
  const fixed = new Uint8Array(236);
  const view = new DataView(fixed.buffer);
  fixed.set([2, 1, 6, 0]);
  view.setUint32(4, message.xid);
  view.setUint32(16, message.address);
  fixed.set(message.hardwareAddress, 28);
  fixed.set(message.sname ?? [], 44);
  fixed.set(message.file ?? [], 108);
  const options = message.options.flatMap(([code, value]) => [code, value.length, ...value]);
  const end = message.hasEnd === false ? [] : [255];
  return Uint8Array.from([
    ...fixed,
    ...[99, 130, 83, 99],
    ...[53, 1, message.type],
    ...options,
    ...(message.raw ?? []),
    ...end,
  ]);
}

function sum16(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An IPv4 packet with a UDP datagram, from port 67 to port 68 unless said otherwise. */
export function writePacket(
  source: number,
  destination: number,
  payload: Uint8Array,
  ports = [67, 68],
): Uint8Array {
  const packet = new Uint8Array(28 + payload.length);
  const view = new DataView(packet.buffer);
  packet.set([0x45, 0]);
  view.setUint16(2, packet.length);
  packet.set([64, 17], 8);
  view.setUint32(12, source);
  view.setUint32(16, destination);
  view.setUint16(10, sum16(packet.subarray(0, 20)));
  view.setUint16(20, ports[0] ?? 0);
  view.setUint16(22, ports[1] ?? 0);
  view.setUint16(24, 8 + payload.length);
  packet.set(payload, 28);
  const pseudo = Uint8Array.from([
    ...packet.subarray(12, 20),
    0,
    17,
    ...packet.subarray(24, 26),
    ...packet.subarray(20),
  ]);
  view.setUint16(26, sum16(pseudo) || 0xffff);
  return packet;
}

export type ClientMessage = {
  readonly type: number;
  readonly xid: number;
  readonly secs: number;
  readonly isBroadcast: boolean;
  readonly clientAddress: number;
  readonly hardwareAddress: Uint8Array;
  readonly options: ReadonlyMap<number, Uint8Array>;
  /** Options in the order in which they stand. */
  readonly codes: readonly number[];
};

/** Reads what a client wrote; throws if it is not as RFC 2131 has it. */
export function readMessage(bytes: Uint8Array): ClientMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 300 || bytes.length > 548) throw new Error(`${bytes.length} bytes`);
  if (view.getUint32(0) !== 0x01010600) throw new Error('not a request of an Ethernet client');
  if (view.getUint32(236) !== 0x63825363) throw new Error('no magic cookie');
  const options = new Map<number, Uint8Array>();
  let at = 240;
  for (; bytes[at] !== 255; at += 2 + (bytes[at + 1] ?? 0)) {
    const code = bytes[at];
    if (code === undefined || code === 0 || options.has(code)) throw new Error(`option ${code} at ${at}`);
    options.set(code, bytes.slice(at + 2, at + 2 + (bytes[at + 1] ?? 0)));
  }
  if (bytes.subarray(at + 1).some((byte) => byte !== 0)) throw new Error('something after the end');
  return {
    type: options.get(53)?.[0] ?? 0,
    xid: view.getUint32(4),
    secs: view.getUint16(8),
    isBroadcast: view.getUint16(10) === 0x8000,
    clientAddress: view.getUint32(12),
    hardwareAddress: bytes.slice(28, 34),
    options,
    codes: [...options.keys()],
  };
}

/** The payload of the client's IPv4 packet; throws if a checksum, a length or a port is wrong. */
export function readPacket(packet: Uint8Array): { source: number; destination: number; payload: Uint8Array } {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (packet[0] !== 0x45 || view.getUint16(2) !== packet.length || packet[9] !== 17)
    throw new Error('not UDP');
  if (sum16(packet.subarray(0, 20)) !== 0) throw new Error('header checksum');
  if (view.getUint32(20) !== 0x00440043 || view.getUint16(24) !== packet.length - 20)
    throw new Error('ports or length');
  const pseudo = Uint8Array.from([
    ...packet.subarray(12, 20),
    0,
    17,
    ...packet.subarray(24, 26),
    ...packet.subarray(20),
  ]);
  if (sum16(pseudo) !== 0) throw new Error('UDP checksum');
  return { source: view.getUint32(12), destination: view.getUint32(16), payload: packet.slice(28) };
}

/** The number in an option, or undefined. */
export function numberIn(message: ClientMessage, code: number): number | undefined {
  const value = message.options.get(code);
  return value?.length === 4 ? new DataView(value.buffer).getUint32(0) : undefined;
}

export function arpPacket(
  operation: 1 | 2,
  sender: { readonly hardware: readonly number[]; readonly address: number },
  target: number,
): Uint8Array {
  return Uint8Array.from([
    ...[0, 1, 8, 0, 6, 4, 0, operation],
    ...sender.hardware,
    ...bytesOf32(sender.address),
    ...[0, 0, 0, 0, 0, 0],
    ...bytesOf32(target),
  ]);
}
