/**
 * How much memory the checkpoints of all cells may take together: each is a copy of a module's memory in PID 1, of up to 256 MiB, and a
 * node has dozens of modules.
 *
 * When there is not room for all, small ones come before large ones: one module with a large memory does not cost the others their
 * records. A cell without a checkpoint still runs; it has no flight record until one of its later checkpoints finds room, or it starts
 * anew.
 */

/** Bytes of all checkpoints together: memory, and what a mirror keeps of the heap. */
export const checkpointBytesLimit = 96 * 1024 * 1024;

type Claim = { readonly bytes: number; readonly onDrop: () => void };

export class CheckpointBudget {
  readonly #limit: number;
  readonly #claims = new Map<object, Claim>();
  #bytes = 0;

  constructor(limit = checkpointBytesLimit) {
    this.#limit = limit;
  }

  /** Bytes that are claimed. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes room for a checkpoint of `holder`, in the place of the one it had, and if need be of larger ones of others, the largest first:
   * their `onDrop` is called, and they must let go. False if there is no room but that of smaller ones; then the holder keeps what it had.
   */
  claim(holder: object, bytes: number, onDrop: () => void): boolean {
    const others = [...this.#claims].filter(([other]) => other !== holder);
    const smaller = others.filter(([, claim]) => claim.bytes <= bytes);
    if (smaller.reduce((sum, [, claim]) => sum + claim.bytes, bytes) > this.#limit) return false;
    this.release(holder);
    const larger = others
      .filter(([, claim]) => claim.bytes > bytes)
      .sort(([, one], [, other]) => other.bytes - one.bytes);
    for (const [other, claim] of larger) {
      if (this.#bytes + bytes <= this.#limit) break;
      this.release(other);
      claim.onDrop();
    }
    this.#claims.set(holder, { bytes, onDrop });
    this.#bytes += bytes;
    return true;
  }

  /** Gives back what `holder` has claimed, if anything. */
  release(holder: object): void {
    this.#bytes -= this.#claims.get(holder)?.bytes ?? 0;
    this.#claims.delete(holder);
  }
}
