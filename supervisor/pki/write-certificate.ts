/**
 * Writes certificates (RFC 5280), by the schemas of `@peculiar/asn1-x509`. Everything in them is decided by who calls; whether it may be is decided in
 * issue.ts, the only one that imports this file, and only when there is something to issue: the library takes longer to load than the rest of
 * PID 1's own code.
 */
import { createHash, type KeyObject, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

export type CertificateFields = {
  /** Positive, in the shortest form of an INTEGER, at most 20 bytes (RFC 5280, 4.1.2.2). */
  readonly serial: Uint8Array;
  /** The certificate of the authority in DER, or undefined if this one is signed by itself. */
  readonly issuer: Uint8Array | undefined;
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly use: 'authority' | 'server' | 'client';
  /** DNS names, and addresses in text. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
};

/** RFC 4519, 2.3 and 2.19. */
const commonNameType = '2.5.4.3';
const organizationType = '2.5.4.10';
/** RFC 5758, 3.2, and RFC 8410, 3; both without parameters. */
const signatureAlgorithms = { ec: '1.2.840.10045.4.3.2', ed25519: '1.3.101.112' } as const;
/** Bytes of a key's identifier (RFC 7093, 2, the first method). */
const keyIdentifierBytes = 20;

/** The certificate in DER, signed with the authority's key, which is ECDSA on P-256 or Ed25519. */
export function writeCertificate(fields: CertificateFields, key: KeyObject): Uint8Array<ArrayBuffer> {
  const { serial, issuer, notBeforeMs, notAfterMs, use } = fields;
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  const algorithm = isEd25519 ? signatureAlgorithms.ed25519 : signatureAlgorithms.ec;
  const subject = nameOf(fields);
  const authority = issuer === undefined ? undefined : AsnConvert.parse(issuer, Certificate).tbsCertificate;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bufferOf(serial),
    signature: new AlgorithmIdentifier({ algorithm }),
    issuer: authority?.subject ?? subject,
    validity: new Validity({ notBefore: new Date(notBeforeMs), notAfter: new Date(notAfterMs) }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(fields.publicKey, SubjectPublicKeyInfo),
    extensions: new Extensions([
      extension(id_ce_basicConstraints, basicConstraints(use), true),
      extension(id_ce_keyUsage, new KeyUsage(keyUsage(use)), true),
      ...extendedKeyUsage(use),
      ...alternativeNames(fields),
      extension(id_ce_subjectKeyIdentifier, keyIdentifierOf(fields.publicKey)),
      ...authorityKeyIdentifier(authority?.extensions),
    ]),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signatureValue = bufferOf(sign(isEd25519 ? null : 'sha256', signed, key));
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm });
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue });
  return new Uint8Array(AsnConvert.serialize(certificate));
}

function nameOf({ commonName, organizations }: CertificateFields): Name {
  const part = (type: string, utf8String: string): RelativeDistinguishedName =>
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) }),
    ]);
  const parts = organizations.map((organization) => part(organizationType, organization));
  return new Name([...parts, part(commonNameType, commonName)]);
}

/** An authority issues for nodes and operators, and no other authorities. */
function basicConstraints(use: CertificateFields['use']): BasicConstraints {
  return use === 'authority'
    ? new BasicConstraints({ cA: true, pathLenConstraint: 0 })
    : new BasicConstraints();
}

function keyUsage(use: CertificateFields['use']): number {
  return use === 'authority'
    ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
    : KeyUsageFlags.digitalSignature;
}

function extendedKeyUsage(use: CertificateFields['use']): readonly Extension[] {
  if (use === 'authority') return [];
  const purpose = use === 'server' ? id_kp_serverAuth : id_kp_clientAuth;
  return [extension(id_ce_extKeyUsage, new ExtendedKeyUsage([purpose]))];
}

function alternativeNames({ names, addresses }: CertificateFields): readonly Extension[] {
  const entries = [
    ...names.map((dNSName) => new GeneralName({ dNSName })),
    ...addresses.map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  return entries.length === 0 ? [] : [extension(id_ce_subjectAltName, new SubjectAlternativeName(entries))];
}

function keyIdentifierOf(publicKey: Uint8Array): SubjectKeyIdentifier {
  const { subjectPublicKey } = AsnConvert.parse(publicKey, SubjectPublicKeyInfo);
  const digest = createHash('sha256').update(Buffer.from(subjectPublicKey)).digest();
  return new SubjectKeyIdentifier(bufferOf(digest.subarray(0, keyIdentifierBytes)));
}

/** What the authority is called in its own certificate; one that another program has made may have no identifier, or one made in another way. */
function authorityKeyIdentifier(extensions: Extensions | undefined): readonly Extension[] {
  const own = extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  if (own === undefined) return [];
  const { buffer } = AsnConvert.parse(own.extnValue.buffer, SubjectKeyIdentifier);
  const keyIdentifier = new KeyIdentifier(buffer);
  return [extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier }))];
}

function extension(extnID: string, value: object, critical = false): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, critical, extnValue });
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
