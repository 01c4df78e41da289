/**
 * The last so many bytes of what was said, by many at once. When there is no room, the oldest goes of whoever has most: one who talks
 * without end pushes out itself, and never what the others have said.
 *
 * Readers keep nothing but their place. One that is slow, and finds gone what it had not read yet, is told how much that was.
 */
import { WakeUp } from './wake-up.ts';

/** Shares there may be. Whoever comes after that has one together. */
const sharesLimit = 256;
/** Items that are gone and still have a place in their list, before the list is made anew. */
const staleLimit = 1_024;

type Kept<Item> = { readonly item: Item; readonly bytes: number; readonly order: number };

/** What one has said. Items are numbered from 0; those before `first` are gone. */
class Share<Item> {
  #kept: (Kept<Item> | undefined)[] = [];
  #head = 0;
  bytes = 0;
  first = 0;

  /** The number of the next item. */
  get end(): number {
    return this.first + this.#kept.length - this.#head;
  }

  at(number: number): Kept<Item> | undefined {
    return this.#kept[this.#head + number - this.first];
  }

  push(kept: Kept<Item>): void {
    this.#kept.push(kept);
    this.bytes += kept.bytes;
  }

  /** Takes the oldest away; gives its bytes. */
  shift(): number {
    const bytes = this.#kept[this.#head]?.bytes ?? 0;
    this.#kept[this.#head] = undefined;
    this.#head += 1;
    this.first += 1;
    this.bytes -= bytes;
    if (this.#head >= staleLimit || this.#head === this.#kept.length) {
      this.#kept = this.#kept.slice(this.#head);
      this.#head = 0;
    }
    return bytes;
  }
}

/** What a reader is given: items in the order in which they came, and how many were gone before it came to them. */
export type Taken<Item> = { readonly items: readonly Item[]; readonly dropped: number };

export type ReaderOptions = {
  /** Only what this one has said. */
  readonly share?: string | undefined;
  /** Of what is there, only the last so many items. */
  readonly tail?: number | undefined;
};

export class FairRing<Item> {
  readonly #limitBytes: number;
  readonly #shares = new Map<string, Share<Item>>();
  readonly #news = new WakeUp();
  #bytes = 0;
  #order = 0;

  /** `limitBytes` are those that items are said to have. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of all items that are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an item of `bytes` to the share of `name`. */
  add(name: string, item: Item, bytes: number): void {
    const share = this.#share(name);
    share.push({ item, bytes, order: this.#order });
    this.#order += 1;
    this.#bytes += bytes;
    while (this.#bytes > this.#limitBytes) this.#bytes -= this.#largest().shift();
    this.#news.ring();
  }

  reader(options: ReaderOptions = {}): RingReader<Item> {
    return new RingReader(this.#shares, this.#news, options);
  }

  #share(name: string): Share<Item> {
    const own = this.#shares.get(name);
    if (own !== undefined) return own;
    const isFull = this.#shares.size >= sharesLimit;
    const key = isFull ? '' : name;
    const share = this.#shares.get(key) ?? new Share<Item>();
    this.#shares.set(key, share);
    return share;
  }

  #largest(): Share<Item> {
    let largest: Share<Item> | undefined;
    for (const share of this.#shares.values()) {
      if (largest === undefined || share.bytes > largest.bytes) largest = share;
    }
    if (largest === undefined) throw new TypeError('a ring without shares is over its limit');
    return largest;
  }
}

/** Someone's place in a ring. */
export class RingReader<Item> {
  readonly #shares: ReadonlyMap<string, Share<Item>>;
  readonly #news: WakeUp;
  readonly #only: string | undefined;
  /** The next item of each share; of one that came later, its first. */
  readonly #next = new Map<Share<Item>, number>();

  /** Made by `FairRing.reader`. */
  constructor(shares: ReadonlyMap<string, Share<Item>>, news: WakeUp, { share, tail }: ReaderOptions) {
    this.#shares = shares;
    this.#news = news;
    this.#only = share;
    const oldest = tail === undefined ? 0 : this.#orderOfTail(tail);
    for (const own of this.#own()) {
      let next = own.first;
      while (next < own.end && (own.at(next)?.order ?? oldest) < oldest) next += 1;
      this.#next.set(own, next);
    }
  }

  /** The next items: at most `count` of them, and at most `bytes` unless the first alone has more. */
  take(count: number, bytes: number): Taken<Item> {
    const items: Item[] = [];
    let dropped = 0;
    let left = bytes;
    for (const share of this.#own()) {
      const next = this.#next.get(share) ?? 0;
      dropped += Math.max(0, share.first - next);
      this.#next.set(share, Math.max(share.first, next));
    }
    while (items.length < count) {
      const found = this.#oldest();
      if (found === undefined || (items.length > 0 && found.kept.bytes > left)) break;
      items.push(found.kept.item);
      left -= found.kept.bytes;
      this.#next.set(found.share, found.next + 1);
    }
    return { items, dropped };
  }

  /** Resolves when something was added since, or when `signal` aborts. */
  sleep(signal: AbortSignal): Promise<void> {
    return this.#news.sleep(signal);
  }

  #oldest(): { readonly share: Share<Item>; readonly next: number; readonly kept: Kept<Item> } | undefined {
    let oldest: { share: Share<Item>; next: number; kept: Kept<Item> } | undefined;
    for (const share of this.#own()) {
      const next = this.#next.get(share) ?? 0;
      const kept = share.at(next);
      if (kept !== undefined && (oldest === undefined || kept.order < oldest.kept.order))
        oldest = { share, next, kept };
    }
    return oldest;
  }

  *#own(): Iterable<Share<Item>> {
    if (this.#only === undefined) {
      yield* this.#shares.values();
      return;
    }
    const share = this.#shares.get(this.#only);
    if (share !== undefined) yield share;
  }

  /** The place in the order of all at which the last `tail` items begin. */
  #orderOfTail(tail: number): number {
    const orders: number[] = [];
    for (const share of this.#own()) {
      for (let number = Math.max(share.first, share.end - tail); number < share.end; number += 1) {
        const kept = share.at(number);
        if (kept !== undefined) orders.push(kept.order);
      }
    }
    orders.sort((a, b) => a - b);
    return tail >= orders.length ? 0 : (orders[orders.length - tail] ?? Number.POSITIVE_INFINITY);
  }
}
