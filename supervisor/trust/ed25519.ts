/**
 * Ed25519 as Eft uses it: one signature for one key and message, and no key that makes every message valid.
 *
 * Verification is the strict one (RFC 8032, section 5.1.7): keys and R in canonical encoding, S below the group order, no key of small order, and the
 * equation without the cofactor. The lenient rules of ZIP 215 serve consensus among many verifiers; here they would let one file have several
 * valid signatures.
 *
 * OpenSSL verifies, for every boot does it some times (docs/decisions/013-openssl-verifies.md). It refuses an S that is too large and compares R byte by
 * byte; of keys it believes any encoding and any order, so that is looked at here. Keys are made, used and examined in JavaScript.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { getPublicKey, hashes, Point, sign } from '@noble/ed25519';

// The library's one hook for calls without promises.
hashes.sha512 = (message) => new Uint8Array(createHash('sha512').update(message).digest());

/** Bytes of a private key (the seed of RFC 8032) and of a public key. */
export const keyBytes = 32;
export const signatureBytes = 64;

/** The public key of a 32-byte private key. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return getPublicKey(privateKey);
}

/** The 64-byte signature of `message`. */
export function signEd25519(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return sign(message, privateKey);
}

/** A SubjectPublicKeyInfo of Ed25519 up to the key's own bytes (RFC 8410, section 4). */
const publicKeyHeader = Buffer.from('302a300506032b6570032100', 'hex');

/** The y of the eight points of small order, least byte first; each stands for one point with either sign. */
const smallOrderY: readonly Uint8Array[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((hex) => Buffer.from(hex, 'hex'));

/** The prime of the field, 2^255 - 19, least byte first. */
const prime = Buffer.from('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex');

/** Whether `signature` is the signature of `message` under `publicKey`. Malformed input is simply not one. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== signatureBytes || publicKey.length !== keyBytes) return false;
  if (!isCanonicalAndLarge(publicKey)) return false;
  const key = createPublicKey({
    key: Buffer.concat([publicKeyHeader, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, message, key, signature);
}

/** Whether the encoding is the only one of its point, if it is one, and the point is not of small order. */
function isCanonicalAndLarge(publicKey: Uint8Array): boolean {
  const y = Uint8Array.from(publicKey);
  // The uppermost bit is the sign of x.
  y[keyBytes - 1] = (y[keyBytes - 1] ?? 0) & 0x7f;
  const isBelowPrime = Buffer.compare(Uint8Array.from(y).reverse(), Uint8Array.from(prime).reverse()) < 0;
  return isBelowPrime && !smallOrderY.some((small) => Buffer.compare(y, small) === 0);
}

/** Why no signature under `publicKey` could be trusted, or undefined for a sound key. */
export function weaknessOf(publicKey: Uint8Array): string | undefined {
  if (publicKey.length !== keyBytes) return `it has ${publicKey.length} bytes instead of ${keyBytes}`;
  let point: Point;
  try {
    point = Point.fromBytes(publicKey, false);
  } catch {
    return 'its bytes are not the canonical encoding of a point on the curve';
  }
  if (point.isSmallOrder()) return 'it has small order, so that many messages verify under one signature';
  if (!point.isTorsionFree()) return 'it has a part of small order';
  return undefined;
}
