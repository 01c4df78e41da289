/**
 * How many log lines a module may write: a bucket that fills with the time of its events. What does not fit is dropped and counted,
 * in the cell, so that a flood costs the supervisor nothing.
 */

import type { LogLine } from './module-events.ts';

/** Lines that may come at once. */
export const logBurst = 256;
/** Lines a second in the long run. */
export const logLinesPerSecond = 64;
/** UTF-16 code units for which a line counts once more. */
export const logUnitsPerLine = 512;

const second = 1_000_000_000n;

/** UTF-16 code units of a line. */
export function unitsOf({ message, fields }: LogLine): number {
  return fields.reduce((sum, { name, value }) => sum + name.length + value.length, message.length);
}

export class LogRate {
  #tokens = logBurst;
  #filledAt: bigint | undefined;
  #dropped = 0;

  /** Fills the bucket up to `now`, in nanoseconds. Gives how many lines were dropped since the last call. */
  advance(now: bigint): number {
    this.#filledAt ??= now;
    const gained = ((now - this.#filledAt) * BigInt(logLinesPerSecond)) / second;
    // Only whole lines are taken out of the time that has passed; the rest of it counts next time.
    this.#filledAt += (gained * second) / BigInt(logLinesPerSecond);
    this.#tokens = Math.min(logBurst, this.#tokens + Number(gained));
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Whether a line of `units` UTF-16 code units may go out. */
  take(units = 0): boolean {
    const cost = 1 + Math.floor(units / logUnitsPerLine);
    if (this.#tokens >= cost) {
      this.#tokens -= cost;
      return true;
    }
    this.#dropped += 1;
    return false;
  }
}
