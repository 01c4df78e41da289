/**
 * Tells people what a module was denied: with the call and the reason, which names the grant that would cover it. A module that goes on
 * asking gets no more lines than it may write itself (log-rate.ts).
 */
import { cutText } from '../capabilities/cut-text.ts';
import type { CellCounters } from './cell-counters.ts';
import { LogRate } from './log-rate.ts';
import type { LogLine, OpenRequest } from './module-events.ts';

export class DenialLog {
  readonly #rate = new LogRate();
  readonly #counters: CellCounters;
  readonly #write: (line: LogLine) => void;

  constructor(counters: CellCounters, write: (line: LogLine) => void) {
    this.#counters = counters;
    this.#write = write;
  }

  /** Counts a denied request, and writes a line unless there are too many. `now` is CLOCK_BOOTTIME in nanoseconds. */
  note({ interface: owner, call }: OpenRequest, reason: string, now: bigint): void {
    this.#counters.denied += 1;
    this.#counters.logLinesDropped += this.#rate.advance(now);
    if (!this.#rate.take(reason.length)) return;
    this.#write({
      level: 'warn',
      message: 'the host denied a call',
      fields: [
        { name: 'call', value: `${owner} ${call}` },
        { name: 'reason', value: cutText(reason) },
      ],
    });
  }
}
