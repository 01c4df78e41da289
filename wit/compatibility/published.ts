/**
 * The interfaces as last published: a copy of the `.wit` files of each package in a folder of its name, and a record that says
 * which version was published when. A copy, not a digest: a person can read what modules out there were built against, and
 * what is gone from an interface still has a place to point to.
 */
import {
  DocumentRecord,
  distinct,
  type NameForm,
  readList,
  readName,
} from '../../supervisor/document/document.ts';
import { readYaml } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { packageOf, type WitFile } from '../bindgen/doc-comments.ts';

/** The record's file, beside the folders. */
export const publishedRecordFile = 'published.yaml';

/** Packages that can be published: far more than there will be. */
const packagesLimit = 64;

export type PublishedPackage = {
  /** `host`. */
  readonly folder: string;
  /** `eft:host@0.1.0`. */
  readonly package: string;
  /** The day in UTC, `2026-11-23`. */
  readonly date: string;
};

/** UTF-16 code units of a package's name with its version. */
const packageNameLimit = 128;

const folderForm: NameForm = {
  pattern: /^[a-z][a-z0-9-]*$/,
  limit: 64,
  expected: 'the name of a folder',
  form: 'lower-case letters, digits and hyphens',
};
const packageForm: NameForm = {
  limit: packageNameLimit,
  pattern: /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*@\d+\.\d+\.\d+$/,
  expected: 'a package with its version',
  form: 'it as `eft:host@0.1.0`',
};
const dateForm: NameForm = {
  limit: 10,
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  expected: 'a day',
  form: 'it as `2026-11-23`',
};

/** Reads a record; `file` is its name in errors. Errors: `document.*`. */
export function readPublishedRecord(text: string, file: string): readonly PublishedPackage[] {
  const record = new DocumentRecord(readYaml(text, 'record of publications', file), ['packages'], []);
  const packages = readList(record.get('packages'), 0, packagesLimit, (node) => {
    const entry = new DocumentRecord(node, ['folder', 'package', 'date'], []);
    return {
      folder: readName(entry.get('folder'), folderForm),
      package: readName(entry.get('package'), packageForm),
      date: readName(entry.get('date'), dateForm),
    };
  });
  return distinct(packages, ({ folder }) => folder);
}

/** The record that `readPublishedRecord` reads. */
export function writePublishedRecord(packages: readonly PublishedPackage[]): string {
  const entries = packages.map(
    (entry) => `  - folder: ${entry.folder}\n    package: ${entry.package}\n    date: ${entry.date}\n`,
  );
  const head =
    '# The interfaces as last published. `eft wit publish` writes this folder; `eft wit check` compares with it.\n';
  return `${head}packages:\n${entries.join('')}`;
}

/** Fails unless the files of the snapshot belong to the package that the record names. Error: `interface.snapshot`. */
export function requireSnapshot(entry: PublishedPackage, files: readonly WitFile[], place: string): void {
  const found = new Set(files.map((file) => packageOf(file) ?? 'a file without a package'));
  if (found.size === 1 && found.has(entry.package)) return;
  const held = found.size === 0 ? 'no .wit file' : [...found].join(' and ');
  throw EftError.of(
    'interface.snapshot',
    { package: entry.package, folder: entry.folder, found: held },
    { place: { file: place } },
  );
}

/**
 * The record after publishing `current`, packages by folder: one that is the same as before keeps its date, any other has
 * been published on `date`.
 */
export function recordPublication(
  before: readonly PublishedPackage[],
  current: readonly { readonly folder: string; readonly package: string; readonly isChanged: boolean }[],
  date: string,
): readonly PublishedPackage[] {
  return current.map(({ folder, package: package_, isChanged }) => {
    const old = before.find((entry) => entry.folder === folder);
    return { folder, package: package_, date: old === undefined || isChanged ? date : old.date };
  });
}
