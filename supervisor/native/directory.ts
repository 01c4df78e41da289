/**
 * Entries of directories: making, removing, renaming, listing, links. Names are relative to the directory's descriptor;
 * each is one component, so that nothing on the way to it can be swapped for a link. All of it may wait for a disk.
 */
import { architecture } from './arch/architecture.ts';
import { cString, fromCString, PATH_BYTES_MAX } from './c-string.ts';
import type { FileDescriptor } from './file-descriptor.ts';
import { describe } from './file-descriptor.ts';
import { readStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `linux/fs.h` */
export const renameFlags = { RENAME_NOREPLACE: 1, RENAME_EXCHANGE: 2 } as const;

/** `linux/fcntl.h` */
export const atFlags = {
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_REMOVEDIR: 0x200,
  AT_EMPTY_PATH: 0x1000,
  AT_RECURSIVE: 0x8000,
} as const;

/** File types as directory entries tell them. `dirent.h` */
export const entryTypes = {
  DT_UNKNOWN: 0,
  DT_FIFO: 1,
  DT_CHR: 2,
  DT_DIR: 4,
  DT_BLK: 6,
  DT_REG: 8,
  DT_LNK: 10,
  DT_SOCK: 12,
} as const;

/** `linux/stat.h` */
export const nodeTypes = { S_IFIFO: 0o010000, S_IFCHR: 0o020000, S_IFBLK: 0o060000 } as const;

/** How many entries one listing gives before it is refused: a directory of ours never has so many. */
export const DIRECTORY_ENTRIES_MAX = 100_000;

/** Bytes asked of the kernel at a time. */
const LISTING_BYTES = 32 * 1024;

export type DirectoryEntry = {
  readonly name: string;
  readonly inode: bigint;
  /** One of `entryTypes`; some file systems tell only DT_UNKNOWN. */
  readonly type: number;
};

/** Makes a directory with permission bits `mode` (the umask applies). mkdirat(2). */
export function makeDirectory(directory: FileDescriptor, name: string, mode: number): void {
  systemCall('mkdirat', [directory, cString(component(name)), mode], { target: name });
}

/** Removes an entry that is not a directory. unlinkat(2). */
export function removeFile(directory: FileDescriptor, name: string): void {
  systemCall('unlinkat', [directory, cString(component(name)), 0], { target: name });
}

/** Removes an empty directory. unlinkat(2). */
export function removeDirectory(directory: FileDescriptor, name: string): void {
  systemCall('unlinkat', [directory, cString(component(name)), atFlags.AT_REMOVEDIR], { target: name });
}

/** Renames atomically; `flags` of `renameFlags`: 0 replaces what is there. renameat2(2). */
export function rename(
  from: FileDescriptor,
  oldName: string,
  to: FileDescriptor,
  newName: string,
  flags = 0,
): void {
  const words = [from, cString(component(oldName)), to, cString(component(newName)), flags];
  systemCall('renameat2', words, { target: `${oldName} to ${newName}` });
}

/** Makes a symbolic link that says `content`. symlinkat(2). */
export function makeSymbolicLink(directory: FileDescriptor, name: string, content: string): void {
  systemCall('symlinkat', [cString(content), directory, cString(component(name))], { target: name });
}

/** What a symbolic link says. readlinkat(2). */
export function readSymbolicLink(directory: FileDescriptor, name: string): string {
  const bytes = new Uint8Array(PATH_BYTES_MAX);
  const length = systemCall('readlinkat', [directory, cString(component(name)), bytes, bytes.length], {
    target: name,
  });
  return fromCString(bytes.subarray(0, length));
}

/** Makes a device node or FIFO: `mode` is a type of `nodeTypes` or-ed with permission bits. mknodat(2), CAP_MKNOD. */
export function makeNode(directory: FileDescriptor, name: string, mode: number, major = 0, minor = 0): void {
  // The kernel's user-space encoding of device numbers (linux/kdev_t.h, new_encode_dev).
  const device = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12);
  systemCall('mknodat', [directory, cString(component(name)), mode, device >>> 0], { target: name });
}

/**
 * The entries of a directory from where its descriptor stands, without `.` and `..`. getdents64(2).
 * Throws a RangeError beyond DIRECTORY_ENTRIES_MAX.
 */
export function listDirectory(directory: FileDescriptor): DirectoryEntry[] {
  const bytes = new Uint8Array(LISTING_BYTES);
  const entries: DirectoryEntry[] = [];
  for (;;) {
    const length = systemCall('getdents64', [directory, bytes, bytes.length], {
      target: describe(directory),
    });
    if (length === 0) return entries;
    for (const entry of parseDirectoryEntries(bytes.subarray(0, length))) {
      if (entry.name !== '.' && entry.name !== '..') entries.push(entry);
    }
    if (entries.length > DIRECTORY_ENTRIES_MAX) {
      throw new RangeError(`the directory has more than ${DIRECTORY_ENTRIES_MAX} entries`);
    }
  }
}

/** The entries in what getdents64(2) filled in. */
export function parseDirectoryEntries(bytes: Uint8Array): DirectoryEntry[] {
  const layout = architecture.layouts.directoryEntry;
  const nameOffset = layout.fields.d_name[1];
  const entries: DirectoryEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { d_ino: inode, d_reclen: length, d_type: type } = readStruct(layout, bytes, at);
    if (length <= nameOffset || at + length > bytes.length)
      throw new RangeError('a directory entry has a wrong length');
    entries.push({ name: fromCString(bytes.subarray(at + nameOffset, at + length)), inode, type });
    at += length;
  }
  return entries;
}

/** Checks that `name` is one component, which no link can redirect. */
function component(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) {
    throw new RangeError(`\`${name}\` is not the name of one directory entry`);
  }
  return name;
}
