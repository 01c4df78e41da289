/**
 * `eft:host/socket`, the cell's side: each call opens a request, and what came is taken in the event that brings it. Whether the grant
 * covers a call is decided by who carries it out (`network/`), outside the cell.
 */
import type { Datagram, Packet, SocketInterface } from './generated/host-socket.ts';
import type { LocalInterface } from './local-context.ts';
import { takeOutcome } from './taken-answer.ts';

export const socketName = 'eft:host/socket';

const calls = ['open-packet', 'send-packet', 'open-udp', 'send-udp', 'close'] as const;
export type SocketCall = (typeof calls)[number];

/** What comes by a handle of this interface. */
export type SocketArrival =
  | { readonly kind: 'packet'; readonly packet: Packet }
  | { readonly kind: 'datagram'; readonly datagram: Datagram };

export const socket: LocalInterface = (context) => {
  const open = (call: SocketCall, ...parameters: unknown[]): bigint =>
    context().request(socketName, call, parameters);
  const arrived = (name: string) => {
    const arrival = context().takeArrival(name, socketName);
    return { items: (arrival?.items ?? []).filter(isSocketArrival), missed: arrival?.missed ?? 0 };
  };
  const functions: SocketInterface = {
    openPacket: (name, link, etherType) => open('open-packet', name, link, etherType),
    sendPacket: (name, address, payload) => open('send-packet', name, address, payload),
    openUdp: (name, local) => open('open-udp', name, local),
    sendUdp: (name, destination, payload) => open('send-udp', name, destination, payload),
    close: (name) => open('close', name),
    takeDone: (request) => takeOutcome(context(), request, socketName, calls),
    takePackets: (name) => {
      const { items, missed } = arrived(name);
      return { arrived: items.flatMap((item) => (item.kind === 'packet' ? [item.packet] : [])), missed };
    },
    takeDatagrams: (name) => {
      const { items, missed } = arrived(name);
      return { arrived: items.flatMap((item) => (item.kind === 'datagram' ? [item.datagram] : [])), missed };
    },
  };
  return { ...functions };
};

/** The host made the items; the component host checks their values against the types when they are lowered. */
function isSocketArrival(item: unknown): item is SocketArrival {
  return typeof item === 'object' && item !== null && 'kind' in item;
}
