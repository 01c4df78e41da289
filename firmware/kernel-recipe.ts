/**
 * Everything that a kernel is made of, and the key that follows from it. The same recipe gives the same bytes, in any folder and on any day, so the
 * key names the finished kernel in the cache.
 */
import { createHash } from 'node:crypto';
import { askedOptions, type ConfigFragment, refusedOptions } from './config-fragments.ts';
import { writeAskedConfig } from './kernel-config.ts';

/** Raised when the build itself changes so that the same inputs give another kernel. */
const buildRevision = 1;

/** Only 64-bit x86 for now: the options are this architecture's. */
export const kernelArchitecture = 'x86_64';

export type KernelRecipe = {
  /** The version of Debian's package, `6.12.117-1`. */
  readonly version: string;
  /** SHA-256 of the source package, in hexadecimal digits. */
  readonly sourceSha256: string;
  /** What compiler and linker say they are. */
  readonly compiler: string;
  readonly linker: string;
  /** What is asked of the kernel's configuration. */
  readonly askedConfig: string;
  readonly fragments: readonly ConfigFragment[];
};

/** 32 hexadecimal digits that name the kernel of this recipe. */
export function kernelKey(recipe: KernelRecipe): string {
  const { version, sourceSha256, compiler, linker, askedConfig } = recipe;
  return digest(
    JSON.stringify({ buildRevision, version, sourceSha256, compiler, linker, askedConfig }),
  ).slice(0, 32);
}

/**
 * The seed for the order of structures' fields (RANDSTRUCT), 64 hexadecimal digits. It depends on the sources and on the options: other kernels
 * have another order, and this one can be built again. It is no secret.
 */
export function layoutSeed({ sourceSha256, askedConfig }: KernelRecipe): string {
  return digest(`eft structure layout\n${sourceSha256}\n${askedConfig}`);
}

/** The recipe of the options in `fragments`. */
export function makeRecipe(
  source: { readonly version: string; readonly sha256: string },
  tools: { readonly compiler: string; readonly linker: string },
  fragments: readonly ConfigFragment[],
): KernelRecipe {
  return {
    version: source.version,
    sourceSha256: source.sha256,
    ...tools,
    askedConfig: writeAskedConfig(askedOptions(fragments)),
    fragments,
  };
}

/** What must not be set in the finished configuration. */
export function refusedBy({ fragments }: KernelRecipe): readonly string[] {
  return refusedOptions(fragments);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
