/** What the kernel knows about a file: statx(2). */
import { architecture } from './arch/architecture.ts';
import { cString } from './c-string.ts';
import { atFlags } from './directory.ts';
import { describe, type FileDescriptor } from './file-descriptor.ts';
import { readStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** Which fields are asked for. `linux/stat.h` */
export const statusMasks = { STATX_BASIC_STATS: 0x7ff, STATX_MNT_ID: 0x1000 } as const;

/** `linux/stat.h` */
export const statusAttributes = { STATX_ATTR_MOUNT_ROOT: 0x2000, STATX_ATTR_VERITY: 0x100000 } as const;

export type FileStatus = {
  /** Type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly linkCount: number;
  readonly inode: bigint;
  /** Bytes. */
  readonly size: bigint;
  /** Last change of the content, nanoseconds since 1970. */
  readonly modifiedNanoseconds: bigint;
  /** The device that this is on. */
  readonly device: { readonly major: number; readonly minor: number };
  /** The device that this is, for a device node. */
  readonly represents: { readonly major: number; readonly minor: number };
  readonly mountId: bigint;
  /** Whether something is mounted here, or undefined when the file system does not tell. */
  readonly isMountRoot: boolean | undefined;
};

/** The status of an open file. May block the kernel on a disk. statx(2). */
export function statusOf(fd: FileDescriptor): FileStatus {
  return readStatus(fd, '', atFlags.AT_EMPTY_PATH, describe(fd));
}

/** The status of `path` from `directory`; a symbolic link at its end is not followed. May block the kernel on a disk. statx(2). */
export function statusAt(directory: FileDescriptor, path: string): FileStatus {
  return readStatus(directory, path, atFlags.AT_SYMLINK_NOFOLLOW, path);
}

function readStatus(fd: FileDescriptor, path: string, flags: number, target: string): FileStatus {
  const layout = architecture.layouts.statx;
  const bytes = new Uint8Array(layout.size);
  const mask = statusMasks.STATX_BASIC_STATS | statusMasks.STATX_MNT_ID;
  systemCall('statx', [fd, cString(path), flags, mask, bytes], { target });
  const found = readStruct(layout, bytes);
  const attribute = BigInt(statusAttributes.STATX_ATTR_MOUNT_ROOT);
  const tellsMountRoot = (found.stx_attributes_mask & attribute) !== 0n;
  return {
    mode: found.stx_mode,
    uid: found.stx_uid,
    gid: found.stx_gid,
    linkCount: found.stx_nlink,
    inode: found.stx_ino,
    size: found.stx_size,
    modifiedNanoseconds: found['stx_mtime.tv_sec'] * 1_000_000_000n + BigInt(found['stx_mtime.tv_nsec']),
    device: { major: found.stx_dev_major, minor: found.stx_dev_minor },
    represents: { major: found.stx_rdev_major, minor: found.stx_rdev_minor },
    mountId: found.stx_mnt_id,
    isMountRoot: tellsMountRoot ? (found.stx_attributes & attribute) !== 0n : undefined,
  };
}
