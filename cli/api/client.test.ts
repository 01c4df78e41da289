import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, expect, test } from 'vitest';
import { certificatePem, keyPem } from '../../supervisor/pki/authority.ts';
import {
  derOf,
  issueMaintenanceCertificate,
  newKeyPair,
  newMaintenanceAuthority,
} from '../../supervisor/pki/issue.ts';
import { newTestAuthority, serverCredential, testContext } from '../../tests/cli/credentials.ts';
import { FakeNode } from '../../tests/cli/fake-node.ts';
import type { Context } from './contexts.ts';
import { type NodeTarget, nodeTargets, splitAddress } from './node-target.ts';
import { onNode, onNodes } from './on-nodes.ts';

const authority = await newTestAuthority();
const nodes: FakeNode[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

async function start(options: Partial<Parameters<typeof FakeNode.start>[0]> = {}): Promise<FakeNode> {
  const node = await FakeNode.start({ authority, ...options });
  nodes.push(node);
  return node;
}

function target(node: { readonly address: string; readonly name: string }, context: Context): NodeTarget {
  return { name: node.name, ...splitAddress(node.address), trust: { by: 'authority', context } };
}

const context = await testContext(authority);
const version = (one: NodeTarget) => onNode(one, async ({ machine }) => (await machine.version({})).version);
const day = 86_400_000;

test('a node that the authority vouches for is talked to', async () => {
  const node = await start();
  expect(await version(target(node, context))).toBe('0.1.0');
});

test('a node is the one that is meant by its address or by its name', async () => {
  const byName = await start({
    credential: await serverCredential(authority, { names: ['lab-1'], addresses: [] }),
  });
  expect(await version(target(byName, context))).toBe('0.1.0');
  await expect(version({ ...target(byName, context), name: 'lab-2' })).rejects.toThrow(
    /is not lab-2: its certificate is for lab-1/,
  );
  expect(byName.calls).toEqual(['MachineService/Version']);
});

test('nothing is sent to a node whose certificate is not to be believed', async () => {
  const node = await start();
  const stranger = await start({ authority: await newTestAuthority('other') });
  await expect(version(target(stranger, context))).rejects.toThrow(/it was issued by CN=other/);
  const old = await start({
    credential: await serverCredential(authority, { nowMs: Date.now() - day / 100 }),
  });
  await expect(version(target(old, context))).resolves.toBe('0.1.0');
  const expired = await newTestAuthority('expired', Date.now() - 3 * day);
  const expiredNode = await start({
    credential: await serverCredential(expired, { nowMs: Date.now() - 2 * day }),
  });
  const expiredContext = { ...context, authority: certificatePem(expired.certificate) };
  await expect(version(target(expiredNode, expiredContext))).rejects.toThrow(/was good until 20/);
  expect([...node.calls, ...stranger.calls, ...expiredNode.calls]).toEqual([]);
});

test('in maintenance the fingerprint decides, and nothing else', async () => {
  const boot = await newMaintenanceAuthority();
  const { publicKey, privateKey } = newKeyPair();
  const { chain } = await issueMaintenanceCertificate({
    authority: boot,
    publicKey: derOf(publicKey),
    names: [],
    addresses: ['127.0.0.1'],
  });
  const credential = { certificate: chain.map(certificatePem).join(''), key: keyPem(privateKey) };
  const node = await start({ credential, maintenance: 'no configuration' });
  const plain = target(node, context);
  let fingerprint = '';
  try {
    await version(plain);
    expect.unreachable();
  } catch (error) {
    fingerprint = /fingerprint is ([0-9A-F:]+)/.exec(String(error))?.[1] ?? '';
  }
  const pinned = (text: string): NodeTarget => ({
    ...plain,
    trust: { by: 'fingerprint', fingerprint: text.replaceAll(':', '').toLowerCase() },
  });
  expect(await version(pinned(fingerprint))).toBe('0.1.0');
  await expect(version(pinned('00'.repeat(32)))).rejects.toThrow(/shows another certificate/);
  expect(node.calls).toEqual(['MachineService/Version']);
  // An authority that is only shown, and has not issued the certificate, is worth nothing.
  const own = await serverCredential(await newTestAuthority('thief'));
  const thief = await start({
    credential: { certificate: own.certificate + certificatePem(chain[1]), key: own.key },
  });
  await expect(version({ ...target(thief, context), trust: pinned(fingerprint).trust })).rejects.toThrow(
    /shows another certificate/,
  );
  expect(thief.calls).toEqual([]);
});

test('what is no API is told as such', async () => {
  const server = createPlainServer((socket) => socket.end('220 mail\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(
    version({ ...target({ address: '127.0.0.1:1', name: 'mail' }, context), port }),
  ).rejects.toThrow(/is not the API of a node: the TLS handshake fails/);
  server.close();
});

test('what fails on one node hides no other', async () => {
  const [first, second] = [await start({ name: 'a' }), await start({ name: 'b' })];
  second.refusals.set('MachineService/Version', new ConnectError('only os:admin may', Code.PermissionDenied));
  const away = { ...first, name: 'c', address: '127.0.0.1:1' };
  const outcomes = await onNodes(
    [first, second, away].map((node) => target(node, context)),
    async ({ machine }) => (await machine.version({})).node,
  );
  expect(outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : outcome.result))).toEqual([
    'a',
    'client.denied',
    'client.refused',
  ]);
});

test('an error with a code of its own keeps it, and one of a newer node is told too', async () => {
  const node = await start();
  const refuse = (code: string) =>
    node.refusals.set(
      'MachineService/Version',
      new ConnectError('the store is full', Code.FailedPrecondition, { 'eft-code': code }),
    );
  refuse('file.not-found');
  await expect(version(target(node, context))).rejects.toMatchObject({
    code: 'file.not-found',
    message: 'lab-1: the store is full',
  });
  refuse('future.thing');
  await expect(version(target(node, context))).rejects.toMatchObject({
    code: 'client.told',
    act: 'look up `future.thing` in docs/reference/errors.md',
  });
});

test('a connection that breaks in a call is told, and is not made again unchecked', async () => {
  const node = await start();
  const error = await onNode(target(node, context), async ({ machine }) => {
    await machine.version({});
    node.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return machine.version({});
  }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'client.lost' });
  expect(node.calls).toHaveLength(1);
});

test('addresses are taken apart, with the port of the API where there is none', () => {
  expect(splitAddress('10.0.0.5')).toEqual({ host: '10.0.0.5', port: 50_000 });
  expect(splitAddress('node-1.example.org:51')).toEqual({ host: 'node-1.example.org', port: 51 });
  expect(splitAddress('[fd00::1]:51')).toEqual({ host: 'fd00::1', port: 51 });
  expect(splitAddress('[fd00::1]')).toEqual({ host: 'fd00::1', port: 50_000 });
  expect(splitAddress('fd00::1')).toEqual({ host: 'fd00::1', port: 50_000 });
});

test('with a fingerprint an address alone will do', () => {
  const fingerprint = 'ab'.repeat(32);
  expect(nodeTargets({ nodes: ['10.0.0.9'], fingerprint })).toEqual([
    { name: '10.0.0.9', host: '10.0.0.9', port: 50_000, trust: { by: 'fingerprint', fingerprint } },
  ]);
});
