/** An image and its descriptor from the disk, with the keys that a person believes. */
import { readFileSync } from 'node:fs';
import type { OpenedDescriptor } from '../image/descriptor.ts';
import { maximumYamlBytes } from '../supervisor/document/yaml-document.ts';
import type { KeyId, PublicKey } from '../supervisor/trust/key-file.ts';
import { readInput, readInputText } from './files.ts';

/** Bytes of a descriptor: a page, and sixteen signatures. */
const descriptorLimit = 16 * 1024;
/** Bytes of an image that is read whole. */
const imageLimit = 1024 * 1024 * 1024;

export type ReadImage = { readonly bytes: Uint8Array; readonly opened: OpenedDescriptor };

/**
 * Reads both files and checks the signatures; the bytes are not held against the descriptor yet. Without a trust policy the development
 * key of this checkout is believed. Errors: `file.*`, `image.*`, `signature.*`, `trust.*`.
 */
export async function readImage(file: string, trust: string | undefined): Promise<ReadImage> {
  const { descriptorSuffix, openDescriptor } = await import('../image/descriptor.ts');
  const place = `${file}${descriptorSuffix}`;
  const bytes = readInput(file, imageLimit);
  const opened = openDescriptor(readInput(place, descriptorLimit), await keysOf(trust), place);
  return { bytes, opened };
}

async function keysOf(trust: string | undefined): Promise<ReadonlyMap<KeyId, PublicKey>> {
  if (trust === undefined) {
    const { developmentKeyFile } = await import('../image/development-key.ts');
    const { readPrivateKeyFile } = await import('../supervisor/trust/key-file.ts');
    const { public: key } = readPrivateKeyFile(readFileSync(developmentKeyFile, 'utf8'), developmentKeyFile);
    return new Map([[key.kid, key]]);
  }
  const { readTrustPolicy } = await import('../supervisor/trust/trust-policy.ts');
  const policy = readTrustPolicy(readInputText(trust, maximumYamlBytes), trust);
  return new Map([...policy.keys].map(([kid, { key }]) => [kid, key]));
}
