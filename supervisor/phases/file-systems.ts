/**
 * Mounts the pseudo file systems. The root is read-only and verified; everything that is written lies in memory below `/run`, or, once
 * there are disks, on them.
 *
 * Mount flags follow one rule: nothing outside the root is executed or believed to be a device, unless it is a device.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { EftError } from '../errors/eft-error.ts';
import { isKernelError } from '../native/errno.ts';
import { CURRENT_DIRECTORY } from '../native/file-descriptor.ts';
import { mount, mountFlags, setMountAttributes, unmount, unmountFlags } from '../native/mount.ts';
import type { Environment } from './environment.ts';
import { handedViews } from './handed-in.ts';
import type { PhaseOutcome } from './phase.ts';

const { MS_NOSUID, MS_NODEV, MS_NOEXEC } = mountFlags;
const confined = MS_NOSUID | MS_NODEV | MS_NOEXEC;

type PseudoFileSystem = {
  readonly type: string;
  readonly target: string;
  readonly flags: number;
  readonly data?: string;
  /** In a user namespace that does not have the group that terminals belong to. */
  readonly dataWithoutGroup?: string;
  /** Where it is mounted; in both by default. */
  readonly only?: Environment;
  /** The boot goes on without it: why it may be missing, and what is then not there. */
  readonly without?: string;
};

/** The group `tty`, of the image as of Debian. */
const terminalGroup = 5;

/** In the order in which they are mounted. */
const fileSystems: readonly PseudoFileSystem[] = [
  // Other processes' /proc entries are hidden from services, which run as users of their own.
  { type: 'proc', target: '/proc', flags: confined, data: 'hidepid=invisible' },
  { type: 'sysfs', target: '/sys', flags: confined },
  { type: 'devtmpfs', target: '/dev', flags: MS_NOSUID | MS_NOEXEC, data: 'mode=0755', only: 'machine' },
  {
    type: 'devpts',
    target: '/dev/pts',
    flags: MS_NOSUID | MS_NOEXEC,
    data: `gid=${terminalGroup},mode=0620,ptmxmode=0666`,
    dataWithoutGroup: 'mode=0620,ptmxmode=0666',
  },
  { type: 'tmpfs', target: '/dev/shm', flags: confined, data: 'mode=1777,size=64m' },
  { type: 'tmpfs', target: '/run', flags: confined, data: 'mode=0755,size=64m', only: 'machine' },
  { type: 'cgroup2', target: '/sys/fs/cgroup', flags: confined, data: 'nsdelegate' },
  {
    type: 'securityfs',
    target: '/sys/kernel/security',
    flags: confined,
    only: 'machine',
    without: 'what security modules report is not shown',
  },
  {
    type: 'pstore',
    target: '/sys/fs/pstore',
    flags: confined,
    only: 'machine',
    without: 'last words of a crash are lost with the power',
  },
  {
    type: 'bpf',
    target: '/sys/fs/bpf',
    flags: confined,
    data: 'mode=0700',
    only: 'machine',
    without: 'network plugins cannot pin eBPF programs',
  },
  // Its own, so that records of modules that fail leave the rest of /run its room. They may have 48 MiB, and one that is being written
  // 16 MiB more (cells/record-folder.ts).
  { type: 'tmpfs', target: '/run/eft/records', flags: confined, data: 'mode=0700,size=72m' },
  // Blobs that were sent to the node may have 256 MiB (api/blob-store.ts).
  { type: 'tmpfs', target: '/run/eft/blobs', flags: confined, data: 'mode=0700,size=257m' },
];

/** Directories below /run that exist from the start, with who may look into them. */
const runDirectories: readonly (readonly [path: string, mode: number])[] = [
  ['/run/eft', 0o755],
  ['/run/eft/etc', 0o755],
];

/**
 * Files that programs of every user find names by. They are empty until the module `network` writes them; whoever writes a file anew leaves it the
 * permissions that it has (supervisor/io/run-file-job.ts), and without these nobody but root could read what it writes.
 */
