/** An authority, what it vouches for, and a context of them, for tests of what talks to nodes. */
import type { Context } from '../../cli/api/contexts.ts';
import { type Authority, certificatePem, keyPem } from '../../supervisor/pki/authority.ts';
import {
  derOf,
  issueClientCertificate,
  issueServerCertificate,
  newAuthorityFor,
  newKeyPair,
} from '../../supervisor/pki/issue.ts';

const dayMs = 86_400_000;

/** A certificate, with those that vouch for it behind it, and its key, in PEM. */
export type Credential = { readonly certificate: string; readonly key: string };

export function newTestAuthority(name = 'test authority', nowMs = Date.now()): Promise<Authority> {
  return newAuthorityFor(name, nowMs, 30 * dayMs);
}

/** Of an operator. */
export async function clientCredential(
  authority: Authority,
  options: { readonly roles?: readonly string[]; readonly nowMs?: number; readonly lifetimeMs?: number } = {},
): Promise<Credential> {
  const { publicKey, privateKey } = newKeyPair();
  const { chain } = await issueClientCertificate({
    authority,
    publicKey: derOf(publicKey),
    name: 'operator',
    roles: options.roles ?? ['os:admin'],
    nowMs: options.nowMs ?? Date.now(),
    lifetimeMs: options.lifetimeMs ?? dayMs,
  });
  return { certificate: certificatePem(chain[0]), key: keyPem(privateKey) };
}

/** Of a node's gateway; it is good for twelve hours from `nowMs` on. */
export async function serverCredential(
  authority: Authority,
  options: {
    readonly names?: readonly string[];
    readonly addresses?: readonly string[];
    readonly nowMs?: number;
  } = {},
): Promise<Credential> {
  const { publicKey, privateKey } = newKeyPair();
  const { chain } = await issueServerCertificate({
    authority,
    publicKey: derOf(publicKey),
    names: options.names ?? [],
    addresses: options.addresses ?? ['127.0.0.1'],
    nowMs: options.nowMs ?? Date.now(),
  });
  return { certificate: chain.map(certificatePem).join(''), key: keyPem(privateKey) };
}

/** A context with these nodes, by name and address. */
export async function testContext(
  authority: Authority,
  nodes: Readonly<Record<string, string>> = { 'lab-1': '127.0.0.1:50000' },
  name = 'lab',
): Promise<Context> {
  return {
    name,
    nodes: Object.entries(nodes).map(([node, address]) => ({ name: node, address })),
    authority: certificatePem(authority.certificate),
    ...(await clientCredential(authority)),
  };
}
