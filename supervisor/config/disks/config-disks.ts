/**
 * Reads the configuration that lies on disks, and keeps it there: the work of the throwaway process `config-disks`. A disk is found by the label of
 * its file system, mounted where nobody sees it, and let go of at once.
 *
 * The danger: a disk may be damaged or hostile, and the kernel's file systems are not made for that. Only a file system with one of our labels is
 * mounted; nothing on it is executed, and no link on it is followed.
 */

import { rename } from '../../native/directory.ts';
import { isKernelError } from '../../native/errno.ts';
import {
  close,
  type FileDescriptor,
  read,
  readAt,
  syncFileSystem,
  write,
} from '../../native/file-descriptor.ts';
import { statusOf } from '../../native/file-status.ts';
import { createMount, mountAttributes } from '../../native/mount.ts';
import { openBeneath, openFlags, openPath } from '../../native/open.ts';
import { maximumConfigBytes } from '../parse-config.ts';
import { noCloudFiles, noCloudLabels } from '../sources/no-cloud.ts';
import { stateFile, stateLabel } from '../sources/state.ts';
import { type FileSystemLabel, labelBytes, readLabel } from './file-system-label.ts';

export type DiskRequest =
  | { readonly type: 'read'; readonly devices: readonly string[] }
  | { readonly type: 'keep'; readonly devices: readonly string[]; readonly content: string };

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
      if (request.type === 'keep' && purpose === 'state')
        keepOn(device, Buffer.from(request.content, 'base64'));
      const files = request.type === 'keep' ? {} : readFiles(device, label, purpose);
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
    const names = purpose === 'state' ? [stateFile] : noCloudFiles;
    const files = names.flatMap((name) => {
      const content = readFile(mounted, name);
      return content === undefined ? [] : [[name, Buffer.from(content).toString('base64')] as const];
    });
    return Object.fromEntries(files);
  } finally {
    close(mounted);
  }
}

/** A file, and no more of it than a configuration may have and one byte; undefined if it is not there. */
function readFile(directory: FileDescriptor, name: string): Uint8Array | undefined {
  let file: FileDescriptor;
  try {
    file = openBeneath(directory, name, { flags: openFlags.O_RDONLY });
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    if ((statusOf(file).mode & typeMask) !== regularFile) throw new Error(`${name} is not a file`);
    const bytes = new Uint8Array(maximumConfigBytes + 1);
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

function keepOn(device: string, content: Uint8Array): void {
  const mounted = createMount('ext4', { source: device }, confined);
  try {
    keepConfiguration(mounted, content);
  } finally {
    close(mounted);
  }
}

/** Writes the configuration into the folder that is STATE: as a whole, or not at all, whenever the power goes. */
export function keepConfiguration(folder: FileDescriptor, content: Uint8Array): void {
  const temporary = `${stateFile}.new`;
  const { O_WRONLY, O_CREAT, O_TRUNC } = openFlags;
  const file = openBeneath(folder, temporary, { flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600 });
  try {
    for (let written = 0; written < content.length; ) {
      written += write(file, content.subarray(written)) ?? 0;
    }
    syncFileSystem(file);
    rename(folder, temporary, folder, stateFile);
    syncFileSystem(file);
  } finally {
    close(file);
  }
}

/** The same, for a folder by its path. Errors: `KernelError`. */
export function keepConfigurationIn(path: string, content: Uint8Array): void {
  const folder = openPath(path, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
  try {
    keepConfiguration(folder, content);
  } finally {
    close(folder);
  }
}
