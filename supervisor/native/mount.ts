/**
 * Mounting. The descriptor-based calls are preferred (a mount is built, configured and only then attached, and nothing
 * on the way can be swapped); mount(2) is there for what they lack: propagation and remounts.
 *
 * Danger: every one changes the mount namespace of the calling thread, which is the whole process's here. They may block
 * the kernel for as long as a device takes to answer: io process only, or a boot phase of PID 1 before it serves.
 */
import { architecture } from './arch/architecture.ts';
import { cString } from './c-string.ts';
import { atFlags } from './directory.ts';
import { close, type FileDescriptor, read, toFileDescriptor } from './file-descriptor.ts';
import { writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** For `mount`. `linux/mount.h` */
export const mountFlags = {
  MS_RDONLY: 1,
  MS_NOSUID: 2,
  MS_NODEV: 4,
  MS_NOEXEC: 8,
  MS_REMOUNT: 32,
  MS_NOATIME: 1024,
  MS_BIND: 4096,
  MS_MOVE: 8192,
  MS_REC: 16384,
  MS_PRIVATE: 262144,
  MS_SLAVE: 524288,
  MS_SHARED: 1048576,
  MS_RELATIME: 2097152,
} as const;

/** For `unmount`. glibc's `sys/mount.h`; the kernel keeps them in its internal `linux/fs.h` */
export const unmountFlags = { MNT_FORCE: 1, MNT_DETACH: 2, UMOUNT_NOFOLLOW: 8 } as const;

/** For `mountFileSystem` and `setMountAttributes`. `linux/mount.h` */
export const mountAttributes = {
  MOUNT_ATTR_RDONLY: 1,
  MOUNT_ATTR_NOSUID: 2,
  MOUNT_ATTR_NODEV: 4,
  MOUNT_ATTR_NOEXEC: 8,
  MOUNT_ATTR_NOATIME: 16,
  MOUNT_ATTR_NOSYMFOLLOW: 0x200000,
} as const;

/** `linux/mount.h` */
export const treeFlags = { OPEN_TREE_CLONE: 1, OPEN_TREE_CLOEXEC: 0o2000000 } as const;

/** `linux/mount.h` */
export const moveFlags = { MOVE_MOUNT_F_EMPTY_PATH: 4, MOVE_MOUNT_T_EMPTY_PATH: 0x40 } as const;

/** `linux/mount.h`; the enum of the same name */
export const configureCommands = {
  FSOPEN_CLOEXEC: 1,
  FSMOUNT_CLOEXEC: 1,
  FSCONFIG_SET_FLAG: 0,
  FSCONFIG_SET_STRING: 1,
  FSCONFIG_CMD_CREATE: 6,
} as const;

/** One page: the kernel reads at most this much of mount(2)'s data, and gives messages no longer than it. */
const MOUNT_DATA_BYTES_MAX = 4096;

/** How many messages of a file system an error quotes. */
const MESSAGES_LIMIT = 16;

/** mount(2), as it is: `flags` of `mountFlags`; `data` in the file system's own words. */
export function mount(source: string, target: string, type: string, flags: number, data = ''): void {
  const words = [cString(source), cString(target), cString(type), flags, cString(data, MOUNT_DATA_BYTES_MAX)];
  systemCall('mount', words, { target });
}

/** Takes away the topmost mount at `target`; `flags` of `unmountFlags`. umount2(2). */
export function unmount(target: string, flags: number = unmountFlags.UMOUNT_NOFOLLOW): void {
  systemCall('umount2', [cString(target), flags], { target });
}

/** Parameters of a file system by name: a text, or true for one that has no value. */
export type MountParameters = { readonly [name: string]: string | true };

/**
 * Makes a mount of a file system that is attached nowhere yet: fsopen(2), fsconfig(2), fsmount(2). `source` and the
 * like are parameters. Attributes are of `mountAttributes`. `attachMount` puts it into the tree; closing undoes it.
 * Errors are those of the kernel, with what the file system itself said as their cause.
 */
export function createMount(type: string, parameters: MountParameters, attributes: number): FileDescriptor {
  const commands = configureCommands;
  const context = toFileDescriptor(
    systemCall('fsopen', [cString(type), commands.FSOPEN_CLOEXEC], { target: type }),
  );
  try {
    for (const [name, value] of Object.entries(parameters)) {
      const words =
        value === true
          ? [context, commands.FSCONFIG_SET_FLAG, cString(name)]
          : [context, commands.FSCONFIG_SET_STRING, cString(name), cString(value)];
      systemCall('fsconfig', words, { target: `${type}, parameter ${name}` });
    }
    systemCall('fsconfig', [context, commands.FSCONFIG_CMD_CREATE], { target: type });
    return toFileDescriptor(
      systemCall('fsmount', [context, commands.FSMOUNT_CLOEXEC, attributes], { target: type }),
    );
  } catch (error) {
    const messages = readMessages(context);
    if (error instanceof Error && messages !== '') error.cause = new Error(messages);
    throw error;
  } finally {
    close(context);
  }
}

/**
 * A copy of the mounts at `path` from `directory`, below it included, that is attached nowhere yet: a bind mount to be.
 * open_tree(2), OPEN_TREE_CLONE.
 */
export function cloneMount(directory: FileDescriptor, path: string): FileDescriptor {
  const flags =
    treeFlags.OPEN_TREE_CLONE |
    treeFlags.OPEN_TREE_CLOEXEC |
    atFlags.AT_RECURSIVE |
    atFlags.AT_SYMLINK_NOFOLLOW;
  return toFileDescriptor(systemCall('open_tree', [directory, cString(path), flags], { target: path }));
}

/** Attaches a mount (`createMount`, `cloneMount`) on the directory or file open as `onto`. move_mount(2). */
export function attachMount(mounted: FileDescriptor, onto: FileDescriptor): void {
  const flags = moveFlags.MOVE_MOUNT_F_EMPTY_PATH | moveFlags.MOVE_MOUNT_T_EMPTY_PATH;
  const empty = cString('');
  systemCall('move_mount', [mounted, empty, onto, empty, flags], { target: `descriptor ${onto}` });
}

/** What `setMountAttributes` changes: masks of `mountAttributes`, and the propagation, one of `mountFlags`. */
export type MountAttributeChange = {
  readonly set?: number;
  readonly clear?: number;
  readonly propagation?: number;
};

/** Changes the attributes of the mount at `path` from `directory`, and with `isRecursive` of all below. mount_setattr(2). */
export function setMountAttributes(
  directory: FileDescriptor,
  path: string,
  change: MountAttributeChange,
  isRecursive: boolean,
): void {
  const bytes = writeStruct(architecture.layouts.mountAttributes, {
    attr_set: BigInt(change.set ?? 0),
    attr_clr: BigInt(change.clear ?? 0),
    propagation: BigInt(change.propagation ?? 0),
  });
  const flags = (path === '' ? atFlags.AT_EMPTY_PATH : 0) | (isRecursive ? atFlags.AT_RECURSIVE : 0);
  systemCall('mount_setattr', [directory, cString(path), flags, bytes, bytes.length], { target: path });
}

/**
 * Makes `newRoot` the root of this mount namespace, and puts the old one at `putOld`, below it. With both `.`, the old
 * root ends up on top of the new one, where `unmount('.', MNT_DETACH)` takes it away. pivot_root(2).
 */
export function pivotRoot(newRoot: string, putOld: string): void {
  systemCall('pivot_root', [cString(newRoot), cString(putOld)], { target: newRoot });
}

/** What the file system said while it was configured: one message a read, until there are none (ENODATA). */
function readMessages(context: FileDescriptor): string {
  const messages: string[] = [];
  const bytes = new Uint8Array(MOUNT_DATA_BYTES_MAX);
  try {
    while (messages.length < MESSAGES_LIMIT) {
      const length = read(context, bytes);
      if (length === undefined || length === 0) break;
      // Each begins with its severity: e, w or i, and a space.
      messages.push(new TextDecoder().decode(bytes.subarray(2, length)).trim());
    }
  } catch {
    // The messages are a courtesy: without them the kernel's error stands for itself.
  }
  return messages.join('; ');
}
