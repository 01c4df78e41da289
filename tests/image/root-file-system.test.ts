/** What nobody wants to find in the root file system is looked for in the real one, by tools that know nothing of our list. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkoutContents } from '../../image/build-checkout.ts';
import { builtImage, imageBuildLimitMs } from './built-image.ts';

type Item = { readonly mode: string; readonly owner: string; readonly path: string };

let folder = '';
let items: readonly Item[] = [];
/** Regular files below the unpacked root, by their path in the image. */
let files: ReadonlyMap<string, Buffer> = new Map();

function run(program: string, ...parameters: readonly string[]): string {
  const result = spawnSync(program, parameters, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(`${program}: ${result.stderr}`);
  return result.stdout;
}

beforeAll(async () => {
  const image = await builtImage();
  folder = mkdtempSync(join(tmpdir(), 'eft-root-'));
  items = run('unsquashfs', '-lln', image)
    .split('\n')
    .flatMap((line) => {
      const [, mode = '', owner = '', path] =
        /^([a-z-]\S{9}) (\S+) .*? squashfs-root(\S*)(?: -> .*)?$/.exec(line) ?? [];
      return path === undefined ? [] : [{ mode, owner, path: path === '' ? '/' : path }];
    });
  const root = join(folder, 'root');
  run('unsquashfs', '-no-progress', '-quiet', '-d', root, image);
  const regular = items.filter(({ mode }) => mode.startsWith('-'));
  files = new Map(regular.map(({ path }) => [path, readFileSync(join(root, path))]));
}, imageBuildLimitMs);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isElf = (content: Buffer): boolean => content.subarray(0, 4).toString('latin1') === '\x7fELF';

/** The libraries that an ELF file asks the dynamic loader for. */
function neededBy(path: string): readonly string[] {
  const listed = run('readelf', '--dynamic', join(folder, 'root', path));
  return [...listed.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name = '']) => name);
}

describe('the root file system', () => {
  it('has what is listed, the directories above it, and nothing else', () => {
    const listed = checkoutContents().map(({ path }) => path);
    const expected = new Set(['/']);
    for (const path of listed) {
      const parts = path.split('/');
      for (let count = 2; count <= parts.length; count += 1) expected.add(parts.slice(0, count).join('/'));
    }
    expect(items.map(({ path }) => path).sort()).toEqual([...expected].sort());
  });

  it('belongs to root, and nobody else can write to it', () => {
    expect(items.length).toBeGreaterThan(20);
    expect(items.filter(({ owner }) => owner !== '0/0')).toEqual([]);
    const writable = items.filter(
      ({ mode }) => !mode.startsWith('l') && (mode[5] === 'w' || mode[8] === 'w'),
    );
    expect(writable).toEqual([]);
  });

  it('has no setuid, setgid or sticky file, and no device, pipe or socket', () => {
    expect(items.filter(({ mode }) => !/^[dl-][rwx-]{9}$/.test(mode))).toEqual([]);
  });

  it('has two programs: the supervisor and the dynamic loader', () => {
    const programs = items.filter(({ mode }) => mode.startsWith('-') && mode.includes('x'));
    expect(programs.map(({ path }) => path)).toEqual(['/usr/lib64/ld-linux-x86-64.so.2', '/usr/sbin/init']);
  });

  it('has no script, shell, package manager or interpreter', () => {
    const scripts = [...files].filter(([, content]) => content.subarray(0, 2).toString('latin1') === '#!');
    expect(scripts).toEqual([]);
    const unwanted =
      /^(?:(?:ba|da|z|k|c)?sh|busybox|env|apt.*|dpkg.*|python.*|perl.*|node|npm|su|sudo|mount)$/;
    expect([...files.keys()].map((path) => basename(path)).filter((name) => unwanted.test(name))).toEqual([]);
  });

  it('has the libraries that its programs need, and no other', () => {
    const elves = [...files].filter(([, content]) => isElf(content)).map(([path]) => path);
    const needed = new Set(elves.flatMap(neededBy));
    const ours = ['/usr/sbin/init', '/usr/lib/eft/syscall.node'];
    const libraries = elves.filter((path) => !ours.includes(path)).map((path) => basename(path));
    expect(libraries.sort()).toEqual([...needed].sort());
  });

  it('starts nothing but our program, whatever arguments and environment say', () => {
    const init = join(folder, 'root/usr/sbin/init');
    const result = spawnSync(init, ['-e', 'console.log("reached")'], {
      encoding: 'utf8',
      env: { NODE_OPTIONS: '--require=/proc/self/status' },
    });
    expect(result.status).toBe(64);
    expect(result.stdout).toBe('');
    expect(result.stderr).toBe(
      'this is the program of an Eft node, which runs as PID 1; `eft up` starts a node\n',
    );
  });
});
