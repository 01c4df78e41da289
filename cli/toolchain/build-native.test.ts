import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadNative } from '../../supervisor/native/binding.ts';
import { buildNative, defaultBuild, type NativeBuild } from './build-native.ts';

const place = mkdtempSync(join(tmpdir(), 'eft-native-'));
afterAll(() => rmSync(place, { recursive: true }));

/** A build in a folder of its own, from a copy of the source. */
function buildIn(name: string): NativeBuild {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(defaultBuild.source, join(folder, 'syscall.c'));
  return { ...defaultBuild, source: join(folder, 'syscall.c'), target: join(folder, 'out/syscall.node') };
}

describe('building the native part', () => {
  it('makes an add-on that loads, with the same bits in any folder', () => {
    const one = buildNative(buildIn('one'));
    const other = buildNative(buildIn('a/folder/further/down'));
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    expect(Object.keys(loadNative(one, true)).sort()).toEqual(['addressOf', 'poll', 'syscall']);
  });

  it('compiles again when the source has changed, and not otherwise', () => {
    const build = buildIn('changed');
    buildNative(build);
    const first = statSync(build.target).ino;
    buildNative(build);
    expect(statSync(build.target).ino).toBe(first);
    writeFileSync(build.source, `${readFileSync(build.source, 'utf8')}\n/* changed */\n`);
    buildNative(build);
    expect(statSync(build.target).ino).not.toBe(first);
  });

  it('compiles again when the add-on is gone', () => {
    const build = buildIn('gone');
    rmSync(buildNative(build));
    buildNative(build);
    expect(statSync(build.target).size).toBeGreaterThan(0);
  });

  it('leaves nothing half made behind when the compiler fails', () => {
    const build = buildIn('broken');
    writeFileSync(build.source, 'this is not C');
    expect(() => buildNative(build)).toThrow('the C compiler refused syscall.c: syscall.c:1:1: error:');
    expect(() => statSync(build.target)).toThrow('ENOENT');
  });

  it('tries again after the compiler was installed', () => {
    const folder = join(place, 'install');
    mkdirSync(folder);
    const compiler = join(folder, 'cc');
    const build: NativeBuild = {
      ...buildIn('installed'),
      compiler,
      install: () => {
        writeFileSync(compiler, '#!/bin/sh\nexec gcc "$@"\n', { mode: 0o755 });
        return undefined;
      },
    };
    expect(statSync(buildNative(build)).size).toBeGreaterThan(0);
  });
});
