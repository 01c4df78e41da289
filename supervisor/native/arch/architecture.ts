/**
 * What differs between processor architectures, and the choice of the one we run on. A new architecture is one more
 * table of this type and one more line in `tables`; nothing else in `native/` knows a number.
 */
import { EftError } from '../../errors/eft-error.ts';
import { amd64 } from './amd64.ts';
import { arm64 } from './arm64.ts';

/** Every system call that Eft makes, by its kernel name. */
export type SystemCall = keyof typeof amd64.syscalls;

export type Architecture = {
  /** As Debian and the Go world name it. */
  readonly name: string;
  readonly syscalls: { readonly [call in SystemCall]: number };
  readonly openFlags: { readonly [flag in keyof typeof amd64.openFlags]: number };
  readonly layouts: typeof amd64.layouts;
};

/** By Node's name for the architecture. */
const tables: ReadonlyMap<string, Architecture> = new Map<string, Architecture>([
  ['x64', amd64],
  ['arm64', arm64],
]);

/** The table for `processArch` (`process.arch`). Throws `native.architecture` when there is none. */
export function architectureOf(processArch: string): Architecture {
  const table = tables.get(processArch);
  if (table === undefined) {
    throw EftError.of('native.architecture', { found: processArch, known: [...tables.keys()].join(', ') });
  }
  return table;
}

/** The table of the machine this runs on. */
export const architecture = architectureOf(process.arch);
