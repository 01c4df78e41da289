/**
 * Being told when a descriptor can be read or written, through the event loop that Node runs anyway (libuv's uv_poll,
 * which is epoll). Level-triggered: what is not dealt with is told again.
 *
 * Danger: stop the subscription before the descriptor is closed. A descriptor can have one subscription at a time.
 * Regular files cannot be watched (EPERM): they are always ready, and always may block.
 */
import { native } from './binding.ts';
import { KernelError } from './errno.ts';
import { describe, type FileDescriptor } from './file-descriptor.ts';

/** What to wait for. `hangUp`: the other end of a stream has stopped writing. */
export type Interest = 'readable' | 'writable' | 'hangUp' | 'priority';

/** Everything that holds at the moment. */
export type Readiness =
  | { readonly state: 'ready'; readonly events: ReadonlySet<Interest> }
  /**
   * The descriptor has an error pending (EPOLLERR): a netlink socket that overran, a refused datagram, a pipe without
   * reader. The subscription pauses, so that an error nobody takes away cannot spin the loop. Take it (by reading, or
   * `takeSocketError`) and `change` the interests to go on, or stop.
   */
  | { readonly state: 'failed' };

export type Subscription = Disposable & {
  /** Waits for these from now on; none pauses. Goes on after a failure, too. */
  readonly change: (interests: readonly Interest[]) => void;
  /** Ends it; nothing is called after that. Can be called again without effect. */
  readonly stop: () => void;
};

/** `uv.h`, enum uv_poll_event */
export const pollEvents = { UV_READABLE: 1, UV_WRITABLE: 2, UV_DISCONNECT: 4, UV_PRIORITIZED: 8 } as const;

const bits: { readonly [interest in Interest]: number } = {
  readable: pollEvents.UV_READABLE,
  writable: pollEvents.UV_WRITABLE,
  hangUp: pollEvents.UV_DISCONNECT,
  priority: pollEvents.UV_PRIORITIZED,
};

const interestNames: readonly Interest[] = ['readable', 'writable', 'hangUp', 'priority'];

/**
 * Calls `onReady` whenever one of `interests` holds for `fd`, from the event loop, which it keeps running. What
 * `onReady` throws is an uncaught exception. The descriptor becomes non-blocking.
 * Errors: EEXIST (watched already), EPERM (a regular file), EBADF.
 */
export function subscribe(
  fd: FileDescriptor,
  interests: readonly Interest[],
  onReady: (readiness: Readiness) => void,
): Subscription {
  const { poll } = native();
  let isActive = true;
  expectSuccess(
    poll(fd, toBits(interests), (status, events) => {
      if (!isActive) return;
      onReady(status < 0 ? { state: 'failed' } : { state: 'ready', events: toInterests(events) });
    }),
    fd,
  );
  const stop = () => {
    if (!isActive) return;
    isActive = false;
    expectSuccess(poll(fd), fd);
  };
  return {
    change: (next) => {
      if (!isActive) throw new Error(`the subscription of ${describe(fd)} was stopped`);
      expectSuccess(poll(fd, toBits(next)), fd);
    },
    stop,
    [Symbol.dispose]: stop,
  };
}

function toBits(interests: readonly Interest[]): number {
  return interests.reduce((sum, interest) => sum | bits[interest], 0);
}

function toInterests(events: number): ReadonlySet<Interest> {
  return new Set(interestNames.filter((interest) => (events & bits[interest]) !== 0));
}

function expectSuccess(result: number, fd: FileDescriptor): void {
  if (result < 0) throw new KernelError('epoll_ctl', -result, describe(fd));
}
