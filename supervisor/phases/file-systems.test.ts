import { expect, it } from 'vitest';
import { recordLimits } from '../cells/record-folder.ts';
import { errnoOf, KernelError } from '../native/errno.ts';
import { type MountCalls, mountFileSystems } from './file-systems.ts';

/** A kernel that has all file systems but those in `lacking`, and has mounted `already`. */
function kernel({
  lacking = [],
  already = [],
  groups = [5],
}: {
  lacking?: readonly string[];
  already?: readonly string[];
  groups?: readonly number[];
} = {}) {
  const mounts: string[] = [];
  const data = new Map<string, string>();
  const files = new Map<string, number>();
  const directories: string[] = [];
  let isShared = false;
  const calls: MountCalls = {
    mount: (type, target, _flags, text) => {
      if (lacking.includes(type)) throw new KernelError('mount', errnoOf('ENODEV'), target);
      mounts.push(target);
      data.set(type, text);
    },
    makeDirectory: (path) => {
      directories.push(path);
    },
    mountPoints: () => ['/', '/proc', ...already],
    makeFile: (path, mode) => files.set(path, mode),
    unmount: (target) => {
      mounts.splice(mounts.indexOf(target), 1);
    },
    hasGroup: (group) => groups.includes(group),
    shareAll: () => {
      isShared = true;
    },
  };
  return { calls, mounts, data, files, directories, isShared: () => isShared };
}

it('mounts everything on a machine, /proc first', () => {
  const { calls, mounts, directories, isShared } = kernel({ already: ['/dev'] });
  expect(mountFileSystems('machine', calls)).toMatchObject({ missing: [] });
  expect(mounts[0]).toBe('/proc');
  expect(mounts).toContain('/sys/fs/cgroup');
  expect(mounts).not.toContain('/dev');
  expect(directories).toContain('/run/eft/records');
  expect(mounts.indexOf('/run/eft/records')).toBeGreaterThan(mounts.indexOf('/run'));
  expect(isShared()).toBe(true);
});

it('leaves in a namespace what its maker has mounted, and what is the machine’s', () => {
  const { calls, mounts } = kernel({ already: ['/dev', '/run', '/dev/pts'] });
  mountFileSystems('namespace', calls);
  expect(mounts).toEqual([
    '/proc',
    '/sys',
    '/dev/shm',
    '/sys/fs/cgroup',
    '/run/eft/records',
    '/run/eft/blobs',
  ]);
});

it('takes away what it was shown of the host, once it has its own', () => {
  const { calls, mounts } = kernel({ already: ['/run/eft/host-proc', '/run/eft/host-sys'] });
  mounts.push('/run/eft/host-proc', '/run/eft/host-sys');
  mountFileSystems('namespace', calls);
  expect(mounts).toContain('/sys');
  expect(mounts).not.toContain('/run/eft/host-proc');
  expect(mounts).not.toContain('/run/eft/host-sys');
});

it('lets everybody read the files that names are found by', () => {
  const { calls, files } = kernel();
  mountFileSystems('machine', calls);
  expect([...files]).toEqual([
    ['/run/eft/etc/resolv.conf', 0o644],
    ['/run/eft/etc/hosts', 0o644],
  ]);
});

it('gives terminals to their group, where there is such a group', () => {
  const whole = kernel();
  mountFileSystems('namespace', whole.calls);
  expect(whole.data.get('devpts')).toBe('gid=5,mode=0620,ptmxmode=0666');
  const reduced = kernel({ groups: [0] });
  mountFileSystems('namespace', reduced.calls);
  expect(reduced.data.get('devpts')).toBe('mode=0620,ptmxmode=0666');
});

it('says what the kernel does not have, if the node can go on without', () => {
  const { calls } = kernel({ lacking: ['pstore'] });
  expect(mountFileSystems('machine', calls).missing).toEqual([
    'no pstore: last words of a crash are lost with the power',
  ]);
});

it('does not boot without what it needs', () => {
  const { calls } = kernel({ lacking: ['cgroup2'] });
  expect(() => mountFileSystems('machine', calls)).toThrow(/^the file system cgroup2 could not be mounted/);
});

it('has room for all records that may be kept, and for one that is being written', () => {
  const { calls } = kernel({ already: ['/dev'] });
  const sizes: string[] = [];
  mountFileSystems('machine', {
    ...calls,
    mount: (_type, target, _flags, data) => {
      if (target === '/run/eft/records') sizes.push(/size=(\d+)m/.exec(data)?.[1] ?? '');
    },
  });
  expect(sizes).toHaveLength(1);
  const { bytes, fileBytes } = recordLimits;
  expect(Number(sizes[0]) * 1024 * 1024).toBeGreaterThan(bytes + fileBytes);
});
