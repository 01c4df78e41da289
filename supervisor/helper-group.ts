/**
 * The control group of a helper of PID 1, below /system (phases/control-groups.ts): `/system/<role>-<pid>`. It bounds what a limit of one process
 * cannot (setrlimit(2)): memory that is really used, with that of the kernel and of files it has read, and how many threads there are.
 *
 * What the kernel does then (Documentation/admin-guide/cgroup-v2.rst): beyond `memory.max` it ends the helper, and nothing else on the node.
 *
 * Not every node has this: where the host keeps the controllers, there are groups without limits, and the helper stays where it is. The phase
 * `control-groups` says so.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Threads and processes of a helper: Node has about a dozen. */
const tasksLimit = 64;

export type HelperGroupOptions = {
  /** `io-17`: a component of a path. */
  readonly name: string;
  readonly pid: number;
  readonly memoryLimitBytes: number;
  /** The group below which it lies. */
  readonly parent?: string;
};

/**
 * Puts a process that has just been started into a group of its own. Gives a function that takes the group away once the process is gone; undefined
 * if there are no such groups here, and then nothing has been made. Does not throw.
 */
export function placeHelper(options: HelperGroupOptions): (() => void) | undefined {
  const { name, pid, memoryLimitBytes, parent = '/sys/fs/cgroup/system' } = options;
  const group = join(parent, name);
  const remove = (): void => {
    try {
      rmdirSync(group);
    } catch {
      // It is not there, or something that the helper has left is still in it. The group bounds that too.
    }
  };
  try {
    const controllers = readFileSync(join(parent, 'cgroup.subtree_control'), 'latin1').trim().split(/\s+/);
    if (!controllers.includes('memory')) return undefined;
    mkdirSync(group);
    writeFileSync(join(group, 'memory.max'), String(memoryLimitBytes));
    const more = { 'memory.swap.max': '0', 'memory.oom.group': '1', 'pids.max': String(tasksLimit) };
    for (const [file, value] of Object.entries(more)) {
      // Kernels without swap, and groups without that controller, do not have them.
      if (existsSync(join(group, file))) writeFileSync(join(group, file), value);
    }
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    return remove;
  } catch {
    remove();
    return undefined;
  }
}
