/**
 * The kernel command line as a source:
 *
 *   eft.config.inline=BASE64    the configuration itself: base64 (RFC 4648, section 4) of the YAML, or of the YAML in zstd (RFC 8878)
 *   eft.config=URL              where it is (phases/fetch-configuration.ts)
 *   eft.config.sha256=HEX       with an address: the SHA-256 that it must have, whoever it comes from
 *   eft.config.ca=BASE64        with an address of https: base64 of certificates in PEM, or of those in zstd; only they count then
 *   eft.recovery=1              none of all sources is read: the node comes up in maintenance (docs/guide/recovery.md)
 */
import { zstdDecompressSync } from 'node:zlib';
import { EftError } from '../../errors/eft-error.ts';
import type { KernelParameter } from '../kernel-command-line.ts';
import { maximumConfigBytes } from '../parse-config.ts';
import type { ConfigAddress, FoundConfig } from './source.ts';

const inlineName = 'eft.config.inline';
const addressName = 'eft.config';
const digestName = 'eft.config.sha256';
const authoritiesName = 'eft.config.ca';
const recoveryName = 'eft.recovery';
/** RFC 8878 section 3.1.1: the magic number of a frame. */
const zstdMagic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);
const schemes = ['http:', 'https:'];

/** The configuration on the command line, or its address. Errors: `config.command-line`, `config.several-sources`. */
export function configOfCommandLine(
  parameters: readonly KernelParameter[],
): FoundConfig | ConfigAddress | undefined {
  const named = parameters.filter(({ name }) => name === inlineName || name === addressName);
  const [only, ...others] = named;
  if (only === undefined) return undefined;
  if (others.length > 0) {
    const list = named.map(({ name }) => `\`${name}=\``).join(', ');
    throw EftError.of('config.several-sources', { count: named.length, parameters: list });
  }
  const { name, value = '' } = only;
  if (name === inlineName) return { source: 'command-line', file: inlineName, bytes: readInline(value) };
  const url = readUrl(value);
  return {
    source: 'command-line',
    url,
    sha256: readDigest(lastValue(parameters, digestName)),
    authorities: readAuthorities(lastValue(parameters, authoritiesName), url),
  };
}

/** Whether the command line asks for maintenance, whatever the sources have. Errors: `config.command-line`. */
export function asksForRecovery(parameters: readonly KernelParameter[]): boolean {
  const last = parameters.findLast(({ name }) => name === recoveryName);
  if (last === undefined || last.value === '0') return false;
  if (last.value === undefined || last.value === '1') return true;
  throw refuse(recoveryName, 'what follows is neither 1 nor 0', '`eft.recovery=1`');
}

/** The last one counts, as it does for the kernel. */
function lastValue(parameters: readonly KernelParameter[], wanted: string): string | undefined {
  return parameters.findLast(({ name }) => name === wanted)?.value;
}

function refuse(name: string, reason: string, form: string): EftError {
  return EftError.of('config.command-line', { parameter: `${name}=`, reason, form });
}

function readUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const form = '`eft.config=https://example.org/worker.yaml`';
  if (url === undefined || !schemes.includes(url.protocol)) {
    throw refuse(addressName, 'what follows is no address of http or https', form);
  }
  if (url.username === '' && url.password === '') return url;
  throw refuse(
    addressName,
    'the address has a user name or a password in it, and the command line is no secret',
    form,
  );
}

function readDigest(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const digest = value.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digest)) return digest;
  throw refuse(
    digestName,
    'what follows is not a SHA-256',
    '64 hexadecimal digits, as `sha256sum FILE` says them',
  );
}

function readAuthorities(value: string | undefined, url: URL): string | undefined {
  if (value === undefined) return undefined;
  const form =
    'the output of `base64 -w0 ca.pem`, or of `zstd -c ca.pem | base64 -w0`, beside an address of https';
  if (url.protocol !== 'https:') throw refuse(authoritiesName, 'the address is not one of https', form);
  const text = Buffer.from(unpackBase64(value, authoritiesName, form)).toString('latin1');
  if (/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text)) return text;
  throw refuse(authoritiesName, 'there is no certificate in PEM in it', form);
}

function readInline(value: string): Uint8Array {
  return unpackBase64(
    value,
    inlineName,
    'the output of `base64 -w0 FILE`, or of `zstd -c FILE | base64 -w0`',
  );
}

function unpackBase64(value: string, name: string, form: string): Uint8Array {
  if (value === '' || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    throw refuse(name, 'what follows is not base64', form);
  }
  const bytes = new Uint8Array(Buffer.from(value, 'base64'));
  if (!zstdMagic.every((byte, index) => bytes[index] === byte)) return bytes;
  try {
    return new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: maximumConfigBytes }));
  } catch (error) {
    const isLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const reason = isLong
      ? `what follows unpacks to more than ${maximumConfigBytes} bytes`
      : 'what follows begins like zstd and is not';
    throw refuse(name, reason, form);
  }
}
