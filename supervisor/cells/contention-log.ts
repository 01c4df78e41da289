/**
 * Tells people that a module cannot get on because of what others have or hold in the store: what it is about, whose it is, and what to do.
 * A module tries again and again, so it gets one line in a while, with how many were left out.
 */
import { cutText } from '../capabilities/cut-text.ts';
import type { EftError } from '../errors/eft-error.ts';
import { STORE_LIMITS } from '../store/limits.ts';
import type { LogLine } from './module-events.ts';

/** Nanoseconds between two lines about the same module. */
const linePause = 10_000_000_000n;
/** Modules that are remembered: those who have had their line longest ago are forgotten. */
const rememberedLimit = STORE_LIMITS.modules;

type Remembered = { at: bigint; leftOut: number };

export class ContentionLog {
  readonly #write: (module: string, line: LogLine) => void;
  readonly #now: () => bigint;
  readonly #remembered = new Map<string, Remembered>();

  /** `now` is CLOCK_BOOTTIME in nanoseconds. */
  constructor(now: () => bigint, write: (module: string, line: LogLine) => void) {
    this.#now = now;
    this.#write = write;
  }

  note(module: string, because: EftError): void {
    const at = this.#now();
    const last = this.#remembered.get(module);
    if (last !== undefined && at - last.at < linePause) {
      last.leftOut += 1;
      return;
    }
    this.#remembered.delete(module);
    this.#remembered.set(module, { at, leftOut: 0 });
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= rememberedLimit) break;
      this.#remembered.delete(oldest);
    }
    this.#write(module, contentionLine(because, last?.leftOut));
  }
}

/** The line about something that could not be written. */
export function contentionLine({ message, act }: EftError, leftOut = 0): LogLine {
  const fields = [
    { name: 'reason', value: cutText(message) },
    { name: 'do', value: cutText(act) },
  ];
  if (leftOut > 0) fields.push({ name: 'left-out', value: String(leftOut) });
  return { level: 'warn', message: 'the store could not take a change, which is tried again', fields };
}
