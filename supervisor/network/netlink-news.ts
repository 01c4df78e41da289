/**
 * The socket by which a module hears what the kernel says to multicast groups. It asks nothing, so a flood of news can lose news only, and
 * the kernel says when it did (ENOBUFS). It says so at once, before what the socket still holds, which is older than the loss: whoever asks for
 * everything at that word, and then reads that a route came which went meanwhile, has it for good. So the loss is told again behind it.
 */
import type { NetlinkFamily } from '../manifest/network-grants.ts';
import { isKernelError, KernelError } from '../native/errno.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { type Subscription, subscribe } from '../native/poll.ts';
import { joinNetlinkGroup, leaveNetlinkGroup, takeSocketError } from '../native/socket-option.ts';
import { NetlinkDatagrams } from './netlink-datagrams.ts';
import { alignedLength, withHeader } from './netlink-framing.ts';
import { openNetlink } from './netlink-open.ts';

/** Calls that are read by before the event loop turns. */
const turnLimit = 4;
/** Datagrams of one call. */
const datagramsLimit = 32;
/** News are single messages of less than a page or two: of a link they leave its virtual functions out (RTEXT_FILTER_VF). */
const datagramBytesLimit = 16 * 1024;
const room = new NetlinkDatagrams(datagramsLimit, datagramBytesLimit);

export type NewsListener = {
  /** Whole messages of the kernel, each padded to 4 bytes, of as many datagrams as came at once. */
  readonly onNews: (messages: Uint8Array) => void;
  /** Something was lost; told again when all that came before it has been given to `onNews`. */
  readonly onMissed: () => void;
};

export class NetlinkNews {
  readonly #family: NetlinkFamily;
  readonly #listener: NewsListener;
  #groups: ReadonlySet<number> = new Set();
  /** Something was lost behind what has not been read yet. */
  #isTornAhead = false;
  #open: { readonly fd: FileDescriptor; readonly ready: Subscription } | undefined;

  constructor(family: NetlinkFamily, listener: NewsListener) {
    this.#family = family;
    this.#listener = listener;
  }

  /** Makes `groups` the groups that are heard. Errors: `KernelError`, and then they are what they were. */
  setGroups(groups: ReadonlySet<number>): void {
    if (groups.size === 0) {
      this.close();
      return;
    }
    const isNew = this.#open === undefined;
    const { fd } = this.#ensureOpen();
    const joined: number[] = [];
    try {
      for (const group of groups) {
        if (this.#groups.has(group)) continue;
        joinNetlinkGroup(fd, group);
        joined.push(group);
      }
    } catch (error) {
      if (isNew) this.close();
      else for (const group of joined) leaveNetlinkGroup(fd, group);
      throw error;
    }
    for (const group of this.#groups) if (!groups.has(group)) leaveNetlinkGroup(fd, group);
    this.#groups = new Set(groups);
  }

  close(): void {
    this.#groups = new Set();
    if (this.#open === undefined) return;
    const { fd, ready } = this.#open;
    this.#open = undefined;
    this.#isTornAhead = false;
    ready.stop();
    close(fd);
  }

  #ensureOpen() {
    if (this.#open !== undefined) return this.#open;
    const fd = openNetlink(this.#family);
    try {
      const ready = subscribe(fd, ['readable'], (readiness) => {
        if (readiness.state === 'ready') {
          this.#read(fd);
          return;
        }
        if (takeSocketError(fd) !== undefined) this.#missed();
        ready.change(['readable']);
      });
      this.#open = { fd, ready };
      return this.#open;
    } catch (error) {
      close(fd);
      throw error;
    }
  }

  #read(fd: FileDescriptor): void {
    for (let count = 0; count < turnLimit && this.#open?.fd === fd; count += 1) {
      try {
        const news: Uint8Array[] = [];
        const isMore = room.receive(fd, (datagram) => {
          if (datagram === undefined) this.#missed();
          else news.push(this.#messages(datagram));
        });
        if (news.length > 0) this.#listener.onNews(join(news));
        if (!isMore) {
          if (this.#isTornAhead) this.#listener.onMissed();
          this.#isTornAhead = false;
          return;
        }
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
        this.#missed();
        // Told once, and then there is more to read; any other error is told again by the subscription.
        if (!isKernelError(error, 'ENOBUFS')) return;
      }
    }
  }

  #missed(): void {
    this.#isTornAhead = true;
    this.#listener.onMissed();
  }

  #messages(datagram: Uint8Array): Uint8Array {
    return this.#family === 'kobject-uevent' ? withHeader(datagram) : datagram;
  }
}

/** Messages one behind the other, each padded, as bytes of their own. */
function join(messages: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, { length }) => sum + alignedLength(length), 0));
  let at = 0;
  for (const message of messages) {
    bytes.set(message, at);
    at += alignedLength(message.length);
  }
  return bytes;
}
