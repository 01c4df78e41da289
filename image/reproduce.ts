/**
 * Whether a build gives the same bytes again: a copy of this checkout in another folder, with every file's time another one, builds from
 * nothing under another umask, time zone and language, and its image is held against the first.
 *
 * The clock is not turned back: a time that gets into the image shows, because the second build is later.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EftError } from '../supervisor/errors/eft-error.ts';
import { imageFolder } from './build-checkout.ts';
import { descriptorSuffix } from './descriptor.ts';
import { runTool } from './run-tool.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is in a checkout and is not one of its sources. */
const notCopied = new Set(['.git', 'build', 'node_modules']);
/** The files of an image that must be the same. */
const suffixes = ['', descriptorSuffix, '.contents.txt', '.spdx.json'];
/** In UTC: when the copied sources were last changed, they are told. */
const anotherTime = '200102030405.06';

/** Builds again with the key in `keyFile`, and compares with the image at `path`. Errors: `image.not-reproducible`, `image.tool`. */
export function buildAgain(path: string, keyFile: string): void {
  mkdirSync(imageFolder, { recursive: true });
  const folder = mkdtempSync(join(imageFolder, 'again-'));
  const copy = join(folder, 'a copy of the checkout');
  // One by one, for the copy itself lies in one that is left out.
  for (const name of readdirSync(root)) {
    if (!notCopied.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  runTool('/', 'find', [copy, '-exec', 'touch', '-t', anotherTime, '{}', '+']);
  // Hard links: it is big, and nobody writes to it.
  runTool('/', 'cp', ['-al', join(root, 'node_modules'), copy]);
  const built = join(folder, 'image');
  const build = ['cli/main.ts', 'image', 'build', '--key', keyFile, '--output', built];
  const script = `umask 077; exec "$0" "$@"`;
  const run = spawnSync('/bin/sh', ['-c', script, process.execPath, ...build], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TZ: 'Pacific/Chatham',
      LC_ALL: 'C.UTF-8',
    },
  });
  if (run.status !== 0) {
    throw EftError.of('image.tool', { command: build.join(' '), reason: 'its message is above' });
  }
  for (const suffix of suffixes) {
    const again = join(built, `${basename(path)}${suffix}`);
    // Kept beside it, for whoever looks into it: the first build may be replaced by then.
    copyFileSync(`${path}${suffix}`, `${again}.first`);
    compareImages(`${path}${suffix}`, again, built);
  }
  rmSync(folder, { recursive: true });
}

/** Errors: `image.not-reproducible`. */
export function compareImages(first: string, again: string, folder: string): void {
  if (readFileSync(first).equals(readFileSync(again))) return;
  throw EftError.of('image.not-reproducible', { file: basename(first), folder: folder || dirname(first) });
}
