import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runChild } from '../../tests/native/run-child.ts';
import { close } from './file-descriptor.ts';
import { subscribe } from './poll.ts';
import { type ChildEnd, openProcess, sendSignal, sendSignalTo, waitForChild } from './process.ts';
import { signals } from './signal.ts';

const ATTEMPTS_MAX = 5_000_000;

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the child did not start');
  return child.pid;
}

/** Looks until the child has ended, without giving the event loop a turn in which Node could reap it. */
function lookUntilEnded(pid: number): ChildEnd {
  for (let count = 0; count < ATTEMPTS_MAX; count += 1) {
    const end = waitForChild({ of: 'pid', pid }, 'keepZombie');
    if (end !== undefined) return end;
  }
  throw new Error('the child did not end');
}

describe('waiting for a child', () => {
  it('tells how it exited, and leaves it for Node to reap', async () => {
    const child = spawn('/bin/sh', ['-c', 'exit 3']);
    const exit = once(child, 'exit');
    expect(lookUntilEnded(pidOf(child))).toEqual({
      pid: child.pid,
      uid: process.getuid?.(),
      outcome: { kind: 'exited', status: 3 },
    });
    expect(await exit).toEqual([3, null]);
  });

  it('tells which signal killed it', async () => {
    const child = spawn('/bin/sh', ['-c', 'kill -TERM $$']);
    const exit = once(child, 'exit');
    const { outcome } = lookUntilEnded(pidOf(child));
    expect(outcome).toEqual({ kind: 'killed', signal: signals.SIGTERM, dumpedCore: false });
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('never waits for one that runs', async () => {
    const child = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    expect(waitForChild({ of: 'pid', pid: pidOf(child) }, 'reap')).toBeUndefined();
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('is refused for a process that is no child', () => {
    expect(() => waitForChild({ of: 'pid', pid: process.pid }, 'reap')).toThrow(
      `waitid pid ${process.pid}: no child processes (ECHILD)`,
    );
  });

  it('adopts and reaps orphans beside the children of Node', () => {
    expect(runChild('orphans.ts')).toEqual({
      none: 'none',
      parentStatus: 5,
      isOrphan: true,
      outcome: { kind: 'exited', status: 7 },
      gone: 'none',
    });
  });
});

describe('a process descriptor', () => {
  it('becomes readable when the process ends, and signals that process and no other', async () => {
    const child = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const exit = once(child, 'exit');
    const fd = openProcess(pidOf(child));
    const ended = new Promise<void>((resolve) => {
      const subscription = subscribe(fd, ['readable'], () => {
        subscription.stop();
        resolve();
      });
    });
    expect(waitForChild({ of: 'pidfd', fd }, 'keepZombie')).toBeUndefined();
    sendSignalTo(fd, signals.SIGKILL);
    await ended;
    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(() => sendSignalTo(fd, signals.SIGKILL)).toThrow('ESRCH');
    close(fd);
  });

  it('is refused for a pid that is not there', () => {
    expect(() => openProcess(2 ** 30)).toThrow('ESRCH');
  });
});

describe('signals and credentials', () => {
  it('checks whether a process is there with signal 0', () => {
    sendSignal(process.pid, 0);
    expect(() => sendSignal(2 ** 30, 0)).toThrow(`kill pid ${2 ** 30}: no such process (ESRCH)`);
  });

  it('gives up root for good, groups first (needs root)', () => {
    expect(runChild('credentials.ts')).toEqual({
      startAsTheKernelSaysIt: true,
      reduced: true,
      limit: [100, 200],
      uid: '65534\t65534\t65534\t65534',
      gid: '65533\t65533\t65533\t65533',
      groups: '65532',
      noNewPrivileges: '1',
      left: '0',
      back: 'setgroups 0 groups: operation not permitted (EPERM)',
    });
  });
});
