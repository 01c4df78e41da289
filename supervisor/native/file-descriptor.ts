/**
 * File descriptors: reading, writing, closing. Opening is in `open.ts`.
 *
 * A descriptor is a branded number, so that no other number gets where a descriptor belongs. It is owned by whoever
 * got it, who closes it exactly once: the number of a closed descriptor is soon somebody else's.
 * Calls on regular files and block devices ignore O_NONBLOCK and wait for the disk: io process only.
 */

import { close as closeInThread } from 'node:fs';
import { cString } from './c-string.ts';
import { errnoOf, KernelError } from './errno.ts';
import { attemptOnce, systemCall, systemCallIfReady } from './system-call.ts';

declare const descriptorBrand: unique symbol;

/** An open file, pipe, socket, process, … of this process. */
export type FileDescriptor = number & { readonly [descriptorBrand]: true };

/** Stands for the current directory where a call takes a directory's descriptor (`linux/fcntl.h`, AT_FDCWD). */
export const CURRENT_DIRECTORY = toFileDescriptor(-100);

/** `asm-generic/fcntl.h` */
export const descriptorCommands = {
  F_DUPFD_CLOEXEC: 1030,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  F_ADD_SEALS: 1033,
} as const;

/** What a sealed memory file can no longer be changed in. `linux/fcntl.h` */
export const seals = { F_SEAL_SEAL: 1, F_SEAL_SHRINK: 2, F_SEAL_GROW: 4, F_SEAL_WRITE: 8 } as const;

/** `linux/memfd.h` */
export const memoryFileFlags = { MFD_CLOEXEC: 1, MFD_ALLOW_SEALING: 2 } as const;

/** `asm-generic/fcntl.h` */
const O_CLOEXEC = 0o2000000;
const O_NONBLOCK = 0o4000;

/** Largest count of bytes for one read or write; the kernel would cut at about 2 GiB (`MAX_RW_COUNT`). */
export const TRANSFER_BYTES_MAX = 0x7fff_f000;

/** Takes a number that the kernel gave as a descriptor. For this folder and for descriptors inherited by number. */
export function toFileDescriptor(number: number): FileDescriptor {
  return number as FileDescriptor;
}

/**
 * Reads up to `into.length` bytes: their count, 0 at the end of the file, undefined when a non-blocking descriptor has
 * nothing now. May block the kernel on files and devices. read(2).
 */
export function read(fd: FileDescriptor, into: Uint8Array): number | undefined {
  return systemCallIfReady('read', [fd, into, transferLength(into)], { target: describe(fd) });
}

/**
 * Writes `bytes`: the count taken, which may be fewer, or undefined when a non-blocking descriptor takes nothing now.
 * May block the kernel on files and devices. write(2).
 */
export function write(fd: FileDescriptor, bytes: Uint8Array): number | undefined {
  return systemCallIfReady('write', [fd, bytes, transferLength(bytes)], { target: describe(fd) });
}

/** Reads at `offset` (bytes, from 0): the count of bytes, 0 at the end. May block the kernel. pread(2). */
export function readAt(fd: FileDescriptor, into: Uint8Array, offset: number): number {
  return systemCall('pread64', [fd, into, transferLength(into), offset], { target: describe(fd) });
}

/** Writes at `offset` (bytes, from 0): the count taken. May block the kernel. pwrite(2). */
export function writeAt(fd: FileDescriptor, bytes: Uint8Array, offset: number): number {
  return systemCall('pwrite64', [fd, bytes, transferLength(bytes), offset], { target: describe(fd) });
}

/**
 * Closes a descriptor. It is gone even if this throws: an interrupted close is never made again, because the number may
 * be another thread's by then. May block the kernel when it is the last one of a file written to. close(2).
 */
export function close(fd: FileDescriptor): void {
  const result = attemptOnce('close', [fd]);
  if (result < 0 && result !== -errnoOf('EINTR')) throw new KernelError('close', -result, describe(fd));
}

/** Descriptors that may wait to be closed in another thread. */
const closingLimit = 64;
let closing = 0;

/**
 * Closes a descriptor in another thread, for those of which the kernel lets go slowly: a packet socket waits until no processor can be
 * handing it a packet any more (net/packet/af_packet.c, packet_release: synchronize_net), which is tens of milliseconds. Nobody may use
 * it from here on, and nothing is told. When too many wait to be closed it is closed in this thread, and takes its time.
 */
export function closeBehind(fd: FileDescriptor): void {
  if (closing >= closingLimit) {
    close(fd);
    return;
  }
  closing += 1;
  closeInThread(fd, () => {
    closing -= 1;
  });
}

