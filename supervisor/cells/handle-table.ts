/**
 * The handles that a module has at the host, such as sockets, under the names that the module chose. They belong to the supervisor: they
 * live on when an instance ends and another begins, until the module closes them or its cell is stopped.
 *
 * What comes in by a handle waits in its inbox for the event `arrived`, which takes all of it along. There is one event of a handle at
 * most that waits, however much comes.
 *
 * The danger: anybody on the network can make things come in, and PID 1 keeps them until the module gets round to it. So inboxes are
 * bounded, by number and by bytes, each and all of them together; beyond that the oldest is lost, and counted, and the module is told.
 */
import { keptBytes } from './kept-bytes.ts';
import type { Arrival } from './module-events.ts';
import { RequestFailure } from './request-table.ts';

/** Handles that a module may have. */
export const handlesLimit = 64;
/** Bytes of a handle's name, in UTF-8; it has at least one. */
export const handleNameLimit = 64;
/** Items that wait in the inbox of one handle. */
export const inboxItemsLimit = 256;
/** Bytes that wait in the inbox of one handle. */
export const inboxBytesLimit = 1024 * 1024;
/** Bytes that wait in all inboxes of a module together. */
export const inboxesBytesLimit = 8 * 1024 * 1024;
/** `missed` counts no further: it is a u32 in the interfaces. */
const missedLimit = 0xffff_ffff;

/** Something that a carrier holds open for a module. Carriers narrow what they find by the class of it. */
export interface HostHandle {
  /** The interface that it is of: `eft:host/netlink`. */
  readonly interface: string;
  /** Gives it back to the kernel. Called once, unless its own carrier calls it too; must not throw. */
  close(): void;
}

type Item = { readonly item: unknown; readonly bytes: number };

type Open = { readonly handle: HostHandle; items: Item[]; bytes: number; missed: number };

export class HandleTable {
  readonly #open = new Map<string, Open>();
  readonly #onNews: (name: string, hasNews: boolean) => void;
  #bytes = 0;
  #isHeard = true;

  /** `onNews` is told of a handle whose inbox has something to take, more than once if more comes, and has nothing because it is closed. */
  constructor(onNews: (name: string, hasNews: boolean) => void) {
    this.#onNews = onNews;
  }

  /**
   * Takes `handle` over under `name`. One of the same name and interface is closed, and what waits in its inbox is dropped. `signal` is
   * that of the request which opens it: when nobody wants that any more, nobody would know of the handle.
   *
   * Errors: `RequestFailure`, and then `handle` has been closed: `cancelled` if the request is over; `invalid` for a name that has not 1 to
   * 64 bytes, or is that of a handle of another interface; `too-many` above 64 handles.
   */
  open(name: string, handle: HostHandle, signal: AbortSignal): void {
    try {
      if (signal.aborted) throw new RequestFailure({ tag: 'cancelled' });
      this.check(name, handle.interface);
    } catch (error) {
      handle.close();
      throw error;
    }
    this.close(name);
    this.#open.set(name, { handle, items: [], bytes: 0, missed: 0 });
  }

