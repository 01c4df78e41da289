/** `eft:host/files` as it is carried out: real directories, real processes, and what can happen to both. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifest as scripted } from '../../tests/cells/scripted-cell.ts';
import { HandleTable } from '../cells/handle-table.ts';
import { RequestFailure } from '../cells/request-table.ts';
import type { GrantedDirectory } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { rename, renameFlags } from '../native/directory.ts';
import { close } from '../native/file-descriptor.ts';
import { openFlags, openPath } from '../native/open.ts';
import { carryFiles } from './carry-files.ts';
import { fileBytesLimit } from './file-job.ts';
import { IoPool } from './io-pool.ts';

const root = mkdtempSync(`${tmpdir()}/eft-io-`);
const [state, etc, cache] = [`${root}/state`, `${root}/etc`, `${root}/cache`];
const descriptorsBefore = readdirSync('/proc/self/fd').length;
let pool = new IoPool();
let carry = carryFiles(pool);

const directories: readonly GrantedDirectory[] = [
  { name: 'state', path: state, access: 'read-write' },
  { name: 'cache', path: cache, access: 'read-write' },
  { name: 'etc', path: etc, access: 'read' },
];

function manifestWith(deadlineMilliseconds: number): Manifest {
  const grant = { interface: 'eft:host/files', reason: 'for the test', directories } as const;
  return { ...scripted, name: 'filer', grants: [{ ...grant, deadlineMilliseconds }] };
}

beforeEach(() => {
  for (const folder of [state, etc, cache]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  mkdirSync(`${state}/deep`);
  writeFileSync(`${etc}/secret`, 'secret');
  pool = new IoPool();
  carry = carryFiles(pool);
});

afterEach(async () => {
  const { pids } = pool;
  await pool.close();
  expect(pids.filter(isAlive)).toEqual([]);
});

afterAll(async () => {
  rmSync(root, { recursive: true });
  await until(() => readdirSync('/proc/self/fd').length <= descriptorsBefore);
});

const handles = new HandleTable(() => undefined);

type Asking = { readonly content?: Uint8Array; readonly signal?: AbortSignal; readonly deadlineMs?: number };

/** The value, or the failure. */
async function files(call: string, path: string, asking: Asking = {}): Promise<unknown> {
  const { content, signal = new AbortController().signal, deadlineMs = 60_000 } = asking;
  const parameters = content === undefined ? [path] : [path, content];
  const request = { request: 1n, interface: 'eft:host/files', call, parameters };
  try {
    return await carry(request, { manifest: manifestWith(deadlineMs), signal, handles });
  } catch (error) {
    if (error instanceof RequestFailure) return error.failure;
    throw error;
  }
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Whether a process is there, and is not merely waiting to be reaped by somebody (proc(5), state Z). */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`still not so: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The one process there is. */
function onlyPid(): number {
  const [pid, ...others] = pool.pids;
  if (pid === undefined || others.length > 0) throw new Error(`${pool.pids.length} processes instead of one`);
  return pid;
}

describe('a module', () => {
  it('writes, reads, lists and removes files in what it is granted', async () => {
    expect(await files('write', 'state/deep/a', { content: bytes('hello') })).toBeUndefined();
    expect(await files('write', 'state/deep/a', { content: bytes('again') })).toBeUndefined();
    expect(await files('read', 'state/deep/a')).toEqual(bytes('again'));
    expect(await files('list', 'state')).toEqual([{ name: 'deep', kind: 'directory', size: 0n }]);
    expect(await files('list', 'state/deep')).toEqual([{ name: 'a', kind: 'file', size: 5n }]);
    expect(await files('remove', 'state/deep/a')).toBeUndefined();
    expect(await files('read', 'state/deep/a')).toEqual({ tag: 'not-found' });
    expect(await files('read', 'etc/secret')).toEqual(bytes('secret'));
  });

  it('gets the largest file there may be through, and no larger one', async () => {
    const largest = new Uint8Array(fileBytesLimit).fill(5);
    expect(await files('write', 'state/a', { content: largest })).toBeUndefined();
    const read = await files('read', 'state/a');
    expect(read instanceof Uint8Array && Buffer.from(read).equals(largest)).toBe(true);
    expect(await files('write', 'state/b', { content: new Uint8Array(fileBytesLimit + 1) })).toEqual({
      tag: 'invalid',
      val: 'filer cannot write state/b: the content has 1048577 bytes, and 1048576 can be written; read and write regular files of at most 1 MiB, and list directories of at most 1,024 entries',
    });
    expect(readdirSync(state)).toEqual(['a', 'deep']);
  });

  it('that has what it asks for in one order gets it done in that order', async () => {
    const asked = Array.from({ length: 40 }, (_, index) => [
      files('write', 'state/counter', { content: bytes(`${index}`) }),
      files('read', 'state/counter'),
    ]).flat();
    const read = (await Promise.all(asked)).filter((answer) => answer instanceof Uint8Array);
    expect(read.map((answer) => Buffer.from(answer).toString())).toEqual([...Array(40).keys()].map(String));
  });
});

describe('a refusal', () => {
  it('is denied where the grant ends, and says what to add where', async () => {
    expect(await files('read', 'root/x')).toEqual({
      tag: 'denied',
      val: 'filer may not read root/x: its grant of eft:host/files names `state`, `cache`, `etc`, not `root`; add `root`, with its path and access, to `directories` of that grant in module.yaml',
    });
    expect(await files('write', 'etc/secret', { content: bytes('x') })).toEqual({
      tag: 'denied',
      val: 'filer may not write etc/secret: its grant of eft:host/files gives `etc` read only; add `access: read-write` to that directory in module.yaml',
    });
    expect(await files('remove', 'etc/secret')).toMatchObject({ tag: 'denied' });
    expect(readFileSync(`${etc}/secret`, 'utf8')).toBe('secret');
    expect(pool.pids).toEqual([]);
  });

  it('is denied for every way out', async () => {
    symlinkSync(etc, `${state}/link`);
    for (const path of ['state/../etc/secret', `${etc}/secret`, 'state/link/secret']) {
      expect(await files('read', path)).toMatchObject({ tag: 'denied' });
    }
    expect(await files('write', 'state/link/new', { content: bytes('x') })).toEqual({
      tag: 'denied',
      val: 'filer may not write state/link/new: a symbolic link is in its path, and none is followed; write `NAME/relative/path`, where NAME is a directory of its grant of eft:host/files in module.yaml: no `..`, no links',
    });
    expect(readdirSync(etc)).toEqual(['secret']);
  });

  it('is invalid for what is no path and no file, and carries the number that the kernel gave', async () => {
    expect(await files('read', 'state/a\0b')).toMatchObject({ tag: 'invalid' });
    expect(await files('read', 'state/deep')).toMatchObject({ tag: 'invalid' });
    rmSync(cache, { recursive: true });
    expect(await files('list', 'cache')).toMatchObject({
      tag: 'kernel',
      val: [2, expect.stringContaining(cache)],
    });
  });

  it('follows what the node narrows a grant to', async () => {
    carry = carryFiles(pool, { directoriesOf: () => [{ name: 'state', path: state, access: 'read' }] });
    expect(await files('write', 'state/a', { content: bytes('x') })).toMatchObject({ tag: 'denied' });
    expect(await files('read', 'cache/a')).toMatchObject({ tag: 'denied' });
  });

  it('comes to a cell that says what no cell says', async () => {
    for (const [call, path] of [
      ['chmod', 'state/a'],
      ['read', 7],
    ] as const) {
      const request = { request: 1n, interface: 'eft:host/files', call, parameters: [path] };
      const caller = { manifest: manifestWith(1_000), signal: new AbortController().signal, handles };
      await expect(carry(request, caller)).rejects.toThrow(TypeError);
    }
    await expect(files('write', 'state/a')).rejects.toThrow('takes a content');
  });
});

it('a directory that is swapped for a link again and again never leads out', async () => {
  const fd = openPath(state, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
  writeFileSync(`${state}/deep/secret`, 'mine');
  symlinkSync(etc, `${state}/trap`);
  let isOver = false;
  const swapping = (async () => {
    while (!isOver) {
      rename(fd, 'deep', fd, 'trap', renameFlags.RENAME_EXCHANGE);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => files('read', 'state/deep/secret')),
      files('write', 'state/deep/new', { content: bytes('x') }),
      files('remove', 'state/deep/new'),
    ]);
    for (const answer of answers) {
      if (answer instanceof Uint8Array) expect(Buffer.from(answer).toString()).toBe('mine');
      else if (answer !== undefined)
        expect(['denied', 'not-found']).toContain(Reflect.get(Object(answer), 'tag'));
    }
  }
  isOver = true;
  await swapping;
  close(fd);
  expect(readdirSync(etc)).toEqual(['secret']);
  expect(readFileSync(`${etc}/secret`, 'utf8')).toBe('secret');
});

describe('an io process', () => {
  it('that is killed in the middle of writing leaves the old file or the new one, and nothing else', async () => {
    const contents = ['o', 'n'].map((letter) => bytes(letter.repeat(300_000)));
    const whole = (content: Uint8Array) => contents.some((one) => Buffer.from(one).equals(content));
    await files('write', 'state/deep/a', { content: bytes('o'.repeat(300_000)) });
    const killed = new Set<number>();
    for (let round = 0; round < 12; round += 1) {
      // The pool has heard of the kills before: else a job is lost to a process that is dead already, and once more to this round.
      await until(() => !pool.pids.some((pid) => killed.has(pid)));
      const writes = contents.map((content) => files('write', 'state/deep/a', { content }));
      await new Promise((resolve) => setTimeout(resolve, round % 8));
      for (const pid of pool.pids) {
        killed.add(pid);
        process.kill(pid, 'SIGKILL');
      }
      expect(whole(readFileSync(`${state}/deep/a`))).toBe(true);
      // Done again by another process.
      for (const answer of await Promise.all(writes)) expect(answer).toBeUndefined();
      expect(whole(readFileSync(`${state}/deep/a`))).toBe(true);
    }
    expect(pool.counters.lost).toBeGreaterThan(0);
    await until(() => pool.counts.waiting === 0);
    expect(readdirSync(`${state}/deep`)).toEqual(['a']);
  });

  it('that hangs holds nobody else up, is replaced, and its request answers `deadline`', async () => {
    await files('write', 'state/a', { content: bytes('x') });
    const hung = onlyPid();
    process.kill(hung, 'SIGSTOP');
    const hanging = files('read', 'state/a', { deadlineMs: 1_500 });
    const behind = files('write', 'state/b', { content: bytes('y') });
    expect(await files('write', 'cache/a', { content: bytes('z') })).toBeUndefined();
    expect(await files('read', 'cache/a')).toEqual(bytes('z'));
    expect(isAlive(hung)).toBe(true);
    expect(await hanging).toEqual({ tag: 'deadline' });
    expect(await behind).toBeUndefined();
    expect(isAlive(hung)).toBe(false);
    expect(pool.counters).toMatchObject({ stuck: 1, lost: 0 });
    expect(pool.counts).toMatchObject({ stuck: 0, waiting: 0 });
  });

  it('goes on when its caller loses interest, and does what was asked before', async () => {
    await files('list', 'state');
    const pid = onlyPid();
    process.kill(pid, 'SIGSTOP');
    const abort = new AbortController();
    const cancelled = files('write', 'state/a', { content: bytes('x'), signal: abort.signal });
    const behind = files('read', 'state/a');
    abort.abort();
    expect(await cancelled).toEqual({ tag: 'cancelled' });
    process.kill(pid, 'SIGCONT');
    expect(await behind).toEqual(bytes('x'));
    expect(onlyPid()).toBe(pid);
  });

  it('ends when the supervisor ends, however that ends', async () => {
    const script = `
      import { IoPool } from ${JSON.stringify(new URL('./io-pool.ts', import.meta.url).href)};
      const pool = new IoPool();
      const caller = { owner: 'a', signal: new AbortController().signal, deadlineMs: 60_000 };
      await pool.run({ operation: 'list', directory: ${JSON.stringify(state)}, path: '.' }, caller);
      console.log(pool.pids[0]);`;
    const supervisor = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(supervisor.stdout, 'data');
    const pid = Number(String(output));
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });

  it('has no environment but its channel', async () => {
    await files('list', 'state');
    const names = readFileSync(`/proc/${onlyPid()}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => line.split('=')[0]);
    expect(names.every((name) => name?.startsWith('NODE_CHANNEL_'))).toBe(true);
  });

  it('keeps no descriptor, whatever it is asked and however that ends', async () => {
    const round = async () => {
      await files('write', 'state/a', { content: bytes('x') });
      const calls = ['state/a', 'state/none', 'state/deep', 'state/a/b', 'cache/none/a'];
      for (const path of calls) for (const call of ['read', 'list', 'remove']) await files(call, path);
      await files('write', 'state/deep', { content: bytes('x') });
      await files('write', 'state/none/a', { content: bytes('x') });
    };
    await round();
    const open = () => readdirSync(`/proc/${onlyPid()}/fd`).length;
    const before = open();
    for (let count = 0; count < 20; count += 1) await round();
    expect(open()).toBe(before);
  });
});