/** A second descriptor, at least `minimum`, for the same open file; not inherited by programs. fcntl(2). */
export function duplicate(fd: FileDescriptor, minimum = 3): FileDescriptor {
  return toFileDescriptor(
    systemCall('fcntl', [fd, descriptorCommands.F_DUPFD_CLOEXEC, minimum], { target: describe(fd) }),
  );
}

/** Makes `target` a descriptor for what `fd` is open on, closing what it was; programs inherit it. dup3(2). */
export function duplicateOnto(fd: FileDescriptor, target: FileDescriptor): void {
  systemCall('dup3', [fd, target, 0], { target: describe(fd) });
}

/** Makes an inherited descriptor non-blocking. It holds for everyone who shares the open file. fcntl(2). */
export function setNonBlocking(fd: FileDescriptor): void {
  const flags = systemCall('fcntl', [fd, descriptorCommands.F_GETFL], { target: describe(fd) });
  systemCall('fcntl', [fd, descriptorCommands.F_SETFL, flags | O_NONBLOCK], { target: describe(fd) });
}

/** A pipe, non-blocking at both ends and not inherited by programs. pipe2(2). */
export function createPipe(): { readonly reader: FileDescriptor; readonly writer: FileDescriptor } {
  const pair = new Int32Array(2);
  systemCall('pipe2', [pair, O_CLOEXEC | O_NONBLOCK]);
  const [reader = -1, writer = -1] = pair;
  return { reader: toFileDescriptor(reader), writer: toFileDescriptor(writer) };
}

/** A file that lives in memory only, and can be sealed. `name` is for /proc, at most 249 bytes. memfd_create(2). */
export function createMemoryFile(name: string): FileDescriptor {
  const flags = memoryFileFlags.MFD_CLOEXEC | memoryFileFlags.MFD_ALLOW_SEALING;
  return toFileDescriptor(systemCall('memfd_create', [cString(name, 250), flags], { target: name }));
}

/** Forbids changes (`seals`) to a memory file for good, whoever holds it. fcntl(2), F_ADD_SEALS. */
export function sealMemoryFile(fd: FileDescriptor, forbidden: number): void {
  systemCall('fcntl', [fd, descriptorCommands.F_ADD_SEALS, forbidden], { target: describe(fd) });
}

/** Waits until data and metadata are on the disk. Blocks the kernel: io process only. fsync(2). */
export function syncFile(fd: FileDescriptor): void {
  systemCall('fsync', [fd], { target: describe(fd) });
}

/** The same for the data and what is needed to read it back. Blocks the kernel: io process only. fdatasync(2). */
export function syncFileData(fd: FileDescriptor): void {
  systemCall('fdatasync', [fd], { target: describe(fd) });
}

/** Writes out the whole file system that `fd` is on. Blocks the kernel: io process only. syncfs(2). */
export function syncFileSystem(fd: FileDescriptor): void {
  systemCall('syncfs', [fd], { target: describe(fd) });
}

/** Cuts or lengthens a file to `size` bytes; what is added reads as zeros. May block the kernel. ftruncate(2). */
export function truncate(fd: FileDescriptor, size: number): void {
  systemCall('ftruncate', [fd, size], { target: describe(fd) });
}

/** Reserves `length` bytes at `offset` on the disk, so that writing there cannot fail for space. May block the kernel. fallocate(2). */
export function allocate(fd: FileDescriptor, offset: number, length: number): void {
  systemCall('fallocate', [fd, 0, offset, length], { target: describe(fd) });
}

/** Sets permission bits (octal 0 to 7777). fchmod(2). */
export function setMode(fd: FileDescriptor, mode: number): void {
  systemCall('fchmod', [fd, mode], { target: describe(fd) });
}

/** Sets owner and group. fchown(2). */
export function setOwner(fd: FileDescriptor, uid: number, gid: number): void {
  systemCall('fchown', [fd, uid, gid], { target: describe(fd) });
}

/** Takes the whole-file lock for as long as the open file lives; false when somebody else has it. flock(2). */
export function tryLock(fd: FileDescriptor): boolean {
  const LOCK_EXCLUSIVE_NONBLOCKING = 2 | 4;
  return systemCallIfReady('flock', [fd, LOCK_EXCLUSIVE_NONBLOCKING], { target: describe(fd) }) !== undefined;
}

/** How errors name a descriptor. */
export function describe(fd: FileDescriptor): string {
  return `descriptor ${fd}`;
}

function transferLength(bytes: Uint8Array): number {
  if (bytes.length > TRANSFER_BYTES_MAX)
    throw new RangeError(`one transfer has at most ${TRANSFER_BYTES_MAX} bytes`);
  return bytes.length;
}
