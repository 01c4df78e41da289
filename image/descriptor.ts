/**
 * The descriptor of an image: what it is, its digests and its root hash, signed. It is a file beside the image, `<image>.descriptor`:
 *
 *   deterministic CBOR: [ payload (bytes), COSE_Sign (bytes; RFC 9052, as for modules, with the artifact type eft:image) ]
 *   payload: deterministic CBOR, a map of the fields of `ImageDescriptor`
 *
 * Whoever trusts the root hash trusts every byte that the kernel reads of the root file system.
 */
import { readCborDocument } from '../supervisor/document/cbor-document.ts';
import {
  type DocumentNode,
  DocumentRecord,
  readChoice,
  readInteger,
  readName,
} from '../supervisor/document/document.ts';
import { EftError, type Place } from '../supervisor/errors/eft-error.ts';
import { version } from '../supervisor/manifest/names.ts';
import {
  decodeCoseSign,
  encodeCoseSign,
  signPayload,
  verifySignature,
} from '../supervisor/trust/cose-sign.ts';
import {
  type CborValue,
  decodeDeterministicCbor,
  encodeDeterministicCbor,
} from '../supervisor/trust/deterministic-cbor.ts';
import type { KeyId, PrivateKey, PublicKey } from '../supervisor/trust/key-file.ts';
import type { VerityParameters } from './verity.ts';

/** Ends the name of the file. */
export const descriptorSuffix = '.descriptor';
/** The one format there is. */
export const descriptorFormat = 1;

export const architectures = ['amd64', 'arm64'] as const;

/** What is signed. */
export type ImageDescriptor = {
  readonly version: string;
  readonly architecture: (typeof architectures)[number];
  /** Bytes of the whole file, and their SHA-256 in hexadecimal digits. */
  readonly bytes: number;
  readonly sha256: string;
  readonly verity: VerityParameters;
  /** SHA-256 of the list of contents, and of the SBOM. */
  readonly contents: string;
  readonly sbom: string;
};

/** A descriptor with the keys whose signatures on it are right. */
export type OpenedDescriptor = { readonly descriptor: ImageDescriptor; readonly signers: readonly KeyId[] };

const hexDigest = {
  pattern: /^[0-9a-f]{64}$/,
  limit: 64,
  expected: 'a SHA-256 digest',
  form: '64 hexadecimal digits',
};
/** More than a disk that holds the root file system. */
const imageBytesLimit = 2 ** 40;
const blocksLimit = imageBytesLimit / 4096;

/** The bytes of the file. */
export function sealDescriptor(
  descriptor: ImageDescriptor,
  keys: readonly PrivateKey[],
): Uint8Array<ArrayBuffer> {
  const { verity } = descriptor;
  const payload = encodeDeterministicCbor(
    new Map<string, CborValue>([
      ['format', descriptorFormat],
      ['version', descriptor.version],
      ['architecture', descriptor.architecture],
      ['bytes', descriptor.bytes],
      ['sha256', descriptor.sha256],
      ['dataBlocks', verity.dataBlocks],
      ['treeStart', verity.treeStart],
      ['rootHash', verity.rootHash],
      ['salt', verity.salt],
      ['contents', descriptor.contents],
      ['sbom', descriptor.sbom],
    ]),
  );
  const signatures = keys.map((key) => signPayload(payload, 'eft:image', key));
  return encodeDeterministicCbor([payload, encodeCoseSign(signatures)]);
}

/**
 * Reads a descriptor and believes what it says only if all signatures on it are right and by known keys, one at least.
 * Errors: `cbor.*`, `document.*`, `signature.*`; `image.descriptor`, `image.unknown-key`.
 */
export function openDescriptor(
  bytes: Uint8Array,
  keys: ReadonlyMap<KeyId, PublicKey>,
  file: string,
): OpenedDescriptor {
  const place: Place = { file };
  const parts = decodeDeterministicCbor(bytes, { file });
  const [payload, cose, ...rest] = Array.isArray(parts) ? parts : [];
  if (!(payload instanceof Uint8Array) || !(cose instanceof Uint8Array) || rest.length > 0) {
    throw EftError.of('image.descriptor', {}, { place });
  }
  const signatures = decodeCoseSign(cose, { file });
  for (const [index, signature] of signatures.entries()) {
    const key = keys.get(signature.kid);
    if (key === undefined) throw EftError.of('image.unknown-key', { kid: signature.kid }, { place });
    verifySignature(signature, key, payload, 'eft:image', {
      index: index + 1,
      count: signatures.length,
      place,
    });
  }
  const descriptor = readPayload(
    readCborDocument(decodeDeterministicCbor(payload, { file }), 'image descriptor', place),
  );
  return { descriptor, signers: signatures.map(({ kid }) => kid) };
}

function readPayload(node: DocumentNode): ImageDescriptor {
  const record = new DocumentRecord(
    node,
    [
      'format',
      'version',
      'architecture',
      'bytes',
      'sha256',
      'dataBlocks',
      'treeStart',
      'rootHash',
      'salt',
      'contents',
      'sbom',
    ],
    [],
  );
  readInteger(record.get('format'), descriptorFormat, descriptorFormat);
  return {
    version: readName(record.get('version'), version),
    architecture: readChoice(record.get('architecture'), architectures),
    bytes: readInteger(record.get('bytes'), 1, imageBytesLimit),
    sha256: readName(record.get('sha256'), hexDigest),
    verity: {
      dataBlocks: readInteger(record.get('dataBlocks'), 1, blocksLimit),
      treeStart: readInteger(record.get('treeStart'), 2, blocksLimit),
      rootHash: readName(record.get('rootHash'), hexDigest),
      salt: readName(record.get('salt'), hexDigest),
    },
    contents: readName(record.get('contents'), hexDigest),
    sbom: readName(record.get('sbom'), hexDigest),
  };
}
