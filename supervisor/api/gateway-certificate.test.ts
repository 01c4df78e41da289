import { X509Certificate } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { derOf, newAuthorityFor, newKeyPair, newMaintenanceAuthority } from '../pki/issue.ts';
import { maintenanceConfiguration } from './api-configuration.ts';
import { GatewayCertificate } from './gateway-certificate.ts';
import type { ToGateway } from './gateway-messages.ts';
import { Access } from './roles.ts';

const startMs = Date.UTC(2026, 5, 1);
const hourMs = 3_600_000;
const authority = await newAuthorityFor('eft', startMs, 1_000 * hourMs);
const configured = {
  type: 'configured',
  authority,
  rules: { authority: new X509Certificate(authority.certificate), revoked: new Set<string>() },
  access: new Access({ type: 'configured', roles: [] }),
  names: ['api.example.org', '192.0.2.7'],
} as const;
const { publicKey } = newKeyPair();

/** A gateway's certificate on a clock of its own, whose next look a test brings about. */
function keep(first: Parameters<typeof maintenanceConfiguration>[0] | undefined = undefined) {
  const state = {
    configuration: first === undefined ? configured : maintenanceConfiguration(first),
    addresses: ['10.0.0.1'],
    nowMs: startMs,
  };
  const sent: (ToGateway & { readonly type: 'certificate' })[] = [];
  const troubles: string[] = [];
  let next: { delayMs: number; fire: () => void } | undefined;
  const certificate = new GatewayCertificate({
    configuration: () => state.configuration,
    called: () => ({ names: ['node-1'], addresses: state.addresses }),
    send: (message) => {
      if (message.type === 'certificate') sent.push(message);
    },
    wallMs: () => state.nowMs,
    after: (delayMs, fire) => {
      next = { delayMs, fire };
      return () => {
        next = undefined;
      };
    },
    onTrouble: (reason) => troubles.push(reason),
  });
  /** Lets so much time pass, and what is due then be done. */
  const pass = async (ms: number): Promise<void> => {
    state.nowMs += ms;
    next?.fire();
    await vi.waitFor(() => expect(next).toBeDefined());
  };
  const leaf = (): X509Certificate => new X509Certificate(sent.at(-1)?.chain[0] ?? '');
  return { certificate, state, sent, troubles, pass, leaf };
}

it('is for the key of the gateway, by all names of the node, and asks clients for those of the authority', async () => {
  const { certificate, sent, leaf } = keep();
  certificate.request(derOf(publicKey));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(derOf(leaf().publicKey)).toEqual(derOf(publicKey));
  for (const name of ['node-1', 'api.example.org']) expect(leaf().checkHost(name)).toBe(name);
  for (const address of ['10.0.0.1', '192.0.2.7']) expect(leaf().checkIP(address)).toBe(address);
  expect(leaf().verify(configured.rules.authority.publicKey)).toBe(true);
  expect(sent[0]?.authorities).toEqual([authority.certificate]);
});

it('is issued again when half of its life is over, and when the node gets another address, and not before', async () => {
  const { certificate, state, sent, pass, leaf } = keep();
  certificate.request(derOf(publicKey));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  await pass(0);
  for (let hour = 0; hour < 5; hour += 1) await pass(hourMs);
  expect(sent).toHaveLength(1);
  await pass(hourMs);
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  state.addresses = ['10.0.0.1', '10.0.0.2'];
  certificate.look();
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  expect(leaf().checkIP('10.0.0.2')).toBe('10.0.0.2');
  certificate.look();
  certificate.close();
  expect(sent).toHaveLength(3);
});

it('is of the authority that counts now, and of none that clients are asked for in maintenance', async () => {
  const own = await newMaintenanceAuthority();
  const { certificate, state, sent, leaf } = keep(own);
  certificate.request(derOf(publicKey));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.authorities).toEqual([]);
  expect(leaf().verify(new X509Certificate(own.certificate).publicKey)).toBe(true);
  state.configuration = configured;
  certificate.look();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(leaf().verify(configured.rules.authority.publicKey)).toBe(true);
  expect(sent[1]?.authorities).toEqual([authority.certificate]);
});

it('is not there for a key that is none, which is told', async () => {
  const { certificate, sent, troubles } = keep();
  certificate.request(Uint8Array.of(1, 2, 3));
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
  expect(troubles[0]).toContain('it is not a public key');
  expect(sent).toEqual([]);
  certificate.close();
});
