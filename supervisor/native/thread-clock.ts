/**
 * How long the supervisor's thread has run: the clock for `CellWorld.ranMs`. It stands still while other programs have the processor.
 *
 * Why not getrusage(2), which Node.js has: the kernel brings its figures up to date at ticks and when a thread goes to sleep, so a piece of work
 * between two ticks costs nothing there, and a module that causes thousands of them a second would have no account at all.
 */
import { architecture } from './arch/architecture.ts';
import { clocks } from './clock.ts';
import { systemCall } from './system-call.ts';

const { size, fields } = architecture.layouts.timespec;
const bytes = new Uint8Array(size);
const view = new DataView(bytes.buffer);
const words = [clocks.CLOCK_THREAD_CPUTIME_ID, bytes];
const secondsAt = fields.tv_sec[1];
const nanosecondsAt = fields.tv_nsec[1];

/** Milliseconds of processor time of the main thread, to the nanosecond. clock_gettime(2), CLOCK_THREAD_CPUTIME_ID. Costs about a microsecond. */
export function threadRanMs(): number {
  systemCall('clock_gettime', words);
  const seconds = view.getBigInt64(secondsAt, true);
  return Number(seconds) * 1_000 + Number(view.getBigInt64(nanosecondsAt, true)) / 1e6;
}
