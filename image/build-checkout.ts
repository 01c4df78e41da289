/**
 * From this checkout to its image: `build/image/eft-<version>-amd64.img` with descriptor, list of contents and SBOM.
 *
 * What is up to date is left alone: beside the image is the digest of everything that it was made of, the tools' versions included.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LockedPackage } from '../cli/toolchain/package-lock.ts';
import type { PrivateKey } from '../supervisor/trust/key-file.ts';
import { buildImage, imageName } from './build-image.ts';
import { buildParts, checkoutVersion } from './built-parts.ts';
import { type ContentEntry, type FileOrigin, readContents } from './contents.ts';
import { writeContentsReport } from './contents-report.ts';
import {
  joinCertificates,
  lockedPackages,
  packageFile,
  packageNames,
  unpackPackages,
} from './debian-files.ts';
import { descriptorSuffix, type ImageDescriptor, openDescriptor } from './descriptor.ts';
import { bundledFiles } from './executable.ts';
import { imageMaterials } from './materials.ts';
import { writeSbom } from './sbom.ts';
import { sourceDigest } from './source-digest.ts';
import type { FindFile } from './tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const contentsFile = join(root, 'image/contents.yaml');

/** The one processor that images are made for. */
const architecture = 'amd64';
/** Everything in this checkout that gets into an image, or says how. */
const sources = [
  'image',
  'modules',
  'supervisor',
  'wit',
  'cli/toolchain',
  'package.json',
  'package-lock.json',
];
/** What images are made with, beside what is pinned: another version of one may make other bytes. */
const tools = [
  ['mksquashfs', '-version'],
  ['strip', '--version'],
  ['gcc', '--version'],
] as const;

/** Where images of this checkout go. */
export const imageFolder = join(root, 'build/image');

/** Something that takes its time. */
export type ImageStep =
  | { readonly step: 'fetch'; readonly package: LockedPackage }
  | { readonly step: 'part'; readonly name: string }
  | { readonly step: 'pack'; readonly files: number; readonly bytes: number };

export type CheckoutImage = {
  readonly path: string;
  readonly descriptor: ImageDescriptor;
  /** Nothing has changed since it was made. */
  readonly isUpToDate: boolean;
};

export type CheckoutOptions = {
  readonly key: PrivateKey;
  /** Where the image goes. */
  readonly folder?: string;
  /** Hears of each step when it begins. */
  readonly onStep?: (step: ImageStep) => void;
};

/** The list of contents of this checkout. Errors: `document.*`, `image.no-directory`. */
export function checkoutContents(): readonly ContentEntry[] {
  return readContents(readFileSync(contentsFile, 'utf8'), 'image/contents.yaml');
}

/** Makes the image, if it is not there. Errors: `image.*`, `package.*`, `build.*`, `native.*`, and those of the lists. */
export async function buildCheckout(options: CheckoutOptions): Promise<CheckoutImage> {
  const { key, folder = imageFolder, onStep = () => undefined } = options;
  const version = checkoutVersion();
  const path = join(folder, imageName(version, architecture));
  const keyFile = `${path}.key`;
  const digest = checkoutDigest(key);
  const found = readUpToDate(path, keyFile, digest, key);
  if (found !== undefined) return { path, descriptor: found, isUpToDate: true };

  const entries = checkoutContents();
  const locked = lockedPackages(packageNames(entries));
  mkdirSync(folder, { recursive: true });
  rmSync(keyFile, { force: true });
  const work = mkdtempSync(join(folder, '.packages-'));
  try {
    const packages = await unpackPackages(locked, work, (one) => onStep({ step: 'fetch', package: one }));
    const files = await buildParts(entries, key, (name) => onStep({ step: 'part', name }));
    const find: FindFile = (origin, at) => {
      const from = fileOf(origin, files);
      if (from !== undefined) return from;
      const unpacked = 'name' in origin ? packages.get(origin.name) : undefined;
      if (unpacked === undefined) throw new TypeError(`nothing was made for ${at}`);
      if (origin.from === 'certificates') {
        const joined = join(work, `${unpacked.name}.pem`);
        writeFileSync(joined, joinCertificates(unpacked));
        return joined;
      }
      return packageFile(unpacked, at);
    };
    const weighed = entries.map((entry) => ({
      entry,
      bytes: entry.kind === 'file' ? statSync(find(entry.origin, entry.path)).size : 0,
    }));
    const inputs = await bundledFiles();
    const { materials, files: made } = imageMaterials({ root, version, inputs, packages }, entries, find);
    const count = weighed.filter(({ entry }) => entry.kind === 'file').length;
    onStep({ step: 'pack', files: count, bytes: weighed.reduce((sum, { bytes }) => sum + bytes, 0) });
    const image = buildImage(
      {
        version,
        architecture,
        entries,
        find,
        contents: writeContentsReport({ version, architecture }, weighed),
        sbom: writeSbom({ name: 'eft', version }, materials, made),
        keys: [key],
      },
      folder,
    );
    // Taken again: bindings are generated while modules are built.
    writeFileSync(keyFile, checkoutDigest(key));
    return { path: image.path, descriptor: image.descriptor, isUpToDate: false };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fileOf(origin: FileOrigin, parts: ReadonlyMap<string, string>): string | undefined {
  switch (origin.from) {
    case 'build':
      return parts.get(origin.name);
    case 'folder':
      return join(root, 'image', origin.path);
    case 'package':
    case 'certificates':
      return undefined;
  }
}

function checkoutDigest(key: PrivateKey): string {
  const versions = tools.map(
    ([tool, option]) => spawnSync(tool, [option], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? '',
  );
  return sourceDigest(root, sources, [key.public.kid, ...versions]);
}

function readUpToDate(
  path: string,
  keyFile: string,
  digest: string,
  key: PrivateKey,
): ImageDescriptor | undefined {
  const file = `${path}${descriptorSuffix}`;
  if (![path, file, keyFile].every((one) => existsSync(one))) return undefined;
  if (readFileSync(keyFile, 'utf8') !== digest) return undefined;
  const { descriptor } = openDescriptor(readFileSync(file), new Map([[key.public.kid, key.public]]), file);
  return statSync(path).size === descriptor.bytes ? descriptor : undefined;
}
