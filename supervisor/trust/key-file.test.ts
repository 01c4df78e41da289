import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { firstKey } from '../../tests/errors/small-module.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  formatPublicKeyLine,
  readKeyFile,
  readPrivateKeyFile,
  readPublicKeyFile,
} from './key-file.ts';

function openssl(args: readonly string[], input: string): string {
  return execFileSync('openssl', args, { encoding: 'utf8', input });
}

test('a key that OpenSSL made is read, and written back letter by letter', () => {
  const pem = openssl(['genpkey', '-algorithm', 'ed25519'], '');
  const key = readPrivateKeyFile(pem, 'made.key');
  expect(formatPrivateKeyFile(key)).toBe(pem);
  const publicPem = openssl(['pkey', '-pubout'], pem);
  expect(formatPublicKeyFile(key.public)).toBe(publicPem);
  expect(readPublicKeyFile(publicPem, 'made.key.pub').key).toEqual(key.public);
});

test('OpenSSL reads the keys that are written here, comment and all', () => {
  const pem = formatPrivateKeyFile(firstKey, 'release key, 2026');
  expect(openssl(['pkey', '-pubout'], pem)).toBe(formatPublicKeyFile(firstKey.public));
});

test('a comment stands before the key and is read back', () => {
  const text = formatPublicKeyFile(firstKey.public, 'release key, 2026');
  expect(text.startsWith('release key, 2026\n-----BEGIN PUBLIC KEY-----\n')).toBe(true);
  expect(readKeyFile(text, 'x.pub')).toEqual({ key: firstKey.public, comment: 'release key, 2026' });
});

test('line ends of other systems change nothing', () => {
  const text = formatPublicKeyFile(firstKey.public).replaceAll('\n', '\r\n');
  expect(readKeyFile(text, 'x.pub').key).toEqual(firstKey.public);
});

test('the key id is the SHA-256 of the COSE_Key with kty, crv and x, as RFC 9679 has it', () => {
  const coseKey = Buffer.concat([Buffer.from('a301012006215820', 'hex'), firstKey.public.bytes]);
  expect(firstKey.public.kid).toBe(createHash('sha256').update(coseKey).digest('hex'));
});

test('the line of a public key is what stands between BEGIN and END', () => {
  expect(formatPublicKeyFile(firstKey.public).split('\n')[1]).toBe(formatPublicKeyLine(firstKey.public));
});

test('no form of a private key shows up in what is said about it', () => {
  const { public: half } = firstKey;
  expect(JSON.stringify(half)).not.toContain(Buffer.from(firstKey.seed).toString('hex'));
  expect(Object.keys(half)).toEqual(['kind', 'kid', 'bytes']);
});
