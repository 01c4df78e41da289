/**
 * The gateway's program once more, in the same process, without io_uring.
 *
 * Node's event loop makes a ring of io_uring before any script runs, and would abort if it could not use it later. But who has a ring has the kernel open files and connect sockets
 * past every filter of system calls. So where the kernel has io_uring, the process first gives up making rings, and then executes itself: the second time, the loop finds that
 * there is none, and waits with epoll alone. It costs the start of a Node.js process. Kernels of Eft have no io_uring (firmware/config), so this is for nodes in namespaces.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { executeProgram, keepOnExecution } from '../native/execute.ts';
import { toFileDescriptor } from '../native/file-descriptor.ts';
import { controlProcess, processControls } from '../native/process.ts';
import { filterProgram, installFilter } from '../native/seccomp.ts';

const ringName = 'anon_inode:[io_uring]';

/**
 * Comes back if this process has no ring; otherwise the program begins again, with the descriptors below `descriptors`. Errors: Error, if it has a ring even so;
 * `KernelError`.
 */
export function leaveRings(descriptors: number): void {
  if (!hasRing()) return;
  if (/^Seccomp:\t2$/m.test(readFileSync('/proc/self/status', 'latin1')))
    throw new Error('the process has a ring of io_uring, though it may make none');
  controlProcess(processControls.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  installFilter(filterProgram({ others: 'allowed', rules: [{ call: 'io_uring_setup' }], error: 'ENOSYS' }));
  const commandLine = readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1);
  for (let descriptor = 0; descriptor < descriptors; descriptor += 1)
    keepOnExecution(toFileDescriptor(descriptor));
  executeProgram('/proc/self/exe', commandLine);
}

function hasRing(): boolean {
  return readdirSync('/proc/self/fd').some((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === ringName;
    } catch {
      // That of the folder itself is closed by now.
      return false;
    }
  });
}
