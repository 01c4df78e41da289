/**
 * The control groups of a node (cgroup v2; Documentation/admin-guide/cgroup-v2.rst in the kernel). They are fixed, so that whoever looks
 * at them knows where everything is:
 *
 *   /init      PID 1
 *   /system    PID 1's helpers (helper-group.ts), and what modules run as parts of the node, one group each
 *   /services  etcd, containerd, kubelet: one group each
 *   /pods      what kubelet runs; it is the master there
 *
 * PID 1 leaves the root group first: a group with processes of its own cannot give controllers to groups below it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { EftError } from '../errors/eft-error.ts';
import type { Environment } from './environment.ts';
import type { PhaseOutcome } from './phase.ts';

export const controlGroups = ['init', 'system', 'services', 'pods'] as const;

/** What groups need to be limited and counted. */
const wanted = ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb'] as const;

/**
 * Makes the groups below `root`. In a namespace they may belong to the host, and then there are none. Errors: `boot.control-groups`.
 */
export function makeControlGroups(
  environment: Environment = 'machine',
  root = '/sys/fs/cgroup',
  makeGroup: (path: string) => void = (path) => void mkdirSync(path, { recursive: true }),
): PhaseOutcome<undefined> {
  try {
    for (const group of controlGroups) makeGroup(`${root}/${group}`);
    writeFileSync(`${root}/init/cgroup.procs`, '0');
    const available = readFileSync(`${root}/cgroup.controllers`, 'utf8').trim().split(/\s+/);
    const given = wanted.filter((controller) => available.includes(controller));
    const lacking = wanted.filter((controller) => !available.includes(controller));
    if (given.length > 0) {
      const line = given.map((controller) => `+${controller}`).join(' ');
      for (const folder of [root, `${root}/system`, `${root}/services`, `${root}/pods`]) {
        writeFileSync(`${folder}/cgroup.subtree_control`, line);
      }
    }
    const missing =
      lacking.length === 0 ? [] : [`no limits on ${lacking.join(', ')}: the kernel offers none`];
    return { value: undefined, message: `${controlGroups.length} groups`, missing };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (environment === 'namespace' && (code === 'EACCES' || code === 'EPERM')) {
      return { value: undefined, missing: ['no control groups of its own: they belong to the host'] };
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw EftError.of('boot.control-groups', { root, reason }, { cause: error });
  }
}
