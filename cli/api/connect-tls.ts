/**
 * A TLS connection to the API of a node that is known to be the one that is meant: the authority of the context vouches for it, under its address or
 * its name; or, in maintenance, it shows the fingerprint that a person has read from its console.
 *
 * The danger: nothing may be sent before that is sure. So the connection is made and looked at here, and HTTP/2 begins on it afterwards.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { addressOf, type NodeTarget } from './node-target.ts';

/** How long a node may take to accept a connection and finish the handshake. */
export const connectTimeoutMs = 10_000;
/** Names of a certificate that are shown. */
const shownNames = 12;

/** Connects. Errors: `client.*`. */
export async function connectTls(
  target: NodeTarget,
  options: { readonly timeoutMs?: number; readonly nowMs?: number; readonly signal?: AbortSignal } = {},
): Promise<TLSSocket> {
  const { host, port, trust } = target;
  checkOwnCertificate(target, options.nowMs ?? Date.now());
  const socket = connect({
    host,
    port,
    // An address is no server name (RFC 6066, 3).
    servername: isIP(host) === 0 ? host : '',
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['h2'],
    // It is decided below, where the certificate is at hand to say what is wrong with it.
    rejectUnauthorized: false,
    checkServerIdentity: (_name, certificate) => {
      const faults = [host, target.name].map((name) => checkServerIdentity(name, certificate));
      return faults.includes(undefined) ? undefined : faults[0];
    },
    ...(trust.by === 'authority'
      ? { ca: trust.context.authority, cert: trust.context.certificate, key: trust.context.key }
      : { ca: [] }),
  });
  try {
    await secured(socket, target, options.timeoutMs ?? connectTimeoutMs, options.signal);
    if (socket.alpnProtocol !== 'h2') throw notApi(target, 'it does not speak HTTP/2');
    if (trust.by === 'fingerprint') checkFingerprint(socket, target, trust.fingerprint);
    else if (!socket.authorized) throw certificateFault(socket, target);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function secured(
  socket: TLSSocket,
  target: NodeTarget,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(unreachable(target, `no answer within ${timeoutMs / 1_000} s`));
    }, timeoutMs);
    const stop = (): void => reject(unreachable(target, 'it was given up'));
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    socket.once('secureConnect', () => {
      finish();
      resolve();
    });
    // It stays: whoever has the connection afterwards hears of its end by other ways, and an error without a listener ends the process.
    socket.on('error', (error) => {
      finish();
      reject(connectFault(error, target));
    });
  });
}

/** A certificate that is over would be refused by every node: who has it should know at once. */
function checkOwnCertificate({ trust }: NodeTarget, nowMs: number): void {
  if (trust.by !== 'authority') return;
  const { validToDate } = new X509Certificate(trust.context.certificate);
  if (validToDate.getTime() > nowMs) return;
  const parameters = { context: trust.context.name, until: momentText(validToDate) };
  throw EftError.of('client.own-expired', parameters);
}

