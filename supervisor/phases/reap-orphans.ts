/**
 * Reaps orphans: a process whose parent has ended becomes a child of PID 1, and stays a zombie until PID 1 asks for its end.
 *
 * The danger: Node reaps the children that it has started itself, and must be the one to do so, or it never hears of their end. So
 * PID 1 looks at who has ended without reaping (WNOWAIT), and takes only those that Node has not started. Which those are is known from Node's
 * own diagnostics channel, which names every child when it is made.
 */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type ChildEnd, waitForChild } from '../native/process.ts';

/** Milliseconds after which PID 1 looks again if a child of Node's own stands before the others. */
const againMs = 20;
/** Zombies that are reaped before anything else gets its turn. */
const reapedAtOnce = 256;

export type Reaper = {
  /** Looks now; as it does by itself on every SIGCHLD. */
  readonly look: () => void;
  readonly stop: () => void;
};

/** Begins to reap; before the first child is started. `onOrphan` hears of every process that was reaped. */
export function reapOrphans(onOrphan: (end: ChildEnd) => void): Reaper {
  const own = new Set<ChildProcess>();
  let timer: NodeJS.Timeout | undefined;
  const onChild = (message: unknown): void => {
    const child = childOf(message);
    if (child === undefined) return;
    own.add(child);
    child.once('exit', () => own.delete(child));
    child.once('error', () => {
      if (child.pid === undefined) own.delete(child);
    });
  };
  const isOwn = (pid: number): boolean => [...own].some((child) => child.pid === pid);
  const look = (): void => {
    clearTimeout(timer);
    for (let count = 0; count < reapedAtOnce; count += 1) {
      const ended = waitForChild({ of: 'any' }, 'keepZombie');
      if (ended === undefined) return;
      if (isOwn(ended.pid)) break;
      const end = waitForChild({ of: 'pid', pid: ended.pid }, 'reap');
      if (end !== undefined) onOrphan(end);
    }
    timer = setTimeout(look, againMs);
  };
  subscribe('child_process', onChild);
  process.on('SIGCHLD', look);
  look();
  return {
    look,
    stop: () => {
      clearTimeout(timer);
      unsubscribe('child_process', onChild);
      process.off('SIGCHLD', look);
    },
  };
}

/** Node's message is `{ process }`. */
function childOf(message: unknown): ChildProcess | undefined {
  if (typeof message !== 'object' || message === null || !('process' in message)) return undefined;
  const { process: child } = message;
  return isChildProcess(child) ? child : undefined;
}

function isChildProcess(value: unknown): value is ChildProcess {
  return typeof value === 'object' && value !== null && 'pid' in value && 'once' in value;
}
