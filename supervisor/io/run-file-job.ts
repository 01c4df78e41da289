/**
 * File operations below a granted directory, as system calls that may block: the work of an io process.
 *
 * The path below the directory is the module's word, and what lies there may be anybody's. So every job opens the directory and the
 * path afresh, with openat2(2) that follows no link and leaves the directory by no way, and does the rest by descriptor and single
 * names: what is swapped in between changes which file is meant, never to one outside. Files are opened for reading only after they
 * were seen to be regular, and looked at again when they are open: opening a fifo could block, opening a device could act.
 */
import type { Entry } from '../capabilities/generated/host-files.ts';
import { listDirectory, removeFile, rename } from '../native/directory.ts';
import { isKernelError, KernelError } from '../native/errno.ts';
import {
  close,
  type FileDescriptor,
  readAt,
  setMode,
  setOwner,
  syncFile,
  writeAt,
} from '../native/file-descriptor.ts';
import { type FileStatus, statusAt, statusOf } from '../native/file-status.ts';
import { openBeneath, openFlags, openPath } from '../native/open.ts';
import {
  entriesLimit,
  type FileAnswer,
  type FileJob,
  type FileProblem,
  type FileResult,
  fileBytesLimit,
  isLeftBehind,
  isTemporaryName,
} from './file-job.ts';

/** The type of a file in its mode, `linux/stat.h`. */
const modeTypes = { mask: 0o170000, regular: 0o100000, directory: 0o040000, link: 0o120000 } as const;
/** Permission bits without set-user-id and the like: those belong to a content, and the content is replaced. */
const permissionMask = 0o777;
/** Permission bits of a file that was not there before. */
const newFileMode = 0o600;
/** Bytes first asked of a file that tells no size, as in /proc. */
const leastBufferBytes = 4_096;
/** Directories that a process remembers to have looked through for what earlier lives left behind. */
const sweptLimit = 1_024;

type Value = Uint8Array | readonly Entry[] | undefined;

/** Ends a job, with the problem that it met. */
class Refusal extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem) {
    super(problem.problem);
    this.problem = problem;
  }
}

const swept = new Set<string>();

/** Does the job. Never throws for what a disk or a module can cause. Blocks for as long as the disk takes. */
export function runFileJob(job: FileJob): FileAnswer {
  let disk: string | undefined;
  try {
    const value = withDescriptor(openGranted(job.directory), (root) => {
      const { device } = statusOf(root);
      disk = `${device.major}:${device.minor}`;
      return run(job, root);
    });
    return { result: { outcome: 'done', value }, disk };
  } catch (error) {
    return { result: toResult(error), disk };
  }
}

function run(job: FileJob, root: FileDescriptor): Value {
  switch (job.operation) {
    case 'read':
      return inParent(root, job.path, readWhole);
    case 'list':
      return withDescriptor(openDirectory(root, job.path), list);
    case 'remove':
      inParent(root, job.path, remove);
      return undefined;
    case 'write':
      inParent(root, job.path, (parent, name) => replace(parent, name, job.content, job.temporary));
      return undefined;
    case 'discard':
      inParent(root, job.path, (parent) => removeIfThere(parent, job.temporary));
      return undefined;
  }
}

/** Opens a granted directory. Its path is held to the same rule as those below it: a link in it could have been put there by anybody. */
function openGranted(directory: string): FileDescriptor {
  const flags = openFlags.O_PATH | openFlags.O_DIRECTORY;
  try {
    return withDescriptor(openPath('/', { flags }), (slash) =>
      openBeneath(slash, directory.replace(/^\/+/, ''), { flags }),
    );
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new Refusal({ problem: 'directory', errno: error.errno, reason: error.message });
  }
}