/** What a person is told of an error of the connection itself. */
export function connectFault(error: NodeJS.ErrnoException, target: NodeTarget): EftError {
  const { name: node, host } = target;
  const address = addressOf(target);
  const reason = error.code ?? error.message;
  switch (error.code) {
    case 'ECONNREFUSED':
      return EftError.of('client.refused', { node, address }, { cause: error });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return EftError.of(
        'client.no-address',
        { node, host, reason: reasons[error.code] ?? reason },
        { cause: error },
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'ETIMEDOUT':
      return unreachable(target, reasons[error.code] ?? reason, error);
    case 'ECONNRESET':
      return notApi(target, 'it ends the connection', error);
    default: {
      const isTls = error.code === 'EPROTO' || error.code?.startsWith('ERR_SSL_') === true;
      return isTls ? notApi(target, tlsReason(error), error) : unreachable(target, reason, error);
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'nobody knows it',
  EAI_AGAIN: 'no name server answers',
  EHOSTUNREACH: 'nobody on its network has that address',
  ENETUNREACH: 'no route leads there',
  ENETDOWN: 'the network is down here',
  ETIMEDOUT: 'no answer',
};

function unreachable(target: NodeTarget, reason: string, cause?: unknown): EftError {
  const parameters = { node: target.name, address: addressOf(target), reason };
  return EftError.of('client.unreachable', parameters, { cause });
}

function notApi(target: NodeTarget, reason: string, cause?: unknown): EftError {
  const parameters = { node: target.name, address: addressOf(target), reason };
  return EftError.of('client.not-api', parameters, { cause });
}

/** `wrong version number`, of OpenSSL's code. */
function tlsReason({ code = '' }: NodeJS.ErrnoException): string {
  const words = code
    .replace(/^ERR_SSL_/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
  return code === 'EPROTO' ? 'the TLS handshake fails' : `the TLS handshake fails with ${words}`;
}

/** What is wrong with the certificate that was shown. */
function certificateFault(socket: TLSSocket, target: NodeTarget): EftError {
  const { name: node, trust } = target;
  const certificate = socket.getPeerX509Certificate();
  const address = addressOf(target);
  if (certificate === undefined || trust.by !== 'authority') return notApi(target, 'it shows no certificate');
  const reason = String(socket.authorizationError);
  switch (reason) {
    case 'CERT_HAS_EXPIRED':
      return EftError.of('client.certificate-expired', { node, until: momentText(certificate.validToDate) });
    case 'CERT_NOT_YET_VALID':
      return EftError.of('client.certificate-early', { node, from: momentText(certificate.validFromDate) });
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return EftError.of('client.name-mismatch', { node, address, names: namesOf(certificate) });
  }
  const top = topOf(certificate);
  if (isMaintenance(top)) {
    return EftError.of('client.maintenance', { node, fingerprint: top.fingerprint256 });
  }
  const issuer = visibleText(certificate.issuer.replaceAll('\n', ', '), 120);
  const parameters = { node, context: trust.context.name, reason: `it was issued by ${issuer}` };
  return EftError.of('client.unknown-authority', parameters);
}

/** That one of the certificates that were shown has the fingerprint, and has issued those before it. */
function checkFingerprint(socket: TLSSocket, target: NodeTarget, fingerprint: string): void {
  let certificate = socket.getPeerX509Certificate();
  const shown = certificate === undefined ? 'none at all' : topOf(certificate).fingerprint256;
  for (let depth = 0; certificate !== undefined && depth < chainLimit; depth += 1) {
    if (createHash('sha256').update(certificate.raw).digest('hex') === fingerprint) return;
    certificate = issuerOf(certificate);
  }
  const parameters = { node: target.name, address: addressOf(target), shown };
  throw EftError.of('client.fingerprint', parameters);
}

/** Certificates of one chain that are looked at. */
const chainLimit = 4;

/** The certificate that vouches for this one, if it was shown and truly does. */
function issuerOf(certificate: X509Certificate): X509Certificate | undefined {
  const issuer = certificate.issuerCertificate;
  if (issuer === undefined || issuer.fingerprint256 === certificate.fingerprint256) return undefined;
  const isIssuer = issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  return isIssuer ? issuer : undefined;
}

function topOf(certificate: X509Certificate): X509Certificate {
  let top = certificate;
  for (let depth = 0; depth < chainLimit; depth += 1) top = issuerOf(top) ?? top;
  return top;
}

/** The authority of a boot without configuration (supervisor/pki/issue.ts). */
function isMaintenance(top: X509Certificate): boolean {
  return /^CN=eft maintenance$/m.test(top.subject);
}

function namesOf(certificate: X509Certificate): string {
  const names = (certificate.subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^[A-Za-z ]+:/, ''));
  const shown = names.slice(0, shownNames).join(', ');
  const text = visibleText(names.length > shownNames ? `${shown}, …` : shown);
  return text === '' ? 'nobody' : text;
}

/** Up to the second, in UTC. */
function momentText(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
