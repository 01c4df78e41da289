/**
 * Random numbers out of a seed: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), whose state
 * comes out of the seed by splitmix32. The same seed gives the same numbers on every machine. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Several numbers make one seed: a run, and the part of it. */
  constructor(...seeds: readonly number[]) {
    let state = 0x9e37_79b9;
    const next = (): number => {
      state = (state + 0x9e37_79b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0_aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a_2d97);
      return mixed ^ (mixed >>> 15);
    };
    for (const seed of seeds)
      state = next() ^ (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32) | 0, 0x85eb_ca6b);
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next() | 1];
  }

  /** 32 random bits, as a number from 0. */
  bits(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** A whole number from 0 to below `limit`, which is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.bits() / 2 ** 32) * limit);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of the items; undefined of none. */
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }

  /** One of the items, of which there is one at least. */
  choose<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** A small number mostly, at least 1: 1 half of the time, 2 a quarter. */
  small(limit: number): number {
    let number = 1;
    while (number < limit && this.once(2)) number += 1;
    return number;
  }
}
