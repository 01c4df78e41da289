/**
 * Who a caller is, by the certificates that it has shown (RFC 5280, section 6): PID 1 decides that itself, whatever the gateway thinks of them.
 *
 * A caller's certificate is issued by the authority of the machine configuration itself, and there is nothing between the two: so the only chain there is
 * has one certificate, and no length of path to get wrong. What else a client shows, such as the authority, is not looked at.
 *
 * OpenSSL takes the certificate apart (docs/decisions/013-openssl-verifies.md). The danger is in names: the text that OpenSSL makes of a
 * subject can be read in several ways, so it is never taken apart again; each organization is asked for as a value of its own, and only one that has the
 * form of a role is one.
 */
import { X509Certificate } from 'node:crypto';
import { certificateMark } from '../config/api-schema.ts';
import { authorityFault, extensionFault } from './critical-extensions.ts';
import type { Identity } from './identity.ts';
import { roleForm } from './roles.ts';
import { signatureTwin } from './signature-twin.ts';

/** Certificates that are taken from the gateway for one connection, and bytes of one of them. */
export const chainLengthLimit = 4;
export const certificateBytesLimit = 8 * 1024;
/** Organizations in one subject, and letters of a role. */
const rolesLimit = 16;
const roleLengthLimit = 63;
/** A name for people, which stands in the audit log: without anything that a terminal would obey. */
const nameForm = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}$/u;
/** 20 bytes at most, and positive (RFC 5280, 4.1.2.2). */
const serialForm = /^[0-9A-F]{1,40}$/;
/** id-kp-clientAuth (RFC 5280, 4.2.1.12). That a certificate is for any purpose is not enough. */
const clientAuth = '1.3.6.1.5.5.7.3.2';
const ecdsa = '1.2.840.10045.4.3.';
/** ECDSA with SHA-256, -384 and -512 (RFC 5758, 3.2), and Ed25519 (RFC 8410, 3). */
const signatureAlgorithms = [`${ecdsa}2`, `${ecdsa}3`, `${ecdsa}4`, '1.3.101.112'];

/** Whose certificates count. One object for each configuration: who is known by one has to be looked at again for the next. */
export type ChainRules = {
  /** In maintenance there is none, and nobody is known. */
  readonly authority: X509Certificate | undefined;
  /** In the form of `certificateMark`. */
  readonly revoked: ReadonlySet<string>;
};

/** One connection's caller. What does not change is looked at once for each configuration; the clock is for every call. */
export class Caller {
  readonly peer: string;
  readonly #leaf: Uint8Array | undefined;
  #known: { readonly rules: ChainRules; readonly found: Found } | undefined;

  /** `chain` in DER, the caller's own first. */
  constructor(chain: readonly Uint8Array[], peer: string) {
    this.#leaf = chain[0];
    this.peer = peer;
  }

  /** Who it is by these rules at this time, in milliseconds since 1970. */
  identify(rules: ChainRules, nowMs: number): Identity {
    if (this.#known?.rules !== rules) this.#known = { rules, found: examine(this.#leaf, rules) };
    const { found } = this.#known;
    const { peer } = this;
    if (typeof found === 'string') return { type: 'nobody', reason: found, peer };
    const reason = timeFault(found.validity, nowMs);
    if (reason !== undefined) return { type: 'nobody', reason, peer };
    return { ...found.identity, peer };
  }
}

type Validity = { readonly whose: string; readonly fromMs: number; readonly untilMs: number };
type Found =
  | string
  | {
      readonly identity: Omit<Identity & { readonly type: 'client' }, 'peer'>;
      readonly validity: readonly Validity[];
    };

/** Whose certificate it is, or why that is not to be believed. */
function examine(leaf: Uint8Array | undefined, { authority, revoked }: ChainRules): Found {
  if (leaf === undefined) return 'it has shown no certificate';
  if (authority === undefined) return 'the node has no authority that could know it';
  if (leaf.length > certificateBytesLimit) return 'its certificate is too large';
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(leaf);
  } catch {
    return 'what it has shown is no certificate';
  }
  try {
    return (
      issueFault(certificate, authority) ??
      purposeFault(certificate) ??
      revocationFault(certificate, revoked) ??
      nameOf(certificate, authority)
    );
  } catch {
    // OpenSSL throws for a key or a value that it cannot read.
    return 'its certificate cannot be read';
  }
}

