import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateKeyFromSeed } from '../supervisor/trust/key-file.ts';
import { type BuiltImage, buildImage } from './build-image.ts';
import { readContents } from './contents.ts';
import { openDescriptor } from './descriptor.ts';
import { verifyImage } from './verify-image.ts';

const key = privateKeyFromSeed(new Uint8Array(32).fill(7));
const keys = new Map([[key.public.kid, key.public]]);

const list = `
directories:
  - {path: /run, reason: a place to mount on}
  - {path: /usr/sbin, reason: holds the program}
links:
  - {path: /sbin, target: usr/sbin, reason: the kernel looks there}
files:
  - {path: /usr/sbin/init, from: {build: init}, mode: '0755', reason: the program}
  - {path: /usr/sbin/notes, from: {folder: notes}, reason: something to read}
`;

/** So that the image has several blocks. */
const incompressible = Buffer.concat(
  Array.from({ length: 400 }, (_, index) => createHash('sha256').update(String(index)).digest()),
);

let folder: string;
let first: BuiltImage;
let second: BuiltImage;

/** Builds with inputs that were written at another time and lie in another folder, under another umask. */
function build(name: string, umask: number, year: number): BuiltImage {
  const before = process.umask(umask);
  try {
    const inputs = join(folder, `${name}-inputs`);
    mkdirSync(inputs);
    for (const [file, content] of [
      ['init', '#!'],
      ['notes', incompressible],
    ] as const) {
      writeFileSync(join(inputs, file), content);
      utimesSync(join(inputs, file), new Date(year, 1), new Date(year, 1));
    }
    return buildImage(
      {
        version: '1.2.3',
        architecture: 'amd64',
        entries: readContents(list, 'contents.yaml'),
        find: (origin) => join(inputs, origin.from === 'folder' ? origin.path : origin.name),
        contents: 'two files\n',
        sbom: '{}\n',
        keys: [key],
      },
      join(folder, name),
    );
  } finally {
    process.umask(before);
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-image-'));
  first = build('one', 0o022, 2001);
  second = build('another', 0o077, 2020);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('an image', () => {
  it('has the same bytes in every folder, at every time, under every umask', () => {
    expect(readFileSync(second.path).equals(readFileSync(first.path))).toBe(true);
    expect(second.descriptor).toEqual(first.descriptor);
  });

  it('holds what is listed and nothing else, all of it root’s', () => {
    const { stdout } = spawnSync('unsquashfs', ['-lln', first.path], { encoding: 'utf8' });
    const lines = stdout
      .split('\n')
      .filter((line) => line.includes('squashfs-root'))
      .map((line) => line.replace(/ +\d+ \d{4}-\d\d-\d\d \d\d:\d\d /, ' '));
    expect(lines).toEqual([
      'drwxr-xr-x 0/0 squashfs-root',
      'drwxr-xr-x 0/0 squashfs-root/run',
      'lrwxrwxrwx 0/0 squashfs-root/sbin -> usr/sbin',
      'drwxr-xr-x 0/0 squashfs-root/usr',
      'drwxr-xr-x 0/0 squashfs-root/usr/sbin',
      '-rwxr-xr-x 0/0 squashfs-root/usr/sbin/init',
      '-rw-r--r-- 0/0 squashfs-root/usr/sbin/notes',
    ]);
  });

  it('is what its descriptor says, and so says veritysetup', () => {
    const bytes = readFileSync(first.path);
    const opened = openDescriptor(readFileSync(`${first.path}.descriptor`), keys, 'x.descriptor');
    expect(opened).toEqual({ descriptor: first.descriptor, signers: [key.public.kid] });
    const passed: string[] = [];
    verifyImage(bytes, opened.descriptor, 'x.img', ({ check }) => passed.push(check));
    expect(passed).toEqual(['size', 'hash tree', 'digest']);
    const { dataBlocks, rootHash } = first.descriptor.verity;
    const options = ['verify', first.path, first.path, rootHash, `--hash-offset=${dataBlocks * 4096}`];
    expect(spawnSync('veritysetup', options).status).toBe(0);
  });

  it('is refused with any one byte changed, in the image or in its descriptor', () => {
    const bytes = readFileSync(first.path);
    for (let at = 0; at < bytes.length; at += 211) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => verifyImage(changed, first.descriptor, 'x.img')).toThrow(/was changed$/);
    }
    const sealed = readFileSync(`${first.path}.descriptor`);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => openDescriptor(changed, keys, 'x.descriptor')).toThrow();
    }
  });
});
