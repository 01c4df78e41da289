/**
 * Builds the kernel of this checkout: sources by their pin, options from `config/`, and nothing of the machine but its compiler, which is part of
 * the recipe. About 20 minutes of one processor; the result is kept by its recipe, and a build that was broken off goes on where it was.
 *
 * The same recipe gives the same bytes: time, user, host and the order of structures' fields are fixed, and no path gets in
 * (Documentation/kbuild/reproducible-builds.rst). `checkReproducible` proves it by building a second time in another folder.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../cli/toolchain/debian-archive.ts';
import { fetchDebianPackages, unpackDebianPackage } from '../cli/toolchain/debian-packages.ts';
import { EftError } from '../supervisor/errors/eft-error.ts';
import { askedOptions } from './config-fragments.ts';
import {
  type BuiltKernel,
  currentRecipe,
  findKernel,
  kernelAt,
  kernelCache,
  kernelFiles,
  lockedSource,
  sourcePackage,
} from './kernel-cache.ts';
import { checkConfig } from './kernel-config.ts';
import { type KernelRecipe, kernelArchitecture, kernelKey, layoutSeed, refusedBy } from './kernel-recipe.ts';
import { ensureKernelTools, toolPath } from './kernel-tools.ts';

/** Files that the build compiles, to say how far it is; a few more or less do no harm. */
const expectedFiles = 2_300;
/** Lines of the compiler that an error shows. */
const shownLines = 12;
/** The build gives way to everything else on the machine. */
const niceness = '10';

/** `step` changes five times; `compiled` counts files while compiling. */
export type KernelProgress = {
  readonly step: 'fetch' | 'unpack' | 'configure' | 'compile' | 'keep';
  readonly compiled: number;
  readonly expected: number;
};

export type KernelBuildOptions = {
  readonly onProgress?: (progress: KernelProgress) => void;
  readonly tell?: (line: string) => void;
  readonly jobs?: number;
  readonly cache?: string;
};

/**
 * The kernel of this checkout, from the cache or built now.
 * Errors: `firmware.tools`, `firmware.busy`, `firmware.build`, `firmware.option-*`, `package.*`.
 */
export async function buildKernel(options: KernelBuildOptions = {}): Promise<BuiltKernel> {
  const cache = options.cache ?? kernelCache();
  const recipe = currentRecipe(ensureKernelTools(options.tell ?? (() => undefined)));
  const found = findKernel(recipe, cache);
  if (found !== undefined) return found;
  const key = kernelKey(recipe);
  const work = join(cache, 'work', key);
  mkdirSync(work, { recursive: true });
  await holding(work, async () => {
    const draft = join(work, 'kernel');
    await buildIn(recipe, work, draft, options);
    renameSync(draft, join(cache, key));
    rmSync(work, { recursive: true, force: true });
  });
  return kernelAt(join(cache, key), key, recipe.version);
}

/** Compares two kernels, of which the second is in `folder`. Errors: `firmware.not-reproducible`. */
export function checkSame(one: BuiltKernel, other: BuiltKernel, folder: string): void {
  const differing = kernelFiles.filter((name) => sha256Of(one.files[name]) !== sha256Of(other.files[name]));
  if (differing.length === 0) return;
  throw EftError.of('firmware.not-reproducible', { files: differing.join(', '), folder });
}

/**
 * Builds the kernel a second time, in a folder of another name, and compares. Nothing of the second one is kept.
 * Errors: `firmware.not-reproducible`, and those of `buildKernel`.
 */
export async function checkReproducible(
  kernel: BuiltKernel,
  options: KernelBuildOptions = {},
): Promise<void> {
  const cache = options.cache ?? kernelCache();
  const recipe = currentRecipe(ensureKernelTools(options.tell ?? (() => undefined)));
  const work = join(cache, 'work', `a second time ${kernel.key}`.replaceAll(' ', '-'));
  mkdirSync(work, { recursive: true });
  await holding(work, async () => {
    await buildIn(recipe, work, join(work, 'kernel'), options);
    const second = join(work, 'kernel');
    checkSame(kernel, kernelAt(second, kernel.key, kernel.version), second);
    rmSync(work, { recursive: true, force: true });
  });
}

