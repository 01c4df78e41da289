/**
 * Issues the certificates of the API (RFC 5280): the gateway's, of hours, from the key that the gateway shows; an operator's; and an authority itself.
 *
 * Whose public key comes from another process is not believed: OpenSSL reads it, and what is in the certificate is written by OpenSSL again. The clock
 * of who reads a certificate may be behind, so each begins a little before it is issued.
 */
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { EftError } from '../errors/eft-error.ts';
import { type Authority, authorityOf, checkKeyKind } from './authority.ts';
import type { CertificateFields } from './write-certificate.ts';

/** How long the gateway's certificate is good. */
export const serverLifetimeMs = 12 * 3_600_000;
/** How far the clock of a reader may be behind. */
export const clockSkewMs = 10 * 60_000;
/** Names and addresses in one certificate. */
export const alternativeNamesLimit = 64;
/** 9999-12-31T23:59:59Z: no end is meant (RFC 5280, 4.1.2.5). */
export const noEndMs = Date.UTC(9999, 11, 31, 23, 59, 59);
/** Bytes of a common name or organization (ub-common-name of RFC 5280, A.1, which counts characters). */
const nameLimitBytes = 64;
/** Random bytes of a serial number. */
const serialBytes = 16;

export type IssuedCertificate = {
  /** In DER, the issued one first, then its authority. */
  readonly chain: readonly [certificate: Uint8Array<ArrayBuffer>, authority: Uint8Array<ArrayBuffer>];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

export type ServerRequest = {
  readonly authority: Authority;
  /** SubjectPublicKeyInfo in DER: ECDSA on P-256, or Ed25519. */
  readonly publicKey: Uint8Array;
  /** What clients may call the server: DNS names or addresses, and addresses. A certificate has at most 64; what is beyond, or has a zone, is left out. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
};

/** A certificate of 12 hours for the gateway. Errors: `pki.key`, `pki.outlived`. */
export async function issueServerCertificate(request: ServerRequest): Promise<IssuedCertificate> {
  return issue(request.authority, validity(request.authority, request.nowMs, serverLifetimeMs), {
    ...serverFields(request),
    publicKey: cleanPublicKey(request.publicKey),
  });
}

/**
 * A certificate for the gateway of a node without configuration. Its clock may say anything, and nobody compares it: who connects compares the
 * fingerprint of the authority, which is of this boot only. So it has no dates. Errors: `pki.key`.
 */
export async function issueMaintenanceCertificate(
  request: Omit<ServerRequest, 'nowMs'>,
): Promise<IssuedCertificate> {
  return issue(
    request.authority,
    { notBeforeMs: 0, notAfterMs: noEndMs },
    {
      ...serverFields(request),
      publicKey: cleanPublicKey(request.publicKey),
    },
  );
}

export type ClientRequest = {
  readonly authority: Authority;
  readonly publicKey: Uint8Array;
  /** Who it is, for people: the common name. */
  readonly name: string;
  /** What he may: the organizations. */
  readonly roles: readonly string[];
  readonly nowMs: number;
  readonly lifetimeMs: number;
};

/** A certificate for a caller of the API. Errors: `pki.key`, `pki.outlived`, `pki.name`. */
export async function issueClientCertificate(request: ClientRequest): Promise<IssuedCertificate> {
  const { authority, publicKey, name, roles, nowMs, lifetimeMs } = request;
  checkName('name', name);
  for (const role of roles) checkName('role', role);
  return issue(authority, validity(authority, nowMs, lifetimeMs), {
    commonName: name,
    organizations: roles,
    publicKey: cleanPublicKey(publicKey),
    use: 'client',
    names: [],
    addresses: [],
  });
}

/** A new authority with a key of its own, on P-256. Errors: `pki.name`. */
export async function newAuthority(
  name: string,
  dates: { readonly notBeforeMs: number; readonly notAfterMs: number },
): Promise<Authority> {
  checkName('name', name);
  const { publicKey, privateKey } = newKeyPair();
  const certificate = await write(privateKey, {
    ...dates,
    issuer: undefined,
    commonName: name,
    organizations: [],
    publicKey: derOf(publicKey),
    use: 'authority',
    names: [],
    addresses: [],
  });
  return authorityOf(new X509Certificate(certificate), privateKey);
}

/** A new authority that is good for so long from now on. Errors: `pki.name`. */
export function newAuthorityFor(name: string, nowMs: number, lifetimeMs: number): Promise<Authority> {
  return newAuthority(name, { notBeforeMs: nowMs - clockSkewMs, notAfterMs: nowMs + lifetimeMs });
}

/** The authority of a boot in maintenance: of no time, never kept, and known by its fingerprint. */
export function newMaintenanceAuthority(): Promise<Authority> {
  return newAuthority('eft maintenance', { notBeforeMs: 0, notAfterMs: noEndMs });
}

/** Loads what writes certificates, which is then there when one is asked for: it takes as long as all that the gateway has to say until then. */
export async function prepareIssuing(): Promise<void> {
  await import('./write-certificate.ts');
}

/** A key on P-256, which every TLS client can check. */
export function newKeyPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** SubjectPublicKeyInfo in DER. */
export function derOf(publicKey: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
}

type Dates = Pick<CertificateFields, 'notBeforeMs' | 'notAfterMs'>;
type Fields = Omit<CertificateFields, 'serial' | 'issuer' | keyof Dates>;

function serverFields({
  names,
  addresses,
}: Pick<ServerRequest, 'names' | 'addresses'>): Omit<Fields, 'publicKey'> {
  const usableNames = [...new Set(names)].filter(isDnsName).slice(0, alternativeNamesLimit);
  const usableAddresses = [...new Set([...names, ...addresses].flatMap(plainAddress))];
  return {
    commonName: usableNames.find((name) => name.length <= nameLimitBytes) ?? 'eft node',
    organizations: [],
    use: 'server',
    names: usableNames,
    addresses: usableAddresses.slice(0, alternativeNamesLimit - usableNames.length),
  };
}

async function issue(authority: Authority, dates: Dates, fields: Fields): Promise<IssuedCertificate> {
  const certificate = await write(authority.key, { ...dates, ...fields, issuer: authority.certificate });
  return { chain: [certificate, authority.certificate], ...dates };
}

async function write(
  key: KeyObject,
  fields: Omit<CertificateFields, 'serial'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { writeCertificate } = await import('./write-certificate.ts');
  // The one before the random bytes keeps it positive, and in the shortest form.
  return writeCertificate(
    { ...fields, serial: Buffer.concat([Buffer.of(1), randomBytes(serialBytes)]) },
    key,
  );
}

/** Whole seconds: there are no others in a certificate. Never longer than the authority is good itself. */
function validity(
  { notBeforeMs: from, notAfterMs: until }: Authority,
  nowMs: number,
  lifetimeMs: number,
): Dates {
  if (nowMs < from - clockSkewMs || nowMs >= until) {
    const text = (timeMs: number): string => new Date(timeMs).toISOString();
    throw EftError.of('pki.outlived', { from: text(from), until: text(until), now: text(nowMs) });
  }
  const seconds = (timeMs: number): number => Math.floor(timeMs / 1_000) * 1_000;
  return {
    notBeforeMs: seconds(nowMs - clockSkewMs),
    notAfterMs: seconds(Math.min(nowMs + lifetimeMs, until)),
  };
}

/** As OpenSSL writes it, whatever came. Errors: `pki.key`. */
function cleanPublicKey(bytes: Uint8Array): Uint8Array {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
  } catch (error) {
    throw EftError.of('pki.key', { reason: 'it is not a public key' }, { cause: error });
  }
  checkKeyKind(key);
  return derOf(key);
}

function checkName(field: string, text: string): void {
  const refuse = (reason: string): EftError => EftError.of('pki.name', { field, text, reason });
  if (text === '') throw refuse('it is empty');
  if (Buffer.byteLength(text) > nameLimitBytes) throw refuse(`it has more than ${nameLimitBytes} bytes`);
  // Who prints a subject puts a comma, a slash or a line between its parts.
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._:@-]*$/u.test(text))
    throw refuse(
      'only letters, digits, spaces and . _ : @ - can be in it, and it begins with a letter or digit',
    );
}

/** A host name as certificates have it (RFC 1123, 2.1; RFC 5280, 4.2.1.6). */
function isDnsName(name: string): boolean {
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
  return name.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(name) && isIP(name) === 0;
}

/** An address in the one form that `URL` gives it (WHATWG URL, 3.5), or none if it is no address, or one with a zone. */
function plainAddress(address: string): readonly string[] {
  const version = isIP(address);
  if (version === 4) return [address];
  if (version !== 6 || address.includes('%')) return [];
  return [new URL(`http://[${address}]`).hostname.slice(1, -1)];
}
