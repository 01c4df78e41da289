/** The disk that is the STATE of a virtual node: an ext4 file system with that label, in a file that outlives the node. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateLabel } from '../../supervisor/config/sources/state.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';

/** What STATE holds is small; the journal of ext4 takes most of it. */
const stateDiskMiB = 16;

/** The file of a node's STATE below `folder`, made empty if it is not there. Errors: `provision.tool`. */
export function makeStateDisk(folder: string, node: string): string {
  const file = join(folder, `${node}.ext4`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const parameters = ['-q', '-L', stateLabel, '-m', '0', file, `${stateDiskMiB}M`];
  const { status, stderr, error } = spawnSync('mkfs.ext4', parameters, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if (status === 0) return file;
  const reason = error?.message ?? stderr.trim();
  throw EftError.of('provision.tool', { command: `mkfs.ext4 ${parameters.join(' ')}`, reason });
}
