import { createPrivateKey, createPublicKey, sign as nativeSign, verify as nativeVerify } from 'node:crypto';
import { verify as lenientVerify, Point } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publicKeyOf, signEd25519, verifyEd25519, weaknessOf } from './ed25519.ts';
import { formatPrivateKeyFile, formatPublicKeyFile, privateKeyFromSeed } from './key-file.ts';

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** RFC 8032, section 7.1: tests 1, 2, 3 and "SHA(abc)". Private key, public key, message, signature. */
const vectors = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
] as const;

test.each(vectors)('the vector of RFC 8032 with private key %s', (seed, publicKey, message, signature) => {
  expect(publicKeyOf(bytesOf(seed))).toEqual(bytesOf(publicKey));
  expect(signEd25519(bytesOf(message), bytesOf(seed))).toEqual(bytesOf(signature));
  expect(verifyEd25519(bytesOf(signature), bytesOf(message), bytesOf(publicKey))).toBe(true);
});

test('signatures are those of OpenSSL, in both directions', () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(seed, fc.uint8Array({ maxLength: 200 }), (bytes, message) => {
      const key = privateKeyFromSeed(bytes);
      const signature = signEd25519(message, key.seed);
      const native = nativeSign(null, message, createPrivateKey(formatPrivateKeyFile(key)));
      expect(Buffer.from(signature).toString('hex')).toBe(native.toString('hex'));
      const publicKey = createPublicKey(formatPublicKeyFile(key.public));
      expect(nativeVerify(null, message, publicKey, signature)).toBe(true);
      expect(verifyEd25519(new Uint8Array(native), message, key.public.bytes)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a signature has no second form: S plus the group order is refused', () => {
  const [seed, publicKey, message, good] = vectors[2];
  const signature = bytesOf(good);
  let sum = leastFirst(signature.subarray(32)) + Point.CURVE().n;
  for (let index = 32; index < 64; index += 1) {
    signature[index] = Number(sum & 255n);
    sum >>= 8n;
  }
  expect(sum).toBe(0n);
  expect(seed).toHaveLength(64);
  expect(verifyEd25519(signature, bytesOf(message), bytesOf(publicKey))).toBe(false);
});

function leastFirst(bytes: Uint8Array): bigint {
  return [...bytes].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** All eight points of small order, and their encodings that are not canonical. */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
] as const;

test.each(smallOrder)('the key %s, of small order, signs nothing and is named as weak', (hex) => {
  const key = bytesOf(hex);
  // R and S that verify every message under the neutral element, where small order is let pass.
  const identity = bytesOf(smallOrder[0]);
  const forged = new Uint8Array([...identity, ...new Uint8Array(32)]);
  for (const message of ['', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    expect(verifyEd25519(forged, new TextEncoder().encode(message), key)).toBe(false);
    expect(
      verifyEd25519(new Uint8Array([...key, ...new Uint8Array(32)]), new TextEncoder().encode(message), key),
    ).toBe(false);
  }
  expect(weaknessOf(key)).toMatch(/small order|canonical/);
});

test('a key with a part of small order is named as weak', () => {
  const sound = Point.fromBytes(bytesOf(vectors[0][1]), false);
  const torsion = Point.fromBytes(bytesOf(smallOrder[4]), false);
  expect(weaknessOf(sound.toBytes())).toBeUndefined();
  expect(weaknessOf(sound.add(torsion).toBytes())).toBe('it has a part of small order');
});

test('what is a signature, and what is none, is as in another implementation', () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const change = fc.record({ where: fc.nat(2), bit: fc.nat(), isMade: fc.boolean() });
  fc.assert(
    fc.property(seed, fc.uint8Array({ minLength: 1, maxLength: 60 }), change, (bytes, message, made) => {
      const key = publicKeyOf(bytes);
      const parts = [signEd25519(message, bytes), message, key].map((part) => Uint8Array.from(part));
      const [signature = key, said = key, publicKey = key] = parts;
      const changed = parts[made.where] ?? key;
      const at = (made.bit >> 3) % changed.length;
      if (made.isMade) changed[at] = (changed[at] ?? 0) ^ (1 << (made.bit & 7));
      const expected = lenientVerify(signature, said, publicKey, { zip215: false });
      expect(verifyEd25519(signature, said, publicKey)).toBe(expected);
      if (!made.isMade) expect(expected).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('an R with a part of small order is refused, though the equation with the cofactor holds', () => {
  const { n } = Point.CURVE();
  const message = bytesOf('af82');
  const [a, r] = [0x1234_5678_9abc_def1n, 0xfeed_0123_4567_89abn];
  const key = Point.BASE.multiply(a).toBytes();
  const torsion = Point.fromBytes(bytesOf(smallOrder[4]), false);
  for (const point of [Point.BASE.multiply(r), Point.BASE.multiply(r).add(torsion)]) {
    const head = point.toBytes();
    const k = leastFirst(sha512(new Uint8Array([...head, ...key, ...message]))) % n;
    let s = (r + k * a) % n;
    const tail = Array.from({ length: 32 }, () => {
      const byte = Number(s & 255n);
      s >>= 8n;
      return byte;
    });
    const signature = new Uint8Array([...head, ...tail]);
    expect(lenientVerify(signature, message, key, { zip215: false })).toBe(true);
    expect(verifyEd25519(signature, message, key)).toBe(!point.equals(Point.BASE.multiply(r).add(torsion)));
  }
});

test('signatures and keys of the wrong length are not signatures, and no crash', () => {
  const [, publicKey, message, signature] = vectors[0];
  for (const length of [0, 1, 31, 33, 63, 65]) {
    expect(verifyEd25519(new Uint8Array(length), bytesOf(message), bytesOf(publicKey))).toBe(false);
    expect(verifyEd25519(bytesOf(signature), bytesOf(message), new Uint8Array(length))).toBe(false);
  }
});
