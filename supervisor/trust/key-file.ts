/**
 * Keys as files: PEM (RFC 7468) around PKCS#8 for private keys (RFC 5958, RFC 8410 section 7) and SubjectPublicKeyInfo for
 * public ones (RFC 8410 section 4), as OpenSSL reads and writes them. Text before the BEGIN line is the key's comment
 * (RFC 7468 section 5.2 calls it explanatory text).
 *
 * A key is named by its thumbprint (RFC 9679): the SHA-256 of its COSE_Key. The danger: a PEM file can hold much, so both
 * encodings are compared byte by byte with the one that Ed25519 has, instead of being parsed.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { EftError, type Place } from '../errors/eft-error.ts';
import { encodeDeterministicCbor } from './deterministic-cbor.ts';
import { keyBytes, publicKeyOf, weaknessOf } from './ed25519.ts';

/** Bytes of a key file; a key has about 120. */
export const maximumKeyFileBytes = 16 * 1024;

/** The thumbprint of a public key, in lower-case hexadecimal: 64 characters. */
export type KeyId = string & { readonly brand: 'KeyId' };

export type PublicKey = { readonly kind: 'public'; readonly kid: KeyId; readonly bytes: Uint8Array };
export type PrivateKey = {
  readonly kind: 'private';
  /** The 32-byte seed. */
  readonly seed: Uint8Array;
  readonly public: PublicKey;
};

/** A key as a file holds it. */
export type KeyFile = { readonly key: PublicKey | PrivateKey; readonly comment: string | undefined };

// SEQUENCE { INTEGER 0, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING (32) … } }
const pkcs8Head = hex('302e020100300506032b657004220420');
// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING (32 bytes) … }
const spkiHead = hex('302a300506032b6570032100');
const ed25519Oid = hex('06032b6570');

const privateLabel = 'PRIVATE KEY';
const publicLabel = 'PUBLIC KEY';

/** The SHA-256 thumbprint of an Ed25519 public key as a COSE_Key: {kty: OKP, crv: Ed25519, x}. RFC 9679, section 4.1. */
export function thumbprint(publicKey: Uint8Array): Uint8Array {
  const coseKey = new Map<number, number | Uint8Array>([
    [1, 1],
    [-1, 6],
    [-2, publicKey],
  ]);
  return sha256(encodeDeterministicCbor(coseKey));
}

/** The lower-case hexadecimal form of a thumbprint. */
export function keyIdOf(thumbprintBytes: Uint8Array): KeyId {
  const text = Buffer.from(thumbprintBytes).toString('hex');
  if (!isKeyId(text)) throw new RangeError('a thumbprint has 32 bytes');
  return text;
}

function isKeyId(text: string): text is KeyId {
  return /^[0-9a-f]{64}$/.test(text);
}

/** A public key from its 32 bytes. Errors: `key.weak`. */
export function publicKeyFromBytes(bytes: Uint8Array, place: Place = {}): PublicKey {
  const reason = weaknessOf(bytes);
  if (reason !== undefined) throw EftError.of('key.weak', { reason }, { place });
  return { kind: 'public', kid: keyIdOf(thumbprint(bytes)), bytes: new Uint8Array(bytes) };
}

/** A private key from its seed: 32 bytes that nobody can guess. */
export function privateKeyFromSeed(seed: Uint8Array): PrivateKey {
  if (seed.length !== keyBytes) throw new RangeError(`a seed has ${keyBytes} bytes`);
  return { kind: 'private', seed: new Uint8Array(seed), public: publicKeyFromBytes(publicKeyOf(seed)) };
}

/** Reads a key file. Errors: `key.not-pem`, `key.encrypted`, `key.not-ed25519`, `key.weak`. */
export function readKeyFile(text: string, file: string): KeyFile {
  const place = { file };
  const { label, der, comment } = readPem(text, place);
  if (label === 'ENCRYPTED PRIVATE KEY') throw EftError.of('key.encrypted', {}, { place });
  if (label === privateLabel) {
    return { key: privateKeyFromSeed(unwrap(der, pkcs8Head, label, place)), comment };
  }
  if (label === publicLabel) {
    return { key: publicKeyFromBytes(unwrap(der, spkiHead, label, place), place), comment };
  }
  throw EftError.of('key.not-ed25519', { reason: `the file holds a ${label}` }, { place });
}