/** Opens a directory below the granted one, so that it can be read and synced. */
function openDirectory(root: FileDescriptor, path: string): FileDescriptor {
  return openBeneath(root, path, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
}

/** Opens the directory that `path` lies in, and gives it together with the last name of the path. */
function inParent<Result>(
  root: FileDescriptor,
  path: string,
  use: (parent: FileDescriptor, name: string) => Result,
): Result {
  const cut = path.lastIndexOf('/');
  const parentPath = cut < 0 ? '.' : path.slice(0, cut);
  return withDescriptor(openDirectory(root, parentPath), (parent) => use(parent, path.slice(cut + 1)));
}

function withDescriptor<Result>(fd: FileDescriptor, use: (fd: FileDescriptor) => Result): Result {
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}

function readWhole(parent: FileDescriptor, name: string): Uint8Array {
  requireRegular(statusAt(parent, name));
  return withDescriptor(openBeneath(parent, name, { flags: openFlags.O_RDONLY }), (fd) => {
    const status = statusOf(fd);
    requireRegular(status);
    if (status.size > BigInt(fileBytesLimit)) throw tooLarge(`${status.size}`);
    return readToEnd(fd, Number(status.size));
  });
}

/** Reads until the end, which may be elsewhere than the size says: the file may grow, and files in /proc say 0. */
function readToEnd(fd: FileDescriptor, size: number): Uint8Array {
  // One byte more than there should be, to see the end without asking for more memory.
  let buffer = new Uint8Array(Math.max(size, leastBufferBytes) + 1);
  let length = 0;
  for (;;) {
    const count = readAt(fd, buffer.subarray(length), length);
    if (count === 0) return buffer.slice(0, length);
    length += count;
    if (length > fileBytesLimit) throw tooLarge(`more than ${fileBytesLimit}`);
    if (length < buffer.length) continue;
    const larger = new Uint8Array(Math.min(buffer.length * 2, fileBytesLimit + 1));
    larger.set(buffer);
    buffer = larger;
  }
}

function requireRegular({ mode }: FileStatus): void {
  const type = mode & modeTypes.mask;
  if (type === modeTypes.regular) return;
  if (type === modeTypes.link) throw new Refusal({ problem: 'link' });
  throw unfit(type === modeTypes.directory ? 'it is a directory' : 'it is not a regular file');
}

function remove(parent: FileDescriptor, name: string): void {
  if (isDirectory(statusAt(parent, name))) throw unfit('it is a directory');
  removeFile(parent, name);
  syncFile(parent);
}

/**
 * The new content stands in a file of its own, and is on the disk, before it takes the old one's place; then the change of place is on the
 * disk before anybody is told. Permissions and owner of the old file stay, its links and extended attributes do not.
 */
function replace(parent: FileDescriptor, name: string, content: Uint8Array, temporary: string): void {
  const old = statusIfThere(parent, name);
  if (old !== undefined && isDirectory(old)) throw unfit('it is a directory');
  sweep(parent, temporary);
  // There if this very write was cut off before, by the death of the process that made it.
  removeIfThere(parent, temporary);
  const flags = openFlags.O_WRONLY | openFlags.O_CREAT | openFlags.O_EXCL;
  const fd = openBeneath(parent, temporary, { flags, mode: newFileMode });
  try {
    withDescriptor(fd, () => {
      for (let at = 0; at < content.length; ) at += writeAt(fd, content.subarray(at), at);
      if (old !== undefined && (old.mode & modeTypes.mask) === modeTypes.regular) {
        setOwner(fd, old.uid, old.gid);
        setMode(fd, old.mode & permissionMask);
      }
      syncFile(fd);
    });
    rename(parent, temporary, parent, name);
  } catch (error) {
    removeQuietly(parent, temporary);
    throw error;
  }
  syncFile(parent);
}

/** Removes what an earlier life of the supervisor left behind when it was cut off; once a directory and process. */
function sweep(parent: FileDescriptor, ours: string): void {
  const { device, inode } = statusOf(parent);
  const key = `${device.major}:${device.minor}:${inode}`;
  if (swept.has(key)) return;
  if (swept.size >= sweptLimit) swept.clear();
  swept.add(key);
  for (const name of namesIn(parent) ?? []) {
    if (isLeftBehind(name, ours)) removeQuietly(parent, name);
  }
}

function list(fd: FileDescriptor): readonly Entry[] {
  const names = namesIn(fd)?.filter((name) => !isTemporaryName(name));
  if (names === undefined || names.length > entriesLimit) {
    const found = names === undefined ? 'far too many entries' : `${names.length} entries`;
    throw unfit(`it has ${found}, and ${entriesLimit} can be listed`);
  }
  return names.sort().flatMap((name): Entry[] => {
    const status = statusIfThere(fd, name);
    if (status === undefined) return [];
    const type = status.mode & modeTypes.mask;
    if (type === modeTypes.regular) return [{ name, kind: 'file', size: status.size }];
    return [{ name, kind: type === modeTypes.directory ? 'directory' : 'other', size: 0n }];
  });
}

/** The names in a directory, or undefined if there are more than anybody would want to hold in memory. */
function namesIn(fd: FileDescriptor): string[] | undefined {
  try {
    return listDirectory(fd).map(({ name }) => name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isDirectory({ mode }: FileStatus): boolean {
  return (mode & modeTypes.mask) === modeTypes.directory;
}

/** The status of an entry, or undefined if there is none (any more). */
function statusIfThere(fd: FileDescriptor, name: string): FileStatus | undefined {
  try {
    return statusAt(fd, name);
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function removeIfThere(parent: FileDescriptor, name: string): void {
  try {
    removeFile(parent, name);
  } catch (error) {
    if (!isKernelError(error, 'ENOENT')) throw error;
  }
}

/** Removes what is of no use any more; if that fails, a later sweep does it. */
function removeQuietly(parent: FileDescriptor, name: string): void {
  try {
    removeFile(parent, name);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
  }
}

function unfit(reason: string): Refusal {
  return new Refusal({ problem: 'unfit', reason });
}

function tooLarge(bytes: string): Refusal {
  return unfit(`it has ${bytes} bytes, and ${fileBytesLimit} can be read`);
}

function toResult(error: unknown): FileResult {
  if (error instanceof Refusal) return { outcome: 'failed', ...error.problem };
  if (error instanceof KernelError) return { outcome: 'failed', ...toProblem(error) };
  // A bug of ours (EIO); it must not end the process, which would only be made to do the same job again.
  const reason = error instanceof Error ? error.message : String(error);
  return { outcome: 'failed', problem: 'kernel', errno: 5, reason };
}

function toProblem({ code, errno, message }: KernelError): FileProblem {
  switch (code) {
    case 'ENOENT':
      return { problem: 'absent' };
    case 'ELOOP':
    case 'EXDEV':
      return { problem: 'link' };
    case 'ENOTDIR':
      return { problem: 'unfit', reason: 'something that should be a directory is none' };
    default:
      return { problem: 'kernel', errno, reason: message };
  }
}
