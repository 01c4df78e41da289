/**
 * Which code has been reached, and about how often in one event: for each counter the classes of counts that have been seen, as a bit each.
 * More often counts as new only where it is of another class, or every loop would be new for ever: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and
 * more times, of which the first is the lowest bit.
 *
 * The look at the counters is a function in the module's own code (added-functions.ts), as it comes after every event.
 */
/** What counts, and is asked: an instance, or what has one. */
export type Counting = { readonly counters: Uint8Array; look(reached: Reached): boolean };

export class Reached {
  /** By counter, the classes that have been seen. */
  readonly seen: Uint8Array;
  #fresh: number[] = [];
  #version = 0;

  /** For so many counters. */
  constructor(counters: number, seen = new Uint8Array(counters)) {
    this.seen = seen;
  }

  /** Another number whenever `seen` is another. */
  get version(): number {
    return this.#version;
  }

  /** A copy that goes its own way. */
  copy(): Reached {
    return new Reached(this.seen.length, this.seen.slice());
  }

  /** Takes in the counters of a target since they were cleared, and clears them. True if anything is new. */
  note(target: Counting): boolean {
    return target.look(this);
  }

  /** Takes in what a target has found new: as `merge`, of which it is known that all is new. */
  take(fresh: Uint32Array): void {
    this.#version += 1;
    for (const one of fresh) {
      const at = one >>> 8;
      this.seen[at] = (this.seen[at] ?? 0) | (one & 255);
      this.#fresh.push(one);
    }
  }

  /** What has become new since this was last asked: counter and class in one number each. */
  takeFresh(): readonly number[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Whether this counter and class, in one number, have been seen. */
  has(one: number): boolean {
    return ((this.seen[one >>> 8] ?? 0) & one & 255) !== 0;
  }

  /** Takes in what another has found. True if any of it is new here. */
  merge(fresh: readonly number[]): boolean {
    let isNew = false;
    this.#version += 1;
    for (const one of fresh) {
      const [at, bit] = [Math.floor(one / 256), one % 256];
      const known = this.seen[at] ?? 0;
      if ((bit & ~known) === 0) continue;
      this.seen[at] = known | bit;
      isNew = true;
    }
    return isNew;
  }

  /** Counters that have been passed at least once. */
  get count(): number {
    let count = 0;
    for (const bits of this.seen) count += Number(bits !== 0);
    return count;
  }
}
