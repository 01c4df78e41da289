/**
 * Ed25519 as Eft uses it: one signature for one key and message, and no key that makes every message valid.
 *
 * Verification is the strict one (RFC 8032, section 5.1.7): keys and R in canonical encoding, S below the group order, no
 * key of small order. The lenient rules of ZIP 215, which the library has by default, serve consensus among many
 * verifiers; here they would let one file have several valid signatures.
 */
import { getPublicKey, hashes, Point, sign, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';

// The library's one hook for calls without promises.
hashes.sha512 = sha512;

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

/** Whether `signature` is the signature of `message` under `publicKey`. Malformed input is simply not one. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== signatureBytes || publicKey.length !== keyBytes) return false;
  return verify(signature, message, publicKey, { zip215: false });
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
