/**
 * Requests to devices: ioctl(2), and the few that Eft makes: block devices, loop devices, the watchdog.
 * Those on block devices may block the kernel: io process only.
 */
import { architecture } from './arch/architecture.ts';
import type { Word } from './binding.ts';
import { cString } from './c-string.ts';
import { describe, type FileDescriptor } from './file-descriptor.ts';
import { writeStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `linux/fs.h` */
export const blockRequests = {
  BLKROSET: 0x125d,
  BLKRRPART: 0x125f,
  BLKFLSBUF: 0x1261,
  BLKSSZGET: 0x1268,
  BLKGETSIZE64: 0x80081272,
  BLKDISCARD: 0x1277,
  BLKZEROOUT: 0x127f,
} as const;

/** `linux/loop.h` */
export const loopRequests = {
  LOOP_CLR_FD: 0x4c01,
  LOOP_CONFIGURE: 0x4c0a,
  LOOP_CTL_GET_FREE: 0x4c82,
} as const;

/** `linux/loop.h` */
export const loopFlags = {
  LO_FLAGS_READ_ONLY: 1,
  LO_FLAGS_AUTOCLEAR: 4,
  LO_FLAGS_PARTSCAN: 8,
  LO_FLAGS_DIRECT_IO: 16,
} as const;

/** `linux/watchdog.h` */
export const watchdogRequests = {
  WDIOC_KEEPALIVE: 0x80045705,
  WDIOC_SETTIMEOUT: 0xc0045706,
  WDIOC_GETTIMEOUT: 0x80045707,
} as const;

/** ioctl(2), as it is: `request` must be one whose argument is what `argument` is. */
export function request(fd: FileDescriptor, code: number, argument: Word = 0): number {
  return systemCall('ioctl', [fd, code, argument], {
    target: `${describe(fd)}, request 0x${code.toString(16)}`,
  });
}

/** Size of a block device in bytes. BLKGETSIZE64. */
export function getBlockDeviceSize(fd: FileDescriptor): bigint {
  const bytes = new Uint8Array(8);
  request(fd, blockRequests.BLKGETSIZE64, bytes);
  return new DataView(bytes.buffer).getBigUint64(0, true);
}

/** Logical sector size of a block device in bytes. BLKSSZGET. */
export function getSectorSize(fd: FileDescriptor): number {
  const value = new Int32Array(1);
  request(fd, blockRequests.BLKSSZGET, value);
  return value[0] ?? 0;
}

/** Reads the partition table again. Errors: EBUSY while a partition is in use. BLKRRPART. */
export function rereadPartitions(fd: FileDescriptor): void {
  request(fd, blockRequests.BLKRRPART);
}

/** The number of a loop device that is free now, made if need be. `control` is /dev/loop-control. LOOP_CTL_GET_FREE. */
export function findFreeLoopDevice(control: FileDescriptor): number {
  return request(control, loopRequests.LOOP_CTL_GET_FREE);
}

export type LoopConfiguration = {
  /** The file behind the device. */
  readonly file: FileDescriptor;
  /** Shown in /sys; at most 63 bytes. */
  readonly name: string;
  /** Where the device begins in the file, in bytes. */
  readonly offset: bigint;
  /** Bytes of the device; 0 for all up to the end of the file. */
  readonly sizeLimit: bigint;
  /** Bytes: 512, 1024, … up to the page size; 0 for the kernel's choice. */
  readonly sectorSize: number;
  /** An or of `loopFlags`. */
  readonly flags: number;
};

/** Puts a file behind a loop device. Errors: EBUSY when somebody else was faster. LOOP_CONFIGURE, `struct loop_config`. */
export function configureLoopDevice(device: FileDescriptor, configuration: LoopConfiguration): void {
  const layout = architecture.layouts.loopConfiguration;
  const bytes = writeStruct(layout, {
    fd: configuration.file,
    block_size: configuration.sectorSize,
    'info.lo_offset': configuration.offset,
    'info.lo_sizelimit': configuration.sizeLimit,
    'info.lo_flags': configuration.flags,
    'info.lo_file_name': cString(configuration.name, layout.fields['info.lo_file_name'][2]),
  });
  request(device, loopRequests.LOOP_CONFIGURE, bytes);
}

/** Takes the file from behind a loop device. LOOP_CLR_FD. */
export function clearLoopDevice(device: FileDescriptor): void {
  request(device, loopRequests.LOOP_CLR_FD);
}

/** Tells the watchdog that all is well. WDIOC_KEEPALIVE. */
export function feedWatchdog(fd: FileDescriptor): void {
  request(fd, watchdogRequests.WDIOC_KEEPALIVE);
}

/** Asks for a watchdog timeout in seconds; the driver may choose another, which is returned. WDIOC_SETTIMEOUT. */
export function setWatchdogTimeout(fd: FileDescriptor, timeoutSeconds: number): number {
  const value = Int32Array.of(timeoutSeconds);
  request(fd, watchdogRequests.WDIOC_SETTIMEOUT, value);
  return value[0] ?? timeoutSeconds;
}
