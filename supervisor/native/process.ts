/**
 * Processes: waiting, signalling, holding on to them by descriptor, their limits and credentials; power.
 *
 * Children that Node started are libuv's to reap. PID 1 also gets every orphan: `waitForChild` with `keepZombie` looks
 * without taking, so that it can tell the two apart before it takes one by its pid.
 */
import { architecture } from './arch/architecture.ts';
import { cString } from './c-string.ts';
import { errnoOf, KernelError } from './errno.ts';
import { describe, type FileDescriptor, toFileDescriptor } from './file-descriptor.ts';
import { readStruct, writeStruct } from './struct.ts';
import { attempt, systemCall } from './system-call.ts';

/** `linux/wait.h` */
export const waitFlags = {
  P_ALL: 0,
  P_PID: 1,
  P_PIDFD: 3,
  WNOHANG: 1,
  WEXITED: 4,
  WNOWAIT: 0x1000000,
} as const;

/** What became of a child: si_code of SIGCHLD. `asm-generic/siginfo.h` */
export const childCodes = { CLD_EXITED: 1, CLD_KILLED: 2, CLD_DUMPED: 3 } as const;

/** `linux/prctl.h` */
export const processControls = {
  PR_SET_PDEATHSIG: 1,
  PR_SET_DUMPABLE: 4,
  PR_SET_NAME: 15,
  PR_CAPBSET_DROP: 24,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_CAP_AMBIENT: 47,
  PR_CAP_AMBIENT_CLEAR_ALL: 4,
} as const;

/** `asm-generic/resource.h` */
export const resources = {
  RLIMIT_DATA: 2,
  RLIMIT_CORE: 4,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
} as const;

/** No limit. `linux/resource.h`, RLIM64_INFINITY */
export const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/** `linux/reboot.h` */
export const rebootCommands = {
  LINUX_REBOOT_CMD_RESTART: 0x01234567,
  LINUX_REBOOT_CMD_HALT: 0xcdef0123,
  LINUX_REBOOT_CMD_CAD_OFF: 0,
  LINUX_REBOOT_CMD_POWER_OFF: 0x4321fedc,
} as const;

/** What reboot(2) must be given first, against accidents. `linux/reboot.h` */
export const rebootMagic = { LINUX_REBOOT_MAGIC1: 0xfee1dead, LINUX_REBOOT_MAGIC2: 672274793 } as const;

export type ChildSelector =
  | { readonly of: 'any' }
  | { readonly of: 'pid'; readonly pid: number }
  | { readonly of: 'pidfd'; readonly fd: FileDescriptor };

export type ChildEnd = {
  readonly pid: number;
  readonly uid: number;
  readonly outcome:
    | { readonly kind: 'exited'; readonly status: number }
    | { readonly kind: 'killed'; readonly signal: number; readonly dumpedCore: boolean };
};

/**
 * A child that has ended, or undefined when none has. Never waits. `keepZombie` leaves it for somebody else to reap.
 * Of several, `any` always gives the same one until it is reaped.
 * Errors: ECHILD when the child named is none of ours. waitid(2).
 */
export function waitForChild(selector: ChildSelector, reaping: 'reap' | 'keepZombie'): ChildEnd | undefined {
  const { WNOHANG, WEXITED, WNOWAIT, P_ALL, P_PID, P_PIDFD } = waitFlags;
  const layout = architecture.layouts.signalInformation;
  const bytes = new Uint8Array(layout.size);
  const options = WNOHANG | WEXITED | (reaping === 'keepZombie' ? WNOWAIT : 0);
  const [type, id] =
    selector.of === 'any'
      ? [P_ALL, 0]
      : selector.of === 'pid'
        ? [P_PID, selector.pid]
        : [P_PIDFD, selector.fd];
  const result = attempt('waitid', [type, id, bytes, options, 0]);
  if (selector.of === 'any' && result === -errnoOf('ECHILD')) return undefined;
  if (result < 0)
    throw new KernelError('waitid', -result, selector.of === 'any' ? '' : `${selector.of} ${id}`);
  const { si_pid: pid, si_uid: uid, si_code: code, si_status: status } = readStruct(layout, bytes);
  if (pid === 0) return undefined;
  if (code === childCodes.CLD_EXITED) return { pid, uid, outcome: { kind: 'exited', status } };
  return {
    pid,
    uid,
    outcome: { kind: 'killed', signal: status, dumpedCore: code === childCodes.CLD_DUMPED },
  };
}

