import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeStateDisk } from './state-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inspect = (file: string, command: string): string =>
  spawnSync('/usr/sbin/debugfs', ['-R', command, file], { encoding: 'utf8' }).stdout;

it('has the label and the configuration that a node looks for, and is for its owner alone', () => {
  const file = join(folder, 'new', 'n1.ext4');
  makeStateDisk(file, 'machine: {}\n');
  expect(inspect(file, 'cat config.yaml')).toBe('machine: {}\n');
  expect(inspect(file, 'stats -h')).toMatch(/volume name: +STATE/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('has no configuration if there is none, and is not made in the place of another', () => {
  const file = join(folder, 'n2.ext4');
  makeStateDisk(file);
  expect(inspect(file, 'ls /')).not.toContain('config.yaml');
  const { size } = statSync(file);
  expect(() => makeStateDisk(file, 'machine: {}\n')).toThrow('EEXIST');
  expect(statSync(file).size).toBe(size);
});

it('is not left half made', () => {
  const file = join(folder, 'half', 'n3.ext4');
  // What is on the disk is more than it has room for.
  expect(() => makeStateDisk(file, 'x'.repeat(20_000_000))).toThrow('mkfs.ext4');
  expect(readdirSync(join(folder, 'half'))).toEqual([]);
});
