/**
 * From the list of contents to a signed image: `eft-<version>-<architecture>.img`, a squashfs with its hash tree behind it, and its descriptor.
 *
 * Nothing but the inputs decides the bytes: no time, no path, no owner of the machine that builds. The salt of the hash tree comes from the
 * squashfs itself.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateKey } from '../supervisor/trust/key-file.ts';
import type { ContentEntry } from './contents.ts';
import { descriptorSuffix, type ImageDescriptor, sealDescriptor } from './descriptor.ts';
import { type FindFile, layOut, makeSquashfs } from './tree.ts';
import { appendHashTree } from './verity.ts';

export type ImageInputs = {
  readonly version: string;
  readonly architecture: ImageDescriptor['architecture'];
  readonly entries: readonly ContentEntry[];
  readonly find: FindFile;
  /** The list of contents and the SBOM as they are published beside the image: the descriptor names their digests. */
  readonly contents: string;
  readonly sbom: string;
  readonly keys: readonly PrivateKey[];
  /** zstd's, for who would rather have a large image soon. */
  readonly compressionLevel?: number;
};

export type BuiltImage = {
  /** Path of the image; the descriptor's is this with `.descriptor`. */
  readonly path: string;
  readonly descriptor: ImageDescriptor;
  /** Bytes of the squashfs alone. */
  readonly rootBytes: number;
};

/** The name of an image file. */
export function imageName(version: string, architecture: string): string {
  return `eft-${version}-${architecture}.img`;
}

/** Builds the image in `folder`. Files appear under their names when they are whole. Errors: `image.tool`; those of the file system. */
export function buildImage(inputs: ImageInputs, folder: string): BuiltImage {
  const { version, architecture, entries, find, contents, sbom, keys, compressionLevel } = inputs;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.image-'));
  try {
    const tree = join(work, 'root');
    mkdirSync(tree);
    layOut(entries, tree, find);
    const squashfs = makeSquashfs(tree, join(work, 'squashfs'), compressionLevel);
    const { bytes, parameters } = appendHashTree(squashfs, sha256(squashfs));
    const descriptor: ImageDescriptor = {
      version,
      architecture,
      bytes: bytes.length,
      sha256: sha256(bytes).toString('hex'),
      verity: parameters,
      contents: sha256(contents).toString('hex'),
      sbom: sha256(sbom).toString('hex'),
    };
    const name = imageName(version, architecture);
    const files = new Map<string, string | Uint8Array>([
      [name, bytes],
      [`${name}${descriptorSuffix}`, sealDescriptor(descriptor, keys)],
      [`${name}.contents.txt`, contents],
      [`${name}.spdx.json`, sbom],
    ]);
    for (const [file, content] of files) writeFileSync(join(work, file), content);
    for (const file of files.keys()) renameSync(join(work, file), join(folder, file));
    return { path: join(folder, name), descriptor, rootBytes: squashfs.length };
  } finally {
    rmSync(work, { recursive: true });
  }
}

function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
