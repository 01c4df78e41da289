/**
 * Has the configuration fetched by a throwaway process, and tries again while that can help: a network that has just come up, and a server that
 * is just starting, take their time.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HelperProgram } from '../../helper-process.ts';
import { maximumConfigBytes } from '../parse-config.ts';
import type { ConfigAddress } from '../sources/source.ts';
import { askThrowaway, fieldOf } from '../throwaway-process.ts';
import type { FetchRequest } from './fetch-document.ts';

/** Certificate authorities of the image, in PEM. */
export const authoritiesFile = '/etc/ssl/certs/ca-certificates.crt';

/** Milliseconds for one attempt. */
const attemptLimitMs = 20_000;
/** On top of it, for the process to begin and end. */
const processAllowanceMs = 10_000;
/** Milliseconds between two attempts: the first pause, and the longest; each is twice the one before. */
const firstPauseMs = 500;
const longestPauseMs = 8_000;

export type FetchOptions = {
  readonly program: HelperProgram;
  /** Ends it, with what the last attempt said. */
  readonly signal: AbortSignal;
  /** Hears why an attempt came to nothing when there is going to be another, a sentence. */
  readonly onFailure: (reason: string) => void;
  /** The roots of the image. */
  readonly readAuthorities?: () => string;
};

/** What was fetched, or why nothing was, a sentence. */
export type Fetched = { readonly bytes: Uint8Array; readonly from: string } | { readonly refusal: string };

/** Fetches what is at the address. Does not reject. */
export async function askFetch(address: ConfigAddress, options: FetchOptions): Promise<Fetched> {
  const { signal, onFailure, readAuthorities = () => readFileSync(authoritiesFile, 'latin1') } = options;
  const { url, sha256 } = address;
  let authorities = '';
  try {
    if (url.protocol === 'https:') authorities = address.authorities ?? readAuthorities();
  } catch (error) {
    return { refusal: `there are no certificate authorities: ${String(error)}` };
  }
  const request: FetchRequest = {
    url: url.href,
    authorities,
    limitBytes: maximumConfigBytes,
    limitMs: attemptLimitMs,
  };
  let told = '';
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const { outcome, isLasting } = await attempt(options.program, request, signal);
    if ('bytes' in outcome) return sha256 === undefined ? outcome : withDigest(outcome, sha256);
    if (isLasting || signal.aborted) {
      return signal.aborted && told !== '' ? { refusal: told } : outcome;
    }
    if (outcome.refusal !== told) onFailure(outcome.refusal);
    told = outcome.refusal;
    await pause(pauseMs, signal);
    if (signal.aborted) return outcome;
  }
}

async function attempt(
  program: HelperProgram,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<{ readonly outcome: Fetched; readonly isLasting: boolean }> {
  const limitMs = request.limitMs + processAllowanceMs;
  const asked = await askThrowaway({ program, request, limitMs, signal });
  if ('failure' in asked) return { outcome: { refusal: asked.failure }, isLasting: false };
  const content = fieldOf(asked.answer, 'content');
  if (typeof content === 'string') {
    const bytes = new Uint8Array(Buffer.from(content, 'base64'));
    const from = String(fieldOf(asked.answer, 'from'));
    return { outcome: { bytes: bytes.subarray(0, maximumConfigBytes + 1), from }, isLasting: true };
  }
  const refusal = fieldOf(asked.answer, 'refusal');
  return {
    outcome: { refusal: typeof refusal === 'string' ? refusal : 'the process that fetches gives no answer' },
    isLasting: fieldOf(asked.answer, 'isLasting') === true,
  };
}

function withDigest(fetched: { readonly bytes: Uint8Array; readonly from: string }, wanted: string): Fetched {
  const found = createHash('sha256').update(fetched.bytes).digest('hex');
  if (found === wanted) return fetched;
  return { refusal: `what is there has the SHA-256 ${found}, and eft.config.sha256= says ${wanted}` };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
