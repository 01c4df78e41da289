/** Clocks of the kernel: reading, setting, disciplining, and timers as descriptors. Times are nanoseconds as bigint. */
import { architecture } from './arch/architecture.ts';
import { describe, type FileDescriptor, read, toFileDescriptor } from './file-descriptor.ts';
import { readStruct, writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `linux/time.h` */
export const clocks = {
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  CLOCK_THREAD_CPUTIME_ID: 3,
  CLOCK_BOOTTIME: 7,
  CLOCK_TAI: 11,
} as const;

/** `linux/timerfd.h`; glibc's `sys/timerfd.h` has the same */
export const timerFlags = {
  TFD_CLOEXEC: 0o2000000,
  TFD_NONBLOCK: 0o4000,
  TFD_TIMER_ABSTIME: 1,
  TFD_TIMER_CANCEL_ON_SET: 2,
} as const;

/** What an adjustment changes, and the state of the clock. `linux/timex.h` */
export const adjustments = {
  ADJ_OFFSET: 0x0001,
  ADJ_FREQUENCY: 0x0002,
  ADJ_MAXERROR: 0x0004,
  ADJ_ESTERROR: 0x0008,
  ADJ_STATUS: 0x0010,
  ADJ_TIMECONST: 0x0020,
  ADJ_SETOFFSET: 0x0100,
  ADJ_NANO: 0x2000,
  STA_PLL: 0x0001,
  STA_INS: 0x0010,
  STA_DEL: 0x0020,
  STA_UNSYNC: 0x0040,
} as const;

const SECOND_NS = 1_000_000_000n;

/** The time of one of `clocks`, in nanoseconds. clock_gettime(2). */
export function readClock(clock: number): bigint {
  const layout = architecture.layouts.timespec;
  const bytes = new Uint8Array(layout.size);
  systemCall('clock_gettime', [clock, bytes], { target: `clock ${clock}` });
  const { tv_sec: seconds, tv_nsec: nanoseconds } = readStruct(layout, bytes);
  return seconds * SECOND_NS + nanoseconds;
}

/** Sets CLOCK_REALTIME to nanoseconds since 1970: a jump. clock_settime(2), CAP_SYS_TIME. */
export function setWallClock(nanoseconds: bigint): void {
  const bytes = writeStruct(architecture.layouts.timespec, {
    tv_sec: nanoseconds / SECOND_NS,
    tv_nsec: nanoseconds % SECOND_NS,
  });
  systemCall('clock_settime', [clocks.CLOCK_REALTIME, bytes], { target: 'CLOCK_REALTIME' });
}

/** How the kernel's clock runs. Units are those of adjtimex(2) with STA_NANO set by ADJ_NANO. */
export type ClockState = {
  /** Nanoseconds (after ADJ_NANO; else microseconds) that are still to be made up for. */
  readonly offset: bigint;
  /** Parts per million, times 65536. */
  readonly frequency: bigint;
  /** Microseconds. */
  readonly maximumError: bigint;
  /** Microseconds. */
  readonly estimatedError: bigint;
  /** An or of the STA_ bits. */
  readonly status: number;
  readonly timeConstant: bigint;
};

/** What to change: those of `changes` that `modes` (an or of the ADJ_ bits) names. */
export type ClockAdjustment = { readonly modes: number } & Partial<ClockState>;

/** Reads (`modes` 0) or steers CLOCK_REALTIME. clock_adjtime(2), CAP_SYS_TIME to change anything. */
export function adjustWallClock(adjustment: ClockAdjustment): ClockState {
  const layout = architecture.layouts.clockAdjustment;
  const bytes = writeStruct(layout, {
    modes: adjustment.modes,
    offset: adjustment.offset ?? 0n,
    freq: adjustment.frequency ?? 0n,
    maxerror: adjustment.maximumError ?? 0n,
    esterror: adjustment.estimatedError ?? 0n,
    status: adjustment.status ?? 0,
    constant: adjustment.timeConstant ?? 0n,
  });
  systemCall('clock_adjtime', [clocks.CLOCK_REALTIME, bytes], { target: 'CLOCK_REALTIME' });
  const state = readStruct(layout, bytes);
  return {
    offset: state.offset,
    frequency: state.freq,
    maximumError: state.maxerror,
    estimatedError: state.esterror,
    status: state.status,
    timeConstant: state.constant,
  };
}

/** A timer on one of `clocks`, not armed; non-blocking. It is readable once it has expired. timerfd_create(2). */
export function createTimer(clock: number): FileDescriptor {
  const flags = timerFlags.TFD_CLOEXEC | timerFlags.TFD_NONBLOCK;
  return toFileDescriptor(systemCall('timerfd_create', [clock, flags], { target: `clock ${clock}` }));
}

/**
 * Arms a timer for an absolute time of its clock in nanoseconds; 0 disarms it. On CLOCK_REALTIME it also expires,
 * with ECANCELED on reading, when somebody sets the clock. timerfd_settime(2).
 */
export function armTimer(fd: FileDescriptor, atNanoseconds: bigint): void {
  const bytes = writeStruct(architecture.layouts.timerSetting, {
    'it_value.tv_sec': atNanoseconds / SECOND_NS,
    'it_value.tv_nsec': atNanoseconds % SECOND_NS,
  });
  const flags = timerFlags.TFD_TIMER_ABSTIME | timerFlags.TFD_TIMER_CANCEL_ON_SET;
  systemCall('timerfd_settime', [fd, flags, bytes, 0], { target: describe(fd) });
}

/** How often the timer has expired since the last read, 0 when it has not. Errors: ECANCELED, when the clock was set. */
export function readTimer(fd: FileDescriptor): bigint {
  const bytes = new Uint8Array(8);
  if (read(fd, bytes) === undefined) return 0n;
  return new DataView(bytes.buffer).getBigUint64(0, true);
}
