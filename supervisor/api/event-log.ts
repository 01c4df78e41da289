/**
 * What happened to the node, for `eft events`: phases of the boot, modules that start and fail, configurations, calls that were refused.
 * Every subject has its share (fair-ring.ts): a thousand refused calls do not push out how the node booted.
 */
import { cutText } from '../capabilities/cut-text.ts';
import { FairRing, type ReaderOptions, type RingReader } from './fair-ring.ts';

/** Bytes of all events together, estimated: some four thousand. */
export const eventBytesLimit = 1024 * 1024;
/** Bytes of an event besides its texts. */
const overheadBytes = 128;
/** UTF-16 code units that are kept of a message. */
const messageLimit = 1_024;

export type NodeEvent = {
  /** CLOCK_REALTIME, in nanoseconds since 1970. */
  readonly timeNs: bigint;
  readonly subject: 'phase' | 'module' | 'config' | 'api' | 'power';
  /** What it happened to, such as a module. */
  readonly name: string;
  /** A sentence, without secrets. */
  readonly message: string;
  readonly level: 'info' | 'warn' | 'error';
};

export class EventLog {
  readonly #ring: FairRing<NodeEvent>;
  readonly #wall: () => bigint;

  /** `wall` is CLOCK_REALTIME in nanoseconds. */
  constructor(wall: () => bigint, limitBytes = eventBytesLimit) {
    this.#ring = new FairRing(limitBytes);
    this.#wall = wall;
  }

  add(told: Omit<NodeEvent, 'timeNs'>): void {
    const event = { ...told, message: cutText(told.message, messageLimit), timeNs: this.#wall() };
    this.#ring.add(event.subject, event, 2 * (event.name.length + event.message.length) + overheadBytes);
  }

  reader(options: Pick<ReaderOptions, 'tail'> = {}): RingReader<NodeEvent> {
    return this.#ring.reader(options);
  }
}
