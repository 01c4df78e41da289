/** The programs that the kernel is built with: the machine's own release brings them, and which they are is part of the recipe. */
import { spawnSync } from 'node:child_process';
import { ensureDebianPackages, type MachinePackage } from '../cli/toolchain/machine-packages.mjs';
import { EftError } from '../supervisor/errors/eft-error.ts';

/** The kernel's tools see these folders and nothing of the caller's environment. */
export const toolPath = '/usr/sbin:/usr/bin:/sbin:/bin';

export type KernelTools = { readonly compiler: string; readonly linker: string };

const packages: readonly MachinePackage[] = [
  { name: 'gcc', file: '/usr/bin/gcc', purpose: 'compiles the kernel' },
  { name: 'g++', file: '/usr/bin/g++', purpose: "compiles the plug-ins of the kernel's hardening" },
  { name: 'libc6-dev', file: '/usr/include/stdlib.h', purpose: "C library of the kernel's tools" },
  { name: 'binutils', file: '/usr/bin/ld', purpose: 'links the kernel' },
  { name: 'make', file: '/usr/bin/make', purpose: 'runs the build of the kernel' },
  { name: 'flex', file: '/usr/bin/flex', purpose: 'makes the reader of the options' },
  { name: 'bison', file: '/usr/bin/bison', purpose: 'makes the reader of the options' },
  { name: 'bc', file: '/usr/bin/bc', purpose: 'computes the constants of timers' },
  {
    name: 'libelf-dev',
    file: '/usr/include/gelf.h',
    purpose: 'for objtool, which checks jumps and makes traces',
  },
  { name: 'perl', file: '/usr/bin/perl', purpose: "runs scripts of the kernel's build" },
  { name: 'zstd', file: '/usr/bin/zstd', purpose: 'compresses the kernel' },
  { name: 'xz-utils', file: '/usr/bin/xz', purpose: "unpacks the kernel's sources" },
];

/** What compiler and linker say they are, or undefined if one of them is not there. */
export function findKernelTools(): KernelTools | undefined {
  const compiler = firstLine('gcc');
  const linker = firstLine('ld');
  return compiler === undefined || linker === undefined ? undefined : { compiler, linker };
}

/** Brings all tools onto the machine. Errors: `firmware.tools`. */
export function ensureKernelTools(
  tell: (line: string) => void,
  ensure: typeof ensureDebianPackages = ensureDebianPackages,
): KernelTools {
  const reason = ensure(packages, tell) ?? ensure([pluginPackage()], tell);
  const tools = findKernelTools();
  if (reason === undefined && tools !== undefined) return tools;
  throw EftError.of('firmware.tools', { reason: reason ?? 'installing them did not help' });
}

/** The headers for plug-ins, of the version that the compiler is. */
function pluginPackage(): MachinePackage {
  const run = spawnSync('gcc', ['-dumpversion'], { env: { PATH: toolPath, LC_ALL: 'C' }, encoding: 'utf8' });
  const version = run.stdout.trim().split('.')[0] ?? '';
  return {
    name: `gcc-${version}-plugin-dev`,
    file: `/usr/lib/gcc/x86_64-linux-gnu/${version}/plugin/include/gcc-plugin.h`,
    purpose: "headers for the plug-ins of the kernel's hardening",
  };
}

function firstLine(program: string): string | undefined {
  const run = spawnSync(program, ['--version'], {
    env: { PATH: toolPath, LC_ALL: 'C' },
    encoding: 'utf8',
  });
  const line = run.status === 0 ? run.stdout.split('\n')[0] : undefined;
  return line === '' ? undefined : line;
}
