/**
 * What PID 1 does when it fails itself: it says why, writes out the disks, and starts the machine again after a delay. It never exits, for
 * then the kernel would panic and the reason would be lost.
 *
 * From the first moment nothing else runs: the thread waits in one place, and with it timers, modules' effects and the feeding of the watchdog
 * stop. A machine with a watchdog is reset by it if even this hangs.
 */
import { readFileSync } from 'node:fs';
import { reboot, rebootCommands, syncAll } from '../native/process.ts';
import type { Console } from './console.ts';
import type { Environment } from './environment.ts';

/** Seconds before the machine starts again, if the kernel's command line has no `panic=`. */
export const defaultDelaySeconds = 10;
/** The status that a namespace's PID 1 ends with. */
export const crashStatus = 70;

/** Ends everything. Does not return. */
export function crash(error: unknown, environment: Environment, console: Console): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.write('the supervisor has failed, and with it the node:', 'error');
  for (const line of text.split('\n')) console.write(line, 'error');
  // As anything but PID 1 this would restart somebody else's machine.
  if (environment === 'namespace' || process.pid !== 1) process.exit(crashStatus);
  const delay = delaySeconds(readCommandLine());
  if (delay === undefined) {
    console.write('the machine stops here (panic=0 on the kernel command line)', 'error');
    for (;;) waitSeconds(3_600);
  }
  console.write(`the machine starts again in ${delay} s`, 'error');
  syncAll();
  waitSeconds(delay);
  reboot(rebootCommands.LINUX_REBOOT_CMD_RESTART);
  // Reached if the kernel refuses. The end of PID 1 is a panic, and the kernel knows what to do then.
  process.exit(crashStatus);
}

/**
 * Seconds until the restart by the kernel's own `panic=` (Documentation/admin-guide/kernel-parameters.txt): 0 waits for ever, here
 * undefined; a negative number is at once.
 */
export function delaySeconds(commandLine: string): number | undefined {
  const last = [...commandLine.matchAll(/(?:^|\s)panic=(-?\d{1,6})(?=\s|$)/g)].at(-1)?.[1];
  if (last === undefined) return defaultDelaySeconds;
  const seconds = Number(last);
  return seconds === 0 ? undefined : Math.max(seconds, 0);
}

function readCommandLine(): string {
  try {
    return readFileSync('/proc/cmdline', 'utf8');
  } catch {
    return '';
  }
}

function waitSeconds(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1_000);
}
