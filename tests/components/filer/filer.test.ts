/** `eft:host/files` end to end: a real module in a real cell, real io processes, real files. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cell } from '../../../supervisor/cells/cell.ts';
import type { LogLine } from '../../../supervisor/cells/module-events.ts';
import { carryFiles } from '../../../supervisor/io/carry-files.ts';
import { IoPool } from '../../../supervisor/io/io-pool.ts';
import type { Grant } from '../../../supervisor/manifest/grants.ts';
import { CellBench, moduleIn } from '../../cells/cell-bench.ts';

/** The host's own line (denial-log.ts). */
const deniedMessage = 'the host denied a call';

const root = mkdtempSync(`${tmpdir()}/eft-filer-`);
const bench = new CellBench();
const pool = new IoPool();
let cell: Cell;

/** The grant with the directories of this test in place of those of a node. */
function here(grant: Grant): Grant {
  if (grant.interface !== 'eft:host/files') return grant;
  const directories = grant.directories.map((directory) => ({
    ...directory,
    path: `${root}/${directory.name}`,
  }));
  return { ...grant, directories };
}

beforeAll(async () => {
  for (const name of ['state/deep', 'etc']) mkdirSync(`${root}/${name}`, { recursive: true });
  writeFileSync(`${root}/etc/x`, 'given');
  const { manifest, ...rest } = await moduleIn('tests/components/filer');
  const module = { ...rest, manifest: { ...manifest, grants: manifest.grants.map(here) } };
  cell = bench.add(module, { carriers: new Map([['eft:host/files', carryFiles(pool)]]) });
  cell.start();
  await bench.until(() => cell.phase === 'idle' || cell.counters.failures > 0);
});

afterAll(async () => {
  await bench.close();
  await pool.close();
  expect(pool.pids).toEqual([]);
  rmSync(root, { recursive: true });
});

function give(message: string): void {
  bench.join('supervisor');
  const value = { state: 'healthy', version: '1.0.0', restarts: 0, message };
  const result = bench.store.commit('supervisor', bench.store.revision, [
    { effect: 'put', kind: 'eft:resources/module-status', id: 'order', value },
  ]);
  expect(result.outcome).toBe('committed');
}

/** Gives the module an order, another one than the last, and waits for what it says. */
async function order(message: string): Promise<string> {
  const before = said().length;
  give(message);
  await bench.until(() => said().length > before || cell.counters.failures > 0);
  return said()[before]?.message ?? `the cell failed: ${cell.lastError?.message}`;
}

/** What the module itself has logged: the host adds a line for each call that it denies. */
function said(): readonly LogLine[] {
  return bench.logs.filter(({ message }) => message !== deniedMessage);
}

/** Stops all io processes in the middle of what they do, as a disk that hangs would. */
function stopProcesses(): readonly number[] {
  const { pids } = pool;
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return pids;
}

it('a module writes, reads, lists and removes files', async () => {
  expect(await order('write state/deep/a hello')).toBe('done');
  expect(readFileSync(`${root}/state/deep/a`, 'utf8')).toBe('hello');
  expect(await order('read state/deep/a')).toBe('read hello');
  expect(await order('list state')).toBe('listed deep:1:0');
  expect(await order('list state/deep')).toBe('listed a:0:5');
  expect(await order('remove state/deep/a')).toBe('done');
  expect(await order('read state/deep/a')).toBe('not found');
  expect(await order('read state/deep')).toMatch(
    /^invalid: filer cannot read state\/deep: it is a directory; /,
  );
});

it('a module is denied what it is not granted, told what to add where, and counted', async () => {
  const before = cell.counters.denied;
  expect(await order('read etc/x')).toBe('read given');
  expect(await order('write etc/x mine')).toBe(
    'denied: filer may not write etc/x: its grant of eft:host/files gives `etc` read only; add `access: read-write` to that directory in module.yaml',
  );
  expect(await order('read ../etc/x')).toMatch(/^denied: filer may not read \.\.\/etc\/x: /);
  expect(await order('list root')).toMatch(
    /^denied: filer may not list root: its grant .* not `root`; add `root`/,
  );
  expect(cell.counters.denied - before).toBe(3);
  const denials = bench.logs.filter(({ message }) => message === deniedMessage);
  expect(denials.map(({ fields }) => fields.find(({ name }) => name === 'call')?.value)).toEqual([
    'eft:host/files write',
    'eft:host/files read',
    'eft:host/files list',
  ]);
  expect(readFileSync(`${root}/etc/x`, 'utf8')).toBe('given');
});

it('a module that gives a call up hears so, and can go on', async () => {
  const stopped = stopProcesses();
  give('read etc/x');
  await bench.until(() => cell.openRequests === 1);
  expect(await order('cancel')).toBe('cancelled');
  for (const pid of stopped) process.kill(pid, 'SIGCONT');
  expect(await order('list etc')).toBe('listed x:0:5');
  expect(pool.pids).toEqual(stopped);
});

it('a module whose disk hangs hears `deadline`, and is served again when the process is replaced', async () => {
  const [hung] = stopProcesses();
  expect(await order('read etc/x')).toBe('deadline');
  expect(await order('list etc')).toBe('listed x:0:5');
  expect(pool.pids).not.toContain(hung);
  expect(pool.counters).toMatchObject({ stuck: 1, lost: 0 });
  expect(cell.counters.failures).toBe(0);
  expect(cell.openRequests).toBe(0);
  expect(readdirSync(`${root}/state/deep`)).toEqual([]);
});
