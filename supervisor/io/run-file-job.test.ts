/** File operations against a real directory, with everything in it that should not be there. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { makeNode, nodeTypes, rename, renameFlags } from '../native/directory.ts';
import { close } from '../native/file-descriptor.ts';
import { openFlags, openPath } from '../native/open.ts';
import { entriesLimit, type FileJob, type FileResult, fileBytesLimit, temporaryName } from './file-job.ts';
import { runFileJob } from './run-file-job.ts';

const root = mkdtempSync(`${tmpdir()}/eft-io-job-`);
const state = `${root}/state`;
const outside = `${root}/outside`;
const life = 'cafe';
let writes = 0;

beforeEach(() => {
  for (const folder of [state, outside]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${state}/deep`, { recursive: true });
  mkdirSync(outside);
  writeFileSync(`${outside}/secret`, 'secret');
});
afterAll(() => rmSync(root, { recursive: true }));

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const done = (value?: unknown) => ({ outcome: 'done', value });
const failed = (problem: string, reason?: string) => ({
  outcome: 'failed',
  problem,
  ...(reason === undefined ? {} : { reason }),
});

function run(operation: 'read' | 'remove' | 'list', path: string, directory = state): FileResult {
  return runFileJob({ operation, directory, path }).result;
}

function write(path: string, content: string | Uint8Array, directory = state): FileResult {
  writes += 1;
  const job: FileJob = {
    operation: 'write',
    directory,
    path,
    content: typeof content === 'string' ? bytes(content) : content,
    temporary: temporaryName(life, writes),
  };
  return runFileJob(job).result;
}

function inDirectory<Result>(path: string, use: (fd: ReturnType<typeof openPath>) => Result): Result {
  const fd = openPath(path, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}

describe('reading', () => {
  it('gives files whole, from none to as many bytes as the limit', () => {
    for (const length of [0, 1, 4_096, 4_097, fileBytesLimit]) {
      const content = new Uint8Array(length).fill(7);
      writeFileSync(`${state}/deep/a`, content);
      const result = run('read', 'deep/a');
      const read = result.outcome === 'done' && result.value instanceof Uint8Array ? result.value : [];
      expect(Buffer.from(read).equals(content)).toBe(true);
    }
  });

  it('refuses one byte more', () => {
    writeFileSync(`${state}/a`, new Uint8Array(fileBytesLimit + 1));
    expect(run('read', 'a')).toEqual(failed('unfit', 'it has 1048577 bytes, and 1048576 can be read'));
  });

  it('reads files that tell no size to their end', () => {
    // /proc/self is a link, which is not followed.
    expect(run('read', 'self/status', '/proc')).toEqual(failed('link'));
    expect(run('read', 'version', '/proc')).toEqual(done(new Uint8Array(readFileSync('/proc/version'))));
    const symbols = run('read', 'kallsyms', '/proc');
    expect(symbols).toEqual(failed('unfit', 'it has more than 1048576 bytes, and 1048576 can be read'));
  });

  it('refuses what is no regular file, without waiting for it', () => {
    inDirectory(state, (fd) => makeNode(fd, 'fifo', nodeTypes.S_IFIFO | 0o600));
    expect(run('read', 'fifo')).toEqual(failed('unfit', 'it is not a regular file'));
    expect(run('read', 'tty', '/dev')).toEqual(failed('unfit', 'it is not a regular file'));
    expect(run('read', 'deep')).toEqual(failed('unfit', 'it is a directory'));
  });

  it('tells what is not there from what cannot be', () => {
    expect(run('read', 'none')).toEqual(failed('absent'));
    expect(run('read', 'none/a')).toEqual(failed('absent'));
    writeFileSync(`${state}/a`, '');
    expect(run('read', 'a/b')).toMatchObject(failed('unfit', 'something that should be a directory is none'));
    expect(run('read', 'a', `${root}/none`)).toMatchObject({ problem: 'directory', errno: 2 });
  });
});

describe('links', () => {
  it('are followed nowhere: not at the end, not on the way, not in the directory itself', () => {
    symlinkSync(outside, `${state}/way`);
    symlinkSync(`${outside}/secret`, `${state}/end`);
    symlinkSync('deep', `${state}/harmless`);
    symlinkSync(state, `${root}/state-link`);
    for (const path of ['way/secret', 'end']) expect(run('read', path)).toEqual(failed('link'));
    for (const path of ['way', 'harmless']) expect(run('list', path)).toMatchObject({ outcome: 'failed' });
    expect(write('way/new', 'x')).toEqual(failed('link'));
    expect(run('remove', 'way/secret')).toEqual(failed('link'));
    expect(run('list', '.', `${root}/state-link`)).toMatchObject({ problem: 'directory' });
    rmSync(`${root}/state-link`);
    expect(readdirSync(outside)).toEqual(['secret']);
  });

  it('are replaced and removed themselves, not what they point to', () => {
    symlinkSync(`${outside}/secret`, `${state}/one`);
    symlinkSync(`${outside}/secret`, `${state}/two`);
    expect(write('one', 'mine')).toEqual(done());
    expect(run('remove', 'two')).toEqual(done());
    expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('secret');
    expect(readFileSync(`${state}/one`, 'utf8')).toBe('mine');
    expect(readdirSync(state).sort()).toEqual(['deep', 'one']);
  });

  it('that take the place of a directory between two calls lead nowhere either', () => {
    expect(write('deep/a', 'mine')).toEqual(done());
    symlinkSync(outside, `${state}/trap`);
    const swap = () =>
      inDirectory(state, (fd) => rename(fd, 'deep', fd, 'trap', renameFlags.RENAME_EXCHANGE));
    swap();
    expect(run('read', 'deep/secret')).toEqual(failed('link'));
    expect(write('deep/a', 'x')).toEqual(failed('link'));
    swap();
    expect(run('read', 'deep/a')).toEqual(done(bytes('mine')));
    expect(readdirSync(outside)).toEqual(['secret']);
  });
});

describe('ways out', () => {
  it('are closed even to a path that nobody has looked at before', () => {
    for (const path of ['../outside/secret', 'deep/../../outside/secret', `${outside}/secret`]) {
      expect(run('read', path).outcome).toBe('failed');
      expect(write(path, 'x').outcome).toBe('failed');
      expect(run('remove', path).outcome).toBe('failed');
    }
    expect(run('list', '..').outcome).toBe('failed');
    expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('secret');
  });
});

describe('writing', () => {
  it('makes a file that only its owner may read', () => {
    expect(write('deep/a', 'hello')).toEqual(done());
    expect(readFileSync(`${state}/deep/a`, 'utf8')).toBe('hello');
    expect(statSync(`${state}/deep/a`).mode & 0o7777).toBe(0o600);
    expect(readdirSync(`${state}/deep`)).toEqual(['a']);
  });

  it('replaces a file, keeps who may read it, and leaves other names of the old one alone', () => {
    writeFileSync(`${state}/a`, 'old');
    chmodSync(`${state}/a`, 0o4755);
    linkSync(`${state}/a`, `${state}/b`);
    expect(write('a', 'new')).toEqual(done());
    expect(statSync(`${state}/a`).mode & 0o7777).toBe(0o755);
    expect(readFileSync(`${state}/b`, 'utf8')).toBe('old');
  });

  it('replaces no directory, and makes none', () => {
    expect(write('deep', 'x')).toEqual(failed('unfit', 'it is a directory'));
    expect(write('none/a', 'x')).toEqual(failed('absent'));
    expect(readdirSync(state)).toEqual(['deep']);
  });

  it('tells what the kernel says, and leaves nothing behind', () => {
    // A name that is allowed by itself: the kernel refuses it for its length.
    expect(write('x'.repeat(256), 'x')).toMatchObject({ problem: 'kernel', errno: 36 });
    expect(readdirSync(state)).toEqual(['deep']);
  });

  it('sweeps up what earlier lives left, and nothing of its own', () => {
    const folder = `${state}/swept`;
    mkdirSync(folder);
    const [theirs, ours] = [temporaryName('dead', 3), temporaryName(life, 999_999)];
    writeFileSync(`${folder}/${theirs}`, 'half');
    writeFileSync(`${folder}/${ours}`, 'half');
    expect(write('swept/a', 'x')).toEqual(done());
    expect(readdirSync(folder).sort()).toEqual([ours, 'a']);
    expect(run('list', 'swept')).toEqual(done([{ name: 'a', kind: 'file', size: 1n }]));
  });

  it('goes on where it was cut off, and can be cleared up after', () => {
    const temporary = temporaryName(life, 1_000_000);
    const job = {
      operation: 'write',
      directory: state,
      path: 'deep/a',
      content: bytes('x'),
      temporary,
    } as const;
    writeFileSync(`${state}/deep/${temporary}`, 'half');
    expect(runFileJob(job).result).toEqual(done());
    writeFileSync(`${state}/deep/${temporary}`, 'half');
    const { directory, path } = job;
    for (let round = 0; round < 2; round += 1) {
      expect(runFileJob({ operation: 'discard', directory, path, temporary }).result).toEqual(done());
    }
    expect(readdirSync(`${state}/deep`)).toEqual(['a']);
  });
});

describe('removing', () => {
  it('takes a file, and no directory', () => {
    writeFileSync(`${state}/a`, '');
    expect(run('remove', 'a')).toEqual(done());
    expect(run('remove', 'a')).toEqual(failed('absent'));
    expect(run('remove', 'deep')).toEqual(failed('unfit', 'it is a directory'));
    expect(readdirSync(state)).toEqual(['deep']);
  });
});

describe('listing', () => {
  it('names all there is in order, with sizes of files, and follows nothing', () => {
    writeFileSync(`${state}/b`, 'four');
    writeFileSync(`${state}/ä`, '');
    symlinkSync(outside, `${state}/a`);
    inDirectory(state, (fd) => makeNode(fd, 'fifo', nodeTypes.S_IFIFO | 0o600));
    expect(run('list', '.')).toEqual(
      done([
        { name: 'a', kind: 'other', size: 0n },
        { name: 'b', kind: 'file', size: 4n },
        { name: 'deep', kind: 'directory', size: 0n },
        { name: 'fifo', kind: 'other', size: 0n },
        { name: 'ä', kind: 'file', size: 0n },
      ]),
    );
    expect(run('list', 'b')).toMatchObject({ problem: 'unfit' });
  });

  it('gives as many entries as the limit, and refuses one more', () => {
    for (let index = 0; index < entriesLimit; index += 1) writeFileSync(`${state}/deep/${index}`, '');
    const result = run('list', 'deep');
    expect(result.outcome === 'done' && Array.isArray(result.value) && result.value.length).toBe(
      entriesLimit,
    );
    renameSync(`${outside}/secret`, `${state}/deep/one-more`);
    expect(run('list', 'deep')).toEqual(failed('unfit', 'it has 1025 entries, and 1024 can be listed'));
  });
});

it('every answer tells which disk the directory is on', () => {
  const { disk } = runFileJob({ operation: 'read', directory: state, path: 'none' });
  expect(disk).toMatch(/^\d+:\d+$/);
  expect(runFileJob({ operation: 'list', directory: '/proc', path: 'none' }).disk).not.toBe(disk);
  expect(runFileJob({ operation: 'list', directory: `${root}/none`, path: '.' }).disk).toBeUndefined();
});
