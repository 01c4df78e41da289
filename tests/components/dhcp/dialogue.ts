/** What the tests say to the client as a server, and what they read of it. */
import { type ClientBench, hardwareAddress, ipv4 } from './client-bench.ts';
import {
  bytesOf32,
  type ClientMessage,
  type OptionPiece,
  readMessage,
  readPacket,
  type ServerMessage,
  types,
  writeMessage,
  writePacket,
} from './wire.ts';

export const serverAddress = ipv4('10.0.0.1');
export const otherServer = ipv4('10.0.0.2');
export const leasedAddress = ipv4('10.0.0.50');
export const everyone = 0xffffffff;

/** The options of a lease of one hour, in one place so that a test says only what is different. */
export function leaseOptions(
  changes: Readonly<Record<number, readonly number[] | null>> = {},
): readonly OptionPiece[] {
  const usual: Record<number, readonly number[] | null> = {
    54: bytesOf32(serverAddress),
    51: bytesOf32(3600),
    1: [255, 255, 255, 0],
    3: bytesOf32(serverAddress),
    6: bytesOf32(serverAddress),
    ...changes,
  };
  return Object.entries(usual).flatMap(([code, value]): OptionPiece[] =>
    value === null ? [] : [[Number(code), value]],
  );
}

export type SentMessage = ClientMessage & { readonly unicast: boolean };

/** Everything the client has sent since the last `take`, as messages. */
export function sentMessages(bench: ClientBench): readonly SentMessage[] {
  return bench.take().flatMap((action): readonly SentMessage[] => {
    if (action.tag === 'send-datagram') return [{ ...readMessage(action.val.payload), unicast: true }];
    if (action.tag !== 'send-packet') return [];
    return [{ ...readMessage(readPacket(action.val.payload).payload), unicast: false }];
  });
}

/** The one message it has sent. */
export function sentMessage(bench: ClientBench): SentMessage {
  const [message, ...more] = sentMessages(bench);
  if (message === undefined || more.length > 0) throw new Error(`${more.length + 1} messages instead of one`);
  return message;
}

export function reply(to: ClientMessage, type: number, changes: Partial<ServerMessage> = {}): Uint8Array {
  return writeMessage({
    type,
    xid: to.xid,
    address: type === types.nak ? 0 : leasedAddress,
    hardwareAddress,
    options: type === types.nak ? [[54, bytesOf32(serverAddress)]] : leaseOptions(),
    ...changes,
  });
}

/** The client hears it on its packet socket. */
export function hear(bench: ClientBench, message: Uint8Array): void {
  bench.packet(writePacket(serverAddress, everyone, message));
}

/** DISCOVER, OFFER, REQUEST, ACK, and the probe that nobody answers. */
export function bind(bench: ClientBench, options: readonly OptionPiece[] = leaseOptions()): void {
  const discover = sentMessage(bench);
  hear(bench, reply(discover, types.offer, { options }));
  hear(bench, reply(sentMessage(bench), types.ack, { options }));
  bench.wake();
  if (bench.state !== 'BOUND') throw new Error(`in ${bench.state} instead of BOUND`);
  bench.take();
}
