/**
 * A process that may have to be found again later, by another program: its number is not enough, for numbers are used again. With the time of its
 * start they are one process for ever.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** `startedAt` is in the kernel's clock ticks since the machine started: field 22 of proc_pid_stat(5). */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

/** The process of this number now, or undefined if there is none. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** All processes, but for this one, whose command line names `path` or something below it: those that were started for it, written down or not. */
export function processesFor(path: string): readonly ProcessIdentity[] {
  const names = (parameter: string): boolean => {
    const value = parameter.slice(parameter.indexOf('=') + 1);
    return [parameter, value].some((text) => text === path || text.startsWith(`${path}/`));
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').some(names)) return [];
      } catch {
        return [];
      }
      return identify(pid) ?? [];
    });
}

/** Whether it still runs. A zombie does not. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  return startTime(pid) === startedAt;
}

/** Sends a signal, if it still runs. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH') throw error;
  }
}

/** Ends it: SIGTERM, and SIGKILL if it is still there after `graceMs`. Resolves when it is gone. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  signalProcess(identity, 'SIGTERM');
  const killAt = performance.now() + graceMs;
  for (let isKilled = false; isAlive(identity); ) {
    if (!isKilled && performance.now() > killAt) {
      signalProcess(identity, 'SIGKILL');
      isKilled = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function startTime(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
