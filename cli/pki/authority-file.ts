/**
 * The authority of a cluster as a file: certificate and key in PEM, one after the other, or a machine configuration that has both. Whoever has the key can make
 * himself an administrator of every machine of the cluster.
 */
import { caOf } from '../../supervisor/config/api-settings.ts';
import { maximumConfigBytes, parseMachineConfig } from '../../supervisor/config/parse-config.ts';
import { SecretVault } from '../../supervisor/config/secret-vault.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Authority, certificatePem, keyPem, openAuthority } from '../../supervisor/pki/authority.ts';
import { newAuthorityFor } from '../../supervisor/pki/issue.ts';
import { readInput, writeNewKeyFile } from '../files.ts';

/** How long a new authority is good: ten years. */
const authorityLifetimeMs = 3_652 * 86_400_000;

/** A new one for a cluster. Errors: `pki.name`. */
export function newClusterAuthority(name: string, nowMs = Date.now()): Promise<Authority> {
  return newAuthorityFor(name, nowMs, authorityLifetimeMs);
}

/** Certificate and key in PEM, as a machine configuration has them. */
export function authorityPair({ certificate, key }: Authority): {
  readonly certificate: string;
  readonly key: string;
} {
  return { certificate: certificatePem(certificate), key: keyPem(key) };
}

/** Makes a new file, for its owner alone. Errors: `key.exists`, `file.unwritable`. */
export function writeAuthorityFile(file: string, authority: Authority): void {
  const { certificate, key } = authorityPair(authority);
  writeNewKeyFile(file, certificate + key, 0o600);
}

/** Errors: `pki.no-authority`, `pki.*`, `file.*`, and for a machine configuration those of reading it. */
export async function readAuthorityFile(file: string): Promise<Authority> {
  const bytes = readInput(file, maximumConfigBytes);
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.trimStart().startsWith('-----BEGIN ')) {
    const authority = await authorityOfConfig(bytes, file);
    if (authority !== undefined) return authority;
    throw EftError.of(
      'pki.no-authority',
      { reason: 'the configuration has no `machine.ca`' },
      { place: { file } },
    );
  }
  const block = (label: string): string =>
    new RegExp(`-----BEGIN ${label}-----[^-]*-----END ${label}-----`).exec(text)?.[0] ?? '';
  const certificate = block('CERTIFICATE');
  const key = block('PRIVATE KEY');
  if (certificate === '' || key === '') {
    const reason = `there is no ${certificate === '' ? 'CERTIFICATE' : 'PRIVATE KEY'} in it`;
    throw EftError.of('pki.no-authority', { reason }, { place: { file } });
  }
  return openAuthority(`${certificate}\n`, `${key}\n`);
}

/** The authority in a machine configuration, or undefined if it has none. Errors: those of reading it, `pki.*`. */
export async function authorityOfConfig(bytes: Uint8Array, file: string): Promise<Authority | undefined> {
  const vault = new SecretVault();
  const ca = caOf(await parseMachineConfig(bytes, file, { vault }), vault);
  return ca === undefined ? undefined : openAuthority(ca.certificate, ca.key);
}
