/**
 * Local nodes without root: the cluster is made inside a user namespace (user_namespaces(7)), in which whoever types the command is root, and a network
 * namespace that belongs to it, in which the bridge and the DHCP server are. Outside of them nothing is made but files and processes of this user.
 *
 * The namespaces are made by `unshare` of util-linux, which then becomes this very command: a program with several threads, as Node is, may not
 * change its user namespace (unshare(2)). They go with the last process in them.
 *
 * The danger: uid 0 inside is the user outside, and not more. What the kernel gives to root of the machine alone is not there: loop devices, file
 * systems on block devices, and control groups.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { contextsFile } from '../api/contexts.ts';
import { clustersFolder } from './cluster.ts';

const namespaces = ['--user', '--map-root-user', '--net', '--mount', '--'];

/** Settings of kernels by which users are kept from making user namespaces, and the value that does so. */
const settings = [
  ['/proc/sys/user/max_user_namespaces', '0'],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
] as const;

/** Whether this process is in a user namespace of its own: the machine's maps every number to itself. */
export function isInUserNamespace(map = readFileSync('/proc/self/uid_map', 'latin1')): boolean {
  return map.trim().split(/\s+/).join(' ') !== '0 0 4294967295';
}

/** What the trial needs of the system; all of it can be played by a test. */
export type NamespaceTrial = {
  /** Why a namespace cannot be made, or undefined if it can. */
  readonly refusal: () => string | undefined;
  readonly read: (path: string) => string | undefined;
};

const system: NamespaceTrial = {
  refusal: () => {
    const { status, stderr, error } = spawnSync('unshare', [...namespaces, 'true'], { encoding: 'utf8' });
    return status === 0 ? undefined : (error?.message ?? stderr.trim());
  },
  read: (path) => {
    try {
      return readFileSync(path, 'latin1').trim();
    } catch {
      return undefined;
    }
  },
};

/** Errors: `provision.no-user-namespace`, which says what is missing. */
export function checkUserNamespace({ refusal, read }: NamespaceTrial = system): void {
  const reason = refusal();
  if (reason === undefined) return;
  const setting = settings.find(([path, value]) => read(path) === value);
  const why = setting === undefined ? reason : `${setting[0]} is ${setting[1]}`;
  throw EftError.of('provision.no-user-namespace', { reason: why });
}

/**
 * Runs this very command again inside namespaces of its own, with so many ports of the host's loopback, and gives the status that it ends with.
 * Errors: `provision.no-user-namespace`.
 */
export async function runInUserNamespace(portCount: number): Promise<number> {
  checkUserNamespace();
  const { loopbackVariable, openLoopbackPorts } = await import('./loopback.ts');
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const ports = openLoopbackPorts(portCount);
  const child = spawn('unshare', [...namespaces, ...command], {
    stdio: ['inherit', 'inherit', 'inherit', ...ports.map(({ fd }) => fd)],
    env: {
      ...process.env,
      // Root's home is another one.
      EFT_HOME: dirname(clustersFolder()),
      EFT_CONFIG: contextsFile(),
      [loopbackVariable]: ports.map(({ port }) => port).join(','),
    },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}
