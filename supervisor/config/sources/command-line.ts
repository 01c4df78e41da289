/**
 * The kernel command line as a source:
 *
 *   eft.config.inline=BASE64    the configuration itself: base64 (RFC 4648, section 4) of the YAML, or of the YAML in zstd (RFC 8878)
 *   eft.config=URL              where it is; whoever fetches it comes with the host interface `http`, and does not exist yet
 */
import { zstdDecompressSync } from 'node:zlib';
import { EftError } from '../../errors/eft-error.ts';
import type { KernelParameter } from '../kernel-command-line.ts';
import { maximumConfigBytes } from '../parse-config.ts';
import type { ConfigAddress, FoundConfig } from './source.ts';

const inlineName = 'eft.config.inline';
const addressName = 'eft.config';
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
  if (name === addressName) return { source: 'command-line', url: readUrl(value) };
  return { source: 'command-line', file: inlineName, bytes: readInline(value) };
}

function refuse(name: string, reason: string, form: string): EftError {
  return EftError.of('config.command-line', { parameter: `${name}=`, reason, form });
}

function readUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && schemes.includes(url.protocol)) return url;
  throw refuse(
    addressName,
    'what follows is no address of http or https',
    '`eft.config=https://example.org/worker.yaml`',
  );
}

function readInline(value: string): Uint8Array {
  const form = 'the output of `base64 -w0 FILE`, or of `zstd -c FILE | base64 -w0`';
  if (value === '' || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    throw refuse(inlineName, 'what follows is not base64', form);
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
    throw refuse(inlineName, reason, form);
  }
}
