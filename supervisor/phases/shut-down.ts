/**
 * Going down in order: modules first, then every process that is left, then the disks. Each step has a limit of time, and the next one
 * comes whatever became of it: a node that is told to go down goes down.
 */
import { readdirSync } from 'node:fs';
import { isKernelError } from '../native/errno.ts';
import { reboot, rebootCommands, sendSignal } from '../native/process.ts';
import { signals } from '../native/signal.ts';
import type { Console } from './console.ts';

/** What comes after. */
export type Goal = 'power-off' | 'restart';

export type ShutDownStep = {
  readonly name: string;
  readonly limitMs: number;
  readonly work: () => Promise<void>;
};

/** Milliseconds for modules to stop: a cell that does not is terminated by its transport. */
export const modulesLimitMs = 5_000;
/** Milliseconds for processes to end after SIGTERM; then SIGKILL. */
export const processesLimitMs = 10_000;
/** Milliseconds for the disks. */
export const disksLimitMs = 30_000;
const lookEveryMs = 20;

/** Carries out the steps one after the other. One that fails or takes too long is told, and left behind. */
export async function shutDown(steps: readonly ShutDownStep[], console: Console): Promise<void> {
  for (const { name, limitMs, work } of steps) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), limitMs);
    });
    try {
      const outcome = await Promise.race([work(), late]);
      if (outcome === 'late')
        console.write(`${name}: not done after ${limitMs / 1_000} s; going on`, 'warning');
      else console.write(`${name}: done`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      console.write(`${name}: ${reason}; going on`, 'warning');
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Ends all processes but this one, which must be PID 1: asks them by SIGTERM, and after `graceMs` does not ask any more. Resolves when
 * none is left but threads of the kernel.
 */
export async function endProcesses(graceMs = processesLimitMs / 2): Promise<void> {
  signalAll(signals.SIGTERM);
  const killAt = performance.now() + graceMs;
  let isKilled = false;
  while (userProcesses().length > 0) {
    if (!isKilled && performance.now() > killAt) {
      signalAll(signals.SIGKILL);
      isKilled = true;
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

function signalAll(signal: number): void {
  try {
    sendSignal(-1, signal);
  } catch (error) {
    // Nobody is there.
    if (!isKernelError(error, 'ESRCH')) throw error;
  }
}

/** Processes besides PID 1 that run a program: kernel threads, which are children of PID 2, have no memory of their own and no executable. */
function userProcesses(): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || name === '1') return false;
    try {
      return readdirSync(`/proc/${name}/map_files`).length > 0;
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

/** The last thing that PID 1 does. In a namespace it ends the namespace, and its maker sees which goal it was. */
export function leave(goal: Goal): void {
  const { LINUX_REBOOT_CMD_POWER_OFF, LINUX_REBOOT_CMD_RESTART } = rebootCommands;
  reboot(goal === 'restart' ? LINUX_REBOOT_CMD_RESTART : LINUX_REBOOT_CMD_POWER_OFF);
}
