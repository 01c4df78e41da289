import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { controlGroups, makeControlGroups } from './control-groups.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eft-groups-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

it('makes the groups, moves PID 1 into its own, and gives controllers to the others', () => {
  writeFileSync(join(root, 'cgroup.controllers'), 'cpuset cpu io memory hugetlb pids rdma\n');
  expect(makeControlGroups('machine', root)).toMatchObject({ message: '4 groups', missing: [] });
  expect(read('init/cgroup.procs')).toBe('0');
  for (const folder of ['.', 'system', 'services', 'pods']) {
    expect(read(`${folder}/cgroup.subtree_control`)).toBe('+cpu +cpuset +io +memory +pids +hugetlb');
  }
});

it('says which limits there are not, where the kernel gives the controllers to somebody else', () => {
  writeFileSync(join(root, 'cgroup.controllers'), '\n');
  const { missing } = makeControlGroups('machine', root);
  expect(missing).toEqual(['no limits on cpu, cpuset, io, memory, pids, hugetlb: the kernel offers none']);
});

it('goes on without groups in a namespace that has none of its own, and not on a machine', () => {
  const denied = Object.assign(new Error('not allowed'), { code: 'EACCES' });
  const deny = () => {
    throw denied;
  };
  expect(makeControlGroups('namespace', root, deny).missing).toEqual([
    'no control groups of its own: they belong to the host',
  ]);
  expect(() => makeControlGroups('machine', root, deny)).toThrow('could not be made');
});

it('takes over groups that are there already', () => {
  writeFileSync(join(root, 'cgroup.controllers'), 'memory\n');
  for (const group of controlGroups) mkdirSync(join(root, group));
  expect(makeControlGroups('machine', root).message).toBe('4 groups');
});
