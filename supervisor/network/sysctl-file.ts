/**
 * Reading and writing sysctls: files below /proc/sys (proc(5)).
 *
 * Opening does not wait for anything, but what a write does is up to the setting: some wait for the kernel's lock of all links, some walk
 * all memory. So reading and writing is done in a thread of libuv's pool, by the descriptor that was opened here beneath /proc/sys, and one
 * at a time: whatever a setting does, PID 1 goes on, and at most one thread of the pool is held. The io processes are of no use for it: they
 * write files anew under another name, and need not be in the network namespace whose settings are meant.
 *
 * The danger: a write that hangs holds up other sysctls, until its deadline for those who ask, and in the kernel for as long as it hangs.
 */
import { read, write } from 'node:fs';
import { RequestFailure } from '../cells/request-table.ts';
import { KernelError } from '../native/errno.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { openBeneath, openFlags, openPath } from '../native/open.ts';

/** Bytes of a value that is written, and of one that is read (wit/host/kernel.wit). */
export const writtenBytesLimit = 4_096;
export const readBytesLimit = 64 * 1024;

const root = '/proc/sys';

export class SysctlFiles {
  #last: Promise<unknown> = Promise.resolve();

  /** The value, without the end of its last line. Errors: `KernelError`, `RequestFailure` `cancelled` before it began. */
  read(name: string, signal: AbortSignal): Promise<string> {
    return this.#inTurn(name, openFlags.O_RDONLY, signal, async (fd) => {
      const room = Buffer.alloc(readBytesLimit);
      const length = await readAll(fd, room, name);
      return room.toString('utf8', 0, length).replace(/\n$/, '');
    });
  }

  /** Writes a value. Errors: `KernelError`, `RequestFailure` `cancelled` before it began. */
  write(name: string, value: string, signal: AbortSignal): Promise<void> {
    return this.#inTurn(name, openFlags.O_WRONLY, signal, (fd) => {
      const bytes = Buffer.from(`${value}\n`);
      return new Promise<void>((resolve, reject) => {
        // One write is one change; the kernel takes all of it or says why not.
        write(fd, bytes, 0, bytes.length, null, (error) => {
          if (error === null) resolve();
          else reject(toKernelError('write', error, name));
        });
      });
    });
  }

  async #inTurn<Value>(
    name: string,
    flags: number,
    signal: AbortSignal,
    act: (fd: FileDescriptor) => Promise<Value>,
  ): Promise<Value> {
    const turn = this.#last.then(async () => {
      if (signal.aborted) throw new RequestFailure({ tag: 'cancelled' });
      const fd = openSysctl(name, flags);
      try {
        return await act(fd);
      } finally {
        close(fd);
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Opens the file below /proc/sys: no link is followed, and nothing leads out. */
function openSysctl(name: string, flags: number): FileDescriptor {
  const directory = openPath(root, { flags: openFlags.O_PATH | openFlags.O_DIRECTORY });
  try {
    return openBeneath(directory, name, { flags });
  } finally {
    close(directory);
  }
}

function readAll(fd: FileDescriptor, room: Buffer, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const next = (at: number): void => {
      read(fd, room, at, room.length - at, null, (error, count) => {
        if (error !== null) reject(toKernelError('read', error, name));
        else if (count === 0 || at + count === room.length) resolve(at + count);
        else next(at + count);
      });
    };
    next(0);
  });
}

/** Node's errors of system calls carry `-errno`. */
function toKernelError(call: string, error: NodeJS.ErrnoException, name: string): Error {
  return error.errno === undefined ? error : new KernelError(call, -error.errno, name);
}
