/** A certificate authority and a server's certificate, made by OpenSSL, for tests of https. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type TestCertificates = {
  /** The authority's certificate, in PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
};

function openssl(folder: string, ...parameters: readonly string[]): void {
  const { status, stderr, error } = spawnSync('openssl', parameters, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${parameters.join(' ')}: ${error?.message ?? stderr}`);
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes them in `folder`, for a server with this address or name (`IP:10.0.0.1`, `DNS:example.org`), good for so many days. */
export function makeCertificates(folder: string, name: string, days = 2): TestCertificates {
  openssl(
    folder,
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=ca',
  );
  openssl(folder, 'req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server');
  writeFileSync(join(folder, 'server.ext'), `subjectAltName=${name}\n`);
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'server.ext'];
  openssl(
    folder,
    'x509',
    '-req',
    '-in',
    'server.csr',
    ...signing,
    '-days',
    String(days),
    '-out',
    'server.pem',
  );
  const read = (file: string): string => readFileSync(join(folder, file), 'latin1');
  return { authority: read('ca.pem'), certificate: read('server.pem'), key: read('server.key') };
}
