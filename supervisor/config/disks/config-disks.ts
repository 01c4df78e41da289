/**
 * Reads the configuration that lies on disks, and keeps it there: the work of the throwaway process `config-disks`. A disk is found by the label of
 * its file system, mounted where nobody sees it, and let go of at once.
 *
 * The danger: a disk may be damaged or hostile, and the kernel's file systems are not made for that. Only a file system with one of our labels is
 * mounted; nothing on it is executed, and no link on it is followed.
 */

import { listDirectory, removeDirectory, removeFile, rename } from '../../native/directory.ts';
import { isKernelError } from '../../native/errno.ts';
import { close, type FileDescriptor, read, readAt, syncFile, write } from '../../native/file-descriptor.ts';
import { statusOf } from '../../native/file-status.ts';
import { createMount, mountAttributes } from '../../native/mount.ts';
import { openBeneath, openFlags, openPath } from '../../native/open.ts';
import { changeState, type StateChange, type StateFolder } from '../life-cycle/state-changes.ts';
import { maximumConfigBytes } from '../parse-config.ts';
import { noCloudFiles, noCloudLabels } from '../sources/no-cloud.ts';
import { modulesFile, modulesFileLimit, stagedFile, stateFile, stateLabel } from '../sources/state.ts';
import { type FileSystemLabel, labelBytes, readLabel } from './file-system-label.ts';

export type DiskRequest =
  | { readonly type: 'read'; readonly devices: readonly string[] }
  | ({ readonly type: 'change'; readonly devices: readonly string[] } & SentChange)
  /** Where a folder is STATE. */
  | ({ readonly type: 'change-folder'; readonly folder: string } & SentChange);

export type SentChange = {
  readonly change: StateChange['type'];
  /** In base64; empty where the change has none. */
  readonly content: string;
};

/** What a disk is for. */
export type DiskPurpose = 'state' | 'no-cloud';

/** A disk of ours; files are in base64, as they are named, without those that are not there. */
export type FoundDisk = {
  readonly device: string;
  readonly purpose: DiskPurpose;
  readonly files: Readonly<Record<string, string>>;
};

export type DiskAnswer = { readonly disks: readonly FoundDisk[]; readonly notes: readonly string[] };

const { MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSYMFOLLOW } =
  mountAttributes;
const confined = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;
const regularFile = 0o100000;
const typeMask = 0o170000;

/** Carries out a request. What is wrong with one disk is noted, and does not keep the others from being read. */
export function runDiskRequest(request: DiskRequest): DiskAnswer {
  if (request.type === 'change-folder') {
    changeStateIn(request.folder, changeOf(request));
    return { disks: [], notes: [] };
  }
  const found = new Map<DiskPurpose, FoundDisk>();
  const notes: string[] = [];
  for (const device of request.devices) {
    try {
      const label = labelOf(device);
      const purpose = label === undefined ? undefined : purposeOf(label);
      if (label === undefined || purpose === undefined) continue;
      const other = found.get(purpose);
      if (other !== undefined) {
        notes.push(`${device} has the label \`${label.label}\` too, and ${other.device} counts`);
        continue;
      }
      if (request.type === 'change' && purpose === 'state') {
        changeOn(device, changeOf(request));
      }
      const files = request.type === 'change' ? {} : readFiles(device, label, purpose);
      found.set(purpose, { device, purpose, files });
    } catch (error) {
      // A drive without a medium is no fault.
      if (isKernelError(error, 'ENOMEDIUM', 'ENXIO')) continue;
      const reason = error instanceof Error ? error.message : String(error);
      const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
      notes.push(`${device}: ${reason}${cause}`);
    }
  }
  return { disks: [...found.values()], notes };
}

/** What a file system is for, if it is one of ours: by its label, and only of the types that each may have. */
function purposeOf({ type, label }: FileSystemLabel): DiskPurpose | undefined {
  if (type === 'ext4') return label === stateLabel ? 'state' : undefined;
  return noCloudLabels.includes(label) ? 'no-cloud' : undefined;
}

