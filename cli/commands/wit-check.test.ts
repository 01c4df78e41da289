import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runEft } from '../program.ts';
import { comparePublished, eftWit, requireHonestVersions } from '../toolchain/published-interfaces.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-wit-`);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Runs `eft wit …` on the folder of the test. */
async function wit(...commandLine: readonly string[]) {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(['wit', ...commandLine, '--wit', folder], terminal);
  const plain = (text: string) => text.replaceAll(folder, 'wit');
  return { status, out: plain(terminal.stdout.text), err: plain(terminal.stderr.text) };
}

function write(packageFolder: string, body: string, version = '0.1.0'): void {
  mkdirSync(`${folder}/${packageFolder}`, { recursive: true });
  const text = `package eft:${packageFolder}@${version};\n\ninterface lamp {\n${body}\n}\n`;
  writeFileSync(`${folder}/${packageFolder}/lamp.wit`, text);
}

test('what is published is checked and found unchanged', async () => {
  write('hall', '  glow: func();');
  expect(await wit('publish', '--date', '2026-11-23')).toEqual({
    status: 0,
    out: '✓ eft:hall@0.1.0, published 2026-11-23\n',
    err: '',
  });
  expect(await wit('check')).toEqual({
    status: 0,
    out: 'eft:hall 0.1.0 (published 2026-11-23): no change to what modules meet\n',
    err: '',
  });
});

test('a break ends with 1, says where it is and what to do, and cannot be published', async () => {
  write('hall', '  glow: func();\n  dim: func();');
  await wit('publish', '--date', '2026-11-23');
  write('hall', '  glow: func(level: option<u8>);');
  const checked = await wit('check');
  expect(checked.status).toBe(1);
  expect(checked.out).toBe(
    [
      'eft:hall 0.1.0 (published 2026-11-23): 2 changes to what modules meet, 1 of them breaking',
      '  ✓ wit/hall/lamp.wit:4:3: parameter added: eft:hall/lamp#glow',
      '    compatible: the module gives no parameter `level`; it is an option: the host sees none',
      '    met in eft:hall/lamp glow: level',
      '  ✗ wit/published/hall/lamp.wit:5:3: function removed: eft:hall/lamp#dim',
      '    breaks modules: the module imports the function `dim`, which the host does not have; the module calls it',
      '    met in eft:hall/lamp dim',
      '    → keep the function `lamp#dim`, or raise eft:hall to 0.2.0',
      '',
    ].join('\n'),
  );
  expect(checked.err).toContain(
    'error[interface.breaking]: wit/published/hall/lamp.wit:5:3: a change breaks',
  );
  expect((await wit('publish')).status).toBe(1);
  expect(readFileSync(`${folder}/published/hall/lamp.wit`, 'utf8')).toContain('dim');
});

test('a break is fine in a version that says so, or where the publication is taken back', async () => {
  write('hall', '  glow: func();');
  await wit('publish', '--date', '2026-11-23');
  write('hall', '  fade: func();');
  expect((await wit('publish', '--replace', '--date', '2026-11-24')).status).toBe(0);
  write('hall', '  glow: func();', '0.2.0');
  const checked = await wit('check');
  expect(checked.status).toBe(0);
  expect(checked.out).toContain(
    'eft:hall 0.1.0 → 0.2.0 (published 2026-11-24): 2 changes to what modules meet, 1 of them breaking, as the version says\n',
  );
  expect(checked.out).not.toContain('→ keep');
});

test('publishing again keeps the day of what is the same, and takes away what is gone', async () => {
  write('hall', '  glow: func();');
  write('shop', '  glow: func();');
  write('yard', '  glow: func();');
  await wit('publish', '--date', '2026-11-23');
  write('shop', '  glow: func();\n  dim: func();');
  rmSync(`${folder}/yard`, { recursive: true });
  const { out } = await wit('publish', '--replace', '--date', '2026-12-01');
  expect(out).toBe('✓ eft:hall@0.1.0, published 2026-11-23\n✓ eft:shop@0.1.0, published 2026-12-01\n');
  expect(existsSync(`${folder}/published/yard`)).toBe(false);
});

test('what does not resolve is not published', async () => {
  write('hall', '  glow: func(level: u7);');
  expect((await wit('publish')).err).toContain('wit/hall/lamp.wit:4:21');
  expect(existsSync(`${folder}/published`)).toBe(false);
});

test('--json prints one object with every change', async () => {
  write('hall', '  glow: func();');
  await wit('publish', '--date', '2026-11-23');
  write('hall', '  glow: func();\n  dim: func();');
  const { status, out } = await wit('check', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    packages: [
      { package: 'eft:hall', isRaised: false, changes: [{ verdict: 'harmless', item: 'eft:hall/lamp#dim' }] },
    ],
  });
});

test('a day that is none is refused', async () => {
  expect((await wit('publish', '--date', 'tomorrow')).status).toBe(2);
  expect((await wit('publish', '--date', '2026-13-40')).status).toBe(2);
});

test('the interfaces of this checkout keep what they have promised', async () => {
  requireHonestVersions(await comparePublished(eftWit));
});
