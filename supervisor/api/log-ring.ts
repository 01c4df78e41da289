/**
 * The last lines that the modules and the supervisor have logged, for `eft logs`. Every module has its share (fair-ring.ts).
 *
 * The danger: what stands here leaves the node. A line that holds a secret of the machine configuration is not kept, only that there
 * was one (config/secret-finder.ts says what can be found).
 */
import { cutText } from '../capabilities/cut-text.ts';
import type { LogLine } from '../cells/module-events.ts';
import type { SecretFinder } from '../config/secret-finder.ts';
import { FairRing, type ReaderOptions, type RingReader } from './fair-ring.ts';

/** Bytes of all lines together, estimated: some twenty thousand lines. */
export const logBytesLimit = 4 * 1024 * 1024;
/** Bytes of one line. What a cell may write fits (capabilities/log.ts); what it could only by force is cut. */
export const logLineLimit = 96 * 1024;
/** Bytes of a line besides its texts. */
const overheadBytes = 128;

/** The lines of the supervisor itself. */
export const supervisorSource = 'supervisor';

export type KeptLine = LogLine & {
  /** CLOCK_REALTIME, in nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** The module, or `supervisor`. */
  readonly source: string;
};

const withheld: LogLine = {
  level: 'warn',
  message: 'a line was withheld: it holds a secret of the machine configuration',
  fields: [],
};

export class LogRing {
  readonly #ring: FairRing<KeptLine>;
  readonly #wall: () => bigint;
  readonly #secrets: SecretFinder;

  /** `wall` is CLOCK_REALTIME in nanoseconds. */
  constructor(wall: () => bigint, secrets: SecretFinder, limitBytes = logBytesLimit) {
    this.#ring = new FairRing(limitBytes);
    this.#wall = wall;
    this.#secrets = secrets;
  }

  /** Bytes of all lines that are there. */
  get bytes(): number {
    return this.#ring.bytes;
  }

  add(source: string, line: LogLine): void {
    const told = this.#tellable(line);
    this.#ring.add(source, { ...told, source, timeNs: this.#wall() }, bytesOf(told));
  }

  reader(options: ReaderOptions = {}): RingReader<KeptLine> {
    return this.#ring.reader(options);
  }

  #tellable(line: LogLine): LogLine {
    const text = [line.message, ...line.fields.flatMap(({ name, value }) => [name, value])].join('\n');
    if (this.#secrets.search()(Buffer.from(text))) return withheld;
    return bytesOf(line) <= logLineLimit
      ? line
      : { level: line.level, message: cutText(line.message), fields: [] };
  }
}

/** What a line takes, as an upper estimate: texts are kept in at most two bytes a code unit. */
function bytesOf({ message, fields }: LogLine): number {
  return fields.reduce(
    (sum, { name, value }) => sum + 2 * (name.length + value.length) + overheadBytes / 2,
    2 * message.length + overheadBytes,
  );
}
