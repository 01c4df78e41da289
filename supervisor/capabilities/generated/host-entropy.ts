// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/entropy@0.1.0`
 *
 * Random bytes from the kernel's generator (getrandom(2)), drawn when the event was given to the module and
 * recorded with it, so that an event replays exactly.
 */

/** What the host's `eft:host/entropy@0.1.0` consists of. */
export interface EntropyInterface {
  /** `count` random bytes, at most 256 a call. */
  bytes(count: number): Uint8Array;
  /** A random integer, every value equally likely. */
  number(): bigint;
}
