/**
 * `eft:host/netlink`, the cell's side: each call opens a request, and what came by itself is taken in the event that brings it. Whether
 * the grant covers a call is decided by who carries it out (`network/`), outside the cell.
 */
import type { NetlinkInterface, News } from './generated/host-netlink.ts';
import type { LocalInterface } from './local-context.ts';
import { takeOutcome } from './taken-answer.ts';

export const netlinkName = 'eft:host/netlink';

export type NetlinkCall = 'open' | 'exchange' | 'close';

export const netlink: LocalInterface = (context) => {
  const open = (call: NetlinkCall, ...parameters: unknown[]): bigint =>
    context().request(netlinkName, call, parameters);
  const functions: NetlinkInterface = {
    open: (name, family, groups) => open('open', name, family, groups),
    exchange: (name, messages) => open('exchange', name, messages),
    close: (name) => open('close', name),
    takeDone: (request) => takeOutcome(context(), request, netlinkName, ['open', 'close']),
    takeReplies: (request) => takeOutcome(context(), request, netlinkName, ['exchange']),
    takeNews: (name) => takeNews(context().takeArrival(name, netlinkName)),
  };
  return { ...functions };
};

function takeNews(
  arrival: { readonly items: readonly unknown[]; readonly missed: number } | undefined,
): News {
  if (arrival === undefined) return { messages: new Uint8Array(), missed: false };
  // Each item is a datagram of the kernel: whole messages (`network/netlink-news.ts`).
  const datagrams = arrival.items.filter((item) => item instanceof Uint8Array);
  return { messages: new Uint8Array(Buffer.concat(datagrams)), missed: arrival.missed > 0 };
}