/** Another authority may have the same name, so the name decides nothing: the signature does. */
function issueFault(certificate: X509Certificate, authority: X509Certificate): string | undefined {
  if (!authority.ca) return 'the authority of the node is none';
  const fault = authorityFault(new Uint8Array(authority.raw));
  if (fault !== undefined) return `the authority of the node cannot be kept to what it says: ${fault}`;
  // With the authority's own use (keyCertSign), and its name and number.
  const isIssued = certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  return isIssued ? undefined : 'its certificate is of another authority than that of this node';
}

function purposeFault(certificate: X509Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type !== 'ed25519' && !(type === 'ec' && details?.namedCurve === 'prime256v1'))
    return 'the key of its certificate is neither on P-256 nor of Ed25519';
  if (!signatureAlgorithms.includes(certificate.signatureAlgorithmOid))
    return 'its certificate is signed in a way that is not good enough';
  if (certificate.ca) return 'its certificate is that of an authority';
  // Node.js calls the extended ones so.
  const purposes: readonly string[] | undefined = certificate.keyUsage;
  if (purposes?.includes(clientAuth) !== true) return 'its certificate is not for clients';
  const fault = extensionFault(new Uint8Array(certificate.raw));
  return fault === undefined ? undefined : `its certificate is not good: ${fault}`;
}

function revocationFault(certificate: X509Certificate, revoked: ReadonlySet<string>): string | undefined {
  const { serialNumber, fingerprint256 } = certificate;
  if (!serialForm.test(serialNumber)) return 'the serial number of its certificate is not a good one';
  const twin = certificate.signatureAlgorithmOid.startsWith(ecdsa)
    ? [new X509Certificate(signatureTwin(new Uint8Array(certificate.raw))).fingerprint256]
    : [];
  const marks = [serialNumber, fingerprint256, ...twin];
  const isRevoked = marks.some((text) => revoked.has(certificateMark(text)));
  return isRevoked ? 'its certificate is revoked' : undefined;
}

function nameOf(certificate: X509Certificate, authority: X509Certificate): Found {
  // Made of the parts of the name by OpenSSL itself, and not of a text that has them all.
  const { subject } = certificate.toLegacyObject();
  const names = valuesOf(subject, 'CN');
  const organizations = valuesOf(subject, 'O');
  const [name] = names;
  if (name === undefined || names.length > 1 || !nameForm.test(name))
    return 'the subject of its certificate has not one plain common name';
  if (organizations.length > rolesLimit) return `its certificate has more than ${rolesLimit} organizations`;
  const roles = organizations.filter((text) => text.length <= roleLengthLimit && roleForm.test(text));
  const validityOf = (whose: string, { validFromDate, validToDate }: X509Certificate): Validity => ({
    whose,
    fromMs: validFromDate.getTime(),
    untilMs: validToDate.getTime(),
  });
  return {
    identity: {
      type: 'client',
      name,
      roles: [...new Set(roles)],
      fingerprint: certificateMark(certificate.fingerprint256),
    },
    validity: [
      validityOf('its certificate', certificate),
      validityOf('the authority of the node', authority),
    ],
  };
}

/** One value is text, and several are a list. */
function valuesOf(subject: unknown, field: string): readonly string[] {
  if (typeof subject !== 'object' || subject === null || !Object.hasOwn(subject, field)) return [];
  const found: unknown = Reflect.get(subject, field);
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  return values.map((value) => (typeof value === 'string' ? value : ''));
}

function timeFault(validity: readonly Validity[], nowMs: number): string | undefined {
  for (const { whose, fromMs, untilMs } of validity) {
    // A date that cannot be read is no number, and nothing is true of it.
    if (!(nowMs >= fromMs)) return `${whose} is not good yet`;
    if (!(nowMs <= untilMs)) return `${whose} has expired`;
  }
  return undefined;
}
