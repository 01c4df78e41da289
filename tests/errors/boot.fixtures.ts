/** What can stop a boot. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { errnoOf, KernelError } from '../../supervisor/native/errno.ts';
import { Node } from '../../supervisor/node.ts';
import { makeControlGroups } from '../../supervisor/phases/control-groups.ts';
import { mountFileSystems } from '../../supervisor/phases/file-systems.ts';
import { startModules } from '../../supervisor/phases/start-modules.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** A node that no module is started in. */
function emptyNode(): Node {
  return new Node({
    open: () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
    carriers: new Map(),
    time: () => ({ now: 0n, wall: 0n, isSynchronized: false }),
    after: () => () => undefined,
    random: (count) => new Uint8Array(count),
    events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
  });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'boot.mount',
    title: 'a kernel without control groups',
    provoke: () =>
      mountFileSystems('machine', {
        mount: (type, target) => {
          if (type === 'cgroup2') throw new KernelError('mount', errnoOf('ENODEV'), target);
        },
        makeDirectory: () => undefined,
        mountPoints: () => [],
        shareAll: () => undefined,
        makeFile: () => undefined,
        unmount: () => undefined,
        hasGroup: () => true,
      }),
    text:
      'error[boot.mount]: the file system cgroup2 could not be mounted on /sys/fs/cgroup: mount /sys/fs/cgroup: no such device (ENODEV)\n' +
      '  use a kernel with cgroup2, such as that of `eft firmware build`; a namespace needs to be made by `eft up`',
  },
  {
    code: 'boot.control-groups',
    title: 'a file where the control groups should be',
    provoke: () =>
      inTemporaryFolder(() => {
        writeFileSync('cgroup', '');
        return makeControlGroups('machine', 'cgroup');
      }),
    text:
      "error[boot.control-groups]: the control groups of the node could not be made in cgroup: ENOTDIR: not a directory, mkdir 'cgroup/init'\n" +
      '  use a kernel with control groups version 2, mounted there and writable by PID 1',
  },
  {
    code: 'boot.no-modules',
    title: 'an image without modules',
    provoke: () =>
      inTemporaryFolder(() => {
        mkdirSync('modules');
        const layout = { modules: 'modules', trust: '' };
        return startModules(emptyNode(), { keys: new Map(), thresholds: [] }, layout);
      }),
    text:
      'error[boot.no-modules]: no module could be started: modules has none that passes verification\n' +
      '  build the image again (`eft image build`), and see the lines above for why each module was refused',
  },
];
