/**
 * The root of nodes where the kernel mounts no image for this user: the files of the image in a folder, unpacked once for a cluster, which each node sees
 * through a read-only mount. The user outside can change them, as he can change everything of these nodes.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';

/** Unpacks an image into a new folder below `folder`, and gives that. Errors: `provision.tool`. */
export function unpackRoot(image: string, folder: string): string {
  const target = join(folder, 'unpacked');
  const parameters = ['-no-progress', '-quiet', '-no-xattrs', '-dest', target, image];
  const { status, stderr, error } = spawnSync('unsquashfs', parameters, { encoding: 'utf8' });
  if (status === 0) return target;
  const reason = error?.message ?? stderr.trim();
  throw EftError.of('provision.tool', { command: `unsquashfs ${parameters.join(' ')}`, reason });
}
