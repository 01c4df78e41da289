/**
 * The interfaces in a folder such as `wit/` beside the published ones in `wit/published/`, on disk.
 *
 * Every folder with `.wit` files right in it is a package.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { packageOf, type WitFile } from '../../wit/bindgen/doc-comments.ts';
import { adviceFor } from '../../wit/compatibility/advice.ts';
import {
  compareInterfaceSets,
  type PackageComparison,
  unannouncedBreaks,
} from '../../wit/compatibility/compare-interfaces.ts';
import { readInterfaceSet } from '../../wit/compatibility/interface-set.ts';
import {
  type PublishedPackage,
  publishedRecordFile,
  readPublishedRecord,
  recordPublication,
  requireSnapshot,
  writePublishedRecord,
} from '../../wit/compatibility/published.ts';
import { readInputText, writeOutput } from '../files.ts';
import { readWitFolder } from './module-folder.ts';

/** A folder of packages, and its name in errors. */
export type WitRoot = { readonly path: string; readonly shownAs: string };

/** The files of a package and the folder that they are in. */
export type PackageFolder = { readonly folder: string; readonly files: readonly WitFile[] };

export type Publication = {
  readonly record: readonly PublishedPackage[];
  readonly packages: readonly PackageFolder[];
};

/** The interfaces of this checkout. */
export const eftWit: WitRoot = { path: join(import.meta.dirname, '../../wit'), shownAs: 'wit' };

const publishedFolder = 'published';

/** The packages in the folders of `root`, by folder. Errors: `file.*`. */
export function readPackages(root: WitRoot): readonly PackageFolder[] {
  return readdirSync(root.path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((folder) => ({ folder, files: readWitFolder(join(root.path, folder), join(root.shownAs, folder)) }))
    .filter(({ files }) => files.length > 0);
}

/** What `root` has published. Errors: `interface.nothing-published`, `interface.snapshot`, `document.*`, `file.*`. */
export function readPublication(root: WitRoot): Publication {
  const published = join(root.path, publishedFolder);
  const shown = join(root.shownAs, publishedFolder);
  const file = join(published, publishedRecordFile);
  if (!hasPublished(root)) throw EftError.of('interface.nothing-published', {}, { place: { file: shown } });
  const text = readInputText(file, maximumYamlBytes);
  const record = readPublishedRecord(text, join(shown, publishedRecordFile));
  const packages = record.map((entry) => {
    const folder = join(published, entry.folder);
    const files = existsSync(folder) ? readWitFolder(folder, join(shown, entry.folder)) : [];
    requireSnapshot(entry, files, join(shown, publishedRecordFile));
    return { folder: entry.folder, files };
  });
  return { record, packages };
}

/** Compares the interfaces of `root` with what it has published. Errors: as `readPublication`, and `wit.*`. */
export async function comparePublished(root: WitRoot): Promise<readonly PackageComparison[]> {
  const before = await readInterfaceSet(readPublication(root).packages.flatMap(({ files }) => files));
  const after = await readInterfaceSet(readPackages(root).flatMap(({ files }) => files));
  return compareInterfaceSets(before, after);
}

/** Fails if a change breaks modules and no version says so. Errors: `interface.breaking`, `interface.version-lowered`. */
export function requireHonestVersions(comparisons: readonly PackageComparison[]): void {
  for (const comparison of comparisons) {
    const { package: package_, published, current, versionForBreaks: version } = comparison;
    if (published === undefined) continue;
    if (current !== undefined && isLower(current, published))
      throw EftError.of('interface.version-lowered', { package: package_, version: current, published });
    const breaks = unannouncedBreaks(comparison);
    const [first] = breaks;
    if (first === undefined) continue;
    const changes = breaks.length === 1 ? 'a change breaks' : `${breaks.length} changes break`;
    const { what, place } = first;
    const advice = adviceFor(first);
    const parameters = { changes, package: package_, published, what, advice, version };
    throw EftError.of('interface.breaking', parameters, { place });
  }
}

function isLower(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  for (const [index, part] of (one ?? []).entries()) {
    const against = other?.[index] ?? 0;
    if (part !== against) return part < against;
  }
  return false;
}

/** Whether `root` has published anything. */
export function hasPublished(root: WitRoot): boolean {
  return existsSync(join(root.path, publishedFolder, publishedRecordFile));
}

/**
 * Replaces what `root` has published by what it holds; gives the new record. `date` is the day, `2026-11-23`.
 * Errors: `wit.*`, `file.*`.
 */
export async function publish(root: WitRoot, date: string): Promise<readonly PublishedPackage[]> {
  const published = join(root.path, publishedFolder);
  const before = hasPublished(root) ? readPublication(root) : { record: [], packages: [] };
  const packages = readPackages(root);
  await readInterfaceSet(packages.flatMap(({ files }) => files));
  const record = recordPublication(
    before.record,
    packages.map(({ folder, files }) => ({
      folder,
      package: packageOf(files[0] ?? { path: '', text: '' }) ?? '',
      isChanged: !isSameText(files, before.packages.find((old) => old.folder === folder)?.files),
    })),
    date,
  );
  rmSync(published, { recursive: true, force: true });
  for (const { folder, files } of packages) {
    mkdirSync(join(published, folder), { recursive: true });
    for (const { path, text } of files) writeOutput(join(published, folder, fileName(path)), text);
  }
  writeOutput(join(published, publishedRecordFile), writePublishedRecord(record));
  return record;
}

function isSameText(files: readonly WitFile[], others: readonly WitFile[] | undefined): boolean {
  return (
    files.length === others?.length &&
    files.every((file, index) => {
      const other = others[index];
      return other?.text === file.text && fileName(other.path) === fileName(file.path);
    })
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
