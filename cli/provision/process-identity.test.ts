import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endProcess, isAlive, processesFor } from './process-identity.ts';

it('processes for a folder are those that name it or what is in it, and not those of a folder with a longer name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eft-processes-'));
  const script = 'console.log("up"); setInterval(() => undefined, 1_000)';
  const begun = [folder, `--leases=${folder}/leases`, `${folder}x`, `--leases=${folder}x/leases`].map(
    (argument) => {
      const child = spawn(process.execPath, ['-e', script, '--', argument], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return { child, up: new Promise((resolve) => child.stdout.once('data', resolve)) };
    },
  );
  try {
    await Promise.all(begun.map(({ up }) => up));
    const found = processesFor(folder);
    expect(found.map(({ pid }) => pid).sort()).toEqual(
      begun
        .slice(0, 2)
        .map(({ child }) => child.pid)
        .sort(),
    );
    await Promise.all(found.map((one) => endProcess(one, 5_000)));
    expect(found.some(isAlive)).toBe(false);
    expect(processesFor(folder)).toEqual([]);
  } finally {
    for (const { child } of begun) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
