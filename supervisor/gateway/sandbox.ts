/**
 * What the gateway gives up before it reads anything of the network, for good: files, the user, capabilities, new privileges, and nearly all system calls.
 * Why these means and not others: docs/decisions/016-the-gateways-sandbox.md.
 *
 * The danger: most of what the kernel has for this is given up by one thread, and Node has started others by now. So each step says whose it is. And what is needed later must have
 * been loaded before: after this, nothing can be opened.
 */
import { randomFill } from 'node:crypto';
import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setCapabilities } from '../native/capability.ts';
import { errnoOf, KernelError } from '../native/errno.ts';
import {
  changeRoot,
  controlProcess,
  processControls,
  resources,
  setResourceLimit,
} from '../native/process.ts';
import { filterProgram, installFilter } from '../native/seccomp.ts';
import { allowedCalls } from './allowed-calls.ts';
import { descriptorsLimit } from './limits.ts';

/** The user and group of the gateway: nobody else's. */
export const gatewayUser = 65_533;
/** How much it stands back (nice(2)): beside somebody who does not, it gets a tenth of a processor (sched(7), CFS and EEVDF). */
const priority = 10;
/** Memory file systems where a folder can be made for a moment. */
const scratchFolders = ['/run', '/tmp'];
/** Numbers of capabilities that there can be: bits of a set. */
const capabilityNumbers = 64;

/** Gives everything up. What cannot be given up is an error, and then the gateway must not begin. */
export function enterSandbox(): void {
  warmUp();
  // This thread, which does the work: whoever asks without end has what PID 1 and the modules leave of the processors.
  setPriority(priority);
  limit(resources.RLIMIT_NOFILE, descriptorsLimit);
  // A core would have the key in it.
  limit(resources.RLIMIT_CORE, 0);
  if (process.getuid?.() === 0) {
    const isUser = isMapped('uid_map') && isMapped('gid_map');
    leaveFiles();
    dropBoundingSet();
    if (isUser) becomeGateway();
  }
  // This thread; another user than root has none in any thread.
  setCapabilities({ effective: 0n, permitted: 0n, inheritable: 0n });
  controlProcess(processControls.PR_SET_DUMPABLE, 0, 0, 0, 0);
  // All threads, by the filter.
  controlProcess(processControls.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  installFilter(filterProgram({ others: 'refused', rules: allowedCalls(process.pid), error: 'EPERM' }));
}

/** What Node and its libraries do and open at their first use is used once. */
function warmUp(): void {
  // The threads of libuv's pool: all of them are there when this returns.
  randomFill(new Uint8Array(1), () => undefined);
  // The time zone.
  void new Date().toString();
  void process.stderr.fd;
}

/** For every thread, of now and later. */
function limit(resource: number, most: number): void {
  setResourceLimit(0, resource, { soft: BigInt(most), hard: BigInt(most) });
}

/**
 * Makes a folder the root that is not there any more: nothing is in it, and nothing can be made in it. For every thread: they share what their root is. Landlock would say which
 * files may be opened, but of threads that are begun later only.
 */
function leaveFiles(): void {
  const folder = scratchFolder();
  process.chdir(folder);
  // It is remembered, and could not be asked for later.
  process.cwd();
  rmdirSync(folder);
  changeRoot('.');
}

function scratchFolder(): string {
  for (const parent of scratchFolders) {
    try {
      return mkdtempSync(join(parent, 'eft-gateway-'));
    } catch {
      // Not every root has both, and one can be read-only.
    }
  }
  throw new Error(`there is no folder to be made in ${scratchFolders.join(' or ')}`);
}

/**
 * Programs executed later could have no capability. Of this thread and those it begins; the others cannot execute any program, nor gain anything by it.
 */
function dropBoundingSet(): void {
  const { PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, PR_CAPBSET_DROP } = processControls;
  controlProcess(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (let capability = 0; capability < capabilityNumbers; capability += 1) {
    try {
      controlProcess(PR_CAPBSET_DROP, capability, 0, 0, 0);
    } catch (error) {
      // The kernel has no more.
      if (error instanceof KernelError && error.errno === errnoOf('EINVAL')) return;
      throw error;
    }
  }
}

/** Every thread: the C library has each of them do it, and a user who is not root has no capabilities. */
function becomeGateway(): void {
  process.setgroups?.([]);
  process.setgid?.(gatewayUser);
  process.setuid?.(gatewayUser);
}

/** Whether there is such a user here: in a user namespace there may be none but root, who is root of nothing much (user_namespaces(7)). */
function isMapped(file: 'uid_map' | 'gid_map'): boolean {
  const lines = readFileSync(`/proc/self/${file}`, 'latin1').trim().split('\n');
  return lines.some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return gatewayUser >= first && gatewayUser - first < count;
  });
}
