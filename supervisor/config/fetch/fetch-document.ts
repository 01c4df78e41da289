/**
 * Fetches one document by http or https (RFC 9110, RFC 9112): the work of the throwaway process `config-fetch`.
 *
 * The rules: GET without a body; at most `redirectsLimit` redirects, never from https to http; only the status 200 is a document; no content
 * coding; no more than the limit of bytes, whatever the server says of the length; TLS 1.2 or newer, with a name that is the server's.
 *
 * The danger: the server and everybody on the way to it are strangers. What comes back is bytes that nothing here looks into.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** More than any server needs that is set up to be asked by machines. */
const redirectsLimit = 5;
/** Bytes of a response's head. */
const headLimit = 16 * 1024;
/** Of 4xx, those that say "not now" (RFC 9110 section 15.5.9, RFC 8470 section 5.2, RFC 6585 section 4). */
const notNow = [408, 425, 429];

export type FetchRequest = {
  readonly url: string;
  /** Certificates in PEM that count for https. */
  readonly authorities: string;
  readonly limitBytes: number;
  /** Milliseconds for all of it, redirects included. */
  readonly limitMs: number;
};

/** The content in base64 and the address that it came from in the end; or why there is none, a sentence, and whether trying again can help. */
export type FetchAnswer =
  | { readonly content: string; readonly from: string }
  | { readonly refusal: string; readonly isLasting: boolean };

/** A reason not to go on that has nothing to do with the way there. */
class Refusal extends Error {
  readonly isLasting: boolean;

  constructor(message: string, isLasting: boolean) {
    super(message);
    this.isLasting = isLasting;
  }
}

/** Fetches. Does not reject. */
export async function fetchDocument(request: FetchRequest): Promise<FetchAnswer> {
  const signal = AbortSignal.timeout(request.limitMs);
  try {
    let url = new URL(request.url);
    for (let redirects = 0; redirects <= redirectsLimit; redirects += 1) {
      const response = await open(url, request, signal);
      const next = redirectOf(response, url);
      if (next === undefined) {
        const content = await readBody(response, request.limitBytes);
        return { content: content.toString('base64'), from: url.href };
      }
      response.destroy();
      url = next;
    }
    throw new Refusal(`it leads on and on: after ${redirectsLimit} redirects there is another`, true);
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message, isLasting: error.isLasting };
    if (signal.aborted)
      return { refusal: `the server has not answered within ${request.limitMs} ms`, isLasting: false };
    return { refusal: messageOf(error), isLasting: isTrustFault(error) };
  }
}

function open(url: URL, { authorities }: FetchRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const common = {
    method: 'GET',
    agent: false,
    signal,
    maxHeaderSize: headLimit,
    headers: {
      accept: 'application/yaml, text/yaml, text/plain, */*;q=0.1',
      'accept-encoding': 'identity',
      'user-agent': 'eft',
      connection: 'close',
    },
  } as const;
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...common, ca: authorities, minVersion: 'TLSv1.2' }, resolve)
        : httpRequest(url, common, resolve);
    sent.on('error', reject);
    sent.end();
  });
}

/** Where the response leads, or undefined if it is what was asked for. */
function redirectOf(response: IncomingMessage, from: URL): URL | undefined {
  const status = response.statusCode ?? 0;
  if (status === 200) return undefined;
  const { location } = response.headers;
  if (![301, 302, 303, 307, 308].includes(status)) {
    const isLasting = status >= 400 && status < 500 && !notNow.includes(status);
    throw new Refusal(`the server says ${status}`, isLasting);
  }
  if (location === undefined || !URL.canParse(location, from)) {
    throw new Refusal(`the server says ${status} and does not say where to`, true);
  }
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && (to.protocol !== 'http:' || from.protocol === 'https:')) {
    throw new Refusal(`the server leads from ${from.protocol}// to ${to.protocol}//`, true);
  }
  if (to.username !== '' || to.password !== '') {
    throw new Refusal('the server leads to an address with a user name or a password in it', true);
  }
  return to;
}

async function readBody(response: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const coding = response.headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity') throw new Refusal(`the server sends it in the coding ${coding}`, true);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    // Without an encoding, what a stream gives is buffers.
    if (!(piece instanceof Buffer)) throw new TypeError('the stream gives text');
    length += piece.length;
    if (length > limitBytes) throw new Refusal(`what is there has more than ${limitBytes} bytes`, true);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** OpenSSL's reasons not to believe a certificate, and Node's own for a name: they do not go away by themselves. */
function isTrustFault(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|ERR_TLS_CERT)/.test(code);
}

function messageOf(error: unknown): string {
  // With several addresses to try, Node gives one error for each of them.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const isClockFault = code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED';
  return isClockFault
    ? `${error.message}; the clock of this machine says ${new Date().toISOString()}`
    : error.message;
}
