/**
 * COSE_Sign (RFC 9052, section 4.1) in the one form that Eft reads and writes: several signers over one detached payload.
 *
 *   98([h'', {}, nil, [[<<{1: -8, 4: kid}>>, {}, signature], …]])
 *
 * Every freedom that COSE leaves is taken away, so that a file and its signers have exactly one encoding: deterministic
 * CBOR, no unprotected headers, no headers beyond algorithm and key id, signatures sorted by key id, one a key. The
 * artifact type goes in as external data, so that a signature over a module is never one over an image.
 */
import { EftError, type Place } from '../errors/eft-error.ts';
import { type CborValue, decodeDeterministicCbor, encodeDeterministicCbor } from './deterministic-cbor.ts';
import type { CborOrigin } from './deterministic-cbor-scan.ts';
import { signatureBytes, signEd25519, verifyEd25519 } from './ed25519.ts';
import { type KeyId, keyIdOf, type PrivateKey, type PublicKey, thumbprint } from './key-file.ts';

/** What is signed. It is part of what every signature covers. */
export type ArtifactType = 'eft:module' | 'eft:image';

/** Signatures of one file. */
export const maximumSignatures = 16;

export type CoseSignature = {
  readonly kid: KeyId;
  /** The 64 bytes of RFC 8032. */
  readonly signature: Uint8Array;
};

// IANA CBOR tags: 98 is COSE_Sign. COSE header parameters: 1 is alg, 4 is kid. COSE algorithms: -8 is EdDSA.
const coseSignTag = 98;
const headerAlgorithm = 1;
const headerKeyId = 4;
const algorithmEdDsa = -8;
const thumbprintBytes = 32;

const noBytes = new Uint8Array();
const noHeaders: ReadonlyMap<number, CborValue> = new Map();

/**
 * The bytes that a signer signs: the Sig_structure of RFC 9052, section 4.4, for the signer `kid`.
 *
 * It is deterministic CBOR, written here by hand because the payload is as large as a file and the encoder's limits are
 * made for what strangers send.
 */
export function signedBytes(kid: Uint8Array, payload: Uint8Array, artifact: ArtifactType): Uint8Array {
  const context = encodeDeterministicCbor('Signature');
  const bodyProtected = encodeDeterministicCbor(noBytes);
  const signProtected = encodeDeterministicCbor(protectedHeader(kid));
  const externalData = encodeDeterministicCbor(new TextEncoder().encode(artifact));
  return Buffer.concat([
    Uint8Array.of(0x85),
    context,
    bodyProtected,
    signProtected,
    externalData,
    byteStringHead(payload.length),
    payload,
  ]);
}

/** Signs `payload`. */
export function signPayload(payload: Uint8Array, artifact: ArtifactType, key: PrivateKey): CoseSignature {
  const kid = thumbprint(key.public.bytes);
  return { kid: key.public.kid, signature: signEd25519(signedBytes(kid, payload, artifact), key.seed) };
}

/** The COSE_Sign structure of `signatures`, whatever order they come in. At least one; no key twice. */
export function encodeCoseSign(signatures: readonly CoseSignature[]): Uint8Array<ArrayBuffer> {
  const sorted = [...signatures].sort((left, right) => (left.kid < right.kid ? -1 : 1));
  const items = sorted.map(({ kid, signature }): CborValue => {
    return [protectedHeader(new Uint8Array(Buffer.from(kid, 'hex'))), noHeaders, signature];
  });
  return encodeDeterministicCbor([noBytes, noHeaders, null, items], coseSignTag);
}

/**
 * Reads a COSE_Sign structure; `origin` says where it stands. Nothing is verified yet.
 * Errors: `cbor.*`; `signature.structure`, `.unprotected-header`, `.payload-attached`, `.algorithm`, `.none`, `.too-many`,
 * `.order`, `.duplicate-signer`.
 */
export function decodeCoseSign(bytes: Uint8Array, origin: CborOrigin = {}): readonly CoseSignature[] {
  const place: Place = { ...origin };
  const body = decodeDeterministicCbor(bytes, origin, coseSignTag);
  const [bodyProtected, unprotected, payload, list] = readArray(body, 4, 'the whole', place);
  const protectedBytes = readBytes(bodyProtected, 'the protected header of the whole', place);
  if (protectedBytes.length > 0) {
    throw structure('the protected header of the whole', `${protectedBytes.length} bytes`, 'nothing', place);
  }
  readNoHeaders(unprotected, 'the whole', place);
  if (payload !== null) throw EftError.of('signature.payload-attached', {}, { place });
  if (!Array.isArray(list)) throw structure('the list of signatures', describe(list), 'an array', place);
  if (list.length === 0) throw EftError.of('signature.none', {}, { place });
  if (list.length > maximumSignatures) {
    throw EftError.of('signature.too-many', { count: list.length, limit: maximumSignatures }, { place });
  }
  const signatures = list.map((item: CborValue, index) => readSignature(item, index + 1, place, bytes));
  checkOrder(signatures, place);
  return signatures;
}

