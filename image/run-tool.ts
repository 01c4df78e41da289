/** Runs a program that images are made with. It sees no environment but the search path, so that nobody's settings get into an image. */
import { spawnSync } from 'node:child_process';
import { EftError } from '../supervisor/errors/eft-error.ts';

/** Characters of a program's last words that an error shows. */
const messageLimit = 2_000;
const outputLimit = 64 * 1024 * 1024;

/** Runs `command` in `folder`, and gives what it wrote to standard output. Errors: `image.tool`, if it fails or is not there. */
export function runTool(folder: string, command: string, parameters: readonly string[]): string {
  const result = spawnSync(command, parameters, {
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    encoding: 'utf8',
    maxBuffer: outputLimit,
  });
  if (result.status === 0) return result.stdout;
  const reason = result.error?.message ?? (result.stderr || result.stdout).trim().slice(-messageLimit);
  throw EftError.of('image.tool', { command: [command, ...parameters].join(' '), reason });
}
