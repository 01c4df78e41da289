/**
 * File operations below a granted directory, as system calls that may block: the work of the io process.
 *
 * The directory is the supervisor's word, the path below it is the module's. So the path is opened with RESOLVE_BENEATH and without
 * links, each time afresh: what a directory was a moment ago counts for nothing. Only regular files are read and written; opening never
 * blocks on a fifo or device, because every file is opened O_NONBLOCK and looked at before it is used.
 */
import { randomBytes } from 'node:crypto';
import type { Entry } from '../capabilities/generated/host-files.ts';
import type { Failure } from '../capabilities/generated/host-requests.ts';
import { listDirectory, removeFile, rename } from '../native/directory.ts';
import { isKernelError } from '../native/errno.ts';
import { close, type FileDescriptor, readAt, syncFile, writeAt } from '../native/file-descriptor.ts';
import { type FileStatus, statusAt, statusOf } from '../native/file-status.ts';
import { openBeneath, openFlags, openPath } from '../native/open.ts';

/** Bytes that `read` gives and `write` takes (wit/host/files.wit). */
export const fileBytesLimit = 1024 * 1024;
/** Entries that `list` gives. */
export const entriesLimit = 1_024;

/** One operation: `path` is relative to `directory`, which is absolute. */
export type FileJob = {
  readonly operation: 'read' | 'write' | 'remove' | 'list';
  readonly directory: string;
  readonly path: string;
  readonly content?: Uint8Array;
};

export type FileResult =
  | { readonly outcome: 'done'; readonly value: Uint8Array | readonly Entry[] | undefined }
  | { readonly outcome: 'failed'; readonly failure: Failure };

/** How `write` names the file that it writes before it takes the place of the old one. */
export const temporaryPrefix = '.eft-writing-';

/** `stat.h`: the type of a file in its mode. */
const fileTypeMask = 0o170000;
const regularFile = 0o100000;
const directoryFile = 0o040000;

/** Does the job. Never throws for what a disk or a module can cause. */
export function runFileJob(job: FileJob): FileResult {
  try {
    return { outcome: 'done', value: run(job) };
  } catch (error) {
    return { outcome: 'failed', failure: toFailure(error) };
  }
}

class Refusal extends Error {}

function run({ operation, directory, path, content }: FileJob): Uint8Array | readonly Entry[] | undefined {
  return withDescriptor(openPath(directory, { flags: openFlags.O_PATH | openFlags.O_DIRECTORY }), (root) => {
    switch (operation) {
      case 'read':
        return withDescriptor(openBeneath(root, path, { flags: openFlags.O_RDONLY }), readWhole);
      case 'list':
        return withDescriptor(
          openBeneath(root, path, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY }),
          list,
        );
      case 'remove':
        inParent(root, path, (parent, name) => removeFile(parent, name));
        return undefined;
      case 'write':
        inParent(root, path, (parent, name) => replace(parent, name, content ?? new Uint8Array()));
        return undefined;
    }
  });
}

function withDescriptor<Value>(fd: FileDescriptor, use: (fd: FileDescriptor) => Value): Value {
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}

/** Opens the directory that `path` lies in, and gives it together with the last name of the path. */
function inParent(
  root: FileDescriptor,
  path: string,
  use: (parent: FileDescriptor, name: string) => void,
): void {
  const cut = path.lastIndexOf('/');
  const parentPath = cut < 0 ? '.' : path.slice(0, cut);
  // Not O_PATH: the parent is synced after a change.
  const flags = openFlags.O_RDONLY | openFlags.O_DIRECTORY;
  withDescriptor(openBeneath(root, parentPath, { flags }), (parent) => use(parent, path.slice(cut + 1)));
}

function readWhole(fd: FileDescriptor): Uint8Array {
  const { mode, size } = statusOf(fd);
  if ((mode & fileTypeMask) !== regularFile) throw new Refusal('it is no regular file');
  if (size > BigInt(fileBytesLimit)) throw new Refusal(`it has ${size} bytes; ${fileBytesLimit} can be read`);
  // One byte more than allowed, to notice a file that grows meanwhile.
  const buffer = new Uint8Array(fileBytesLimit + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readAt(fd, buffer.subarray(length), length);
    if (count === 0) break;
    length += count;
  }
  if (length > fileBytesLimit) throw new Refusal(`it has more than ${fileBytesLimit} bytes`);
  return buffer.slice(0, length);
}

/** Directories that this process has looked through for what killed processes left behind. */
const swept = new Set<string>();
/** Nanoseconds after which a file being written belongs to nobody any more: longer than any deadline. */
const abandonedAfter = 600_000_000_000n;

/** Removes what processes that were killed in the middle of a write left behind, once a directory and process. */
function sweep(parent: FileDescriptor): void {
  const { device, inode } = statusOf(parent);
  const key = `${device.major}:${device.minor}:${inode}`;
  if (swept.has(key)) return;
  swept.add(key);
  const now = BigInt(Date.now()) * 1_000_000n;
  for (const { name } of listDirectory(parent)) {
    if (!name.startsWith(temporaryPrefix)) continue;
    const status = statusIfThere(parent, name);
    if (status !== undefined && now - status.modifiedNanoseconds > abandonedAfter)
      removeQuietly(parent, name);
  }
}

/** The new content stands in a file of its own and is on disk before it takes the old one's place. */
function replace(parent: FileDescriptor, name: string, content: Uint8Array): void {
  sweep(parent);
  const temporary = `${temporaryPrefix}${randomBytes(8).toString('hex')}`;
  const flags = openFlags.O_WRONLY | openFlags.O_CREAT | openFlags.O_EXCL;
  const fd = openBeneath(parent, temporary, { flags, mode: 0o600 });
  try {
    withDescriptor(fd, () => {
      for (let at = 0; at < content.length; ) at += writeAt(fd, content.subarray(at), at);
      syncFile(fd);
    });
    rename(parent, temporary, parent, name);
  } catch (error) {
    removeQuietly(parent, temporary);
    throw error;
  }
  syncFile(parent);
}

function removeQuietly(parent: FileDescriptor, name: string): void {
  try {
    removeFile(parent, name);
  } catch (error) {
    if (!isKernelError(error)) throw error;
  }
}

function list(fd: FileDescriptor): readonly Entry[] {
  const names = listDirectory(fd)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith(temporaryPrefix))
    .sort();
  if (names.length > entriesLimit)
    throw new Refusal(`it has ${names.length} entries; ${entriesLimit} can be listed`);
  return names.flatMap((name): Entry[] => {
    const status = statusIfThere(fd, name);
    if (status === undefined) return [];
    const { mode, size } = status;
    const type = mode & fileTypeMask;
    const kind = type === regularFile ? 'file' : type === directoryFile ? 'directory' : 'other';
    return [{ name, kind, size: kind === 'file' ? size : 0n }];
  });
}

/** The status of an entry, or undefined if it has gone since the directory was read. */
function statusIfThere(fd: FileDescriptor, name: string): FileStatus | undefined {
  try {
    return statusAt(fd, name);
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function toFailure(error: unknown): Failure {
  if (error instanceof Refusal) return { tag: 'invalid', val: error.message };
  if (isKernelError(error, 'ENOENT')) return { tag: 'not-found' };
  if (isKernelError(error, 'ELOOP', 'EXDEV')) {
    return { tag: 'invalid', val: 'the path leads through a link or out of the directory' };
  }
  if (isKernelError(error)) return { tag: 'kernel', val: [error.errno, error.message] };
  return { tag: 'kernel', val: [5, error instanceof Error ? error.message : String(error)] };
}
