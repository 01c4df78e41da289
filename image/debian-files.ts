/**
 * The Debian packages of an image: which ones the list of contents asks for, at which version the lock holds them, and their files, unpacked.
 *
 * Nothing is unpacked that was not just held against the lock, and nothing is kept unpacked: a cache of trees would be believed without a check.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  fetchDebianPackages,
  type PackageOptions,
  unpackDebianPackage,
} from '../cli/toolchain/debian-packages.ts';
import { type LockedPackage, readPackageLock } from '../cli/toolchain/package-lock.ts';
import { EftError } from '../supervisor/errors/eft-error.ts';
import type { ContentEntry } from './contents.ts';

/** The pins of this checkout. */
export const imageLockFile = fileURLToPath(new URL('./packages.lock.yaml', import.meta.url));
/** Writes new pins. */
export const imageLockCommand = 'eft image lock';

/** The packages that `entries` take files from, by name. */
export function packageNames(entries: readonly ContentEntry[]): readonly string[] {
  const names = entries.flatMap((entry) =>
    entry.kind === 'file' && ['package', 'certificates'].includes(entry.origin.from) && 'name' in entry.origin
      ? [entry.origin.name]
      : [],
  );
  return [...new Set(names)].sort();
}

/** What the lock says of each of these packages. Errors: `document.*`, `image.not-locked`. */
export function lockedPackages(
  names: readonly string[],
  text: string = readFileSync(imageLockFile, 'utf8'),
  file: string = imageLockFile,
): readonly LockedPackage[] {
  const lock = readPackageLock(text, file);
  return names.map((name) => {
    const locked = lock.find((one) => one.name === name);
    if (locked !== undefined) return locked;
    throw EftError.of('image.not-locked', { name, command: imageLockCommand }, { place: { file } });
  });
}

/** A package with the folder that its files are in. */
export type UnpackedPackage = LockedPackage & { readonly folder: string };

/** Fetches what is not there yet, and unpacks each package into a folder of its name in `folder`. Errors: `package.*`. */
export async function unpackPackages(
  packages: readonly LockedPackage[],
  folder: string,
  onDownload: PackageOptions['onDownload'] = () => undefined,
): Promise<ReadonlyMap<string, UnpackedPackage>> {
  const files = await fetchDebianPackages(packages, { refreshCommand: imageLockCommand, onDownload });
  const unpacked = new Map<string, UnpackedPackage>();
  for (const locked of packages) {
    const target = join(folder, locked.name);
    await unpackDebianPackage(files.get(locked.name) ?? '', target);
    unpacked.set(locked.name, { ...locked, folder: target });
  }
  return unpacked;
}

/**
 * The file of a package at `path`, where links within the package lead. Errors: `image.no-package-file`, also for a link that leads out of the
 * package: then it would be a file of this machine.
 */
export function packageFile({ name, version, folder }: UnpackedPackage, path: string): string {
  try {
    const found = realpathSync(join(folder, path));
    if (found.startsWith(`${realpathSync(folder)}${sep}`)) return found;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') throw error;
  }
  throw EftError.of('image.no-package-file', { path, name, version });
}

/** Where Debian's `ca-certificates` keeps those of Mozilla's list; the one file that programs read is made when it is installed. */
const certificateFolder = 'usr/share/ca-certificates/mozilla';

/** All certificates of a package in one text, in the order of their names. Errors: `image.no-package-file`, if there are none. */
export function joinCertificates({ name, version, folder }: UnpackedPackage): string {
  const path = join(folder, certificateFolder);
  const files = existsSync(path) ? readdirSync(path).filter((file) => file.endsWith('.crt')) : [];
  if (files.length === 0)
    throw EftError.of('image.no-package-file', { path: `/${certificateFolder}`, name, version });
  return files
    .sort()
    .map((file) => `${readFileSync(join(path, file), 'latin1').trim()}\n`)
    .join('');
}
