/**
 * Debian packages by their pins: fetched once, kept by content, unpacked without being installed. Whatever the archive sends, only a file with the
 * checksum of the lock is used, so a mirror is trusted with nothing.
 *
 * The archive keeps only the newest versions: a pin that has vanished from it is an error that names the command that writes new pins.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { cacheFolder, type DebianArchive, openDebianArchive, runTool } from './debian-archive.ts';
import type { LockedPackage } from './package-lock.ts';

export type PackageOptions = {
  /** Named in the error of a pin that has vanished: `eft image lock`. */
  readonly refreshCommand: string;
  /** Where packages are kept, each as `<sha256>.deb`. */
  readonly folder?: string;
  /** Opened only if something has to be fetched. */
  readonly openArchive?: () => DebianArchive;
  /** Is told before each download. */
  readonly onDownload?: (wanted: LockedPackage) => void;
};

/**
 * Makes sure that all of `packages` are in the cache, and gives the file of each by its name.
 * Errors: `package.vanished` for a pin that the archive has no more, `package.checksum`, `package.apt`, `package.no-archive`,
 * `package.no-keyring`.
 */
export async function fetchDebianPackages(
  packages: readonly LockedPackage[],
  options: PackageOptions,
): Promise<ReadonlyMap<string, string>> {
  const folder = options.folder ?? join(cacheFolder(), 'packages');
  const files = new Map(packages.map(({ name, sha256 }) => [name, join(folder, `${sha256}.deb`)]));
  const missing: LockedPackage[] = [];
  for (const wanted of packages) {
    const file = join(folder, `${wanted.sha256}.deb`);
    // A file that was cut short or changed meanwhile is fetched anew.
    if (!existsSync(file) || (await sha256Of(file)) !== wanted.sha256) missing.push(wanted);
  }
  if (missing.length === 0) return files;
  mkdirSync(folder, { recursive: true });
  const archive = (options.openArchive ?? openDebianArchive)();
  let isUpdated = false;
  for (const wanted of missing) {
    let found = await archive.find(wanted.name, wanted.version);
    if (found === undefined && !isUpdated) {
      isUpdated = true;
      await archive.update();
      found = await archive.find(wanted.name, wanted.version);
    }
    if (found === undefined) {
      const newest = await archive.find(wanted.name);
      const { name, version } = wanted;
      throw EftError.of('package.vanished', {
        name,
        version,
        newest: newest === undefined ? 'no version of it' : newest.version,
        command: options.refreshCommand,
      });
    }
    options.onDownload?.(wanted);
    await fetchOne(wanted, archive, folder);
  }
  return files;
}

async function fetchOne(wanted: LockedPackage, archive: DebianArchive, folder: string): Promise<void> {
  const draft = mkdtempSync(join(folder, 'download-'));
  try {
    const file = await archive.download(wanted, draft);
    const found = await sha256Of(file);
    if (found !== wanted.sha256) {
      const { name, version, sha256 } = wanted;
      throw EftError.of('package.checksum', { name, version, expected: sha256, found });
    }
    renameSync(file, join(folder, `${wanted.sha256}.deb`));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * The newest version of each of `names`, with its checksum: what a lock is refreshed with. Fetches the lists first.
 * Errors: `package.unknown` for a name that the archive does not have, `package.apt`.
 */
export async function findNewestPackages(
  names: readonly string[],
  archive: DebianArchive = openDebianArchive(),
): Promise<readonly LockedPackage[]> {
  await archive.update();
  const packages: LockedPackage[] = [];
  for (const name of names) {
    const found = await archive.find(name);
    if (found === undefined) throw EftError.of('package.unknown', { name });
    packages.push(found);
  }
  return packages;
}

/** Unpacks the files of a package into `folder`, without running any of its scripts. Errors: `package.unpack`. */
export async function unpackDebianPackage(file: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  try {
    await runTool('dpkg-deb', ['--extract', file, folder], folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw EftError.of('package.unpack', { file, reason });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
