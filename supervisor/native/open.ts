/**
 * Opening files, with openat2(2) only: it is the one call that can promise to stay inside a directory whatever the
 * links in it say, and it refuses flags it does not know instead of ignoring them.
 */
import { architecture } from './arch/architecture.ts';
import { cString } from './c-string.ts';
import { CURRENT_DIRECTORY, type FileDescriptor, toFileDescriptor } from './file-descriptor.ts';
import { writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `asm-generic/fcntl.h`; the four that differ between architectures come from the table of the architecture. */
export const openFlags = {
  O_RDONLY: 0,
  O_WRONLY: 0o1,
  O_RDWR: 0o2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DSYNC: 0o10000,
  O_CLOEXEC: 0o2000000,
  O_PATH: 0o10000000,
  ...architecture.openFlags,
} as const;

/** What the kernel may not do on its way along a path. `linux/openat2.h` */
export const resolveFlags = {
  RESOLVE_NO_XDEV: 1,
  RESOLVE_NO_MAGICLINKS: 2,
  RESOLVE_NO_SYMLINKS: 4,
  RESOLVE_BENEATH: 8,
  RESOLVE_IN_ROOT: 16,
} as const;

export type OpenOptions = {
  /** An or of `openFlags`. O_CLOEXEC, O_NOCTTY and O_NONBLOCK are always added: no call of ours wants them off. */
  readonly flags: number;
  /** Permission bits of a file that O_CREAT makes; the process's umask still applies. */
  readonly mode?: number;
};

/**
 * Opens `path` below `directory`, and nothing else: no symbolic or magic link is followed, no `..` leaves the directory,
 * an absolute path is refused. For every path that a module, a config or a disk had a say in.
 * Errors: ELOOP (a link), EXDEV (a way out), and those of open(2). May block the kernel on disks and devices.
 */
export function openBeneath(directory: FileDescriptor, path: string, options: OpenOptions): FileDescriptor {
  const { RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS } = resolveFlags;
  return openResolving(
    directory,
    path,
    options,
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  );
}

/** Opens a path of the supervisor's own choosing, such as /dev/kmsg; links are followed. May block the kernel on disks and devices. */
export function openPath(path: string, options: OpenOptions): FileDescriptor {
  return openResolving(CURRENT_DIRECTORY, path, options, 0);
}

function openResolving(
  directory: FileDescriptor,
  path: string,
  options: OpenOptions,
  resolve: number,
): FileDescriptor {
  // O_PATH opens nothing, and openat2 refuses flags that would have no effect with it.
  const isPathOnly = (options.flags & openFlags.O_PATH) !== 0;
  const always = isPathOnly
    ? openFlags.O_CLOEXEC
    : openFlags.O_CLOEXEC | openFlags.O_NOCTTY | openFlags.O_NONBLOCK;
  const how = writeStruct(architecture.layouts.openHow, {
    flags: BigInt(options.flags | always),
    mode: BigInt(options.mode ?? 0),
    resolve: BigInt(resolve),
  });
  return toFileDescriptor(
    systemCall('openat2', [directory, cString(path), how, how.length], { target: path }),
  );
}
