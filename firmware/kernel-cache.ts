/**
 * Finished kernels, each in a folder named by the key of its recipe. A folder appears whole or not at all, so whoever finds one can use it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cli/toolchain/debian-archive.ts';
import { type LockedPackage, readPackageLock } from '../cli/toolchain/package-lock.ts';
import { readFragments } from './config-fragments.ts';
import { type KernelRecipe, kernelKey, makeRecipe } from './kernel-recipe.ts';
import { findKernelTools, type KernelTools } from './kernel-tools.ts';

/** The package of the kernel's sources, and its series. */
export const sourcePackage = 'linux-source-6.12';
export const lockFile = join(import.meta.dirname, 'packages.lock.yaml');
export const configFolder = join(import.meta.dirname, 'config');

/** The files of a finished kernel. */
export const kernelFiles = ['bzImage', 'vmlinux', 'System.map', 'config'] as const;
export type KernelFile = (typeof kernelFiles)[number];

export type BuiltKernel = {
  readonly key: string;
  /** The version of Debian's package. */
  readonly version: string;
  /** Paths: `bzImage` for boot loaders, `vmlinux` (stripped) for PVH, which needs no unpacking. */
  readonly files: Readonly<Record<KernelFile, string>>;
};

/** The source package as it is pinned. */
export function lockedSource(file: string = lockFile): LockedPackage {
  const found = readPackageLock(readFileSync(file, 'utf8'), file).find(({ name }) => name === sourcePackage);
  if (found === undefined) throw new Error(`${file} does not hold ${sourcePackage}`);
  return found;
}

/** The recipe of this checkout with these tools. */
export function currentRecipe(tools: KernelTools): KernelRecipe {
  const { version, sha256 } = lockedSource();
  return makeRecipe({ version, sha256 }, tools, readFragments(configFolder));
}

/** Where kernels are kept. */
export function kernelCache(): string {
  return join(cacheFolder(), 'kernel');
}

/** The kernel of this recipe, if it is in the cache. */
export function findKernel(recipe: KernelRecipe, cache: string = kernelCache()): BuiltKernel | undefined {
  const key = kernelKey(recipe);
  const kernel = kernelAt(join(cache, key), key, recipe.version);
  return Object.values(kernel.files).every((file) => existsSync(file)) ? kernel : undefined;
}

/** The kernel of this checkout, if it has been built on this machine. It builds nothing and fetches nothing. */
export function findCurrentKernel(): BuiltKernel | undefined {
  const tools = findKernelTools();
  return tools === undefined ? undefined : findKernel(currentRecipe(tools));
}

/** What a kernel in `folder` is made of, there or not. */
export function kernelAt(folder: string, key: string, version: string): BuiltKernel {
  return {
    key,
    version,
    files: {
      bzImage: join(folder, 'bzImage'),
      vmlinux: join(folder, 'vmlinux'),
      'System.map': join(folder, 'System.map'),
      config: join(folder, 'config'),
    },
  };
}
