/**
 * The list of everything in the root file system, `contents.yaml`: each entry with the place it comes from and the reason why it is there. It is
 * the whole truth: the image is made of this list and of nothing else.
 */
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  type Located,
  readList,
  readName,
  readText,
} from '../supervisor/document/document.ts';
import { readYaml } from '../supervisor/document/yaml-document.ts';
import { EftError } from '../supervisor/errors/eft-error.ts';
import { absolutePath } from '../supervisor/manifest/names.ts';

/** Entries of a kind: more than a small and auditable system has. */
const entriesLimit = 512;
/** UTF-16 code units of a reason. */
const reasonLimit = 200;

/** Where a file comes from. */
export type FileOrigin =
  /** The same path in a Debian package. */
  | { readonly from: 'package'; readonly name: string }
  /** All certificates of a Debian package in one file, in the order of their names. */
  | { readonly from: 'certificates'; readonly name: string }
  /** Something that the build makes: `init`, `native`, `trust`, `release`, `module NAME`. */
  | { readonly from: 'build'; readonly name: string }
  /** A file beside the list. */
  | { readonly from: 'folder'; readonly path: string };

export type DirectoryEntry = { readonly kind: 'directory'; readonly path: string; readonly reason: string };
export type LinkEntry = {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
  readonly reason: string;
};
export type FileEntry = {
  readonly kind: 'file';
  readonly path: string;
  readonly origin: FileOrigin;
  /** Permission bits. */
  readonly mode: number;
  readonly reason: string;
};
export type ContentEntry = DirectoryEntry | LinkEntry | FileEntry;

const packageName = {
  pattern: /^[a-z0-9][a-z0-9+.-]+$/,
  limit: 64,
  expected: 'the name of a Debian package',
  form: 'a name such as `libc6`',
};
const builtName = {
  pattern: /^(?:init|native|trust|release|module [a-z0-9-]+)$/,
  limit: 80,
  expected: 'something that the build makes',
  form: '`init`, `native`, `trust`, `release` or `module NAME`',
};
const relativePath = {
  pattern: /^(?!\/)(?:(?:\.\.|[A-Za-z0-9._@+-]+)\/)*[A-Za-z0-9._@+-]+$/,
  limit: 255,
  expected: 'a relative path',
  form: 'a path such as `root/etc/passwd`, without `/` at its begin or end',
};
/** Nothing is setuid, setgid or sticky, and nobody but root can write: four modes are left. */
const fileMode = {
  pattern: /^0(?:444|555|644|755)$/,
  limit: 4,
  expected: 'a mode that an image may have',
  form: "`'0644'` or `'0755'`, in quotes: nothing in the image is setuid or writable by others",
};

/** Reads `contents.yaml`. Errors: `document.*`; `image.no-directory` for an entry whose directory is not listed. */
export function readContents(text: string, file: string): readonly ContentEntry[] {
  const record = new DocumentRecord(
    readYaml(text, 'image contents', file),
    ['directories', 'links', 'files'],
    [],
  );
  const located = [
    ...readList(record.get('directories'), 1, entriesLimit, readDirectory),
    ...readList(record.get('links'), 0, entriesLimit, readLink),
    ...readList(record.get('files'), 1, entriesLimit, readFile),
  ];
  const entries = distinct(located, ({ path }) => path);
  checkDirectories(located, entries);
  return [...entries].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The directory of every entry is one of the list, or holds one that is. */
function checkDirectories(located: readonly Located<ContentEntry>[], entries: readonly ContentEntry[]): void {
  const directories = entries.filter(({ kind }) => kind === 'directory').map(({ path }) => `${path}/`);
  for (const { value, where } of located) {
    const parent = value.path.slice(0, value.path.lastIndexOf('/') + 1);
    if (parent === '/' || value.kind === 'directory') continue;
    if (directories.some((directory) => directory.startsWith(parent))) continue;
    throw EftError.of(
      'image.no-directory',
      { path: value.path, directory: parent.slice(0, -1) },
      { place: where.place },
    );
  }
}

function readDirectory(node: DocumentNode): ContentEntry {
  const record = new DocumentRecord(node, ['path', 'reason'], []);
  return { kind: 'directory', path: readName(record.get('path'), absolutePath), reason: readReason(record) };
}

function readLink(node: DocumentNode): ContentEntry {
  const record = new DocumentRecord(node, ['path', 'target', 'reason'], []);
  return {
    kind: 'link',
    path: readName(record.get('path'), absolutePath),
    target: readName(record.get('target'), relativePath),
    reason: readReason(record),
  };
}

function readFile(node: DocumentNode): ContentEntry {
  const record = new DocumentRecord(node, ['path', 'from', 'reason'], ['mode']);
  const mode = record.find('mode');
  return {
    kind: 'file',
    path: readName(record.get('path'), absolutePath),
    origin: readOrigin(record.get('from')),
    mode: mode === undefined ? 0o644 : Number.parseInt(readName(mode, fileMode), 8),
    reason: readReason(record),
  };
}

function readOrigin(node: DocumentNode): FileOrigin {
  const record = new DocumentRecord(node, [], ['package', 'certificates', 'build', 'folder']);
  const debian = record.find('package');
  if (debian !== undefined) return { from: 'package', name: readName(debian, packageName) };
  const certificates = record.find('certificates');
  if (certificates !== undefined) return { from: 'certificates', name: readName(certificates, packageName) };
  const folder = record.find('folder');
  if (folder !== undefined) return { from: 'folder', path: readName(folder, relativePath) };
  const built = new DocumentRecord(node, ['build'], []).get('build');
  return { from: 'build', name: readName(built, builtName) };
}

function readReason(record: { readonly get: (field: 'reason') => DocumentNode }): string {
  return readText(record.get('reason'), reasonLimit);
}
