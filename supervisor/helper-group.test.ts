import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { placeHelper } from './helper-group.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'eft-group-'));
});

afterEach(() => rmSync(parent, { recursive: true }));

const place = () => placeHelper({ name: 'io-17', pid: 17, memoryLimitBytes: 1_000, parent });
const read = (file: string): string => readFileSync(join(parent, 'io-17', file), 'utf8');

it('limits the memory of a helper before it puts it into its group', () => {
  writeFileSync(join(parent, 'cgroup.subtree_control'), 'cpu memory pids\n');
  const remove = place();
  expect(remove).toBeDefined();
  expect([read('memory.max'), read('cgroup.procs')]).toEqual(['1000', '17']);
  // In a real hierarchy the files are not in the way of removing the group, and here it stays.
  expect(() => remove?.()).not.toThrow();
});

it('makes no group where the kernel gives no memory to limit', () => {
  writeFileSync(join(parent, 'cgroup.subtree_control'), 'cpu\n');
  expect(place()).toBeUndefined();
  expect(existsSync(join(parent, 'io-17'))).toBe(false);
});

it('leaves a helper where it is when its group cannot be made', () => {
  expect(place()).toBeUndefined();
  writeFileSync(join(parent, 'cgroup.subtree_control'), 'memory\n');
  mkdirSync(join(parent, 'io-17'));
  expect(place()).toBeUndefined();
});
