/** Dumps, answers and notifications as lines of text that can be compared: without counters, timestamps and what differs by machine. */
import { decodeLink } from './link-message.ts';
import { decodeAddress, decodeRoute, decodeRule } from './messages.ts';
import { decodeAnswer, decodeMessages, encodeMessage, type Message, netlinkFlags } from './netlink-bytes.ts';
import { families, linkFlags, messageTypes as M } from './rtnetlink.ts';

const { AF_INET, AF_INET6, AF_BRIDGE } = families;

/** Asks for all links, addresses, routes and rules, of IPv4 and IPv6. */
export const dumpRequests: readonly Uint8Array[] = [
  dump(M.RTM_GETLINK, 0, 16),
  dump(M.RTM_GETADDR, AF_INET, 8),
  dump(M.RTM_GETADDR, AF_INET6, 8),
  dump(M.RTM_GETROUTE, AF_INET, 12),
  dump(M.RTM_GETROUTE, AF_INET6, 12),
  dump(M.RTM_GETRULE, AF_INET, 12),
  dump(M.RTM_GETRULE, AF_INET6, 12),
];

function dump(type: number, family: number, headerBytes: number): Uint8Array {
  const payload = new Uint8Array(headerBytes);
  payload[0] = family;
  const { NLM_F_REQUEST, NLM_F_DUMP } = netlinkFlags;
  return encodeMessage({ type, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence: 9, portId: 0, payload });
}

/** One line per message, in order. */
export function describeMessages(bytes: Uint8Array): string[] {
  return decodeMessages(bytes).map(describeMessage);
}

/**
 * The same, with IPv6 routes that differ in nothing but their link in the order of their links: when two links become ready in
 * one moment, workers of the kernel make their routes in either order.
 */
export function describeDump(bytes: Uint8Array): string[] {
  const lines = describeMessages(bytes);
  const place = (line: string) => line.replace(/ (output|flags)=\d+/g, '');
  const ranks = new Map<string, number>();
  for (const line of lines) if (!ranks.has(place(line))) ranks.set(place(line), ranks.size);
  const isTied = (line: string) => line.startsWith('route') && line.includes('family=10');
  const rank = (line: string) => ranks.get(place(line)) ?? 0;
  return lines.every((line) => isTied(line) || line.startsWith('answer'))
    ? lines.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    : lines;
}

/**
 * Notifications in the order that the comparison holds the simulation to: IPv4 addresses and routes and rules as they came; those of IPv6 sorted,
 * because the kernel makes them in workers; of links only the last of each link, because the kernel also tells of states in between.
 */
export function describeNews(bytes: Uint8Array): {
  readonly lines: string[];
  readonly links: ReadonlyMap<number, string>;
} {
  const ordered: string[] = [];
  const sorted: string[] = [];
  const links = new Map<number, string>();
  for (const message of decodeMessages(bytes)) {
    const family = message.payload[0];
    const link = message.type < M.RTM_NEWADDR ? decodeLink(message.payload) : undefined;
    if (link === undefined) (family === AF_INET6 ? sorted : ordered).push(describeMessage(message));
    else if (family !== AF_BRIDGE) {
      const isGone = message.type === M.RTM_DELLINK;
      links.set(link.index, isGone ? `gone ${link.name}` : describeMessage(message));
    }
  }
  return { lines: [...ordered, ...sorted.toSorted()], links };
}

function describeMessage(message: Message): string {
  const { type, flags, payload } = message;
  if (type <= 3) return `answer ${decodeAnswer(message).errno}`;
  const isTold = (flags & netlinkFlags.NLM_F_MULTI) === 0;
  if (type < M.RTM_NEWADDR) {
    const link = decodeLink(payload);
    // Of a link that is down, the kernel says the carrier that it happened to have.
    const isUp = ((link?.flags ?? 0) & linkFlags.IFF_UP) !== 0;
    const carrier = isUp ? link?.carrier : undefined;
    // It may be told before a new group is on it, and is not told again.
    const group = isUp || !isTold ? link?.group : undefined;
    return line('link', {
      ...link,
      carrier,
      group,
      change: undefined,
      linkMode: undefined,
      transmitQueueLength: undefined,
    });
  }
  if (type < M.RTM_NEWROUTE) return line(`address ${type}`, decodeAddress(payload));
  if (type < M.RTM_NEWNEIGH) {
    const route = decodeRoute(payload);
    // What the header of a notification says of how a route was made is held for IPv4 only.
    return line(
      `route ${type}${isTold && route?.family === AF_INET ? ` 0x${flags.toString(16)}` : ''}`,
      route,
    );
  }
  return line(`rule ${type}`, decodeRule(payload));
}

function line(name: string, values: object | undefined): string {
  const known = Object.entries(values ?? {}).filter(
    ([key, value]) => value !== undefined && key !== 'unknown',
  );
  return `${name} ${known
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ')}`;
}
