/**
 * The authority of the API: the certificate that operators and nodes are known by, and its key, which issues them (RFC 5280). Here it is opened and held
 * to what is asked of it; issuing is in issue.ts.
 *
 * Certificates that others have made are taken apart by OpenSSL alone.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { EftError } from '../errors/eft-error.ts';

export type Authority = {
  /** In DER. */
  readonly certificate: Uint8Array<ArrayBuffer>;
  readonly key: KeyObject;
  /** From when until when it is good, in milliseconds since 1970. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

/** Bytes of a certificate or key in PEM; the largest sensible ones have a tenth of it. */
export const maximumPemBytes = 16_384;

/** Opens an authority from its certificate and key in PEM. Errors: `pki.certificate`, `pki.key`, `pki.not-authority`, `pki.key-mismatch`. */
export function openAuthority(certificate: string, key: string): Authority {
  const opened = openAuthorityCertificate(certificate);
  const privateKey = openPrivateKey(key);
  if (!opened.checkPrivateKey(privateKey)) throw EftError.of('pki.key-mismatch', {});
  return authorityOf(opened, privateKey);
}

/** The same, of what has been issued here. */
export function authorityOf(certificate: X509Certificate, key: KeyObject): Authority {
  return {
    certificate: new Uint8Array(certificate.raw),
    key,
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
  };
}

/** The certificate of an authority, in PEM, without its key. Errors: `pki.certificate`, `pki.not-authority`, `pki.key`. */
export function openAuthorityCertificate(text: string): X509Certificate {
  const certificate = openCertificate(text);
  const refuse = (reason: string): EftError =>
    EftError.of('pki.not-authority', { subject: subjectOf(certificate), reason });
  if (!certificate.ca) throw refuse('it is not one of an authority (basicConstraints)');
  // An authority below another one would need the other one's certificate too, and there is room for one.
  if (!certificate.verify(certificate.publicKey)) throw refuse('it is not signed by itself');
  checkKeyKind(certificate.publicKey);
  return certificate;
}

/** One certificate in PEM. Errors: `pki.certificate`. */
export function openCertificate(text: string): X509Certificate {
  const refuse = (reason: string, cause?: unknown): EftError =>
    EftError.of('pki.certificate', { reason }, { cause });
  if (text.length > maximumPemBytes) throw refuse(`it is longer than ${maximumPemBytes} bytes`);
  const begins = text.split('-----BEGIN ').length - 1;
  if (begins !== 1) throw refuse(begins === 0 ? 'it has no BEGIN line' : 'there is more than one in it');
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw refuse(reasonOf(error), error);
  }
}

/** A private key in PEM that the API can use. Errors: `pki.key`. */
export function openPrivateKey(text: string): KeyObject {
  if (text.length > maximumPemBytes)
    throw EftError.of('pki.key', { reason: `it is longer than ${maximumPemBytes} bytes` });
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, format: 'pem' });
  } catch {
    // OpenSSL's own words are about its decoders, and the cause might quote the key.
    throw EftError.of('pki.key', { reason: 'it is not a private key in PEM, or it is encrypted' });
  }
  checkKeyKind(key);
  return key;
}

/** ECDSA on P-256 and Ed25519 are what TLS 1.3 clients have, and what nothing is known against (RFC 8446, 4.2.3). Errors: `pki.key`. */
export function checkKeyKind({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject): void {
  const curve = asymmetricKeyDetails?.namedCurve;
  if (type === 'ed25519' || (type === 'ec' && curve === 'prime256v1')) return;
  throw EftError.of('pki.key', { reason: `it is of the kind ${curve ?? type ?? 'secret'}` });
}

/** SHA-256 of a certificate in DER, as OpenSSL and browsers print it: `AB:CD:…`, 32 bytes. */
export function fingerprintOf(certificate: Uint8Array): string {
  const digest = createHash('sha256').update(certificate).digest('hex').toUpperCase();
  return (digest.match(/../g) ?? []).join(':');
}

/** A certificate in DER as PEM (RFC 7468). */
export function certificatePem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** A private key as PEM: PKCS #8 (RFC 5958). */
export function keyPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** Whom a certificate is for, on one line. */
export function subjectOf({ subject }: X509Certificate): string {
  return (subject ?? '').split('\n').join(', ') || 'nobody';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
