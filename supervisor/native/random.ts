/** Random bytes from the kernel: getrandom(2). */
import { systemCallIfReady } from './system-call.ts';

/** `linux/random.h` */
export const randomFlags = { GRND_NONBLOCK: 1 } as const;

/** Most bytes for one call: up to here the kernel gives all or nothing. */
export const RANDOM_BYTES_MAX = 256;

/**
 * Up to RANDOM_BYTES_MAX random bytes, fit for keys; undefined when the kernel's generator is not seeded yet, early in
 * boot. Never waits.
 */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> | undefined {
  if (count > RANDOM_BYTES_MAX)
    throw new RangeError(`one call gives at most ${RANDOM_BYTES_MAX} random bytes`);
  const bytes = new Uint8Array(count);
  const given = systemCallIfReady('getrandom', [bytes, count, randomFlags.GRND_NONBLOCK]);
  return given === count ? bytes : undefined;
}
