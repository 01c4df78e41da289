/** Makes operators: a key, and a certificate that says who it is (the common name) and what he may (the organizations, his roles). */
import { X509Certificate } from 'node:crypto';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Authority, certificatePem, keyPem } from '../../supervisor/pki/authority.ts';
import { derOf, issueClientCertificate, newKeyPair } from '../../supervisor/pki/issue.ts';
import type { Context } from '../api/contexts.ts';

/** Days that an operator's certificate is good if nothing else is said. */
export const defaultOperatorDays = 365;
export const maximumOperatorDays = 3_650;
const dayMs = 86_400_000;

export type OperatorRequest = {
  readonly authority: Authority;
  readonly name: string;
  readonly roles: readonly string[];
  readonly days: number;
  readonly nowMs: number;
};

/** What an operator holds, in PEM: a context but for its name and nodes. */
export type OperatorCredentials = Pick<Context, 'authority' | 'certificate' | 'key'>;

/** A new key and its certificate. Errors: `pki.name`, `pki.outlived`. */
export async function newOperator(request: OperatorRequest): Promise<OperatorCredentials> {
  const { authority, name, roles, days, nowMs } = request;
  const { publicKey, privateKey } = newKeyPair();
  const { chain } = await issueClientCertificate({
    authority,
    publicKey: derOf(publicKey),
    name,
    roles,
    nowMs,
    lifetimeMs: days * dayMs,
  });
  return {
    authority: certificatePem(authority.certificate),
    certificate: certificatePem(chain[0]),
    key: keyPem(privateKey),
  };
}

/** Who the holder of a certificate is. */
export function operatorOf(certificate: string): {
  readonly name: string;
  readonly roles: readonly string[];
  readonly until: Date;
} {
  const opened = new X509Certificate(certificate);
  // As OpenSSL gives it: one text, or a list if there are several.
  const { CN: name = '', O: roles = [] } = opened.toLegacyObject().subject;
  return {
    name: String(name),
    roles: Array.isArray(roles) ? roles : [roles],
    until: opened.validToDate,
  };
}

/** Errors: `pki.other-authority` if nodes of the context do not believe the authority. */
export function checkAuthorityOf({ name, authority: believed }: Context, authority: Authority): void {
  const blocks = believed.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const isIn = blocks.some((block) => new X509Certificate(block).raw.equals(authority.certificate));
  if (!isIn) throw EftError.of('pki.other-authority', { name });
}
