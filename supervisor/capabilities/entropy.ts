/**
 * `eft:host/entropy`: random bytes, drawn out of 32 bytes of getrandom(2) that came with the event. The same event with the
 * same bytes draws the same numbers, which is what a replay needs.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { EftError } from '../errors/eft-error.ts';
import type { EntropyInterface } from './generated/host-entropy.ts';
import type { LocalInterface } from './local-context.ts';

/** Bytes that one call may draw. */
export const drawLimit = 256;
/** Bytes of an event's seed: the security of what is drawn from it. */
export const seedLength = 32;

export const entropy: LocalInterface = (context) => {
  const functions: EntropyInterface = {
    bytes: (count) => {
      if (count > drawLimit) throw EftError.of('cell.entropy', { count, limit: drawLimit });
      return context().draw(count);
    },
    number: () => {
      const bytes = context().draw(8);
      return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    },
  };
  return { ...functions };
};

/** A stream of bytes out of a seed: SHA-512 of the seed and a counter (as in NIST SP 800-90A, Hash_DRBG's hashgen). */
export class SeededBytes {
  readonly #input = new Uint8Array(seedLength + 8);
  #block: Uint8Array = new Uint8Array(0);
  #used = 0;
  #counter = 0n;

  constructor(seed: Uint8Array) {
    if (seed.length !== seedLength) throw new RangeError(`a seed has ${seedLength} bytes`);
    this.#input.set(seed);
  }

  /** The next `count` bytes. */
  take(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += 1) {
      if (this.#used === this.#block.length) this.#refill();
      bytes[at] = this.#block[this.#used] ?? 0;
      this.#used += 1;
    }
    return bytes;
  }

  #refill(): void {
    new DataView(this.#input.buffer).setBigUint64(seedLength, this.#counter, true);
    this.#counter += 1n;
    this.#block = sha512(this.#input);
    this.#used = 0;
  }
}
