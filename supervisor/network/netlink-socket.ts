/** A handle of `eft:host/netlink`: a kernel socket that asks and one that listens, each opened when it is needed. */
import { netlinkName } from '../capabilities/netlink.ts';
import type { HostHandle } from '../cells/handle-table.ts';
import type { NetlinkFamily } from '../manifest/network-grants.ts';
import type { OutgoingMessage } from './netlink-framing.ts';
import { NetlinkNews, type NewsListener } from './netlink-news.ts';
import { NetlinkRequests, type NetlinkWorld } from './netlink-requests.ts';
import type { ReplyBudget } from './reply-budget.ts';

export class NetlinkSocket implements HostHandle {
  readonly interface = netlinkName;
  readonly family: NetlinkFamily;
  readonly #requests: NetlinkRequests;
  readonly #news: NetlinkNews;

  constructor(family: NetlinkFamily, listener: NewsListener, budget: ReplyBudget, world: NetlinkWorld) {
    this.family = family;
    this.#requests = new NetlinkRequests(family, budget, world);
    this.#news = new NetlinkNews(family, listener);
  }

  /** As `NetlinkNews.setGroups`. */
  setGroups(groups: ReadonlySet<number>): void {
    this.#news.setGroups(groups);
  }

  /** As `NetlinkRequests.exchange`. */
  exchange(
    bytes: Uint8Array,
    messages: readonly OutgoingMessage[],
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    return this.#requests.exchange(bytes, messages, signal);
  }

  close(): void {
    this.#requests.close();
    this.#news.close();
  }
}
