/**
 * Reads the log of the kernel, /dev/kmsg: one record a read, from the oldest that the kernel still has. The format is that of the kernel's
 * Documentation/ABI/testing/dev-kmsg: `LEVEL,SEQUENCE,MICROSECONDS,FLAGS[,…];MESSAGE`, then lines that begin with a space.
 *
 * The danger: reading never ends while somebody writes, and PID 1 is who reads. So records are read some at a time, without waiting.
 */
import { setImmediate } from 'node:timers/promises';
import { EftError } from '../errors/eft-error.ts';
import { isKernelError, KernelError } from '../native/errno.ts';
import { close, type FileDescriptor, read } from '../native/file-descriptor.ts';
import { openFlags, openPath } from '../native/open.ts';
import { subscribe } from '../native/poll.ts';
import { WakeUp } from './wake-up.ts';

/** Bytes of the largest record (PRINTK_MESSAGE_MAX of the kernel's printk is 2,048, and 8 KiB before Linux 6.4). */
const recordBytes = 16 * 1024;
/** Records that are read before others have their turn: each is a system call of a few microseconds. */
const recordsPerTurn = 128;
/** Who may read at a time: each has a descriptor, and the last lines of those that ask for a tail. */
export const kernelLogReadersLimit = 16;
/** Lines of a tail that are kept while all that is there is read. The kernel's buffer has some thousands. */
const tailLimit = 16_384;

const levelMask = 7;

export type KernelLine = {
  /** Microseconds since the kernel has started. */
  readonly timeUs: bigint;
  /** 0 to 7, as in syslog(3). */
  readonly level: number;
  readonly message: string;
};

export type KernelLines = { readonly lines: readonly KernelLine[]; readonly dropped: bigint };

export type KernelLogOptions = {
  /** Of what is there, the last so many lines; all if 0. */
  readonly tail: number;
  /** Go on with what comes, until `signal` aborts. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
};

type KernelRecord = KernelLine & { readonly sequence: bigint };

export class KernelLog {
  readonly #path: string;
  #readers = 0;

  constructor(path = '/dev/kmsg') {
    this.#path = path;
  }

  /** Lines, some at a time. Errors: `api.no-kernel-log`, `api.too-many-readers`. */
  async *lines({ tail, follow, signal }: KernelLogOptions): AsyncGenerator<KernelLines> {
    if (this.#readers >= kernelLogReadersLimit) {
      throw EftError.of('api.too-many-readers', { limit: kernelLogReadersLimit });
    }
    const reader = new KernelLogReader(this.#open());
    this.#readers += 1;
    try {
      yield* tail === 0 ? reader.rest() : reader.tail(Math.min(tail, tailLimit));
      if (follow) yield* reader.follow(signal);
    } finally {
      this.#readers -= 1;
      reader.close();
    }
  }

  #open(): FileDescriptor {
    try {
      return openPath(this.#path, { flags: openFlags.O_RDONLY });
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      throw EftError.of('api.no-kernel-log', { reason: error.message }, { cause: error });
    }
  }
}

class KernelLogReader {
  readonly #fd: FileDescriptor;
  readonly #bytes = new Uint8Array(recordBytes);
  #next: bigint | undefined;

  constructor(fd: FileDescriptor) {
    this.#fd = fd;
  }

  close(): void {
    close(this.#fd);
  }

  /** All that is there and was not read yet. */
  async *rest(): AsyncGenerator<KernelLines> {
    for (let taken = this.#take(); taken.lines.length > 0; taken = this.#take()) {
      yield taken;
      await setImmediate();
    }
  }

  /** Of all that is there, the last so many lines. */
  async *tail(count: number): AsyncGenerator<KernelLines> {
    let last: KernelLine[] = [];
    for await (const { lines } of this.rest()) last = [...last, ...lines].slice(-count);
    for (let at = 0; at < last.length; at += recordsPerTurn) {
      yield { lines: last.slice(at, at + recordsPerTurn), dropped: 0n };
    }
  }

  async *follow(signal: AbortSignal): AsyncGenerator<KernelLines> {
    const news = new WakeUp();
    const subscription = subscribe(this.#fd, ['readable'], () => {
      // Until it is read it would be told again and again.
      subscription.change([]);
      news.ring();
    });
    try {
      while (!signal.aborted) {
        yield* this.rest();
        if (signal.aborted) return;
        subscription.change(['readable']);
        await news.sleep(signal);
      }
    } finally {
      subscription.stop();
    }
  }

  /** The next records, and how many the kernel has thrown away before them. */
  #take(): KernelLines {
    const lines: KernelLine[] = [];
    let dropped = 0n;
    while (lines.length < recordsPerTurn) {
      const record = this.#record();
      if (record === undefined) break;
      const { sequence, ...line } = record;
      if (this.#next !== undefined && sequence > this.#next) dropped += sequence - this.#next;
      this.#next = sequence + 1n;
      lines.push(line);
    }
    return { lines, dropped };
  }

  #record(): KernelRecord | undefined {
    for (;;) {
      let length: number | undefined;
      try {
        length = read(this.#fd, this.#bytes);
      } catch (error) {
        // What was to be read next is gone: the next read gives the oldest that is there.
        if (isKernelError(error, 'EPIPE')) continue;
        throw error;
      }
      if (length === undefined || length === 0) return undefined;
      const record = parseKernelRecord(Buffer.from(this.#bytes.subarray(0, length)).toString());
      if (record !== undefined) return record;
    }
  }
}

/** Takes a record apart; undefined if it is none. */
export function parseKernelRecord(text: string): KernelRecord | undefined {
  const parts = /^(\d{1,10}),(\d{1,19}),(\d{1,19}),[^;]*;([^\n]*)/.exec(text);
  if (parts === null) return undefined;
  const [, priority = '', sequence = '', time = '', message = ''] = parts;
  return {
    level: Number(priority) & levelMask,
    sequence: BigInt(sequence),
    timeUs: BigInt(time),
    message: decodeEscapes(message),
  };
}

/** The kernel writes bytes that are no printable ASCII, and backslashes, as `\xHH`. */
function decodeEscapes(text: string): string {
  if (!text.includes('\\x')) return text;
  const bytes = text.replaceAll(/\\x([0-9a-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