/** Builds in `work`, and leaves the kernel's files in `target`. */
async function buildIn(
  recipe: KernelRecipe,
  work: string,
  target: string,
  options: KernelBuildOptions,
): Promise<void> {
  const report = (step: KernelProgress['step'], compiled = 0): void =>
    options.onProgress?.({ step, compiled, expected: expectedFiles });
  const source = join(work, 'source');
  const output = join(work, 'build');
  const unpacked = join(work, 'unpacked');
  if (!existsSync(unpacked)) {
    report('fetch');
    const files = await fetchDebianPackages([lockedSource()], {
      refreshCommand: 'eft firmware refresh',
    });
    report('unpack');
    await unpackSource(files.get(sourcePackage) ?? '', work, source);
    fixLayoutSeed(source, layoutSeed(recipe));
    writeFileSync(unpacked, '');
  }
  mkdirSync(output, { recursive: true });
  const asked = join(work, 'asked.config');
  writeFileSync(asked, recipe.askedConfig);
  const make = (parameters: readonly string[], onFile?: () => void): Promise<void> =>
    runMake(source, output, parameters, onFile);

  report('configure');
  await make([`KCONFIG_ALLCONFIG=${asked}`, 'allnoconfig']);
  const config = readFileSync(join(output, '.config'), 'utf8');
  checkConfig(config, askedOptions(recipe.fragments), refusedBy(recipe), recipe.version);

  let compiled = 0;
  report('compile');
  await make([`-j${options.jobs ?? availableParallelism()}`, 'vmlinux', 'bzImage'], () => {
    compiled += 1;
    report('compile', compiled);
  });

  report('keep', compiled);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await runTool('strip', ['--strip-all', '-o', join(target, 'vmlinux'), join(output, 'vmlinux')], work);
  copyFileSync(join(output, 'arch/x86/boot/bzImage'), join(target, 'bzImage'));
  copyFileSync(join(output, 'System.map'), join(target, 'System.map'));
  copyFileSync(join(output, '.config'), join(target, 'config'));
  for (const name of kernelFiles) chmodSync(join(target, name), 0o644);
}

/** Debian's package holds one archive of the sources, with its own patches applied. */
async function unpackSource(file: string, work: string, source: string): Promise<void> {
  const outer = join(work, 'package');
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  await unpackDebianPackage(file, outer);
  const archive = join(outer, `usr/src/${sourcePackage}.tar.xz`);
  await runTool('tar', ['--extract', '--strip-components=1', '--no-same-owner', '--file', archive], source);
  rmSync(outer, { recursive: true, force: true });
}

/** Replaces the script that draws the seed of RANDSTRUCT with one that writes ours. */
function fixLayoutSeed(source: string, seed: string): void {
  const hash = createHash('sha256').update(seed).digest('hex');
  const script = `#!/bin/sh\necho "${seed}" > "$1"\necho '#define RANDSTRUCT_HASHED_SEED "${hash}"' > "$2"\n`;
  writeFileSync(join(source, 'scripts/gen-randstruct-seed.sh'), script, { mode: 0o755 });
}

function runMake(
  source: string,
  output: string,
  parameters: readonly string[],
  onFile: () => void = () => undefined,
): Promise<void> {
  // When these sources were released; the same in every folder and on every day.
  const seconds = Math.floor(statSync(join(source, 'Makefile')).mtimeMs / 1000);
  const released = new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
  const fixed = [
    `O=${output}`,
    `ARCH=${kernelArchitecture}`,
    'KBUILD_BUILD_USER=eft',
    'KBUILD_BUILD_HOST=eft',
    'KBUILD_BUILD_VERSION=1',
    `KBUILD_BUILD_TIMESTAMP=${released}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('nice', ['-n', niceness, 'make', ...fixed, ...parameters], {
      cwd: source,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: toolPath, LC_ALL: 'C', TZ: 'UTC', SOURCE_DATE_EPOCH: String(seconds) },
    });
    const last: string[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (/^ {2}(?:CC|AS) {2}/.test(line)) onFile();
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      last.push(...chunk.split('\n').filter((line) => line.trim() !== ''));
      last.splice(0, last.length - shownLines);
    });
    const target = parameters.at(-1) ?? 'all';
    child.on('error', (error) => reject(buildFailure(target, error.message, [])));
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(buildFailure(target, `make ended with ${status ?? 'a signal'}`, last));
    });
  });
}

/** That `make` failed, with the end of what it said. */
export function buildFailure(target: string, end: string, lines: readonly string[]): EftError {
  return EftError.of('firmware.build', { target, reason: lines.length === 0 ? end : lines.join('\n  ') });
}

/** Runs `run` while no other process builds in `folder`. Errors: `firmware.busy`. */
export async function holding(folder: string, run: () => Promise<void>): Promise<void> {
  const file = join(folder, 'builder.pid');
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (holder > 0 && isAlive(holder)) throw EftError.of('firmware.busy', { pid: holder, folder });
  writeFileSync(file, String(process.pid));
  try {
    await run();
  } finally {
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
