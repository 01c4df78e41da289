import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeConfigDisk } from './config-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has the configuration under the name and label that a node looks for, and is for its owner alone', () => {
  const file = join(folder, 'config.fat');
  // The largest that a node reads.
  const configuration = `# ${'ä'.repeat(131_071)}`;
  makeConfigDisk(file, configuration);
  const mtools = (tool: string, ...parameters: readonly string[]) =>
    spawnSync(tool, ['-i', file, ...parameters], { encoding: 'utf8', maxBuffer: 1e7 });
  expect(mtools('mcopy', '::user-data', '-').stdout).toBe(configuration);
  expect(mtools('mlabel', '-s', '::').stdout).toContain('CIDATA');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('is not made in the place of another file', () => {
  const file = join(folder, 'there');
  writeFileSync(file, 'mine');
  expect(() => makeConfigDisk(file, 'machine')).toThrow('EEXIST');
  expect(readFileSync(file, 'utf8')).toBe('mine');
});
