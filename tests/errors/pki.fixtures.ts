import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readAuthorityFile } from '../../cli/pki/authority-file.ts';
import { chooseAuthority } from '../../cli/pki/choose-authority.ts';
import { checkAuthorityOf, newOperator } from '../../cli/pki/operator.ts';
import { minimalConfig } from '../../supervisor/config/minimal-config.ts';
import {
  certificatePem,
  keyPem,
  openAuthority,
  openAuthorityCertificate,
  openPrivateKey,
} from '../../supervisor/pki/authority.ts';
import {
  derOf,
  issueClientCertificate,
  issueServerCertificate,
  newAuthorityFor,
  newKeyPair,
} from '../../supervisor/pki/issue.ts';
import type { Fixture } from './fixture.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const nowMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
const authority = await newAuthorityFor('eft', nowMs, dayMs);
const publicKey = derOf(newKeyPair().publicKey);
const client = { authority, publicKey, name: 'ada', roles: ['os:reader'], nowMs, lifetimeMs: dayMs };

export const fixtures: readonly Fixture[] = [
  {
    code: 'pki.certificate',
    title: 'a certificate that is no PEM file',
    provoke: () => openAuthorityCertificate('MIIB'),
    text: 'error[pki.certificate]: this is no certificate: it has no BEGIN line\n  give it in PEM, from BEGIN CERTIFICATE to END CERTIFICATE; `eft config gen` makes an authority',
  },
  {
    code: 'pki.certificate',
    title: 'two certificates where one is asked for',
    provoke: () => openAuthorityCertificate(certificatePem(authority.certificate).repeat(2)),
    text: 'error[pki.certificate]: this is no certificate: there is more than one in it\n  give it in PEM, from BEGIN CERTIFICATE to END CERTIFICATE; `eft config gen` makes an authority',
  },
  {
    code: 'pki.key',
    title: 'a key of a kind that the API does not use',
    provoke: () => openPrivateKey(keyPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)),
    text: 'error[pki.key]: this is no key that the API can use: it is of the kind secp384r1\n  give an ECDSA key on P-256 or an Ed25519 key, in PEM and without a passphrase',
  },
  {
    code: 'pki.key',
    title: 'a key with a passphrase',
    provoke: () =>
      openPrivateKey(
        authority.key
          .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
          .toString(),
      ),
    text: 'error[pki.key]: this is no key that the API can use: it is not a private key in PEM, or it is encrypted\n  give an ECDSA key on P-256 or an Ed25519 key, in PEM and without a passphrase',
  },
  {
    code: 'pki.key-mismatch',
    title: 'an authority with the key of another one',
    provoke: () => openAuthority(certificatePem(authority.certificate), keyPem(newKeyPair().privateKey)),
    text: 'error[pki.key-mismatch]: the key is not that of the certificate\n  give the two that were made together',
  },
  {
    code: 'pki.not-authority',
    title: 'the certificate of an operator where that of the authority belongs',
    provoke: async () => {
      const { chain } = await issueClientCertificate(client);
      openAuthorityCertificate(certificatePem(chain[0]));
    },
    text: 'error[pki.not-authority]: the certificate of O=os:reader, CN=ada may not issue others: it is not one of an authority (basicConstraints)\n  give the certificate of the authority, not one that it has issued',
  },
  {
    code: 'pki.outlived',
    title: 'an authority that has come to its end',
    provoke: () =>
      issueServerCertificate({ authority, publicKey, names: [], addresses: [], nowMs: nowMs + 9 * dayMs }),
    text: 'error[pki.outlived]: the authority cannot issue a certificate: it is good from 2025-12-31T23:50:00.000Z to 2026-01-02T00:00:00.000Z, and the clock says 2026-01-10T00:00:00.000Z\n  set the clock if it is wrong; else give the nodes a new authority, and issue new certificates from it',
  },
  {
    code: 'pki.name',
    title: 'an operator with a name that could pass for two parts of one',
    provoke: () => issueClientCertificate({ ...client, name: 'ada, O=os:admin' }),
    text: 'error[pki.name]: a certificate cannot be issued for the name "ada, O=os:admin": only letters, digits, spaces and . _ : @ - can be in it, and it begins with a letter or digit\n  give another one',
  },
  {
    code: 'pki.no-authority',
    title: 'a machine configuration without an authority, where its key is needed',
    provoke: () => inFile(minimalConfig({ type: 'worker', hostname: 'w1' })),
    text: 'error[pki.no-authority]: m.yaml: this file has no authority with its key: the configuration has no `machine.ca`\n  give the machine configuration that `eft config gen` has written, or the certificate and the key of the authority in one file, in PEM',
  },
  {
    code: 'pki.no-authority',
    title: 'a certificate without its key, where the key is needed',
    provoke: () => inFile(certificatePem(authority.certificate)),
    text: 'error[pki.no-authority]: m.yaml: this file has no authority with its key: there is no PRIVATE KEY in it\n  give the machine configuration that `eft config gen` has written, or the certificate and the key of the authority in one file, in PEM',
  },
  {
    code: 'pki.other-authority',
    title: 'a context whose nodes believe another authority',
    provoke: async () => {
      const credentials = await newOperator({ ...client, days: 1 });
      const other = await newAuthorityFor('other', nowMs, dayMs);
      checkAuthorityOf({ name: 'lab', nodes: [], ...credentials }, other);
    },
    text: 'error[pki.other-authority]: the nodes of the context lab are of another authority\n  give the authority that their configurations have in `machine.ca`',
  },
  {
    code: 'pki.which-authority',
    title: 'an operator to be made by nobody in particular',
    provoke: () => chooseAuthority({}),
    text: 'error[pki.which-authority]: it takes the authority of the machines to make an operator, and none or two are named\n  give either `--authority FILE` or `--cluster NAME`',
  },
];

/** Reads an authority from a file with this text. */
function inFile(text: string): unknown {
  return inTemporaryFolder(() => {
    writeFileSync('m.yaml', text);
    return readAuthorityFile('m.yaml');
  });
}
