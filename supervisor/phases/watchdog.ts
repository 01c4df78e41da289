/**
 * The hardware watchdog (Documentation/watchdog/watchdog-api.rst in the kernel): PID 1 feeds it from its own event loop, so a machine whose
 * PID 1 hangs or has died starts again by itself.
 *
 * It is never disarmed. A shutdown that hangs is ended by it too.
 */
import { isKernelError } from '../native/errno.ts';
import type { FileDescriptor } from '../native/file-descriptor.ts';
import { feedWatchdog, setWatchdogTimeout } from '../native/ioctl.ts';
import { openFlags, openPath } from '../native/open.ts';
import type { PhaseOutcome } from './phase.ts';

/** Seconds without food after which the machine is reset: a boot under an emulator may hold PID 1's thread for some. */
const timeoutSeconds = 60;
/** Milliseconds between two feedings. */
const feedEveryMs = 10_000;

/** Arms the watchdog, if the machine has one, and feeds it from now on. */
export function startWatchdog(path = '/dev/watchdog'): PhaseOutcome<FileDescriptor | undefined> {
  try {
    const device = openPath(path, { flags: openFlags.O_WRONLY | openFlags.O_CLOEXEC });
    const seconds = setWatchdogTimeout(device, timeoutSeconds);
    feedWatchdog(device);
    setInterval(() => feedWatchdog(device), feedEveryMs).unref();
    return { value: device, message: `resets the machine after ${seconds} s without PID 1` };
  } catch (error) {
    if (!isKernelError(error, 'ENOENT', 'ENODEV', 'ENXIO', 'EBUSY')) throw error;
    return { value: undefined, missing: ['no watchdog: a machine whose PID 1 hangs stays as it is'] };
  }
}
