/** The API of one node: its services over one HTTP/2 connection, by gRPC. */
import type { TLSSocket } from 'node:tls';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { BlobService } from '../../supervisor/api/generated/eft/v1/blob_pb.js';
import { MachineService } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import { ModuleService } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { StateService } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { connectTls } from './connect-tls.ts';
import { addressOf, type NodeTarget } from './node-target.ts';

/** How long an answer may take, unless a call says otherwise. */
export const callTimeoutMs = 30_000;
/** For calls that go on as long as somebody looks. */
export const withoutDeadline = { timeoutMs: 0 } as const;
/** Bytes of one message that is taken. */
const messageLimit = 4 * 1024 * 1024;
/** How often a connection with calls under way is asked whether it lives, and how long the answer may take. */
const pingIntervalMs = 20_000;
const pingTimeoutMs = 10_000;

export type NodeClient = {
  readonly target: NodeTarget;
  readonly state: Client<typeof StateService>;
  readonly machine: Client<typeof MachineService>;
  readonly modules: Client<typeof ModuleService>;
  readonly blobs: Client<typeof BlobService>;
  /** Ends the connection and every call on it. */
  readonly close: () => void;
};

/**
 * Connects to a node. Calls reject with `ConnectError`, which `callError` turns into what a person is told. The connection is the one that was checked:
 * when it is lost, the client is of no use any more.
 * Errors: `client.*`.
 */
export async function connectNode(
  target: NodeTarget,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<NodeClient> {
  const connection = await connectTls(target, options);
  const baseUrl = `https://${addressOf(target)}`;
  const sessionManager = new Http2SessionManager(
    baseUrl,
    { pingIntervalMs, pingTimeoutMs },
    { createConnection: once(connection, target) },
  );
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager,
    defaultTimeoutMs: callTimeoutMs,
    readMaxBytes: messageLimit,
  });
  return {
    target,
    state: createClient(StateService, transport),
    machine: createClient(MachineService, transport),
    modules: createClient(ModuleService, transport),
    blobs: createClient(BlobService, transport),
    close: () => {
      sessionManager.abort();
      connection.destroy();
    },
  };
}

/** Gives the connection to who asks first. A second one would not have been checked. */
function once(connection: TLSSocket, target: NodeTarget): () => TLSSocket {
  let isGiven = false;
  return () => {
    if (isGiven) throw EftError.of('client.lost', { node: target.name, reason: 'the node has ended it' });
    isGiven = true;
    return connection;
  };
}
