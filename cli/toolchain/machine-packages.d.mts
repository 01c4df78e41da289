/** A package of the machine's own release. */
export type MachinePackage = {
  readonly name: string;
  /** A file that it brings, to see whether it is there. */
  readonly file: string;
  readonly purpose: string;
};

export function ensureDebianPackages(
  packages: readonly MachinePackage[],
  tell: (line: string) => void,
): string | undefined;
