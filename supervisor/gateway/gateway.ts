/**
 * The gateway: it ends TLS, reads requests, and passes them on to PID 1, which decides everything. It is the one process of a node that reads what anybody may send, so it is
 * in a sandbox before it does (sandbox.ts).
 *
 * Its key is made here and never leaves. It listens when PID 1 has sent a certificate for it, and ends when the link does.
 */
import { generateKeyPairSync } from 'node:crypto';
import { Socket } from 'node:net';
import { createConnectRouter } from '@connectrpc/connect';
import { BlobService } from '../api/generated/eft/v1/blob_pb.js';
import { MachineService } from '../api/generated/eft/v1/machine_pb.js';
import { ModuleService } from '../api/generated/eft/v1/module_pb.js';
import { StateService } from '../api/generated/eft/v1/state_pb.js';
import { bridgeService } from './bridge.ts';
import { ByteBudget } from './byte-budget.ts';
import { Calls } from './calls.ts';
import { Clients } from './clients.ts';
import { Health } from './generated/grpc/health/v1/health_pb.js';
import { type PathHandler, requestHandler } from './handle-request.ts';
import { addHealth } from './health.ts';
import * as limits from './limits.ts';
import { Link } from './link.ts';
import { metricsPage } from './metrics-page.ts';
import { addReflection, catalogueOf } from './reflection.ts';
import { Server } from './server.ts';

/** What PID 1 answers. */
const services = [StateService, MachineService, ModuleService, BlobService];

/** Runs the gateway on these descriptors, until PID 1 ends the link. */
export function runGateway(listeningDescriptor: number, linkDescriptor: number): void {
  process.on('uncaughtException', (error) => leave(1, error.stack ?? error.message));
  process.on('unhandledRejection', (reason) =>
    leave(1, reason instanceof Error ? String(reason.stack) : String(reason)),
  );
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let server: Server | undefined;
  const link = new Link(new Socket({ fd: linkDescriptor, readable: true, writable: true }), {
    onMessage: (message, bytes) => {
      if (message.type !== 'certificate') {
        calls.receive(message, bytes);
      } else if (server === undefined) {
        server = new Server(message, { key: privateKey, clients, handle });
        server.listen(listeningDescriptor);
      } else {
        server.replace(message);
      }
    },
    onEnd: (reason) => leave(0, reason),
  });
  const calls = new Calls({
    send: (...messages) => link.send(...messages),
    isBusy: () => link.backlogBytes > limits.backlogBytesLimit,
    untaken: new ByteBudget(limits.untakenBytesLimit),
    callsLimit: limits.callsLimit,
  });
  const clients = new Clients((message) => link.send(message));
  const handle = requestHandler(handlersOf(calls), {
    received: new ByteBudget(limits.receivedBytesLimit),
    messageTimeoutMs: limits.messageTimeoutMs,
    after: (delayMs, fire) => {
      const timer = setTimeout(fire, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const key = publicKey.export({ type: 'spki', format: 'der' });
  link.send({ type: 'certificate-request', publicKey: new Uint8Array(key) });
}

function handlersOf(calls: Calls): readonly PathHandler[] {
  const router = createConnectRouter({
    acceptCompression: [],
    readMaxBytes: limits.messageBytesLimit,
    maxTimeoutMs: limits.deadlineLimitMs,
    // A field that is misspelled is not one that is left out.
    jsonOptions: { ignoreUnknownFields: false },
  });
  for (const service of services) bridgeService(router, service, calls);
  addHealth(
    router,
    services.map(({ typeName }) => typeName),
  );
  addReflection(router, catalogueOf([...services, Health]));
  return [...router.handlers, metricsPage(calls)];
}

/** Standard error is the supervisor's. */
function leave(status: number, reason: string): never {
  if (status !== 0) process.stderr.write(`gateway: ${reason}\n`);
  process.exit(status);
}
