import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type Authority, certificatePem, fingerprintOf, keyPem, openAuthority } from './authority.ts';
import {
  alternativeNamesLimit,
  derOf,
  issueClientCertificate,
  issueMaintenanceCertificate,
  issueServerCertificate,
  newAuthorityFor,
  newKeyPair,
  newMaintenanceAuthority,
  noEndMs,
  serverLifetimeMs,
} from './issue.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-pki-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = Date.now();
const dayMs = 86_400_000;

function openssl(...parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('openssl', parameters, {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`openssl ${parameters.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

function save(name: string, certificate: Uint8Array): string {
  writeFileSync(join(folder, name), certificatePem(certificate));
  return name;
}

const p256Key = derOf(newKeyPair().publicKey);
const ed25519Key = derOf(generateKeyPairSync('ed25519').publicKey);

/** An authority that OpenSSL has made. */
function opensslAuthority(name: string, ...parameters: readonly string[]): Authority {
  openssl(
    'req',
    '-x509',
    ...parameters,
    '-addext',
    'keyUsage=critical,keyCertSign',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.pem`,
    '-days',
    '9',
  );
  const read = (file: string): string => readFileSync(join(folder, file), 'latin1');
  return openAuthority(read(`${name}.pem`), read(`${name}.key`));
}

const authorities: readonly (readonly [string, () => Authority | Promise<Authority>])[] = [
  ['its own', () => newAuthorityFor('eft test', nowMs, dayMs)],
  [
    'OpenSSL, P-256',
    () =>
      opensslAuthority(
        'ec',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-subj',
        '/O=Größe/CN=ca',
      ),
  ],
  [
    'OpenSSL, Ed25519, several parts in one, a country',
    () =>
      opensslAuthority(
        'ed',
        '-newkey',
        'ed25519',
        '-multivalue-rdn',
        '-utf8',
        '-subj',
        '/C=DE/O=x+OU=y/CN=Kü/emailAddress=a@b.c',
      ),
  ],
];

it.each(authorities)('OpenSSL verifies what an authority of %s has issued', async (_name, make) => {
  const authority = await make();
  save('authority.pem', authority.certificate);
  expect(
    openssl('verify', '-x509_strict', '-check_ss_sig', '-CAfile', 'authority.pem', 'authority.pem'),
  ).toContain('OK');
  for (const publicKey of [p256Key, ed25519Key]) {
    const server = await issueServerCertificate({
      authority,
      publicKey,
      names: ['node-1', 'node-1.example.org'],
      addresses: ['10.57.0.2', '2001:db8::1'],
      nowMs,
    });
    const client = await issueClientCertificate({
      authority,
      publicKey,
      name: 'Zoë',
      roles: ['os:reader', 'os:etcd:backup'],
      nowMs,
      lifetimeMs: dayMs,
    });
    const strictly = ['verify', '-x509_strict', '-CAfile', 'authority.pem', '-purpose'];
    const host = ['-verify_hostname', 'node-1.example.org'];
    const serverFile = save('server.pem', server.chain[0]);
    const clientFile = save('client.pem', client.chain[0]);
    expect(openssl(...strictly, 'sslserver', ...host, serverFile)).toContain('OK');
    expect(openssl(...strictly, 'sslserver', '-verify_ip', '2001:db8::1', serverFile)).toContain('OK');
    expect(openssl(...strictly, 'sslclient', clientFile)).toContain('OK');
    // One is not good for the other.
    expect(() => openssl(...strictly, 'sslclient', serverFile)).toThrow('unsuitable certificate purpose');
    expect(() => openssl(...strictly, 'sslserver', clientFile)).toThrow('unsuitable certificate purpose');
    expect(() => openssl(...strictly, 'sslserver', '-verify_ip', '10.57.0.3', serverFile)).toThrow(
      'IP address mismatch',
    );
  }
});

it('writes the name of an authority as the authority has it, byte by byte', async () => {
  const authority = opensslAuthority('teletex', '-newkey', 'ed25519', '-subj', '/C=DE/O=A Co/CN=ca');
  const { chain } = await issueServerCertificate({
    authority,
    publicKey: p256Key,
    names: ['a'],
    addresses: [],
    nowMs,
  });
  const [server, own] = chain.map((der) => new X509Certificate(der));
  expect(own !== undefined && server?.checkIssued(own)).toBe(true);
  const subject = openssl(
    'x509',
    '-in',
    save('own.pem', authority.certificate),
    '-noout',
    '-subject_hash_old',
  );
  expect(openssl('x509', '-in', save('leaf.pem', chain[0]), '-noout', '-issuer_hash_old')).toBe(subject);
});

it('lives for 12 hours, begins a little earlier, and has the names, roles and serial numbers that it should', async () => {
  const authority = await newAuthorityFor('eft test', nowMs, dayMs);
  const request = {
    authority,
    publicKey: p256Key,
    names: ['node-1'],
    addresses: ['10.0.0.1', '::ffff:1.2.3.4', 'fe80::1%eth0'],
    nowMs,
  };
  const issued = await issueServerCertificate(request);
  const server = new X509Certificate(issued.chain[0]);
  expect(server.validToDate.getTime()).toBe(Math.floor((nowMs + serverLifetimeMs) / 1_000) * 1_000);
  expect(issued.notAfterMs).toBe(server.validToDate.getTime());
  expect(issued.notBeforeMs).toBe(server.validFromDate.getTime());
  expect(server.validFromDate.getTime()).toBeLessThan(nowMs);
  expect(server.subjectAltName).toBe('DNS:node-1, IP Address:10.0.0.1, IP Address:0:0:0:0:0:FFFF:102:304');
  expect(server.ca).toBe(false);
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  const again = new X509Certificate((await issueServerCertificate(request)).chain[0]);
  expect(again.serialNumber).not.toBe(server.serialNumber);
  expect(server.serialNumber).toMatch(/^01[0-9A-F]{32}$/);

  const client = await issueClientCertificate({
    authority,
    publicKey: ed25519Key,
    name: 'Zoë',
    roles: ['os:reader', 'os:admin'],
    nowMs,
    lifetimeMs: 99 * dayMs,
  });
  const certificate = new X509Certificate(client.chain[0]);
  expect(certificate.toLegacyObject().subject).toMatchObject({ CN: 'Zoë', O: ['os:reader', 'os:admin'] });
  // No longer than the authority.
  expect(certificate.validToDate.getTime()).toBe(authority.notAfterMs);
});

it('has no dates in maintenance, so that no clock is in the way, and one fingerprint however often it issues', async () => {
  const authority = await newMaintenanceAuthority();
  const issued = await Promise.all(
    [p256Key, ed25519Key].map((publicKey) =>
      issueMaintenanceCertificate({ authority, publicKey, names: [], addresses: ['10.0.0.1'] }),
    ),
  );
  save('maintenance.pem', authority.certificate);
  for (const { chain } of issued) {
    const leaf = save('leaf.pem', chain[0]);
    for (const time of ['1', '4102444800', '32503680000']) {
      expect(
        openssl(
          'verify',
          '-x509_strict',
          '-attime',
          time,
          '-CAfile',
          'maintenance.pem',
          '-purpose',
          'sslserver',
          leaf,
        ),
      ).toContain('OK');
    }
    expect(new X509Certificate(chain[0]).validToDate.getTime()).toBe(noEndMs);
    expect(fingerprintOf(chain[1])).toBe(fingerprintOf(authority.certificate));
  }
  const printed = openssl('x509', '-in', 'maintenance.pem', '-noout', '-fingerprint', '-sha256');
  expect(printed.trim().split('=')[1]).toBe(fingerprintOf(authority.certificate));
  expect(fingerprintOf((await newMaintenanceAuthority()).certificate)).not.toBe(
    fingerprintOf(authority.certificate),
  );
});

it('leaves out names and addresses that are none, and those beyond the limit', async () => {
  const authority = await newMaintenanceAuthority();
  const altNames = async (
    names: readonly string[],
    addresses: readonly string[],
  ): Promise<readonly string[]> => {
    const { chain } = await issueMaintenanceCertificate({ authority, publicKey: p256Key, names, addresses });
    return new X509Certificate(chain[0]).subjectAltName?.split(', ') ?? [];
  };
  expect(
    await altNames(
      ['a b', '', '-a', 'a', 'a', '10.0.0.1', 'fe80::1%eth0', 'x'.repeat(254)],
      ['10.0.0.256', 'a', ''],
    ),
  ).toEqual(['DNS:a', 'IP Address:10.0.0.1']);
  expect(await altNames([], [])).toEqual([]);
  const many = Array.from({ length: 100 }, (_, index) => `n${index}`);
  expect(await altNames(many, ['10.0.0.1'])).toHaveLength(alternativeNamesLimit);
});

it('takes any address and name from a configuration, and gives what OpenSSL reads as the same', async () => {
  const authority = await newMaintenanceAuthority();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.ipV6(), { maxLength: 3 }),
      fc.array(fc.ipV4(), { maxLength: 3 }),
      fc.array(fc.domain(), { maxLength: 3 }),
      async (six, four, names) => {
        const { chain } = await issueMaintenanceCertificate({
          authority,
          publicKey: p256Key,
          names,
          addresses: [...six, ...four],
        });
        const certificate = new X509Certificate(chain[0]);
        for (const address of [...six, ...four]) expect(certificate.checkIP(address)).toBe(address);
        for (const name of names) expect(certificate.checkHost(name)).toBeDefined();
      },
    ),
    { numRuns: 60 },
  );
});

