import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extension,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { certificateMark } from '../config/api-schema.ts';
import {
  derOf,
  issueClientCertificate,
  issueServerCertificate,
  newAuthority,
  newKeyPair,
} from '../pki/issue.ts';
import { signatureTwin } from './signature-twin.ts';
import { Caller, type ChainRules } from './verify-chain.ts';

const nowMs = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
const dates = { notBeforeMs: nowMs - 30 * dayMs, notAfterMs: nowMs + 30 * dayMs };
const authority = await newAuthority('eft', dates);
const key = newKeyPair();
const rules: ChainRules = { authority: new X509Certificate(authority.certificate), revoked: new Set() };
const request = {
  authority,
  publicKey: derOf(key.publicKey),
  name: 'ada',
  roles: ['os:reader', 'team:watch'],
  nowMs,
  lifetimeMs: dayMs,
};
const { chain } = await issueClientCertificate(request);
const [leaf] = chain;

const identify = (certificate: Uint8Array | undefined, by = rules, at = nowMs) =>
  new Caller(certificate === undefined ? [] : [certificate], '10.0.0.9').identify(by, at);

/** Why somebody is nobody. */
function reason(certificate: Uint8Array | undefined, by = rules, at = nowMs): string {
  const identity = identify(certificate, by, at);
  return identity.type === 'nobody' ? identity.reason : `it is ${identity.name} with ${identity.roles}`;
}

/** The certificate with other contents, signed by the authority all the same: what an authority could be made to sign. */
function changed(change: (certificate: Certificate) => void, signer: KeyObject = authority.key): Uint8Array {
  const certificate = AsnConvert.parse(leaf, Certificate);
  change(certificate);
  // The bytes as they were would be written again otherwise.
  const { tbsCertificate } = certificate;
  Reflect.deleteProperty(certificate, 'tbsCertificateRaw');
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const isEd25519 = signer.asymmetricKeyType === 'ed25519';
  const signature = sign(isEd25519 ? null : 'sha256', signed, signer);
  certificate.signatureValue = new Uint8Array(signature).buffer;
  return new Uint8Array(AsnConvert.serialize(certificate));
}

/** A subject of these parts, each of which may have several values. */
function withSubject(
  ...parts: readonly (readonly (readonly [string, string, ('bmpString' | 'utf8String')?])[])[]
) {
  return changed(({ tbsCertificate }) => {
    tbsCertificate.subject = new Name(
      parts.map(
        (values) =>
          new RelativeDistinguishedName(
            values.map(
              ([type, text, form = 'utf8String']) =>
                new AttributeTypeAndValue({ type, value: new AttributeValue({ [form]: text }) }),
            ),
          ),
      ),
    );
  });
}

const commonName = '2.5.4.3';
const organization = '2.5.4.10';
const unit = '2.5.4.11';

it('knows who the authority has issued a certificate for', () => {
  expect(identify(leaf)).toEqual({
    type: 'client',
    name: 'ada',
    roles: ['os:reader', 'team:watch'],
    fingerprint: certificateMark(new X509Certificate(leaf).fingerprint256),
    peer: '10.0.0.9',
  });
});

it('does not know anyone without a certificate, without an authority, or with what is no certificate', () => {
  expect(reason(undefined)).toBe('it has shown no certificate');
  expect(reason(leaf, { authority: undefined, revoked: new Set() })).toContain('no authority');
  expect(reason(new Uint8Array(9_000))).toBe('its certificate is too large');
  expect(reason(Uint8Array.of(0x30, 3, 2, 1, 1))).toBe('what it has shown is no certificate');
});

it('knows by the clock of the node when a certificate is good', () => {
  expect(reason(leaf, rules, nowMs + 2 * dayMs)).toBe('its certificate has expired');
  expect(reason(leaf, rules, nowMs - dayMs)).toBe('its certificate is not good yet');
  expect(reason(leaf, rules, Number.NaN)).toBe('its certificate is not good yet');
  const caller = new Caller(chain, '');
  expect(caller.identify(rules, nowMs).type).toBe('client');
  expect(caller.identify(rules, nowMs + 2 * dayMs).type).toBe('nobody');
});

