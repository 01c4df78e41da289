/** A DHCP server for tests on a simulated node: it offers and grants one address to whoever asks, as 10.0.0.1. */
import {
  bytesOf32,
  readMessage,
  readPacket,
  types,
  writeMessage,
  writePacket,
} from '../../tests/components/dhcp/wire.ts';
import type { SimulatedNode } from './simulated-node.ts';

export const serverAddress = 0x0a000001;
/** What a client and a server may say to each other until they have nothing more to say. */
const maximumRounds = 8;

export type Grant = {
  readonly address: number;
  readonly seconds: number;
  /** Besides netmask, router, lease time and server. */
  readonly options?: readonly (readonly [code: number, value: readonly number[]])[];
};

/** Answers what the node's clients have sent by their packet sockets, until they rest. */
export function serve(node: SimulatedNode, { address, seconds, options = [] }: Grant): void {
  for (let round = 0; round < maximumRounds; round += 1) {
    const sent = node.sent.splice(0).filter(({ name }) => name.endsWith('/ip'));
    for (const { name, payload } of sent) {
      const message = readMessage(readPacket(payload).payload);
      if (message.type !== types.discover && message.type !== types.request) continue;
      const answer = writeMessage({
        type: message.type === types.discover ? types.offer : types.ack,
        xid: message.xid,
        address,
        hardwareAddress: message.hardwareAddress,
        options: [
          [1, [255, 255, 255, 0]],
          [3, bytesOf32(serverAddress)],
          [51, bytesOf32(seconds)],
          [54, bytesOf32(serverAddress)],
          ...options,
        ],
      });
      node.arrive(name, writePacket(serverAddress, 0xffff_ffff, answer));
    }
    node.settle().pass(200);
  }
}
