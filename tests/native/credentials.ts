/** Gives up root and capabilities, and prints what is left. Needs CAP_SETUID, CAP_SETGID and CAP_SETPCAP. */
import { readFileSync } from 'node:fs';
import { capabilities, getCapabilities, setCapabilities } from '../../supervisor/native/capability.ts';
import { KernelError } from '../../supervisor/native/errno.ts';
import {
  controlProcess,
  getResourceLimit,
  processControls,
  resources,
  setCredentials,
  setResourceLimit,
} from '../../supervisor/native/process.ts';

const status = (name: string) =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1] ?? '';

const start = getCapabilities();
const startAsTheKernelSaysIt = BigInt(`0x${status('CapEff')}`) === start.effective;
const kept = (1n << BigInt(capabilities.CAP_SETUID)) | (1n << BigInt(capabilities.CAP_SETGID));
setCapabilities({ effective: kept, permitted: kept, inheritable: 0n });
const reduced = BigInt(`0x${status('CapEff')}`) === kept;
setResourceLimit(0, resources.RLIMIT_NOFILE, { soft: 100n, hard: 200n });
const limit = getResourceLimit(0, resources.RLIMIT_NOFILE);
controlProcess(processControls.PR_SET_NO_NEW_PRIVS, 1);
setCredentials(65534, 65533, [65532]);
let back = 'root again';
try {
  setCredentials(0, 0, []);
} catch (error) {
  if (!(error instanceof KernelError)) throw error;
  back = error.message;
}
console.log(
  JSON.stringify({
    startAsTheKernelSaysIt,
    reduced,
    limit: [Number(limit.soft), Number(limit.hard)],
    uid: status('Uid'),
    gid: status('Gid'),
    groups: status('Groups').trim(),
    noNewPrivileges: status('NoNewPrivs'),
    left: getCapabilities().effective.toString(),
    back,
  }),
);
