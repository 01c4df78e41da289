import { describe, expect, it } from 'vitest';
import { isKernelError } from './errno.ts';
import {
  close,
  createMemoryFile,
  type FileDescriptor,
  readAt,
  truncate,
  writeAt,
} from './file-descriptor.ts';
import {
  clearLoopDevice,
  configureLoopDevice,
  findFreeLoopDevice,
  getBlockDeviceSize,
  getSectorSize,
  loopFlags,
  request,
} from './ioctl.ts';
import { openFlags, openPath } from './open.ts';

const ATTEMPTS_MAX = 20;

/** A loop device over `file`. Another process can be faster in taking the free one, so this tries again. */
function attachLoopDevice(file: FileDescriptor, sizeLimit: bigint): FileDescriptor {
  const control = openPath('/dev/loop-control', { flags: openFlags.O_RDWR });
  try {
    for (let count = 0; ; count += 1) {
      const device = openPath(`/dev/loop${findFreeLoopDevice(control)}`, { flags: openFlags.O_RDONLY });
      const flags = loopFlags.LO_FLAGS_READ_ONLY | loopFlags.LO_FLAGS_AUTOCLEAR;
      try {
        configureLoopDevice(device, {
          file,
          name: 'eft-test',
          offset: 512n,
          sizeLimit,
          sectorSize: 512,
          flags,
        });
        return device;
      } catch (error) {
        close(device);
        if (!isKernelError(error, 'EBUSY') || count === ATTEMPTS_MAX) throw error;
      }
    }
  } finally {
    close(control);
  }
}

describe('requests to devices', () => {
  it('put a file behind a loop device, measure and read it (needs CAP_SYS_ADMIN)', () => {
    const file = createMemoryFile('eft-loop-test');
    truncate(file, 1 << 20);
    writeAt(file, new TextEncoder().encode('begins here'), 512);
    const device = attachLoopDevice(file, 64n * 1024n);
    try {
      expect(getBlockDeviceSize(device)).toBe(64n * 1024n);
      expect(getSectorSize(device)).toBe(512);
      const bytes = new Uint8Array(512);
      expect(readAt(device, bytes, 0)).toBe(512);
      expect(new TextDecoder().decode(bytes.subarray(0, 11))).toBe('begins here');
    } finally {
      clearLoopDevice(device);
      close(device);
      close(file);
    }
  });

  it('are refused by what does not know them, with request and descriptor named', () => {
    const file = createMemoryFile('eft-ioctl-test');
    expect(() => request(file, 0x1268)).toThrow(
      `ioctl descriptor ${file}, request 0x1268: the device does not know this request (ENOTTY)`,
    );
    close(file);
  });
});
