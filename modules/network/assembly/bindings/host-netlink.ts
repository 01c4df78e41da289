// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/netlink@0.1.0
 *
 * Raw netlink sockets (netlink(7); RFC 3549 for the routing family). The host reads and writes message headers only: what is in
 * a message is between the module and the kernel.
 *
 * A socket is a handle with a name that the module chooses. It belongs to the host: it lives on when the instance is
 * restarted or replaced, and `boot.handles` names it then.
 */

import { Failure, Request, _loadFailure } from './host-requests';
import { Result, Unit } from 'eft';
import { adoptList } from 'eft/memory';

export { Request };

export { Failure };

/** What a socket talks to (include/uapi/linux/netlink.h). The grant says which. */
export enum Family {
  /** NETLINK_ROUTE: links, addresses, routes, rules, neighbours. */
  Route,
  /** NETLINK_NETFILTER: nf_tables, connection tracking. */
  Netfilter,
  /** NETLINK_KOBJECT_UEVENT: devices that come and go. It says things and takes nothing. */
  KobjectUevent,
  /** NETLINK_GENERIC: families by name, such as WireGuard. */
  Generic,
}

/** What the kernel said without being asked. */
@final
export class News {
  constructor(
    /**
     * Whole messages, each beginning with its `nlmsghdr` and aligned to 4 bytes, in the order in which they came. A uevent, which
     * the kernel sends without one, comes behind an `nlmsghdr` of type 0x10.
     */
    public messages: StaticArray<u8>,
    /** Something was lost before these: look at everything anew. */
    public missed: bool,
  ) {}
}

@external('cm32p2|eft:host/netlink@0.1', 'open')
declare function host_open(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32): i64;

/**
 * Opens the socket `name`, a member of the multicast groups `groups` (numbers from 1, at most 64). If there is one of that name and
 * family already it is kept, and its groups become these; one of another family is replaced. A name has 1 to 64 bytes. At most 64
 * handles a module. Extended acknowledgements are on, refused messages are not repeated in their errors (NETLINK_CAP_ACK), and
 * dumps are filtered strictly (NETLINK_GET_STRICT_CHK). Taken with `take-done`.
 */
export function open(name: string, family: Family, groups: StaticArray<u32>): Request {
  return <u64>host_open(changetype<usize>(name), name.length, family, changetype<usize>(groups), groups.length);
}

@external('cm32p2|eft:host/netlink@0.1', 'exchange')
declare function host_exchange(c0: i32, c1: i32, c2: i32, c3: i32): i64;

/**
 * Sends messages, each whole and aligned to 4 bytes, at most 1 MiB of them. Every one must be a request (NLM_F_REQUEST) and ask for
 * an answer, by NLM_F_ACK or NLM_F_DUMP; only the begin and the end of a netfilter batch have none. The answer to the request comes when
 * the last of them is answered. `nlmsg_seq` is the module's own: replies carry it. `nlmsg_pid` is set by the host. Taken with
 * `take-replies`.
 *
 * Messages that the kernel has got cannot be taken back: cancelling, or a deadline, only means that nobody hears their answers.
 */
export function exchange(name: string, messages: StaticArray<u8>): Request {
  return <u64>host_exchange(changetype<usize>(name), name.length, changetype<usize>(messages), messages.length);
}

@external('cm32p2|eft:host/netlink@0.1', 'close')
declare function host_close(c0: i32, c1: i32): i64;

/** Closes the socket. Requests that are open on it come to `cancelled`. Taken with `take-done`. */
export function close(name: string): Request {
  return <u64>host_close(changetype<usize>(name), name.length);
}

@external('cm32p2|eft:host/netlink@0.1', 'take-done')
declare function host_takeDone(c0: i64, c1: i32): void;

/** The answer to `open` and `close`. */
export function takeDone(request: Request): Result<Unit, Failure> {
  host_takeDone(request, _area);
  return (load<u8>(_area) ? Result.err<Unit, Failure>(_loadFailure(_area + 4)) : Result.ok<Unit, Failure>(0));
}

@external('cm32p2|eft:host/netlink@0.1', 'take-replies')
declare function host_takeReplies(c0: i64, c1: i32): void;

/**
 * The answer to `exchange`: all messages of the kernel in answer to it, at most 8 MiB. An NLMSG_ERROR is a message
 * like any other: one message refused does not make the others fail. A dump that the kernel says was interrupted
 * (NLM_F_DUMP_INTR) is handed out as it is.
 */
export function takeReplies(request: Request): Result<StaticArray<u8>, Failure> {
  host_takeReplies(request, _area);
  return (load<u8>(_area) ? Result.err<StaticArray<u8>, Failure>(_loadFailure(_area + 4)) : Result.ok<StaticArray<u8>, Failure>(adoptList<u8>(load<usize>(_area, 4), load<i32>(_area, 8))));
}

@external('cm32p2|eft:host/netlink@0.1', 'take-news')
declare function host_takeNews(c0: i32, c1: i32, c2: i32): void;

/** What has come by itself, in an `arrived(name)` event and in no other: what is not taken in it is gone. Empty if there is nothing. */
export function takeNews(name: string): News {
  host_takeNews(changetype<usize>(name), name.length, _area);
  return _loadNews(_area);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(20, 8);

export function _loadNews(pointer: usize): News {
  return new News(adoptList<u8>(load<usize>(pointer), load<i32>(pointer, 4)), load<bool>(pointer, 8));
}
