import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstKey, secondKey, thirdKey } from '../../tests/errors/small-module.ts';
import { decodeCoseSign, encodeCoseSign, signedBytes, signPayload, verifySignature } from './cose-sign.ts';
import { encodeDeterministicCbor } from './deterministic-cbor.ts';
import { signEd25519 } from './ed25519.ts';
import { formatPublicKeyFile, thumbprint } from './key-file.ts';

const payload = new TextEncoder().encode('every byte before the signature');
const which = { index: 1, count: 1, place: {} };

test('what is signed is the Sig_structure of RFC 9052, section 4.4, encoded deterministically', () => {
  const kid = thumbprint(firstKey.public.bytes);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(23, 24, 255, 256, 65_000).map((n) => new Uint8Array(n)),
      ),
      (bytes) => {
        const header = encodeDeterministicCbor(
          new Map<number, number | Uint8Array>([
            [1, -8],
            [4, kid],
          ]),
        );
        const external = new TextEncoder().encode('eft:module');
        const structure = encodeDeterministicCbor(['Signature', new Uint8Array(), header, external, bytes]);
        expect(Buffer.compare(signedBytes(kid, bytes, 'eft:module'), structure)).toBe(0);
      },
    ),
  );
});

test('a payload beyond 64 KiB has the head of a byte string with a 32-bit length', () => {
  const bytes = signedBytes(thumbprint(firstKey.public.bytes), new Uint8Array(0x12345), 'eft:module');
  const head = bytes.subarray(bytes.length - 0x12345 - 5, bytes.length - 0x12345);
  expect(Buffer.from(head).toString('hex')).toBe('5a00012345');
});

test('the structure is written byte for byte as RFC 9052 has it', () => {
  const signature = { kid: firstKey.public.kid, signature: new Uint8Array(64).fill(0xab) };
  const header = `a20127045820${firstKey.public.kid}`;
  expect(Buffer.from(encodeCoseSign([signature])).toString('hex')).toBe(
    `d8628440a0f681835826${header}a05840${'ab'.repeat(64)}`,
  );
});

test('signatures read back, in the order of their key ids whatever order they were made in', () => {
  const signatures = [firstKey, secondKey, thirdKey].map((key) => signPayload(payload, 'eft:module', key));
  const bytes = encodeCoseSign([...signatures].reverse());
  expect(bytes).toEqual(encodeCoseSign(signatures));
  expect(decodeCoseSign(bytes)).toEqual(signatures);
});

test('a signature holds for its key and its payload, and for no other', () => {
  const signature = signPayload(payload, 'eft:module', firstKey);
  expect(() => verifySignature(signature, firstKey.public, payload, 'eft:module', which)).not.toThrow();
  expect(() => verifySignature(signature, secondKey.public, payload, 'eft:module', which)).toThrow();
  expect(() =>
    verifySignature(signature, firstKey.public, payload.subarray(1), 'eft:module', which),
  ).toThrow();
});

test('a signature over the same bytes as another type of artifact is none over a module', () => {
  const kid = thumbprint(firstKey.public.bytes);
  const header = encodeDeterministicCbor(
    new Map<number, number | Uint8Array>([
      [1, -8],
      [4, kid],
    ]),
  );
  const as = (artifact: string) => {
    const external = new TextEncoder().encode(artifact);
    const message = encodeDeterministicCbor(['Signature', new Uint8Array(), header, external, payload]);
    return { kid: firstKey.public.kid, signature: signEd25519(message, firstKey.seed) };
  };
  expect(() =>
    verifySignature(as('eft:module'), firstKey.public, payload, 'eft:module', which),
  ).not.toThrow();
  expect(() => verifySignature(as('eft:image'), firstKey.public, payload, 'eft:module', which)).toThrow();
});

test('OpenSSL verifies the signature over the Sig_structure', () => {
  const version = spawnSync('openssl', ['version']);
  expect(version.status, 'this test needs the openssl command').toBe(0);
  const folder = mkdtempSync(`${tmpdir()}/eft-cose-`);
  try {
    const message = signedBytes(thumbprint(secondKey.public.bytes), payload, 'eft:module');
    writeFileSync(`${folder}/message`, message);
    writeFileSync(`${folder}/signature`, signPayload(payload, 'eft:module', secondKey).signature);
    writeFileSync(
      `${folder}/key.pub`,
      formatPublicKeyFile(secondKey.public, 'a comment, which OpenSSL skips'),
    );
    const verify = [
      'pkeyutl',
      '-verify',
      '-rawin',
      '-in',
      'message',
      '-sigfile',
      'signature',
      '-pubin',
      '-inkey',
      'key.pub',
    ];
    expect(execFileSync('openssl', verify, { cwd: folder, encoding: 'utf8' })).toContain(
      'Verified Successfully',
    );
    writeFileSync(`${folder}/message`, payload);
    expect(spawnSync('openssl', verify, { cwd: folder }).status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
