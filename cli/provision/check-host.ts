/** What must hold before local nodes are made: better one sentence at the begin than half a cluster. */
import { spawnSync } from 'node:child_process';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { listClusters } from './cluster.ts';

/** A program of the host that nodes need. */
export type HostProgram = {
  readonly program: string;
  readonly debianPackage: string;
  readonly purpose: string;
};

export const hostPrograms: readonly HostProgram[] = [
  { program: 'ip', debianPackage: 'iproute2', purpose: 'it makes bridges and cables' },
  { program: 'dnsmasq', debianPackage: 'dnsmasq-base', purpose: 'it gives nodes their addresses' },
];

/** What nodes need besides where the user is not root of the machine. */
export const rootlessPrograms: readonly HostProgram[] = [
  {
    program: 'unsquashfs',
    debianPackage: 'squashfs-tools',
    purpose: 'it unpacks the image, which the kernel mounts for root alone',
  },
];

const clusterName = /^[a-z][a-z0-9-]{0,31}$/;

/** Errors: `provision.not-root`. */
export function checkRoot(command: 'up' | 'down', user: number | undefined = process.getuid?.()): void {
  if (user !== 0) throw EftError.of('provision.not-root', { command });
}

/** Errors: `provision.missing`. */
export function checkPrograms(programs: readonly HostProgram[] = hostPrograms): void {
  for (const { program, debianPackage, purpose } of programs) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined) continue;
    throw EftError.of('provision.missing', { program, debianPackage, purpose });
  }
}

/** Whether a new cluster can have this name. Errors: `provision.name`, `provision.exists`. */
export function checkNewName(name: string): void {
  if (!clusterName.test(name)) throw EftError.of('provision.name', { name: JSON.stringify(name) });
  if (listClusters().includes(name)) throw EftError.of('provision.exists', { cluster: name });
}
