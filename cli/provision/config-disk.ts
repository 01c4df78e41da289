/**
 * The disk that a virtual node has its configuration from (cloud-init's NoCloud, supervisor/config/sources/no-cloud.ts). It is not on the kernel's command
 * line, because there is a key in it, and every user of the host can read how QEMU was started.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { noCloudLabels } from '../../supervisor/config/sources/no-cloud.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';

/** KiB of the file system: the largest configuration, and room. */
const diskKiB = 1_024;

/** Makes the disk as a new `file`, for its owner alone. Errors: `provision.tool`. */
export function makeConfigDisk(file: string, configuration: string): void {
  // mkfs.vfat writes into a file that is there, which is nobody else's from the begin.
  writeFileSync(file, Buffer.alloc(diskKiB * 1_024), { mode: 0o600, flag: 'wx' });
  const [, label = ''] = noCloudLabels;
  run('mkfs.vfat', ['-n', label, file]);
  run('mcopy', ['-i', file, '-', '::user-data'], configuration);
}

function run(program: string, parameters: readonly string[], input = ''): void {
  const { status, stderr, error } = spawnSync(program, parameters, {
    encoding: 'utf8',
    input,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw EftError.of('provision.tool', { command: `${program} ${parameters.join(' ')}`, reason });
}