it('issues for no key but those of the two kinds, whatever a gateway shows', async () => {
  const authority = await newMaintenanceAuthority();
  const issue = (publicKey: Uint8Array) =>
    issueMaintenanceCertificate({ authority, publicKey, names: [], addresses: [] });
  const others = [
    generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey,
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
    generateKeyPairSync('x25519').publicKey,
  ];
  for (const key of others) await expect(issue(derOf(key))).rejects.toMatchObject({ code: 'pki.key' });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(p256Key.length - 1), async (bytes, at) => {
      await expect(issue(bytes)).rejects.toMatchObject({ code: 'pki.key' });
      // A changed key is another key, or none; never another kind of error, and never bytes that OpenSSL would not write.
      const changed = Uint8Array.from(p256Key, (byte, index) => (index === at ? byte ^ 1 : byte));
      const came = await issue(changed).catch((error: unknown) => error);
      if (came instanceof Error) expect(came).toMatchObject({ code: 'pki.key' });
    }),
    { numRuns: 100 },
  );
  const compressed = createPublicKey({ key: Buffer.from(p256Key), format: 'der', type: 'spki' });
  expect(new X509Certificate((await issue(derOf(compressed))).chain[0]).publicKey.equals(compressed)).toBe(
    true,
  );
});

it('issues nothing before the authority is good, nor after', async () => {
  const authority = await newAuthorityFor('eft test', nowMs, dayMs);
  const at = (timeMs: number) =>
    issueServerCertificate({ authority, publicKey: p256Key, names: ['a'], addresses: [], nowMs: timeMs });
  await expect(at(nowMs + dayMs)).rejects.toMatchObject({ code: 'pki.outlived' });
  await expect(at(nowMs - dayMs)).rejects.toMatchObject({ code: 'pki.outlived' });
  await expect(at(nowMs + dayMs - 2_000)).resolves.toBeDefined();
});

it('opens what it has written, and keeps the key readable for OpenSSL', async () => {
  const authority = await newAuthorityFor('eft test', nowMs, dayMs);
  const opened = openAuthority(certificatePem(authority.certificate), keyPem(authority.key));
  expect(Buffer.from(opened.certificate).equals(authority.certificate)).toBe(true);
  expect(opened).toMatchObject({ notBeforeMs: authority.notBeforeMs, notAfterMs: authority.notAfterMs });
  writeFileSync(join(folder, 'kept.key'), keyPem(authority.key));
  expect(openssl('pkey', '-in', 'kept.key', '-check', '-noout')).toContain('valid');
  expect(createPrivateKey(keyPem(authority.key)).equals(authority.key)).toBe(true);
});
