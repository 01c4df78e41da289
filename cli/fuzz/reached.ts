/**
 * Which code has been reached, and about how often in one event: for each counter the classes of counts that have been seen, as a bit each.
 * More often counts as new only where it is of another class, or every loop would be new for ever.
 */
import type { Target } from './target.ts';

/** 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more: one bit each. */
const classes = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count === 0) return 0;
  if (count < 4) return 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
});

export class Reached {
  /** By counter, the classes that have been seen. */
  readonly seen: Uint8Array;
  #fresh: number[] = [];

  /** For so many counters. */
  constructor(counters: number, seen = new Uint8Array(counters)) {
    this.seen = seen;
  }

  /** A copy that goes its own way. */
  copy(): Reached {
    return new Reached(this.seen.length, this.seen.slice());
  }

  /** Takes in the counters of a target since they were cleared, and clears them. True if anything is new. */
  note(target: Target): boolean {
    const { counters, counterWords } = target;
    const { seen } = this;
    let isNew = false;
    // There is an even number of words, and nearly all are zero.
    for (let word = 0; word < counterWords.length; word += 2) {
      if (((counterWords[word] ?? 0) | (counterWords[word + 1] ?? 0)) === 0) continue;
      for (let at = 4 * word; at < 4 * word + 8; at += 1) {
        const bit = classes[counters[at] ?? 0] ?? 0;
        const known = seen[at] ?? 0;
        if ((bit & ~known) === 0) continue;
        seen[at] = known | bit;
        this.#fresh.push(256 * at + bit);
        isNew = true;
      }
      counterWords[word] = 0;
      counterWords[word + 1] = 0;
    }
    return isNew;
  }

  /** What has become new since this was last asked: counter and class in one number each. */
  takeFresh(): readonly number[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Takes in what another has found. True if any of it is new here. */
  merge(fresh: readonly number[]): boolean {
    let isNew = false;
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
