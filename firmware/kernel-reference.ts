/** `docs/reference/kernel.md`: every option that is asked of the kernel, and why; written from `config/`, so that it cannot be out of date. */
import type { ConfigFragment, KernelOption, OptionGroup } from './config-fragments.ts';

const head = `# The kernel

Linux VERSION from Debian's sources, flavour \`virtual\`: a guest of KVM or QEMU on x86-64. \`npm run kernel\` (\`eft firmware build\`) builds
it in about 20 minutes of one processor, once: the result is kept in \`~/.cache/eft/kernel\` under a key made of sources, options and
compiler. It starts from a configuration in which everything is off (\`make allnoconfig\`); what follows is everything that is asked for. An
option that the kernel's tools drop is an error (\`firmware.option-dropped\`).

There are no loadable modules. The kernel sets up dm-verity from its command line and mounts the root itself; \`tests/firmware\` proves in a
virtual machine that it refuses another root hash and a changed byte, and that what is left out is not there.

## Building it again

The same sources, options, compiler and linker are to give the same bytes, in any folder and on any day: \`eft firmware build
--check-reproducible\` builds a second time in another folder and compares. The seed for the order of structures' fields follows from sources
and options, so it is no secret: it makes exploits for other kernels miss, and not those for this one.

\`eft firmware refresh\` pins the newest sources that Debian has. Debian's package names needed: gcc, g++, gcc-*N*-plugin-dev for the
version of gcc, libc6-dev, binutils, make, flex, bison, bc, libelf-dev, perl, zstd, xz-utils; they are installed when they are missing.

## How hard it is

kernel-hardening-checker, a program of others, holds a configuration against the recommendations of the Kernel Self Protection Project and
others:

    kernel-hardening-checker -c ~/.cache/eft/kernel/KEY/config

On the configuration alone it said 244 OK of 259 (its version of June 2026, Linux 6.12.117). Of the other 15, two are options that this
kernel does not have; the rest is below, under *Not followed*. Started by PVH (\`vmlinux\`), the kernel's physical address is not random, because
the part that would choose it is the unpacker of \`bzImage\`.
`;

/** The whole page. */
export function kernelReference(version: string, fragments: readonly ConfigFragment[]): string {
  const options = fragments.map(
    ({ name, groups }) => `## ${title(name)}\n\n${groups.map(showGroup).join('\n')}`,
  );
  const leftOut = fragments
    .flatMap((fragment) => fragment.leftOut)
    .map(({ name, options: names, reason }) => `- **${name}** (${codes(names)}): ${reason}.\n`);
  const notFollowed = fragments
    .flatMap((fragment) => fragment.notFollowed)
    .map(({ options: names, reason }) => `- ${codes(names)}: ${reason}.\n`);
  return [
    head.replace('VERSION', version),
    ...options,
    `## Left out\n\nWhat people may look for.\n\n${leftOut.join('')}`,
    `## Not followed\n\nWhat is recommended, and is not done.\n\n${notFollowed.join('')}`,
  ].join('\n');
}

function showGroup({ name, reason, options }: OptionGroup): string {
  return `### ${title(name)}\n\n${title(reason)}.\n\n${[...options].sort(byName).map(showOption).join(' · ')}\n`;
}

function showOption({ name, value }: KernelOption): string {
  if (value === 'y') return `\`${name}\``;
  return value === 'n' ? `not \`${name}\`` : `\`${name}=${value === '' ? '""' : value}\``;
}

function byName(one: KernelOption, other: KernelOption): number {
  return one.name < other.name ? -1 : 1;
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function title(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