it('takes no certificate for longer than its authority is good', async () => {
  const short = await newAuthority('eft', { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + dayMs });
  const long = changed(({ tbsCertificate }) => {
    tbsCertificate.issuer = AsnConvert.parse(short.certificate, Certificate).tbsCertificate.subject;
    tbsCertificate.validity.notAfter.utcTime = new Date(nowMs + 9 * dayMs);
    if (tbsCertificate.extensions !== undefined) tbsCertificate.extensions.splice(3);
  }, short.key);
  const by = { authority: new X509Certificate(short.certificate), revoked: new Set<string>() };
  expect(reason(long, by)).toContain('it is ada');
  expect(reason(long, by, nowMs + 2 * dayMs)).toBe('the authority of the node has expired');
});

it('does not believe another authority, even one of the same name', async () => {
  const other = await newAuthority('eft', dates);
  const { chain: forged } = await issueClientCertificate({
    ...request,
    authority: other,
    roles: ['os:admin'],
  });
  expect(reason(forged[0])).toBe('its certificate is of another authority than that of this node');
  // The node's own authority behind it changes nothing.
  expect(new Caller([forged[0], authority.certificate], '').identify(rules, nowMs).type).toBe('nobody');
});

it('takes no certificate that a client has issued itself', async () => {
  const own = { ...authority, certificate: leaf, key: key.privateKey };
  const { chain: forged } = await issueClientCertificate({ ...request, authority: own, roles: ['os:admin'] });
  expect(new Caller([...forged, authority.certificate], '').identify(rules, nowMs).type).toBe('nobody');
});

it('takes no certificate of another use: of a server, of an authority, or whose key is not for signing', async () => {
  const server = await issueServerCertificate({ ...request, names: ['node'], addresses: [] });
  expect(reason(server.chain[0])).toBe('its certificate is not for clients');
  expect(reason(authority.certificate)).toBe('its certificate is that of an authority');
  const keyUsage = (bits: number): Uint8Array =>
    changed(({ tbsCertificate }) => {
      for (const extension of tbsCertificate.extensions ?? [])
        if (extension.extnID === '2.5.29.15')
          extension.extnValue = new OctetString(Uint8Array.of(3, 2, 0, bits).buffer);
    });
  expect(reason(keyUsage(0x80))).toContain('it is ada');
  expect(reason(keyUsage(0x20))).toContain('its key is not for signing');
});

it('refuses a critical extension that it does not know, and one that is there twice', () => {
  const add = (extnID: string, critical: boolean): Uint8Array =>
    changed(({ tbsCertificate }) => {
      const extnValue = new OctetString(Uint8Array.of(5, 0).buffer);
      tbsCertificate.extensions?.push(new Extension({ extnID, critical, extnValue }));
    });
  expect(reason(add('1.2.3.4', true))).toContain('a critical extension that this node does not know');
  expect(reason(add('1.2.3.4', false))).toContain('it is ada');
  expect(reason(add('2.5.29.14', false))).toMatch(/twice|cannot be read|another authority/);
});

it('takes only keys and signatures that are good enough', async () => {
  for (const publicKey of [
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
  ]) {
    const other = changed(({ tbsCertificate }) => {
      tbsCertificate.subjectPublicKeyInfo = AsnConvert.parse(derOf(publicKey), SubjectPublicKeyInfo);
    });
    expect(reason(other)).toBe('the key of its certificate is neither on P-256 nor of Ed25519');
  }
  const sha1 = changed((certificate) => {
    const weak = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.1' });
    certificate.signatureAlgorithm = weak;
    certificate.tbsCertificate.signature = weak;
  });
  expect(identify(sha1).type).toBe('nobody');
  const ed25519 = generateKeyPairSync('ed25519');
  const { chain: good } = await issueClientCertificate({ ...request, publicKey: derOf(ed25519.publicKey) });
  expect(reason(good[0])).toContain('it is ada');
});

