/**
 * Tells people what a module was denied: with the call and the reason, which names the grant that would cover it. A module that goes on
 * asking gets no more lines than it may write itself (log-rate.ts).
 */
import { cutText } from '../capabilities/cut-text.ts';
import type { CellCounters } from './cell-counters.ts';
import { LogRate } from './log-rate.ts';
import type { LogLine, OpenRequest } from './module-events.ts';

/** UTF-16 code units that are shown of a call's name with its interface. */
const callTextLimit = 256;

/** Calls that are counted one by one; what a module was denied beyond that is counted together. */
const countedCallsLimit = 64;
const otherCalls = 'other calls';

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
    // A module that is not held by its interfaces any more names calls as it likes (cell-replies.ts).
    const named = cutText(`${owner} ${call}`, callTextLimit);
    const { deniedCalls } = this.#counters;
    const counted = deniedCalls.has(named) || deniedCalls.size < countedCallsLimit ? named : otherCalls;
    deniedCalls.set(counted, (deniedCalls.get(counted) ?? 0) + 1);
    const fields = [
      { name: 'call', value: named },
      { name: 'reason', value: cutText(reason) },
    ];
    if (!this.#rate.take(fields.reduce((sum, { value }) => sum + value.length, 0))) return;
    this.#write({
      level: 'warn',
      message: 'the host denied a call',
      fields,
    });
  }
}
