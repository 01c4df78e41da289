/** Ways to fail at the file of contexts and at nodes, for the fixtures of these errors. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Code, ConnectError } from '@connectrpc/connect';
import { callError } from '../../cli/api/call-error.ts';
import type { NodeClient } from '../../cli/api/client.ts';
import { connectFault, connectTls } from '../../cli/api/connect-tls.ts';
import { addContext, type Context } from '../../cli/api/contexts.ts';
import { type NodeTarget, splitAddress } from '../../cli/api/node-target.ts';
import { onNode } from '../../cli/api/on-nodes.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { certificatePem, keyPem } from '../../supervisor/pki/authority.ts';
import {
  derOf,
  issueMaintenanceCertificate,
  newKeyPair,
  newMaintenanceAuthority,
} from '../../supervisor/pki/issue.ts';
import { newTestAuthority, testContext } from './credentials.ts';
import { FakeNode, type FakeOptions } from './fake-node.ts';

/** Runs `run` with a file of the context `lab`; errors tell its place without the folder. */
export async function withContexts(run: (file: string, lab: Context) => unknown): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'eft-client-'));
  const file = join(folder, 'contexts.yaml');
  const before = process.env['EFT_CONFIG'];
  try {
    const lab = await testContext(await newTestAuthority(), twoNodes);
    process.env['EFT_CONFIG'] = file;
    addContext(lab, {}, file);
    return await run(file, lab);
  } catch (error) {
    throw retold(error, (text) => text.replaceAll(`${folder}/`, ''));
  } finally {
    if (before === undefined) delete process.env['EFT_CONFIG'];
    else process.env['EFT_CONFIG'] = before;
    rmSync(folder, { recursive: true });
  }
}

export const twoNodes = { 'lab-1': '10.57.0.2:50000', 'lab-2': '10.57.0.3:50000' };

/** The error with what differs from run to run written in another way. */
export function retold(error: unknown, plain: (text: string) => string): unknown {
  if (!(error instanceof EftError)) return error;
  const { code, message, act, place } = error;
  const { file, ...rest } = place;
  return EftError.received({
    code,
    message: plain(message),
    act: plain(act),
    place: file === undefined ? rest : { ...rest, file: plain(file) },
  });
}

/** A node to connect to; `change` says what is wrong with who connects. */
export async function withNode(
  options: Partial<FakeOptions>,
  change: (target: NodeTarget, context: Context) => NodeTarget = (target) => target,
): Promise<unknown> {
  const authority = await newTestAuthority();
  const node = await FakeNode.start({ authority, ...options });
  try {
    const context = await testContext(authority);
    const meant: NodeTarget = {
      name: 'lab-1',
      ...splitAddress(node.address),
      trust: { by: 'authority', context },
    };
    const socket = await connectTls(change(meant, context));
    return socket.destroy();
  } catch (error) {
    throw retold(error, (text) =>
      text
        .replaceAll(node.address, '10.57.0.2:50000')
        .replace(/20..-..-..T..:..:..Z/, '2026-11-23T09:00:00Z')
        .replace(/([0-9A-F]{2}:){31}[0-9A-F]{2}/g, 'AB:CD:EF'),
    );
  } finally {
    await node.stop();
  }
}

/** Who connects believes this authority. */
export function trusting(authority: string): (target: NodeTarget, context: Context) => NodeTarget {
  return (target, context) => ({ ...target, trust: { by: 'authority', context: { ...context, authority } } });
}

/** An error of the operating system. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

export async function faultOf(code: string): Promise<never> {
  const context = await testContext(await newTestAuthority());
  const host = code === 'ENOTFOUND' ? 'lab-1.example.org' : '10.57.0.2';
  throw connectFault(systemError(code), {
    name: 'lab-1',
    host,
    port: 50_000,
    trust: { by: 'authority', context },
  });
}

export function callFault(
  code: Code,
  message: string,
  metadata: Readonly<Record<string, string>> = {},
): never {
  throw callError(new ConnectError(message, code, metadata), 'lab-1');
}

export const dayMs = 86_400_000;

export async function maintenanceNode(): Promise<Partial<FakeOptions>> {
  const { publicKey, privateKey } = newKeyPair();
  const { chain } = await issueMaintenanceCertificate({
    authority: await newMaintenanceAuthority(),
    publicKey: derOf(publicKey),
    names: [],
    addresses: ['127.0.0.1'],
  });
  return { credential: { certificate: chain.map(certificatePem).join(''), key: keyPem(privateKey) } };
}

/** Runs `run` with a client of a fake node, and a folder. */
export async function withClient(
  run: (client: NodeClient, node: FakeNode, folder: string) => Promise<unknown>,
): Promise<unknown> {
  const authority = await newTestAuthority();
  const node = await FakeNode.start({ authority });
  const folder = mkdtempSync(join(tmpdir(), 'eft-client-'));
  const context = await testContext(authority);
  const target: NodeTarget = {
    name: 'lab-1',
    ...splitAddress(node.address),
    trust: { by: 'authority', context },
  };
  try {
    return await onNode(target, (client) => run(client, node, folder));
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true });
  }
}
