/**
 * The control group that is the root of a node: a group of its own below the host's version 2 hierarchy, wherever that is mounted.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the hierarchy is mounted, or undefined if it is not: proc_pid_mountinfo(5), the type stands after the hyphen. */
export function controlGroupMount(
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string | undefined {
  for (const line of mountInfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const path = before.split(' ')[4];
    if (after.startsWith('cgroup2 ') && path !== undefined) return path;
  }
  return undefined;
}

/** The path of the group of a node, whether it is there or not. */
export function controlGroupOf(cluster: string, node: string): string | undefined {
  const mounted = controlGroupMount();
  return mounted === undefined ? undefined : join(mounted, `eft-${cluster}-${node}`);
}

export function makeControlGroup(path: string): void {
  mkdirSync(path, { recursive: true });
}

/** Kills whatever is left in a group, and takes it and those below it away. It is no error if it is not there. */
export async function removeControlGroup(path: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      writeFileSync(join(path, 'cgroup.kill'), '1');
    } catch {
      // Kernels before 5.14 do not have it, and a group that is gone needs it not.
    }
    if (removeBelow(path)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether it is gone. A group can be removed when no process and no group is in it. */
function removeBelow(path: string): boolean {
  let names: readonly string[];
  try {
    names = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return true;
  }
  const isEmpty = names.map((name) => removeBelow(join(path, name))).every((isGone) => isGone);
  try {
    if (isEmpty) rmdirSync(path);
    return isEmpty;
  } catch {
    return false;
  }
}
