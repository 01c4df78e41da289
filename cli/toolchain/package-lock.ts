/**
 * A lock file of Debian packages, `packages.lock.yaml`: exactly which ones are taken, so that the same sources make the same image and kernel on
 * any day. A person adds or removes names; `refresh` fills in version, size and checksum.
 */
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  readInteger,
  readList,
  readName,
} from '../../supervisor/document/document.ts';
import { readYaml } from '../../supervisor/document/yaml-document.ts';

/** Packages of one lock: more than a small system is made of. */
const packagesLimit = 512;
/** Bytes of one package: 4 GiB. */
const packageBytesLimit = 2 ** 32;

export type LockedPackage = {
  readonly name: string;
  /** Debian's version, with epoch and revision: `1:2.3-4+deb13u1`. */
  readonly version: string;
  readonly architecture: 'amd64' | 'all';
  /** Of the `.deb` file. */
  readonly bytes: number;
  /** Of the `.deb` file, 64 hexadecimal digits. */
  readonly sha256: string;
};

export const packageName = {
  pattern: /^[a-z0-9][a-z0-9+.-]+$/,
  limit: 64,
  expected: 'the name of a Debian package',
  form: 'a name such as `libc6`',
};
const packageVersion = {
  pattern: /^(?:\d+:)?\d[A-Za-z0-9.+~-]*$/,
  limit: 80,
  expected: 'the version of a Debian package',
  form: "a version such as `'2.41-12'`, in quotes",
};
const packageArchitecture = {
  pattern: /^(?:amd64|all)$/,
  limit: 5,
  expected: 'an architecture that nodes have',
  form: '`amd64` or `all`',
};
const sha256Digits = {
  pattern: /^[0-9a-f]{64}$/,
  limit: 64,
  expected: 'a SHA-256 checksum',
  form: '64 hexadecimal digits, or let the refresh command write them',
};

/** Reads a lock file. Errors: `document.*`. */
export function readPackageLock(text: string, file: string): readonly LockedPackage[] {
  const record = new DocumentRecord(readYaml(text, 'package lock', file), ['packages'], []);
  const packages = readList(record.get('packages'), 1, packagesLimit, readLockedPackage);
  return distinct(packages, ({ name }) => name);
}

function readLockedPackage(node: DocumentNode): LockedPackage {
  const record = new DocumentRecord(node, ['name', 'version', 'architecture', 'bytes', 'sha256'], []);
  const architecture = readName(record.get('architecture'), packageArchitecture);
  return {
    name: readName(record.get('name'), packageName),
    version: readName(record.get('version'), packageVersion),
    architecture: architecture === 'all' ? 'all' : 'amd64',
    bytes: readInteger(record.get('bytes'), 1, packageBytesLimit),
    sha256: readName(record.get('sha256'), sha256Digits),
  };
}

/** The text of a lock file, packages by name. `refreshCommand` is named in its head. The same packages give the same text. */
export function writePackageLock(packages: readonly LockedPackage[], refreshCommand: string): string {
  const sorted = packages.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const entries = sorted.map(
    ({ name, version, architecture, bytes, sha256 }) =>
      `  - name: ${name}\n    version: "${version}"\n    architecture: ${architecture}\n    bytes: ${bytes}\n    sha256: "${sha256}"\n`,
  );
  return `# Debian packages, pinned. \`${refreshCommand}\` writes what is the newest of each.\npackages:\n${entries.join('')}`;
}
