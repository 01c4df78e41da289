/**
 * Signals as readable events with their sender: signalfd(2). Node's own `process.on('SIGTERM')` is enough where only
 * the fact matters.
 *
 * Danger: a signal shows up here only if every thread of the process blocks it. Blocking acts on the calling thread;
 * threads started later inherit it, threads that Node started before do not. Use it where the program runs with the
 * signals blocked from its start, or for signals sent to this very thread.
 */
import { architecture } from './arch/architecture.ts';
import { close, type FileDescriptor, read, toFileDescriptor } from './file-descriptor.ts';
import { readStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `asm/signal.h`, the same on every architecture of ours */
export const signals = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGPWR: 30,
} as const;

/** `linux/signalfd.h`; and the `how` of sigprocmask(2), `asm-generic/signal-defs.h` */
export const signalFlags = {
  SFD_CLOEXEC: 0o2000000,
  SFD_NONBLOCK: 0o4000,
  SIG_BLOCK: 0,
  SIG_UNBLOCK: 1,
} as const;

/** Bytes of the kernel's signal set: 64 signals (`asm/signal.h`, _NSIG). */
const SIGNAL_SET_BYTES = 8;

export type ReceivedSignal = {
  readonly signal: number;
  /** Who sent it, as this PID namespace sees it; 0 for the kernel. */
  readonly senderPid: number;
  readonly senderUid: number;
};

/** Blocks the signals in this thread, and gives a non-blocking descriptor that is readable when one has come. */
export function openSignals(numbers: readonly number[]): FileDescriptor {
  setBlocked(numbers, signalFlags.SIG_BLOCK);
  const flags = signalFlags.SFD_CLOEXEC | signalFlags.SFD_NONBLOCK;
  return toFileDescriptor(systemCall('signalfd4', [-1, signalSet(numbers), SIGNAL_SET_BYTES, flags]));
}

/** Closes the descriptor and lets the signals through again. */
export function closeSignals(fd: FileDescriptor, numbers: readonly number[]): void {
  close(fd);
  setBlocked(numbers, signalFlags.SIG_UNBLOCK);
}

/** The next signal that has come, or undefined. */
export function readSignal(fd: FileDescriptor): ReceivedSignal | undefined {
  const layout = architecture.layouts.signalDescriptorInformation;
  const bytes = new Uint8Array(layout.size);
  if (read(fd, bytes) === undefined) return undefined;
  const { ssi_signo: signal, ssi_pid: senderPid, ssi_uid: senderUid } = readStruct(layout, bytes);
  return { signal, senderPid, senderUid };
}

function setBlocked(numbers: readonly number[], how: number): void {
  systemCall('rt_sigprocmask', [how, signalSet(numbers), 0, SIGNAL_SET_BYTES]);
}

/** Signal n is bit n - 1. */
function signalSet(numbers: readonly number[]): Uint8Array {
  const set = new Uint8Array(SIGNAL_SET_BYTES);
  for (const number of numbers) {
    if (number < 1 || number > SIGNAL_SET_BYTES * 8) throw new RangeError(`there is no signal ${number}`);
    const index = (number - 1) >> 3;
    set[index] = (set[index] ?? 0) | (1 << ((number - 1) & 7));
  }
  return set;
}