function labelOf(device: string): FileSystemLabel | undefined {
  const file = openPath(device, { flags: openFlags.O_RDONLY });
  try {
    const start = new Uint8Array(labelBytes);
    let length = 0;
    while (length < start.length) {
      const count = readAt(file, start.subarray(length), length);
      if (count === 0) break;
      length += count;
    }
    return readLabel(start.subarray(0, length));
  } finally {
    close(file);
  }
}

function readFiles(
  device: string,
  { type }: FileSystemLabel,
  purpose: DiskPurpose,
): Readonly<Record<string, string>> {
  const mounted = createMount(type, { source: device, ro: true }, confined | MOUNT_ATTR_RDONLY);
  try {
    const names = purpose === 'state' ? [stateFile, stagedFile, modulesFile] : noCloudFiles;
    const files = names.flatMap((name) => {
      const content = readFile(mounted, name, name === modulesFile ? modulesFileLimit : maximumConfigBytes);
      return content === undefined ? [] : [[name, Buffer.from(content).toString('base64')] as const];
    });
    return Object.fromEntries(files);
  } finally {
    close(mounted);
  }
}

/** A file, and no more of it than `limit` and one byte; undefined if it is not there. */
function readFile(directory: FileDescriptor, name: string, limit: number): Uint8Array | undefined {
  let file: FileDescriptor;
  try {
    file = openBeneath(directory, name, { flags: openFlags.O_RDONLY });
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    if ((statusOf(file).mode & typeMask) !== regularFile) throw new Error(`${name} is not a file`);
    const bytes = new Uint8Array(limit + 1);
    let length = 0;
    while (length < bytes.length) {
      const count = read(file, bytes.subarray(length)) ?? 0;
      if (count === 0) break;
      length += count;
    }
    return bytes.slice(0, length);
  } finally {
    close(file);
  }
}

function changeOf({ change, content }: SentChange): StateChange {
  return { type: change, content: Buffer.from(content, 'base64') };
}

function changeOn(device: string, change: StateChange): void {
  const mounted = createMount('ext4', { source: device }, confined);
  try {
    changeState(stateFolder(mounted), change);
  } finally {
    close(mounted);
  }
}

/** The same, in a folder by its path. Errors: `KernelError`. */
export function changeStateIn(path: string, change: StateChange): void {
  const folder = openPath(path, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
  try {
    changeState(stateFolder(folder), change);
  } finally {
    close(folder);
  }
}

/** The folder that is STATE; its descriptor must stay open. */
export function stateFolder(folder: FileDescriptor): StateFolder {
  return {
    write: (name, content) => {
      const { O_WRONLY, O_CREAT, O_TRUNC } = openFlags;
      const file = openBeneath(folder, name, { flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600 });
      try {
        for (let written = 0; written < content.length; ) {
          written += write(file, content.subarray(written)) ?? 0;
        }
        syncFile(file);
      } finally {
        close(file);
      }
    },
    rename: (from, to) => rename(folder, from, folder, to),
    remove: (name) => removeWhole(folder, name),
    names: () => within(folder, '.', namesOf),
    // The contents of files were synchronized when they were written; these are the names.
    sync: () => within(folder, '.', syncFile),
  };
}

/** Opens a folder anew: the descriptor of a mount is good for finding files only, and one that was listed keeps its place in the listing. */
function within<Value>(folder: FileDescriptor, name: string, use: (opened: FileDescriptor) => Value): Value {
  const { O_RDONLY, O_DIRECTORY } = openFlags;
  const opened = openBeneath(folder, name, { flags: O_RDONLY | O_DIRECTORY });
  try {
    return use(opened);
  } finally {
    close(opened);
  }
}

function namesOf(opened: FileDescriptor): readonly string[] {
  return listDirectory(opened).map(({ name }) => name);
}

/** Removes a file, or a folder with what is in it. No link is followed. */
function removeWhole(folder: FileDescriptor, name: string): void {
  try {
    removeFile(folder, name);
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return;
    if (!isKernelError(error, 'EISDIR', 'EPERM')) throw error;
    within(folder, name, (inner) => {
      for (const entry of namesOf(inner)) removeWhole(inner, entry);
    });
    removeDirectory(folder, name);
  }
}
