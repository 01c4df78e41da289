/** The image of this checkout, for tests. Two of them may ask for it at once; one builds it. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds for a build from nothing on a busy machine with two processors. */
export const imageBuildLimitMs = 900_000;

/** The path of the image, made if it is not up to date. */
export async function builtImage(): Promise<string> {
  const folder = join(root, 'build/image');
  mkdirSync(folder, { recursive: true });
  const command = [join(folder, '.lock'), process.execPath, 'cli/main.ts', 'image', 'build', '--json'];
  const said: Buffer[] = [];
  const child = spawn('flock', command, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error('`eft image build` failed; its message is above');
  const report: unknown = JSON.parse(Buffer.concat(said).toString());
  const path: unknown =
    typeof report === 'object' && report !== null ? Reflect.get(report, 'path') : undefined;
  if (typeof path !== 'string') throw new TypeError('`eft image build` names no image');
  return path;
}
