/**
 * The gateway's process: it ends TLS, reads requests, and passes them on to PID 1, which decides everything. It is the one process of a node that reads what
 * anybody may send. So it is nobody, may open, start and connect to nothing (sandbox.ts), and has what it needs from the start:
 *
 *   descriptor 3   the listening socket, which stays PID 1's
 *   descriptor 4   its end of a pair of sockets with PID 1 (link.ts)
 *
 * Its key is made here and never leaves. It listens when PID 1 has sent a certificate for it, and ends when the link does.
 */
import { generateKeyPairSync } from 'node:crypto';
import { Socket } from 'node:net';
import { createConnectRouter } from '@connectrpc/connect';
import type { ToGateway } from '../api/gateway-messages.ts';
import { BlobService } from '../api/generated/eft/v1/blob_pb.js';
import { MachineService } from '../api/generated/eft/v1/machine_pb.js';
import { ModuleService } from '../api/generated/eft/v1/module_pb.js';
import { StateService } from '../api/generated/eft/v1/state_pb.js';
import { bridgeService } from './bridge.ts';
import { ByteBudget } from './byte-budget.ts';
import { Calls } from './calls.ts';
import { Clients } from './clients.ts';
import { requestHandler } from './handle-request.ts';
import * as limits from './limits.ts';
import { Link } from './link.ts';
import { Server } from './server.ts';

const listeningDescriptor = 3;
const linkDescriptor = 4;

process.title = 'eft-gateway';
process.on('uncaughtException', (error) => leave(1, error.stack ?? error.message));
process.on('unhandledRejection', (reason) =>
  leave(1, reason instanceof Error ? String(reason.stack) : String(reason)),
);

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const socket = new Socket({ fd: linkDescriptor, readable: true, writable: true });

let server: Server | undefined;
const link = new Link(socket, {
  onMessage: receive,
  onEnd: (reason) => leave(0, reason),
});
const calls = new Calls({
  send: (...messages) => link.send(...messages),
  isBusy: () => link.backlogBytes > limits.backlogBytesLimit,
  untaken: new ByteBudget(limits.untakenBytesLimit),
  callsLimit: limits.callsLimit,
});
const clients = new Clients((message) => link.send(message));
const router = createConnectRouter({
  acceptCompression: [],
  readMaxBytes: limits.messageBytesLimit,
  maxTimeoutMs: limits.deadlineLimitMs,
  // A field that is misspelled is not one that is left out.
  jsonOptions: { ignoreUnknownFields: false },
});
for (const service of [StateService, MachineService, ModuleService, BlobService])
  bridgeService(router, service, calls);
const handle = requestHandler(router.handlers, {
  received: new ByteBudget(limits.receivedBytesLimit),
  messageTimeoutMs: limits.messageTimeoutMs,
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
});
link.send({
  type: 'certificate-request',
  publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
});

function receive(message: ToGateway, bytes: number): void {
  if (message.type !== 'certificate') {
    calls.receive(message, bytes);
  } else if (server === undefined) {
    server = new Server(message, { key: privateKey, clients, handle });
    server.listen(listeningDescriptor);
  } else {
    server.replace(message);
  }
}

/** Standard error is the supervisor's. */
function leave(status: number, reason: string): never {
  if (status !== 0) process.stderr.write(`gateway: ${reason}\n`);
  process.exit(status);
}