/** Reads a private key file. Errors: those of `readKeyFile`, and `key.private-needed`. */
export function readPrivateKeyFile(text: string, file: string): PrivateKey {
  const { key } = readKeyFile(text, file);
  if (key.kind === 'private') return key;
  throw EftError.of('key.private-needed', {}, { place: { file } });
}

/** Reads a public key file. Errors: those of `readKeyFile`, and `key.public-needed`. */
export function readPublicKeyFile(
  text: string,
  file: string,
): { readonly key: PublicKey; readonly comment: string | undefined } {
  const { key, comment } = readKeyFile(text, file);
  if (key.kind === 'public') return { key, comment };
  throw EftError.of('key.public-needed', {}, { place: { file } });
}

/** The private key file, as `openssl genpkey -algorithm ed25519` writes it, after the comment if there is one. */
export function formatPrivateKeyFile(key: PrivateKey, comment?: string): string {
  return formatPem(privateLabel, Buffer.concat([pkcs8Head, key.seed]), comment);
}

/** The public key file, as `openssl pkey -pubout` writes it, after the comment if there is one. */
export function formatPublicKeyFile(key: PublicKey, comment?: string): string {
  return formatPem(publicLabel, Buffer.concat([spkiHead, key.bytes]), comment);
}

/** The one line of a public key file between BEGIN and END: the base64 of its SubjectPublicKeyInfo. */
export function formatPublicKeyLine(key: PublicKey): string {
  return Buffer.concat([spkiHead, key.bytes]).toString('base64');
}

/** Reads such a line; `refuse` makes the error from the reason. */
export function readPublicKeyLine(line: string, refuse: (reason: string) => EftError): PublicKey {
  const der = decodeBase64(line);
  if (der === undefined) throw refuse('it is not base64');
  if (!startsWith(der, spkiHead) || der.length !== spkiHead.length + keyBytes) {
    throw refuse('it is not the SubjectPublicKeyInfo of an Ed25519 key');
  }
  const bytes = der.subarray(spkiHead.length);
  const weakness = weaknessOf(bytes);
  if (weakness !== undefined) throw refuse(weakness);
  return publicKeyFromBytes(bytes);
}

type Pem = { readonly label: string; readonly der: Uint8Array; readonly comment: string | undefined };

function readPem(text: string, place: Place): Pem {
  const refuse = (reason: string) => EftError.of('key.not-pem', { reason }, { place });
  const begin = /^-----BEGIN ([A-Z0-9 ]{1,64})-----\r?$/m.exec(text);
  const label = begin?.[1];
  if (begin === null || label === undefined) throw refuse('it has no BEGIN line');
  const rest = text.slice(begin.index + begin[0].length);
  const end = rest.indexOf(`-----END ${label}-----`);
  if (end === -1) throw refuse(`it has no line END ${label}`);
  if (rest.slice(end).includes('-----BEGIN ')) throw refuse('it holds more than one thing');
  const der = decodeBase64(rest.slice(0, end).replace(/[\r\n]/g, ''));
  if (der === undefined) throw refuse('what is between BEGIN and END is not base64');
  const comment = text.slice(0, begin.index).trim();
  return { label, der, comment: comment === '' ? undefined : comment };
}

function formatPem(label: string, der: Uint8Array, comment: string | undefined): string {
  const head = comment === undefined ? '' : `${comment}\n`;
  return `${head}-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
}

function unwrap(der: Uint8Array, head: Uint8Array, label: string, place: Place): Uint8Array {
  if (startsWith(der, head) && der.length === head.length + keyBytes) return der.subarray(head.length);
  const isEd25519 = Buffer.from(der).includes(ed25519Oid);
  const reason = isEd25519
    ? `the ${label} is not in the form that RFC 8410 gives it`
    : `the ${label} is of another algorithm`;
  throw EftError.of('key.not-ed25519', { reason }, { place });
}

/** Strict base64 with padding (RFC 4648, section 4), or undefined. */
function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, index) => bytes[index] === byte);
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
