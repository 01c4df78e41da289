import { expect, it } from 'vitest';
import { recordLimits } from '../cells/record-folder.ts';
import { errnoOf, KernelError } from '../native/errno.ts';
import { type MountCalls, mountFileSystems } from './file-systems.ts';

/** A kernel that has all file systems but those in `lacking`, and has mounted `already`. */
function kernel({
  lacking = [],
  already = [],
}: {
  lacking?: readonly string[];
  already?: readonly string[];
} = {}) {
  const mounts: string[] = [];
  const directories: string[] = [];
  let isShared = false;
  const calls: MountCalls = {
    mount: (type, target) => {
      if (lacking.includes(type)) throw new KernelError('mount', errnoOf('ENODEV'), target);
      mounts.push(target);
    },
    makeDirectory: (path) => {
      directories.push(path);
    },
    mountPoints: () => ['/', '/proc', ...already],
    shareAll: () => {
      isShared = true;
    },
  };
  return { calls, mounts, directories, isShared: () => isShared };
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
  expect(mounts).toEqual(['/proc', '/sys', '/dev/shm', '/sys/fs/cgroup', '/run/eft/records']);
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
