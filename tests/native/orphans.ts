/**
 * Adopts orphans as PID 1 does, reaps them, and sees that Node's own children are still Node's to reap. Prints what it
 * saw.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlProcess, processControls, waitForChild } from '../../supervisor/native/process.ts';

const ATTEMPTS_MAX = 2_000;

async function until<Value>(look: () => Value | undefined): Promise<Value> {
  for (let count = 0; count < ATTEMPTS_MAX; count += 1) {
    const value = look();
    if (value !== undefined) return value;
    await sleep(5);
  }
  throw new Error('it did not happen');
}

const none = waitForChild({ of: 'any' }, 'keepZombie') ?? 'none';
controlProcess(processControls.PR_SET_CHILD_SUBREAPER, 1);

// The shell leaves a child behind that is not Node's, and says which.
const parent = spawn('/bin/sh', ['-c', '(sleep 0.05; exit 7) & echo $!; exit 5'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
parent.stdout.on('data', (bytes) => {
  output += String(bytes);
});
const [parentStatus] = await once(parent, 'close');
const orphanPid = Number(output);

const seen = await until(() => waitForChild({ of: 'any' }, 'keepZombie'));
const stillThere = waitForChild({ of: 'pid', pid: seen.pid }, 'reap');
const gone = waitForChild({ of: 'any' }, 'reap') ?? 'none';

console.log(
  JSON.stringify({
    none,
    parentStatus,
    isOrphan: seen.pid === orphanPid,
    outcome: stillThere?.outcome,
    gone,
  }),
);
