/** `eft:host/files` as it is carried out: real directories, real processes. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { manifest as scripted } from '../../tests/cells/scripted-cell.ts';
import { RequestFailure } from '../cells/request-table.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { carryFiles } from './carry-files.ts';
import { temporaryPrefix } from './file-job.ts';
import { IoPool } from './io-pool.ts';

const root = mkdtempSync(`${tmpdir()}/eft-io-`);
const outside = `${root}/outside`;
const state = `${root}/state`;
const pool = new IoPool();
const carry = carryFiles(pool);

const manifest: Manifest = {
  ...scripted,
  name: 'filer',
  grants: [
    {
      interface: 'eft:host/files',
      reason: 'for the test',
      directories: [
        { name: 'state', path: state, access: 'read-write' },
        { name: 'etc', path: outside, access: 'read' },
      ],
    },
  ],
};

beforeEach(() => {
  rmSync(state, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
  mkdirSync(`${state}/deep`, { recursive: true });
  mkdirSync(outside);
  writeFileSync(`${outside}/secret`, 'not yours');
});

afterAll(async () => {
  await pool.close();
  rmSync(root, { recursive: true });
});

async function files(
  call: string,
  path: string,
  content?: Uint8Array,
  signal = new AbortController().signal,
) {
  const parameters = content === undefined ? [path] : [path, content];
  const request = { request: 1n, interface: 'eft:host/files', call, parameters };
  try {
    return await carry(request, { manifest, signal });
  } catch (error) {
    if (error instanceof RequestFailure) return error.failure;
    throw error;
  }
}

const text = (value: string) => new Uint8Array(Buffer.from(value));

describe('files in a granted directory', () => {
  it('are written as a whole, read, listed and removed', async () => {
    expect(await files('write', 'state/deep/a', text('hello'))).toBeUndefined();
    expect(await files('write', 'state/deep/a', text('again'))).toBeUndefined();
    expect(await files('read', 'state/deep/a')).toEqual(text('again'));
    expect(await files('list', 'state')).toEqual([{ name: 'deep', kind: 'directory', size: 0n }]);
    expect(await files('list', 'state/deep')).toEqual([{ name: 'a', kind: 'file', size: 5n }]);
    expect(await files('remove', 'state/deep/a')).toBeUndefined();
    expect(await files('read', 'state/deep/a')).toEqual({ tag: 'not-found' });
  });

  it('are refused when they are larger than a request can carry', async () => {
    writeFileSync(`${state}/large`, new Uint8Array(1024 * 1024 + 1));
    expect(await files('read', 'state/large')).toMatchObject({ tag: 'invalid' });
    expect(await files('write', 'state/x', new Uint8Array(1024 * 1024 + 1))).toMatchObject({
      tag: 'invalid',
    });
    expect(readdirSync(state)).toEqual(['deep', 'large']);
  });

  it('are not read when they are fifos or devices', async () => {
    execFileSync('mkfifo', [`${state}/fifo`]);
    expect(await files('read', 'state/fifo')).toEqual({ tag: 'invalid', val: 'it is no regular file' });
    expect(await files('list', 'state')).toContainEqual({ name: 'fifo', kind: 'other', size: 0n });
  });
});

it('a file that a killed process left behind long ago is removed by the next write', async () => {
  const leftover = `${state}/deep/${temporaryPrefix}0`;
  writeFileSync(leftover, 'half');
  utimesSync(leftover, 0, 0);
  const fresh = new IoPool();
  const signal = new AbortController().signal;
  const job = { operation: 'write', directory: state, path: 'deep/a', content: text('x') } as const;
  expect(await fresh.run(job, signal)).toEqual({ outcome: 'done', value: undefined });
  await fresh.close();
  expect(readdirSync(`${state}/deep`)).toEqual(['a']);
});

describe('paths', () => {
  it('out of the directory lead nowhere', async () => {
    symlinkSync(outside, `${state}/link`);
    symlinkSync(`${outside}/secret`, `${state}/direct`);
    for (const path of ['state/link/secret', 'state/direct']) {
      expect(await files('read', path)).toMatchObject({ tag: 'invalid' });
    }
    expect(await files('write', 'state/link/new', text('x'))).toMatchObject({ tag: 'invalid' });
    expect(readdirSync(outside)).toEqual(['secret']);
  });

  it.each(['state/../outside/secret', '/etc/passwd', '', 'state', 'state//a', 'state/./a', 'state/a\u0000b'])(
    'such as %j are of no use',
    async (path) => {
      expect(await files('read', path)).toMatchObject({ tag: 'invalid' });
    },
  );

  it('that replace a link replace the link, not what it points to', async () => {
    symlinkSync(`${outside}/secret`, `${state}/direct`);
    expect(await files('write', 'state/direct', text('mine'))).toBeUndefined();
    expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('not yours');
    expect(readFileSync(`${state}/direct`, 'utf8')).toBe('mine');
  });
});

describe('grants', () => {
  it('name the directories; another one is denied with what to do', async () => {
    expect(await files('read', 'root/x')).toEqual({
      tag: 'denied',
      val: 'filer may not read root/x: its grant of eft:host/files names `state`, `etc`, not `root`; add the directory to that grant in module.yaml',
    });
  });

  it('that only allow reading deny writing', async () => {
    expect(await files('read', 'etc/secret')).toEqual(text('not yours'));
    for (const call of ['write', 'remove']) {
      expect(await files(call, 'etc/secret', text('x'))).toEqual({
        tag: 'denied',
        val: `filer may not ${call} etc/secret: its grant of eft:host/files gives \`etc\` read only; write \`access: read-write\` for that directory in module.yaml`,
      });
    }
    expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('not yours');
  });
});

describe('the processes', () => {
  it('are replaced when one is killed in the middle of writing, and the file is the old one or the new one', async () => {
    const old = text('o'.repeat(100_000));
    const fresh = text('n'.repeat(100_000));
    await files('write', 'state/file', old);
    for (let round = 0; round < 10; round += 1) {
      const writes = Array.from({ length: 4 }, (_, index) =>
        files('write', 'state/file', index % 2 === 0 ? fresh : old),
      );
      await new Promise((resolve) => setTimeout(resolve, round));
      signalChildren('SIGKILL');
      await Promise.all(writes);
      const content = new Uint8Array(readFileSync(`${state}/file`));
      expect([old, fresh].some((one) => Buffer.from(one).equals(content))).toBe(true);
    }
    expect(await files('read', 'state/file')).toHaveLength(100_000);
    const leftovers = readdirSync(state).filter((name) => name.startsWith(temporaryPrefix));
    expect(await files('list', 'state')).toHaveLength(readdirSync(state).length - leftovers.length);
  });

  it('that hang are given up, and others go on', async () => {
    await files('write', 'state/file', text('x'));
    signalChildren('SIGSTOP');
    const abort = new AbortController();
    const hanging = files('read', 'state/file', undefined, abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    expect(await hanging).toEqual({ tag: 'cancelled' });
    signalChildren('SIGCONT');
    expect(await files('read', 'state/file')).toEqual(text('x'));
    while (pool.counts.stuck > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(pool.counts).toMatchObject({ stuck: 0, waiting: 0 });
  });
});

/** The io processes of this test, by their parent. */
function children(): readonly string[] {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((line) => line.includes('io-process'))
    .map((line) => line.trim().split(' ')[0] ?? '');
}

/** Signals the io processes; one that has ended since is no matter. */
function signalChildren(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  execFileSync('sh', ['-c', `kill -${signal.slice(3)} "$@" 2>&1 || true`, 'sh', ...children()]);
}
