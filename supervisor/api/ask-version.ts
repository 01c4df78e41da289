/**
 * Asks the node's own API for its version, as an operator would: over TLS, with a certificate of the authority that is good for minutes, through the gateway and
 * back. So whoever is told that the node is ready knows that its API is there.
 */
import { request } from 'node:https';
import { certificatePem, keyPem } from '../pki/authority.ts';
import { derOf, issueClientCertificate, newKeyPair } from '../pki/issue.ts';
import type { ApiConfiguration } from './api-configuration.ts';

/** Milliseconds for one attempt, and bytes of an answer. */
const attemptMs = 10_000;
const answerBytes = 64 * 1024;
/** Milliseconds that the certificate is good. */
const lifetimeMs = 5 * 60_000;

/** Errors: why there was no answer. */
export async function askVersion(
  { type, authority }: ApiConfiguration,
  port: number,
  nowMs: number,
): Promise<void> {
  const { publicKey, privateKey } = newKeyPair();
  const client = {
    authority,
    publicKey: derOf(publicKey),
    name: 'supervisor',
    roles: ['os:reader'],
    nowMs,
    lifetimeMs,
  };
  const own =
    type === 'maintenance'
      ? {}
      : { cert: certificatePem((await issueClientCertificate(client)).chain[0]), key: keyPem(privateKey) };
  const signal = AbortSignal.timeout(attemptMs);
  await new Promise<void>((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/eft.v1.MachineService/Version',
        headers: { 'content-type': 'application/json', 'content-length': 2 },
        ca: certificatePem(authority.certificate),
        minVersion: 'TLSv1.3',
        agent: false,
        signal,
        ...own,
      },
      (answer) => {
        let length = 0;
        answer.on('data', (chunk: Uint8Array) => {
          length += chunk.length;
          if (length > answerBytes) asked.destroy(new Error('the answer is too long'));
        });
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve()
            : reject(new Error(`it answers with status ${answer.statusCode}`)),
        );
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end('{}');
  });
}
