// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/clock@0.1.0
 *
 * Time, and timers. The clock stands still while an event is handled, so that an event replays exactly.
 */

/** A point on the monotonic clock: nanoseconds since the machine started, sleep included (CLOCK_BOOTTIME). */
export type Instant = u64;

/** Nanoseconds between two instants. */
export type Duration = u64;

/** Wall time as the node believes it. */
@final
export class WallTime {
  constructor(
    /** Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds (CLOCK_REALTIME). */
    public nanoseconds: u64,
    /** Whether a time source has set it since the start. Before that it may be years off. */
    public synchronized: bool,
  ) {}
}

@external('cm32p2|eft:host/clock@0.1', 'now')
declare function host_now(): i64;

/** When the event in hand was given to the module. */
export function now(): Instant {
  return <u64>host_now();
}

@external('cm32p2|eft:host/clock@0.1', 'wall')
declare function host_wall(c0: i32): void;

/** The wall time at that moment. */
export function wall(): WallTime {
  host_wall(_area);
  return _loadWallTime(_area);
}

@external('cm32p2|eft:host/clock@0.1', 'set-timer')
declare function host_setTimer(c0: i32, c1: i32, c2: i64): void;

/**
 * Arms the timer `name`: a `timer(name)` event comes once, at `at` or soon after. Arming an armed timer moves
 * it. An instant in the past fires at once. At most 64 timers a module; `name` has at most 128 bytes.
 */
export function setTimer(name: string, at: Instant): void {
  host_setTimer(changetype<usize>(name), name.length, at);
}

@external('cm32p2|eft:host/clock@0.1', 'clear-timer')
declare function host_clearTimer(c0: i32, c1: i32): void;

/** Disarms the timer `name`. Nothing happens if there is none. */
export function clearTimer(name: string): void {
  host_clearTimer(changetype<usize>(name), name.length);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(16, 8);

export function _loadWallTime(pointer: usize): WallTime {
  return new WallTime(load<u64>(pointer), load<bool>(pointer, 8));
}
