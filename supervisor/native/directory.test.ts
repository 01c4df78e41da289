import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  entryTypes,
  listDirectory,
  makeDirectory,
  makeNode,
  makeSymbolicLink,
  nodeTypes,
  parseDirectoryEntries,
  readSymbolicLink,
  removeDirectory,
  removeFile,
  rename,
  renameFlags,
} from './directory.ts';
import { statusAt } from './file-status.ts';
import { openFlags, openPath } from './open.ts';

const place = mkdtempSync(join(tmpdir(), 'eft-directory-'));
afterAll(() => rmSync(place, { recursive: true }));

function newDirectory(name: string) {
  const here = openPath(place, { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
  makeDirectory(here, name, 0o755);
  return openPath(join(place, name), { flags: openFlags.O_RDONLY | openFlags.O_DIRECTORY });
}

describe('a directory', () => {
  it('lists its entries with their types, more than fit in one answer of the kernel', () => {
    const fd = newDirectory('many');
    const names = Array.from({ length: 1_500 }, (_, index) => `entry-${index}-with-a-name-of-some-length`);
    for (const name of names) writeFileSync(join(place, 'many', name), '');
    makeDirectory(fd, 'folder', 0o700);
    makeSymbolicLink(fd, 'link', 'folder');
    const found = new Map(listDirectory(fd).map(({ name, type }) => [name, type]));
    expect(found.size).toBe(1_502);
    expect(found.get('entry-777-with-a-name-of-some-length')).toBe(entryTypes.DT_REG);
    expect(found.get('folder')).toBe(entryTypes.DT_DIR);
    expect(found.get('link')).toBe(entryTypes.DT_LNK);
  });

  it('has entries made, renamed and removed', () => {
    const fd = newDirectory('changes');
    makeDirectory(fd, 'one', 0o700);
    makeSymbolicLink(fd, 'link', '/some/where');
    expect(readSymbolicLink(fd, 'link')).toBe('/some/where');
    rename(fd, 'one', fd, 'two');
    expect(() => rename(fd, 'two', fd, 'link', renameFlags.RENAME_NOREPLACE)).toThrow(
      'renameat2 two to link: it exists already (EEXIST)',
    );
    rename(fd, 'two', fd, 'link', renameFlags.RENAME_EXCHANGE);
    expect(readSymbolicLink(fd, 'two')).toBe('/some/where');
    removeFile(fd, 'two');
    expect(() => removeFile(fd, 'link')).toThrow('EISDIR');
    removeDirectory(fd, 'link');
    expect(listDirectory(fd)).toEqual([]);
  });

  it('makes FIFOs, and as root device nodes with the numbers that were asked for', () => {
    const fd = newDirectory('nodes');
    makeNode(fd, 'fifo', nodeTypes.S_IFIFO | 0o600);
    expect(statSync(join(place, 'nodes/fifo')).isFIFO()).toBe(true);
    makeNode(fd, 'device', nodeTypes.S_IFCHR | 0o600, 1, 0x12345);
    expect(statusAt(fd, 'device').represents).toEqual({ major: 1, minor: 0x12345 });
  });

  it('takes names of one component only, so that no link on the way can redirect it', () => {
    const fd = newDirectory('names');
    for (const name of ['', '.', '..', 'a/b', '/etc', 'a/']) {
      expect(() => makeDirectory(fd, name, 0o700)).toThrow(RangeError);
      expect(() => removeFile(fd, name)).toThrow(RangeError);
      expect(() => rename(fd, 'x', fd, name)).toThrow(RangeError);
    }
  });

  it('refuses entries whose length leads out of the answer', () => {
    const entry = new Uint8Array(32);
    entry[16] = 33;
    expect(() => parseDirectoryEntries(entry)).toThrow(RangeError);
    entry[16] = 0;
    expect(() => parseDirectoryEntries(entry)).toThrow(RangeError);
    expect(() => parseDirectoryEntries(new Uint8Array(10))).toThrow(RangeError);
  });
});