/** Sends a signal (its number; 0 only checks) to a process, or with a negative pid to a process group. kill(2). */
export function sendSignal(pid: number, signal: number): void {
  systemCall('kill', [pid, signal], { target: `pid ${pid}` });
}

/** A descriptor of a process, which becomes readable when it ends and never means another one. pidfd_open(2). */
export function openProcess(pid: number): FileDescriptor {
  return toFileDescriptor(systemCall('pidfd_open', [pid, 0], { target: `pid ${pid}` }));
}

/** Sends a signal to the process open as `pidfd`. pidfd_send_signal(2). */
export function sendSignalTo(pidfd: FileDescriptor, signal: number): void {
  systemCall('pidfd_send_signal', [pidfd, signal, 0, 0], { target: describe(pidfd) });
}

/** prctl(2), as it is: `operation` of `processControls`. Most act on the calling thread alone. */
export function controlProcess(operation: number, ...words: readonly number[]): number {
  return systemCall('prctl', [operation, ...words], { target: `operation ${operation}` });
}

/** Makes a directory the root of this process: of all its threads, and those of its children. chroot(2), CAP_SYS_CHROOT. */
export function changeRoot(path: string): void {
  systemCall('chroot', [cString(path)], { target: path });
}

/** Starts a new session with this process as its leader, without a terminal. setsid(2). */
export function startSession(): number {
  return systemCall('setsid', []);
}

/**
 * Sets real, effective and saved ids, the supplementary groups first and the user last, as it must be.
 * Danger: of the calling thread only. Meant for a process that executes another program next, never for PID 1.
 * setgroups(2), setresgid(2), setresuid(2).
 */
export function setCredentials(uid: number, gid: number, groups: readonly number[]): void {
  systemCall('setgroups', [groups.length, new Uint32Array(groups)], { target: `${groups.length} groups` });
  systemCall('setresgid', [gid, gid, gid], { target: `gid ${gid}` });
  systemCall('setresuid', [uid, uid, uid], { target: `uid ${uid}` });
}

export type ResourceLimit = { readonly soft: bigint; readonly hard: bigint };

/** The limit of a process (`pid` 0: this one) on one of `resources`. prlimit(2). */
export function getResourceLimit(pid: number, resource: number): ResourceLimit {
  const layout = architecture.layouts.resourceLimit;
  const bytes = new Uint8Array(layout.size);
  systemCall('prlimit64', [pid, resource, 0, bytes], { target: `pid ${pid}` });
  const { rlim_cur: soft, rlim_max: hard } = readStruct(layout, bytes);
  return { soft, hard };
}

/** Sets the limit of a process (`pid` 0: this one) on one of `resources`; UNLIMITED takes it away. prlimit(2). */
export function setResourceLimit(pid: number, resource: number, limit: ResourceLimit): void {
  const bytes = writeStruct(architecture.layouts.resourceLimit, {
    rlim_cur: limit.soft,
    rlim_max: limit.hard,
  });
  systemCall('prlimit64', [pid, resource, bytes, 0], { target: `pid ${pid}` });
}

/** Writes out all file systems. Blocks the kernel, for as long as the slowest disk takes: io process only. sync(2). */
export function syncAll(): void {
  systemCall('sync', []);
}

/**
 * Restarts, halts or powers off the machine, at once: `command` of `rebootCommands`. In a PID namespace of its own it
 * ends the namespace instead. Nothing is written out: `syncAll` first. reboot(2).
 */
export function reboot(command: number): void {
  const { LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2 } = rebootMagic;
  systemCall('reboot', [LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, command, 0]);
}
