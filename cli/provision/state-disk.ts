/**
 * What is the STATE of a local node: a folder, or for a virtual machine a disk, an ext4 file system with that label in a file. It is one of the cluster's, or
 * outlives it where the user has named a place for it.
 */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateFile, stateLabel } from '../../supervisor/config/sources/state.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';

/** What STATE holds is small; the journal of ext4 takes most of it. */
const stateDiskMiB = 16;

/** The file of the disk that is a node's STATE, below `folder`. */
export function stateDiskFile(folder: string, node: string): string {
  return join(folder, `${node}.ext4`);
}

/** The file of the configuration that a node in namespaces keeps, below `folder`. */
export function stateFolderFile(folder: string, node: string): string {
  return join(folder, node, stateFile);
}

/** Makes the disk as a new `file`, with this configuration on it if there is one. Errors: `provision.tool`. */
export function makeStateDisk(file: string, configuration?: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const content = mkdtempSync(join(dirname(file), 'new-'));
  const unfinished = join(content, 'disk');
  const root = join(content, 'root');
  try {
    mkdirSync(root);
    if (configuration !== undefined) writeFileSync(join(root, stateFile), configuration, { mode: 0o600 });
    // There is a key on it: mkfs.ext4 writes into a file that is there, which is the owner's alone from the begin.
    writeFileSync(unfinished, '', { mode: 0o600 });
    run(['-q', '-F', '-L', stateLabel, '-m', '0', '-d', root, unfinished, `${stateDiskMiB}M`]);
    // Half a disk would be taken for a whole one the next time, and one that is there stays.
    linkSync(unfinished, file);
  } finally {
    rmSync(content, { recursive: true, force: true });
  }
}

function run(parameters: readonly string[]): void {
  const { status, stderr, error } = spawnSync('mkfs.ext4', parameters, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw EftError.of('provision.tool', { command: `mkfs.ext4 ${parameters.join(' ')}`, reason });
}
