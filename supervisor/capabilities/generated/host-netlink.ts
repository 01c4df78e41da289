// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/netlink@0.1.0`
 *
 * Raw netlink sockets (netlink(7); RFC 3549 for the routing family). The host reads and writes message headers only: what is in
 * a message is between the module and the kernel.
 *
 * A socket is a handle with a name that the module chooses. It belongs to the host: it lives on when the instance is
 * restarted or replaced, and `boot.handles` names it then.
 */

import type { Failure, Request } from './host-requests.ts';

export type { Request };

export type { Failure };

/** What a socket talks to (include/uapi/linux/netlink.h). The grant says which. */
export type Family =
  /** NETLINK_ROUTE: links, addresses, routes, rules, neighbours. */
  | 'route'
  /** NETLINK_NETFILTER: nf_tables, connection tracking. */
  | 'netfilter'
  /** NETLINK_KOBJECT_UEVENT: devices that come and go. It says things and takes nothing. */
  | 'kobject-uevent'
  /** NETLINK_GENERIC: families by name, such as WireGuard. */
  | 'generic';

/** What the kernel said without being asked. */
export type News = {
  /**
   * Whole messages, each beginning with its `nlmsghdr` and aligned to 4 bytes, in the order in which they came. A uevent, which
   * the kernel sends without one, comes behind an `nlmsghdr` of type 0x10.
   */
  readonly messages: Uint8Array;
  /** Something was lost before these: look at everything anew. */
  readonly missed: boolean;
};

/** What the host's `eft:host/netlink@0.1.0` consists of. */
export interface NetlinkInterface {
  /**
   * Opens the socket `name`, a member of the multicast groups `groups` (numbers from 1, at most 64). If there is one of that name and
   * family already it is kept, and its groups become these; one of another family is replaced. A name has 1 to 64 bytes. At most 64
   * handles a module. Extended acknowledgements are on, refused messages are not repeated in their errors (NETLINK_CAP_ACK), and
   * dumps are filtered strictly (NETLINK_GET_STRICT_CHK). Taken with `take-done`.
   */
  open(name: string, family: Family, groups: Uint32Array): Request;
  /**
   * Sends messages, each whole and aligned to 4 bytes, at most 1 MiB of them. Every one must be a request (NLM_F_REQUEST) and ask for
   * an answer, by NLM_F_ACK or NLM_F_DUMP; only the begin and the end of a netfilter batch have none. The answer to the request comes when
   * the last of them is answered. `nlmsg_seq` is the module's own: replies carry it. `nlmsg_pid` is set by the host. Taken with
   * `take-replies`.
   *
   * Messages that the kernel has got cannot be taken back: cancelling, or a deadline, only means that nobody hears their answers.
   */
  exchange(name: string, messages: Uint8Array): Request;
  /** Closes the socket. Requests that are open on it come to `cancelled`. Taken with `take-done`. */
  close(name: string): Request;
  /** The answer to `open` and `close`. */
  takeDone(request: Request): { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: Failure };
  /**
   * The answer to `exchange`: all messages of the kernel in answer to it, at most 8 MiB. An NLMSG_ERROR is a message
   * like any other: one message refused does not make the others fail. A dump that the kernel says was interrupted
   * (NLM_F_DUMP_INTR) is handed out as it is.
   */
  takeReplies(request: Request): { readonly tag: 'ok'; readonly val: Uint8Array } | { readonly tag: 'err'; readonly val: Failure };
  /** What has come by itself, in an `arrived(name)` event and in no other: what is not taken in it is gone. Empty if there is nothing. */
  takeNews(name: string): News;
}
