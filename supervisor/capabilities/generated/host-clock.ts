// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/clock@0.1.0`
 *
 * Time, and timers. The clock stands still while an event is handled, so that an event replays exactly.
 */

/** A point on the monotonic clock: nanoseconds since the machine started, sleep included (CLOCK_BOOTTIME). */
export type Instant = bigint;

/** Nanoseconds between two instants. */
export type Duration = bigint;

/** Wall time as the node believes it. */
export type WallTime = {
  /** Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds (CLOCK_REALTIME). */
  readonly nanoseconds: bigint;
  /** Whether a time source has set it since the start. Before that it may be years off. */
  readonly synchronized: boolean;
};

/** What the host's `eft:host/clock@0.1.0` consists of. */
export interface ClockInterface {
  /** When the event in hand was given to the module. */
  now(): Instant;
  /** The wall time at that moment. */
  wall(): WallTime;
  /**
   * Arms the timer `name`: a `timer(name)` event comes once, at `at` or soon after. Arming an armed timer moves
   * it. An instant in the past fires at once. At most 64 timers a module; `name` has at most 128 bytes.
   */
  setTimer(name: string, at: Instant): void;
  /** Disarms the timer `name`. Nothing happens if there is none. */
  clearTimer(name: string): void;
}