/**
 * Fails unless `signature` is `key`'s over `payload`. `index` and `count` say which of how many it is, for the error.
 * Errors: `signature.invalid`.
 */
export function verifySignature(
  { kid, signature }: CoseSignature,
  key: PublicKey,
  payload: Uint8Array,
  artifact: ArtifactType,
  which: { readonly index: number; readonly count: number; readonly place: Place },
): void {
  const message = signedBytes(thumbprint(key.bytes), payload, artifact);
  if (kid === key.kid && verifyEd25519(signature, message, key.bytes)) return;
  const { index, count, place } = which;
  throw EftError.of('signature.invalid', { index, count, kid }, { place });
}

function protectedHeader(kid: Uint8Array): Uint8Array {
  return encodeDeterministicCbor(
    new Map<number, CborValue>([
      [headerAlgorithm, algorithmEdDsa],
      [headerKeyId, kid],
    ]),
  );
}

/** The shortest head of a byte string of up to 2^32 - 1 bytes. RFC 8949, section 3.1. */
function byteStringHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x40 | length);
  if (length < 0x100) return Uint8Array.of(0x58, length);
  if (length < 0x1_0000) return Uint8Array.of(0x59, length >> 8, length & 0xff);
  if (length > 0xffff_ffff) throw new RangeError('a payload has at most 2^32 - 1 bytes');
  return Uint8Array.of(0x5a, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff);
}

function readSignature(item: CborValue, index: number, place: Place, whole: Uint8Array): CoseSignature {
  const part = `signature ${index}`;
  const [header, unprotected, signature] = readArray(item, 3, part, place);
  const headerBytes = readBytes(header, `the protected header of ${part}`, place);
  readNoHeaders(unprotected, part, place);
  const bytes = readBytes(signature, `the value of ${part}`, place);
  if (bytes.length !== signatureBytes) {
    throw structure(`the value of ${part}`, `${bytes.length} bytes`, `${signatureBytes} bytes`, place);
  }
  // The header is CBOR within CBOR: errors in it name the byte of the file, not of the header.
  const offset = (place.offset ?? 0) + Buffer.from(whole).indexOf(headerBytes);
  return { kid: readProtectedHeader(headerBytes, index, { ...place, offset }), signature: bytes };
}

function readProtectedHeader(bytes: Uint8Array, index: number, place: Place): KeyId {
  const part = `the protected header of signature ${index}`;
  const header = decodeDeterministicCbor(bytes, place);
  if (!(header instanceof Map)) throw structure(part, describe(header), 'a map', place);
  const algorithm: CborValue | undefined = header.get(headerAlgorithm);
  if (algorithm !== algorithmEdDsa) {
    const shown = typeof algorithm === 'number' ? algorithm : describe(algorithm);
    throw EftError.of('signature.algorithm', { index, algorithm: shown }, { place });
  }
  if (header.size !== 2)
    throw structure(part, `a map of ${header.size}`, 'a map of algorithm and key id', place);
  const kid = readBytes(header.get(headerKeyId), `the key id of signature ${index}`, place);
  if (kid.length !== thumbprintBytes) {
    throw structure(
      `the key id of signature ${index}`,
      `${kid.length} bytes`,
      `${thumbprintBytes} bytes`,
      place,
    );
  }
  return keyIdOf(kid);
}

function checkOrder(signatures: readonly CoseSignature[], place: Place): void {
  for (const [index, { kid }] of signatures.entries()) {
    const previous = signatures[index - 1]?.kid;
    if (previous === undefined || previous < kid) continue;
    if (signatures.slice(0, index).some((earlier) => earlier.kid === kid)) {
      throw EftError.of('signature.duplicate-signer', { kid }, { place });
    }
    throw EftError.of('signature.order', { index: index + 1 }, { place });
  }
}

function readArray(
  value: CborValue | undefined,
  length: number,
  part: string,
  place: Place,
): readonly CborValue[] {
  const expected = `an array of ${length}`;
  if (!Array.isArray(value)) throw structure(part, describe(value), expected, place);
  if (value.length !== length) throw structure(part, `an array of ${value.length}`, expected, place);
  return value;
}

function readBytes(value: CborValue | undefined, part: string, place: Place): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw structure(part, describe(value), 'a byte string', place);
}

function readNoHeaders(value: CborValue | undefined, part: string, place: Place): void {
  if (!(value instanceof Map)) {
    throw structure(`the unprotected header of ${part}`, describe(value), 'a map', place);
  }
  if (value.size > 0) throw EftError.of('signature.unprotected-header', { part }, { place });
}

function structure(part: string, found: string, expected: string, place: Place): EftError {
  return EftError.of('signature.structure', { part, found, expected }, { place });
}

function describe(value: CborValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'number') return `the integer ${value}`;
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return `the boolean ${value}`;
  if (value instanceof Uint8Array) return 'a byte string';
  return Array.isArray(value) ? 'an array' : 'a map';
}
