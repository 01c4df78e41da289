/**
 * Jobs that wait for an io process, fair between modules: who was served last comes last, however much it asks for. Within one
 * module the order stays.
 */

/** Jobs that may wait, of all modules together and of one; and their estimated bytes. */
export const waitingLimit = 1_024;
export const waitingLimitOfOne = 256;
export const waitingBytesLimit = 128 * 1024 * 1024;
export const waitingBytesLimitOfOne = 32 * 1024 * 1024;

export type Waiting = {
  /** The module that asks. */
  readonly owner: string;
  readonly bytes: number;
};

type Line<Item> = { readonly items: Item[]; bytes: number };

export class IoQueue<Item extends Waiting> {
  /** In the order in which owners are served. */
  readonly #lines = new Map<string, Line<Item>>();
  #length = 0;
  #bytes = 0;

  get length(): number {
    return this.#length;
  }

  /** Whether there is room for one more. */
  hasRoomFor({ owner, bytes }: Waiting): boolean {
    const line = this.#lines.get(owner);
    return (
      this.#length < waitingLimit &&
      this.#bytes + bytes <= waitingBytesLimit &&
      (line?.items.length ?? 0) < waitingLimitOfOne &&
      (line?.bytes ?? 0) + bytes <= waitingBytesLimitOfOne
    );
  }

  /** Adds an item behind those of its owner, or `first`: before them. */
  add(item: Item, where: 'last' | 'first' = 'last'): void {
    const line = this.#lines.get(item.owner) ?? { items: [], bytes: 0 };
    this.#lines.set(item.owner, line);
    if (where === 'first') line.items.unshift(item);
    else line.items.push(item);
    this.#count(line, item, 1);
  }

  /** Takes an item out. False if it does not wait. */
  remove(item: Item): boolean {
    const line = this.#lines.get(item.owner);
    const at = line?.items.indexOf(item) ?? -1;
    if (line === undefined || at < 0) return false;
    line.items.splice(at, 1);
    this.#count(line, item, -1);
    if (line.items.length === 0) this.#lines.delete(item.owner);
    return true;
  }

  /** The next item of those that `mayBegin`, taken out; undefined if there is none. */
  take(mayBegin: (item: Item) => boolean): Item | undefined {
    for (const [owner, line] of this.#lines) {
      const item = line.items.find(mayBegin);
      if (item === undefined) continue;
      this.remove(item);
      if (this.#lines.delete(owner)) this.#lines.set(owner, line);
      return item;
    }
    return undefined;
  }

  /** Takes all items out. */
  clear(): readonly Item[] {
    const items = [...this.#lines.values()].flatMap((line) => line.items);
    this.#lines.clear();
    this.#length = 0;
    this.#bytes = 0;
    return items;
  }

  #count(line: Line<Item>, { bytes }: Item, sign: 1 | -1): void {
    line.bytes += sign * bytes;
    this.#bytes += sign * bytes;
    this.#length += sign;
  }
}
