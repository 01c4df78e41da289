import { writeNewKeyFile } from '../../cli/files.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  publicKeyFromBytes,
  readKeyFile,
  readPrivateKeyFile,
  readPublicKeyFile,
} from '../../supervisor/trust/key-file.ts';
import type { Fixture } from './fixture.ts';
import { firstKey } from './small-module.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** A PEM file of this kind around these bytes. */
function pem(label: string, hex: string): string {
  const base64 = Buffer.from(hex, 'hex').toString('base64');
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'key.not-pem',
    title: 'a file that is no PEM file',
    provoke: () => readKeyFile('keys: []\n', 'release.key'),
    text: 'error[key.not-pem]: release.key: this is no key file: it has no BEGIN line\n  give a PEM file as `eft key new` or `openssl genpkey -algorithm ed25519` writes it',
  },
  {
    code: 'key.not-pem',
    title: 'a PEM file without its end',
    provoke: () => readKeyFile('-----BEGIN PUBLIC KEY-----\nMCow', 'release.key.pub'),
    text: 'error[key.not-pem]: release.key.pub: this is no key file: it has no line END PUBLIC KEY\n  give a PEM file as `eft key new` or `openssl genpkey -algorithm ed25519` writes it',
  },
  {
    code: 'key.not-pem',
    title: 'a PEM file that is not base64 inside',
    provoke: () =>
      readKeyFile('-----BEGIN PUBLIC KEY-----\nM?ow\n-----END PUBLIC KEY-----\n', 'release.key.pub'),
    text: 'error[key.not-pem]: release.key.pub: this is no key file: what is between BEGIN and END is not base64\n  give a PEM file as `eft key new` or `openssl genpkey -algorithm ed25519` writes it',
  },
  {
    code: 'key.not-pem',
    title: 'two keys in one file',
    provoke: () =>
      readKeyFile(
        formatPublicKeyFile(firstKey.public) + formatPrivateKeyFile(firstKey, 'the other half'),
        'release.key',
      ),
    text: 'error[key.not-pem]: release.key: this is no key file: it holds more than one thing\n  give a PEM file as `eft key new` or `openssl genpkey -algorithm ed25519` writes it',
  },
  {
    code: 'key.encrypted',
    title: 'a private key with a passphrase',
    provoke: () => readKeyFile(pem('ENCRYPTED PRIVATE KEY', '3000'), 'release.key'),
    text: 'error[key.encrypted]: release.key: the private key is encrypted with a passphrase, which Eft does not ask for\n  decrypt it for this use with `openssl pkey -in FILE -out PLAIN`, on a disk that is itself encrypted',
  },
  {
    code: 'key.not-ed25519',
    title: 'an X25519 key, which cannot sign',
    provoke: () => readKeyFile(pem('PUBLIC KEY', `302a300506032b656e032100${'09'.repeat(32)}`), 'x.pub'),
    text: 'error[key.not-ed25519]: x.pub: the key is not an Ed25519 key: the PUBLIC KEY is of another algorithm\n  make one with `eft key new FILE`',
  },
  {
    code: 'key.not-ed25519',
    title: 'a certificate',
    provoke: () => readKeyFile(pem('CERTIFICATE', '3000'), 'ca.crt'),
    text: 'error[key.not-ed25519]: ca.crt: the key is not an Ed25519 key: the file holds a CERTIFICATE\n  make one with `eft key new FILE`',
  },
  {
    code: 'key.not-ed25519',
    title: 'an Ed25519 key with a byte more than it should have',
    provoke: () => readKeyFile(pem('PUBLIC KEY', `302a300506032b6570032100${'09'.repeat(33)}`), 'x.pub'),
    text: 'error[key.not-ed25519]: x.pub: the key is not an Ed25519 key: the PUBLIC KEY is not in the form that RFC 8410 gives it\n  make one with `eft key new FILE`',
  },
  {
    code: 'key.private-needed',
    title: 'signing with the public key',
    provoke: () => readPrivateKeyFile(formatPublicKeyFile(firstKey.public), 'release.key.pub'),
    text: 'error[key.private-needed]: release.key.pub: this is a public key, and signing needs the private one\n  give the file without `.pub`',
  },
  {
    code: 'key.public-needed',
    title: 'a private key for a trust policy',
    provoke: () => readPublicKeyFile(formatPrivateKeyFile(firstKey), 'release.key'),
    text: 'error[key.public-needed]: release.key: this is a private key, and only a public one belongs here\n  give the `.pub` file beside it; keep the private key away from trust policies',
  },
  {
    code: 'key.weak',
    title: 'a public key of small order',
    provoke: () => publicKeyFromBytes(new Uint8Array(32), { file: 'release.key.pub' }),
    text: 'error[key.weak]: release.key.pub: the public key is no point of the Ed25519 group that a signature could be trusted under: it has small order, so that many messages verify under one signature\n  do not use this key; somebody made it on purpose',
  },
  {
    code: 'key.weak',
    title: 'a public key that is not on the curve',
    provoke: () => readKeyFile(pem('PUBLIC KEY', `302a300506032b6570032100${'02'.padEnd(64, '0')}`), 'x.pub'),
    text: 'error[key.weak]: x.pub: the public key is no point of the Ed25519 group that a signature could be trusted under: its bytes are not the canonical encoding of a point on the curve\n  do not use this key; somebody made it on purpose',
  },
  {
    code: 'key.exists',
    title: 'a key file that is there already',
    provoke: () =>
      inTemporaryFolder(() => {
        writeNewKeyFile('release.key', 'old', 0o600);
        writeNewKeyFile('release.key', 'new', 0o600);
      }),
    text: 'error[key.exists]: release.key: the file is there already, and keys are never overwritten\n  choose another name, or move the old key away yourself',
  },
];
