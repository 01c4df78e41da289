/**
 * The timers that one life of a module has armed, by the names that it gave them. What fires is told once; moving and disarming go by
 * the name.
 */
import { timersLimit } from '../capabilities/clock.ts';
import type { TimerChange } from './module-events.ts';

/** The longest wait of the host's timers, which count milliseconds in 31 bits; a later instant is waited for in steps. */
const longestWaitMs = 2 ** 31 - 1;

export type TimerTableOptions = {
  /** CLOCK_BOOTTIME, in nanoseconds. */
  readonly now: () => bigint;
  readonly after: (delayMs: number, fire: () => void) => () => void;
  readonly onFire: (name: string) => void;
};

export class TimerTable {
  readonly #options: TimerTableOptions;
  /** When each armed timer is to fire, and how it is called off. */
  readonly #armed = new Map<string, { readonly at: bigint; readonly cancel: () => void }>();

  constructor(options: TimerTableOptions) {
    this.#options = options;
  }

  /** Whether no more timers than allowed are armed after these changes. */
  hasRoomFor(changes: readonly TimerChange[]): boolean {
    const names = new Set(this.#armed.keys());
    for (const { name, at } of changes) {
      if (at === undefined) names.delete(name);
      else names.add(name);
    }
    return names.size <= timersLimit;
  }

  /** Arms, moves or disarms a timer. */
  set({ name, at }: TimerChange): void {
    this.#armed.get(name)?.cancel();
    this.#armed.delete(name);
    if (at !== undefined) this.#arm(name, at);
  }

  /** What would arm all of them again. */
  list(): readonly TimerChange[] {
    return [...this.#armed].map(([name, { at }]) => ({ name, at }));
  }

  clear(): void {
    for (const { cancel } of this.#armed.values()) cancel();
    this.#armed.clear();
  }

  #arm(name: string, at: bigint): void {
    const { now, after, onFire } = this.#options;
    // Up to the next whole millisecond: a timer never fires too early.
    const leftMs = Number((at - now() + 999_999n) / 1_000_000n);
    const cancel = after(Math.min(Math.max(leftMs, 0), longestWaitMs), () => {
      if (now() < at) {
        this.#arm(name, at);
        return;
      }
      this.#armed.delete(name);
      onFire(name);
    });
    this.#armed.set(name, { at, cancel });
  }
}