it('does not know who is revoked, by serial number or by fingerprint', () => {
  const { serialNumber, fingerprint256 } = new X509Certificate(leaf);
  const revoking = (...marks: string[]) => ({ ...rules, revoked: new Set(marks.map(certificateMark)) });
  expect(reason(leaf, revoking(`00:${serialNumber}`))).toBe('its certificate is revoked');
  expect(reason(leaf, revoking(fingerprint256))).toBe('its certificate is revoked');
  expect(reason(leaf, revoking('01'))).toContain('it is ada');
  // The holder can give it another fingerprint, and is revoked by both.
  const twin = signatureTwin(leaf);
  expect(reason(twin)).toContain('it is ada');
  const other = new X509Certificate(twin).fingerprint256;
  expect(other).not.toBe(fingerprint256);
  expect(reason(twin, revoking(fingerprint256))).toBe('its certificate is revoked');
  expect(reason(leaf, revoking(other))).toBe('its certificate is revoked');
  expect(signatureTwin(twin)).toEqual(Buffer.from(leaf));
  // For a connection that is there already, the next configuration counts at once.
  const caller = new Caller(chain, '');
  expect(caller.identify(rules, nowMs).type).toBe('client');
  expect(caller.identify(revoking(serialNumber), nowMs).type).toBe('nobody');
});

it('is not fooled by what stands in a subject: only a whole organization is a role', () => {
  const hostile = [
    'x\nO=os:admin',
    'x, O=os:admin',
    'x/O=os:admin',
    'x+O=os:admin',
    'os:admin\0',
    ' os:admin',
  ];
  for (const text of [...hostile, 'os:admin ', 'OS:ADMIN', 'оs:admin', '"os:admin"', 'os:admin,os:reader']) {
    const subject = withSubject([[organization, text]], [[commonName, 'mallory']]);
    expect(reason(subject)).toBe('it is mallory with ');
  }
  // Two values of one part, another part, and other kinds of text.
  expect(
    reason(
      withSubject(
        [
          [organization, 'os:reader'],
          [unit, 'os:admin'],
        ],
        [[commonName, 'mallory']],
      ),
    ),
  ).toBe('it is mallory with os:reader');
  expect(reason(withSubject([[organization, 'os:reader', 'bmpString']], [[commonName, 'eve']]))).toBe(
    'it is eve with os:reader',
  );
  expect(
    reason(withSubject([[organization, 'os:reader']], [[organization, 'os:reader']], [[commonName, 'eve']])),
  ).toBe('it is eve with os:reader');
  const many = Array.from({ length: 17 }, (_, index) => [[organization, `r${index}`]] as const);
  expect(reason(withSubject(...many, [[commonName, 'eve']]))).toContain('more than 16');
});

it('wants one plain name', () => {
  const bad = 'the subject of its certificate has not one plain common name';
  expect(reason(withSubject([[organization, 'os:admin']]))).toBe(bad);
  expect(reason(withSubject([[commonName, 'a']], [[commonName, 'b']]))).toBe(bad);
  for (const text of ['a\nO=os:admin', 'a\u001b[2J', 'a\u202eb', 'a\0b', ''])
    expect(reason(withSubject([[organization, 'os:admin']], [[commonName, text]]))).not.toContain('it is');
  expect(reason(withSubject([[organization, 'os:reader']], [[commonName, 'a, O=os:admin']]))).toBe(
    'it is a, O=os:admin with os:reader',
  );
});

it('never knows a certificate of which a byte was changed, and never throws', () => {
  fc.assert(
    fc.property(fc.nat(leaf.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
      const broken = leaf.slice();
      broken[index] = (broken[index] ?? 0) ^ flip;
      expect(identify(broken).type).toBe('nobody');
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(identify(bytes).type).toBe('nobody');
    }),
  );
});