const filesForAll = ['/run/eft/etc/resolv.conf', '/run/eft/etc/hosts'];

/** What mounting needs of the kernel; all of it can be played by a test. */
export type MountCalls = {
  readonly mount: (type: string, target: string, flags: number, data: string) => void;
  readonly makeDirectory: (path: string, mode: number) => void;
  /** Makes an empty file, or leaves the one that is there. */
  readonly makeFile: (path: string, mode: number) => void;
  /** Where something is mounted. /proc must be mounted. */
  readonly mountPoints: () => readonly string[];
  /** Takes a mount away, with those below it. */
  readonly unmount: (target: string) => void;
  /** Whether there is such a group here (user_namespaces(7)). /proc must be mounted. */
  readonly hasGroup: (group: number) => boolean;
  /** Lets mounts below `/` be seen by whoever gets a copy of them, and the other way round. */
  readonly shareAll: () => void;
};

const kernel: MountCalls = {
  mount: (type, target, flags, data) => mount(type, target, type, flags, data),
  makeDirectory: (path, mode) => {
    mkdirSync(path, { recursive: true, mode });
  },
  makeFile: (path, mode) => {
    writeFileSync(path, '', { flag: 'a', mode });
  },
  // The fifth field of a line (proc_pid_mountinfo(5)).
  mountPoints: () =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ')[4] ?? []),
  unmount: (target) => unmount(target, unmountFlags.MNT_DETACH),
  hasGroup: (group) =>
    readFileSync('/proc/self/gid_map', 'latin1')
      .split('\n')
      .some((line) => {
        const [inside = Number.NaN, , count = 0] = line.trim().split(/\s+/).map(Number);
        return group >= inside && group < inside + count;
      }),
  shareAll: () => setMountAttributes(CURRENT_DIRECTORY, '/', { propagation: mountFlags.MS_SHARED }, true),
};

/** Mounts what is not mounted yet. Errors: `boot.mount`. */
export function mountFileSystems(
  environment: Environment,
  calls: MountCalls = kernel,
): PhaseOutcome<undefined> {
  const missing: string[] = [];
  let mounted: ReadonlySet<string> = new Set();
  let count = 0;
  for (const fileSystem of fileSystems) {
    const { type, target, flags, only, without, dataWithoutGroup } = fileSystem;
    if (only !== undefined && only !== environment) continue;
    // The kernel mounts devtmpfs itself before it starts PID 1, and a namespace comes with some of these.
    if (mounted.has(target)) continue;
    const isReduced = dataWithoutGroup !== undefined && !calls.hasGroup(terminalGroup);
    const data = (isReduced ? dataWithoutGroup : fileSystem.data) ?? '';
    try {
      if (target.startsWith('/dev/') || target.startsWith('/run/')) calls.makeDirectory(target, 0o755);
      calls.mount(type, target, flags, data);
      count += 1;
    } catch (error) {
      if (without === undefined || !isAbsent(error)) {
        const reason = error instanceof Error ? error.message : String(error);
        throw EftError.of('boot.mount', { type, target, reason }, { cause: error });
      }
      missing.push(`no ${type}: ${without}`);
    }
    if (type === 'proc') mounted = new Set(calls.mountPoints());
  }
  for (const { at } of handedViews) {
    if (mounted.has(at)) calls.unmount(at);
  }
  // Containers mount below it, and what they mount must be seen here (mount_namespaces(7)).
  calls.shareAll();
  for (const [path, mode] of runDirectories) calls.makeDirectory(path, mode);
  for (const path of filesForAll) calls.makeFile(path, 0o644);
  return { value: undefined, message: `${count} mounted`, missing };
}

/** The kernel was built without this file system, or has no place for it. */
function isAbsent(error: unknown): boolean {
  return isKernelError(error, 'ENODEV', 'ENOENT', 'EPERM');
}
