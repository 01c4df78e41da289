import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DebianArchive } from './debian-archive.ts';
import { runTool } from './debian-archive.ts';
import { fetchDebianPackages, findNewestPackages, unpackDebianPackage } from './debian-packages.ts';
import { type LockedPackage, readPackageLock, writePackageLock } from './package-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const content = 'the package newt';
const newt: LockedPackage = {
  name: 'newt',
  version: '1:2.0-1+deb13u1',
  architecture: 'amd64',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

/** An archive that has one package, sends `sent` for it, and notes what is asked of it. */
function archiveOf(sent: string, has: readonly LockedPackage[] = [newt], isListed = true) {
  const asked: string[] = [];
  let isUpdated = isListed;
  const archive: DebianArchive = {
    update: async () => {
      asked.push('update');
      isUpdated = true;
    },
    find: async (name, version) =>
      isUpdated
        ? has.find((one) => one.name === name && (version ?? one.version) === one.version)
        : undefined,
    download: async ({ name, version }, target) => {
      asked.push(`download ${name} ${version}`);
      const file = join(target, `${name}.deb`);
      writeFileSync(file, sent);
      return file;
    },
  };
  return { archive, asked };
}

describe('fetching packages', () => {
  const fetch = (archive: DebianArchive, wanted = newt) =>
    fetchDebianPackages([wanted], {
      refreshCommand: 'eft pond refresh',
      folder,
      openArchive: () => archive,
    });

  it('keeps a package by its checksum and does not ask again', async () => {
    const { archive, asked } = archiveOf(content);
    const files = await fetch(archive);
    expect(readFileSync(files.get('newt') ?? '', 'utf8')).toBe(content);
    const again = await fetchDebianPackages([newt], {
      refreshCommand: '',
      folder,
      openArchive: () => {
        throw new Error('nothing is to be fetched');
      },
    });
    expect(again).toEqual(files);
    expect(asked).toEqual(['download newt 1:2.0-1+deb13u1']);
  });

  it('fetches again what was changed after it was kept', async () => {
    const { archive, asked } = archiveOf(content);
    const file = (await fetch(archive)).get('newt') ?? '';
    writeFileSync(file, 'the package toad');
    await fetch(archive);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(asked).toHaveLength(2);
  });

  it('fetches the lists once if they do not know a pin', async () => {
    const { archive, asked } = archiveOf(content, [newt], false);
    await fetch(archive);
    expect(asked).toEqual(['update', 'download newt 1:2.0-1+deb13u1']);
  });

  it('refuses a file with another checksum and keeps nothing of it', async () => {
    const { archive } = archiveOf('the package toad');
    await expect(fetch(archive)).rejects.toMatchObject({ code: 'package.checksum' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names the refresh command and the newest version when a pin has vanished', async () => {
    const { archive } = archiveOf(content);
    await expect(fetch(archive, { ...newt, version: '1:1.9-1', sha256: 'a'.repeat(64) })).rejects.toThrow(
      'the archive does not have newt 1:1.9-1 any more; it has 1:2.0-1+deb13u1',
    );
  });

  it('finds the newest version of names, and refuses a name that is unknown', async () => {
    const { archive } = archiveOf(content, [newt], false);
    expect(await findNewestPackages(['newt'], archive)).toEqual([newt]);
    await expect(findNewestPackages(['basilisk'], archive)).rejects.toMatchObject({
      code: 'package.unknown',
    });
  });

  it('unpacks a real package without running what it brings', async () => {
    const tree = join(folder, 'tree');
    await runTool('mkdir', ['-p', 'tree/DEBIAN', 'tree/usr/share/newt'], folder);
    writeFileSync(
      join(tree, 'DEBIAN/control'),
      'Package: newt\nVersion: 1\nArchitecture: all\nMaintainer: a test <test@example.org>\nDescription: a test\n',
    );
    writeFileSync(join(tree, 'DEBIAN/postinst'), `#!/bin/sh\ntouch ${folder}/ran\n`, { mode: 0o755 });
    writeFileSync(join(tree, 'usr/share/newt/colour'), 'orange');
    await runTool('dpkg-deb', ['--build', 'tree', 'newt.deb'], folder);
    await unpackDebianPackage(join(folder, 'newt.deb'), join(folder, 'root'));
    expect(readFileSync(join(folder, 'root/usr/share/newt/colour'), 'utf8')).toBe('orange');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    expect(existsSync(join(folder, 'root/DEBIAN'))).toBe(false);
  });
});

describe('the lock file', () => {
  it('is read as it was written, packages by name', () => {
    const eft: LockedPackage = { ...newt, name: 'eft', architecture: 'all' };
    const text = writePackageLock([newt, eft], 'eft pond refresh');
    expect(readPackageLock(text, 'pond.lock.yaml')).toEqual([eft, newt]);
    expect(writePackageLock([eft, newt], 'eft pond refresh')).toBe(text);
  });

  it('refuses a checksum that is none, with its place', () => {
    const text = writePackageLock([newt], 'eft pond refresh').replace(newt.sha256, 'abc');
    expect(() => readPackageLock(text, 'pond.lock.yaml')).toThrow('pond.lock.yaml:7:13: ');
  });
});