  /**
   * Whether a handle of this name and interface could be opened, for a carrier to ask before it begins.
   * Errors: `RequestFailure`: `invalid` and `too-many`, as of `open`.
   */
  check(name: string, interfaceName: string): void {
    const bytes = Buffer.byteLength(name);
    if (bytes < 1 || bytes > handleNameLimit) {
      const sentence = `the name of a handle has ${bytes} bytes; 1 to ${handleNameLimit} are allowed`;
      throw new RequestFailure({ tag: 'invalid', val: sentence });
    }
    const there = this.#open.get(name);
    if (there === undefined && this.#open.size >= handlesLimit) throw new RequestFailure({ tag: 'too-many' });
    if (there !== undefined && there.handle.interface !== interfaceName) {
      const sentence = `the handle ${name} is one of ${there.handle.interface}; close it first, or take another name`;
      throw new RequestFailure({ tag: 'invalid', val: sentence });
    }
  }

  /** The handle of this name, if there is one and it is of this interface. */
  find(name: string, interfaceName: string): HostHandle | undefined {
    const handle = this.#open.get(name)?.handle;
    return handle?.interface === interfaceName ? handle : undefined;
  }

  /** The names of all handles, in the order in which they were opened. */
  names(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Closes a handle and drops what waits in its inbox. Nothing happens if there is none of this name. */
  close(name: string): void {
    const open = this.#open.get(name);
    if (open === undefined) return;
    this.#open.delete(name);
    this.#empty(open);
    this.#onNews(name, false);
    open.handle.close();
  }

  closeAll(): void {
    for (const name of this.names()) this.close(name);
  }

  /**
   * Puts what has come by a handle into its inbox; `bytes` is what it keeps of memory, roughly. The oldest go if there is no room, and an
   * item that is too large is lost itself. Nothing happens if the handle is closed.
   *
   * Typed arrays in `item` must be all of their buffer: a view into a buffer that packets are received into would keep, and send to the
   * cell, the whole of it.
   */
  deliver(name: string, item: unknown, bytes: number): void {
    const open = this.#open.get(name);
    if (open === undefined) return;
    const isTooLarge = bytes > inboxBytesLimit;
    if (this.#isHeard && !isTooLarge && this.#makeRoom(open, bytes)) {
      open.items.push({ item, bytes });
      open.bytes += bytes;
      this.#bytes += bytes;
    } else {
      miss(open, 1);
    }
    this.#tell(name);
  }

  /** Notes that `count` things that came by a handle were lost. */
  markMissed(name: string, count: number): void {
    const open = this.#open.get(name);
    if (open === undefined || count <= 0) return;
    miss(open, count);
    this.#tell(name);
  }

  /** Takes out what waits in the inbox of a handle; undefined if nothing does. */
  take(name: string): Arrival | undefined {
    const open = this.#open.get(name);
    if (open === undefined || (open.items.length === 0 && open.missed === 0)) return undefined;
    const { handle, missed } = open;
    const items = this.#empty(open).map(({ item }) => item);
    open.missed = 0;
    return { handle: name, interface: handle.interface, items, missed };
  }

  /**
   * Puts back what was taken, before all that has come since: whoever took it has not been it. What has no room is lost, the oldest first. Nothing
   * happens if the handle is closed, or is one of another interface now.
   */
  putBack({ handle: name, interface: interfaceName, items, missed }: Arrival): void {
    const open = this.#open.get(name);
    if (open === undefined || open.handle.interface !== interfaceName) return;
    const since = this.#empty(open);
    const missedSince = open.missed;
    open.missed = 0;
    miss(open, missed);
    for (const item of items) this.deliver(name, item, keptBytes(item));
    for (const { item, bytes } of since) this.deliver(name, item, bytes);
    if (missedSince > 0) this.markMissed(name, missedSince);
  }

  /** The names of the handles whose inbox has something to take. */
  waiting(): readonly string[] {
    return this.names().filter((name) => {
      const open = this.#open.get(name);
      return open !== undefined && (open.items.length > 0 || open.missed > 0);
    });
  }

  /** There is no instance: what waits is lost, and so is what comes until `resume`. */
  pause(): void {
    this.#isHeard = false;
    for (const open of this.#open.values()) miss(open, this.#empty(open).length);
  }

  /** There is an instance again. Tells of every handle that has lost something. */
  resume(): void {
    this.#isHeard = true;
    for (const [name, { missed }] of this.#open) {
      if (missed > 0) this.#onNews(name, true);
    }
  }

  #tell(name: string): void {
    if (this.#isHeard) this.#onNews(name, true);
  }

  /** Whether there is room for `bytes` more, after the oldest items have made way: only this handle's own, not those of others. */
  #makeRoom(open: Open, bytes: number): boolean {
    for (;;) {
      const isRoom =
        open.items.length < inboxItemsLimit &&
        open.bytes + bytes <= inboxBytesLimit &&
        this.#bytes + bytes <= inboxesBytesLimit;
      if (isRoom) return true;
      const oldest = open.items.shift();
      if (oldest === undefined) return false;
      open.bytes -= oldest.bytes;
      this.#bytes -= oldest.bytes;
      miss(open, 1);
    }
  }

  #empty(open: Open): readonly Item[] {
    const { items } = open;
    this.#bytes -= open.bytes;
    open.items = [];
    open.bytes = 0;
    return items;
  }
}

function miss(open: Open, count: number): void {
  open.missed = Math.min(missedLimit, open.missed + count);
}
