/** Seeded choices: the same seed makes the same ones. */
import { SeededBytes, seedLength } from '../../supervisor/capabilities/entropy.ts';

export class Chance {
  readonly #bytes: SeededBytes;

  /** `seed` is an unsigned 32-bit number. */
  constructor(seed: number) {
    const bytes = new Uint8Array(seedLength);
    new DataView(bytes.buffer).setUint32(0, seed);
    this.#bytes = new SeededBytes(bytes);
  }

  /** A whole number from 0 up to `end`, without it; `end` is 65,536 at most. */
  below(end: number): number {
    const [high = 0, low = 0] = this.#bytes.take(2);
    return Math.floor(((high * 256 + low) * end) / 65_536);
  }

  /** One of `choices`. */
  of<Choice>(choices: readonly [Choice, ...Choice[]]): Choice {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}
