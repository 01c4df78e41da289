/**
 * A node that is none: the services of the API over TLS, as a gateway has them, with fixed data. What asks a node is tested against it; what a node does is tested
 * where it is done.
 */
import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { BlobService } from '../../supervisor/api/generated/eft/v1/blob_pb.js';
import {
  type ApplyConfigRequest,
  type ApplyConfigResponse,
  ApplyConfigResponseSchema,
  MachineService,
} from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import { ModuleService } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { type Resource, StateService } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import type { Authority } from '../../supervisor/pki/authority.ts';
import { type Credential, serverCredential } from './credentials.ts';
import { began, fixedConfig, fixedLog, fixedResources, millisecond, resourceOf } from './fake-data.ts';

type MessageOf<Type> = { -readonly [Key in keyof Type]?: Type[Key] };

export type FakeOptions = {
  readonly name?: string;
  readonly authority: Authority;
  readonly credential?: Credential;
  readonly maintenance?: string;
};

/** One change that watchers are told. */
type Told = { readonly put: Resource } | { readonly removed: { readonly kind: string; readonly id: string } };

export class FakeNode {
  readonly name: string;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** The methods that were called, such as `MachineService/Reboot`, in order. */
  readonly calls: string[] = [];
  /** Methods that are refused, and how. */
  readonly refusals = new Map<string, ConnectError>();
  readonly resources: Resource[] = fixedResources();
  /** The configuration as it would be given. */
  config = fixedConfig;
  /** What the next ApplyConfig answers. */
  plan: MessageOf<Omit<ApplyConfigResponse, '$typeName'>> = {};
  readonly applied: ApplyConfigRequest[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** What was asked to be swapped, and whether its file was there. */
  readonly swaps: { name: string; isWhole: boolean; accepted: readonly string[]; dryRun: boolean }[] = [];
  /** What the next swaps fail by, after the comparison. */
  swapFault: ConnectError | undefined;
  maintenance: string;
  uptimeMs = 60_000n;
  #samples = 0n;
  readonly #server: Http2SecureServer;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #watchers = new Set<(told: Told) => void>();

  private constructor(options: FakeOptions, server: Http2SecureServer) {
    this.name = options.name ?? 'lab-1';
    this.maintenance = options.maintenance ?? '';
    this.#server = server;
    this.address = `127.0.0.1:${addressOf(server).port}`;
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
  }

  static async start(options: FakeOptions): Promise<FakeNode> {
    const { certificate, key } = options.credential ?? (await serverCredential(options.authority));
    const server = createSecureServer({
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: false,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const node = new FakeNode(options, server);
    server.on('request', connectNodeAdapter({ routes: (router) => node.serve(router) }));
    return node;
  }

  /** Puts a resource, or changes it, and tells who watches. */
  put(kind: string, id: string, value: JsonObject): void {
    const index = this.resources.findIndex((resource) => resource.kind === kind && resource.id === id);
    const version = (this.resources[index]?.version ?? 0n) + 1n;
    const resource = resourceOf(kind, id, value, version);
    if (index < 0) this.resources.push(resource);
    else this.resources[index] = resource;
    for (const tell of this.#watchers) tell({ put: resource });
  }

  remove(kind: string, id: string): void {
    const index = this.resources.findIndex((resource) => resource.kind === kind && resource.id === id);
    this.resources.splice(index, 1);
    for (const tell of this.#watchers) tell({ removed: { kind, id } });
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Ends every connection at once. */
  hangUp(): void {
    for (const session of this.#sessions) session.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    this.#server.close();
    await once(this.#server, 'close');
  }

  serve(router: ConnectRouter): void {
    this.#serveState(router);
    this.#serveMachine(router);
    this.#serveModules(router);
    this.#serveBlobs(router);
  }

  #enter(method: string): void {
    this.calls.push(method);
    const refusal = this.refusals.get(method);
    if (refusal !== undefined) throw refusal;
  }

  #serveState(router: ConnectRouter): void {
    const node = this;
    router.service(StateService, {
      get: ({ kind, id }) => {
        this.#enter('StateService/Get');
        const resource = this.resources.find((one) => one.kind === kind && one.id === id);
        if (resource === undefined) throw new ConnectError(`there is no ${kind} ${id}`, Code.NotFound);
        return { resource };
      },
      list: ({ kind }) => {
        this.#enter('StateService/List');
        return { resources: this.resources.filter((resource) => resource.kind === kind) };
      },
      listKinds: () => {
        this.#enter('StateService/ListKinds');
        return { kinds: this.#kinds() };
      },
      watch: async function* ({ kinds, id }, { signal }) {
        node.#enter('StateService/Watch');
        const isMeant = (one: { readonly kind: string; readonly id: string }) =>
          kinds.includes(one.kind) && (id === undefined || one.id === id);
        const there = node.resources.filter(isMeant);
        yield {
          changes: there.map((value) => ({ change: { case: 'put' as const, value } })),
          isSynced: true,
        };
        for await (const told of node.#told(signal)) {
          if ('put' in told && isMeant(told.put)) {
            yield { changes: [{ change: { case: 'put' as const, value: told.put } }] };
          } else if ('removed' in told && isMeant(told.removed)) {
            yield { changes: [{ change: { case: 'removed' as const, value: told.removed } }] };
          }
        }
      },
      putOperation: ({ target, verb, arguments: parameters }) => {
        this.#enter('StateService/PutOperation');
        const list = Object.entries(parameters).map(([name, value]) => ({ name, value }));
        const value = { target, verb, arguments: list, state: 'pending', message: '' };
        this.put('eft:resources/operation', 'op-1', value);
        const operation = this.resources.find(({ id }) => id === 'op-1');
        if (operation === undefined) throw new Error('what was put is not there');
        return { operation };
      },
    });
  }

  #kinds() {
    const names = [
      ...new Set(this.resources.map(({ kind }) => kind)),
      'eft:resources/dhcp-lease',
      'eft:resources/operation',
    ];
    return [...new Set(names)].sort().map((name) => ({
      name,
      writers: ['network'],
      readers: ['network', 'supervisor'],
      count: this.resources.filter(({ kind }) => kind === name).length,
    }));
  }

  async *#told(signal: AbortSignal): AsyncGenerator<Told> {
    const waiting: Told[] = [];
    let wake = (): void => undefined;
    const tell = (told: Told): void => {
      waiting.push(told);
      wake();
    };
    this.#watchers.add(tell);
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else yield next;
      }
    } finally {
      this.#watchers.delete(tell);
    }
  }

  #serveMachine(router: ConnectRouter): void {
    const node = this;
    router.service(MachineService, {
      version: () => {
        this.#enter('MachineService/Version');
        return {
          version: '0.1.0',
          node: this.name,
          environment: 'namespace',
          kernel: '6.12.0',
          image: 'ab'.repeat(32),
          maintenance: this.maintenance,
          uptimeMs: this.uptimeMs,
        };
      },
      applyConfig: (request) => {
        this.#enter('MachineService/ApplyConfig');
        this.applied.push(request);
        return create(ApplyConfigResponseSchema, this.plan);
      },
      confirmConfig: ({ confirmation }) => {
        this.#enter('MachineService/ConfirmConfig');
        return { message: `kept what ${confirmation} has applied` };
      },
      getConfig: () => {
        this.#enter('MachineService/GetConfig');
        return { config: Buffer.from(this.config), digest: 'cd'.repeat(32) };
      },
      logs: async function* ({ source, tail, follow }, { signal }) {
        node.#enter('MachineService/Logs');
        const lines = fixedLog.filter((line) => source === '' || line.source === source);
        yield { lines: tail === 0 ? lines : lines.slice(-tail) };
        if (follow) yield { lines: [{ ...fixedLog[0], message: 'what comes' }], dropped: 2n };
        if (follow) await aborted(signal);
      },
      dmesg: async function* ({ follow }, { signal }) {
        node.#enter('MachineService/Dmesg');
        yield {
          lines: [
            { timeUs: 1_234_567n, level: 3, message: 'a disk is odd\u001b[2J' },
            { timeUs: 12_345_678n, level: 6, message: 'eth0: link up' },
          ],
        };
        if (follow) await aborted(signal);
      },
      events: async function* ({ follow }, { signal }) {
        node.#enter('MachineService/Events');
        yield {
          events: [
            { timeNs: began, subject: 'phase', name: 'network', message: 'done in 12 ms', level: 'info' },
            {
              timeNs: began + 5_000n * millisecond,
              subject: 'module',
              name: 'network',
              message: 'failed',
              level: 'error',
            },
          ],
        };
        if (follow) await aborted(signal);
      },
      usage: () => {
        this.#enter('MachineService/Usage');
        // Each sample is a second later, with a quarter of a processor and five events for the module.
        this.#samples += 1n;
        const seconds = this.#samples;
        return {
          timeNs: began + seconds * 1_000n * millisecond,
          memoryTotalBytes: 1n << 30n,
          processors: 2,
          modules: [
            { name: 'health', memoryBytes: 0n, events: 1n },
            {
              name: 'network',
              memoryBytes: 131_072n,
              cpuNs: seconds * 250n * millisecond,
              events: seconds * 5n,
              queue: 2,
              restarts: 1,
              eventP99Ns: millisecond,
            },
          ],
        };
      },
      metrics: () => {
        this.#enter('MachineService/Metrics');
        return { text: '# TYPE eft_up gauge\neft_up 1\n' };
      },
      audit: async function* ({ follow }, { signal }) {
        node.#enter('MachineService/Audit');
        yield { lines: ['{"n":1,"method":"eft.v1.MachineService/Reboot"}'] };
        if (follow) await aborted(signal);
      },
      reboot: () => {
        this.#enter('MachineService/Reboot');
        setTimeout(() => {
          this.uptimeMs = 10n;
          this.hangUp();
        }, 20);
        return {};
      },
      shutdown: () => {
        this.#enter('MachineService/Shutdown');
        return {};
      },
      reset: ({ node: named }) => {
        this.#enter('MachineService/Reset');
        if (named !== this.name) throw new ConnectError(`this is ${this.name}`, Code.InvalidArgument);
        return {};
      },
    });
  }

  #serveModules(router: ConnectRouter): void {
    const node = this;
    const module = {
      name: 'network',
      version: '0.3.0',
      phase: 'healthy',
      restarts: 1,
      queue: 0,
      message: '',
    };
    router.service(ModuleService, {
      swap: async function* ({ replacements, dryRun }) {
        node.#enter('ModuleService/Swap');
        for (const { name, digest, acceptedCapabilities } of replacements) {
          node.swaps.push({ name, isWhole: node.blobs.has(digest), accepted: acceptedCapabilities, dryRun });
          yield {
            progress: {
              step: 'verify',
              module: name,
              atNs: 1_500_000n,
              message: 'signatures, scope, versions',
            },
          };
          const change = {
            module: name,
            change: 'added',
            capability: 'eft:host/log',
            reason: 'tells of renewals',
          };
          yield { progress: { step: 'compare', module: name, atNs: 2_000_000n, changes: [change] } };
        }
        if (node.swapFault !== undefined) throw node.swapFault;
        const swapped = dryRun ? [] : replacements.map(({ name, digest }) => fixedSwap(name, digest));
        yield { progress: { step: 'done', atNs: 90_000_000n, swapped, message: 'done' } };
      },
      rollback: async function* ({ name }) {
        node.#enter('ModuleService/Rollback');
        const swapped = [{ ...fixedSwap(name, 'cd'.repeat(32)), fromVersion: '0.4.0', toVersion: '0.3.0' }];
        yield { progress: { step: 'done', atNs: 50_000_000n, swapped } };
      },
      history: ({ name }) => {
        this.#enter('ModuleService/History');
        if (name !== 'network') throw new ConnectError(`there is no module ${name}`, Code.NotFound);
        const entry = {
          version: '0.4.0',
          digest: 'ab'.repeat(32),
          securityVersion: 1,
          identity: 'admin (os:admin)',
        };
        const refused = {
          ...entry,
          atMs: began / millisecond + 2_000n,
          how: 'swap',
          outcome: 'refused',
          message: 'it is older',
        };
        return {
          entries: [
            refused,
            { ...entry, atMs: began / millisecond, how: 'swap', outcome: 'running', message: '' },
          ],
        };
      },
      list: () => {
        this.#enter('ModuleService/List');
        return { modules: [{ ...module, name: 'health', restarts: 0 }, module] };
      },
      inspect: ({ name }) => {
        this.#enter('ModuleService/Inspect');
        if (name !== 'network') throw new ConnectError(`there is no module ${name}`, Code.NotFound);
        return {
          module,
          world: 'eft:network/network',
          securityVersion: 1,
          inputs: ['eft:resources/network-config'],
          outputs: [{ kind: 'eft:resources/link-status', mode: 'exclusive' }],
          grants: [{ interface: 'eft:host/netlink', scope: 'families: [route]', reason: 'it makes links' }],
          isolation: 'thread',
          memoryLimitBytes: 16_777_216n,
          eventLimitMs: 200,
          queueLimit: 256,
          digest: 'ef'.repeat(32),
          signers: ['0123456789abcdef'],
          denied: { 'eft:host/netlink.send': 3n },
        };
      },
    });
  }

  #serveBlobs(router: ConnectRouter): void {
    const node = this;
    const partial = new Map<string, Buffer>();
    router.service(BlobService, {
      stat: ({ digest }) => {
        this.#enter('BlobService/Stat');
        const whole = this.blobs.get(digest);
        return { offset: BigInt((whole ?? partial.get(digest))?.length ?? 0), isWhole: whole !== undefined };
      },
      upload: async (requests) => {
        this.#enter('BlobService/Upload');
        let digest = '';
        let size = 0n;
        for await (const request of requests) {
          if (request.digest !== '') ({ digest, size } = request);
          partial.set(digest, Buffer.concat([partial.get(digest) ?? Buffer.alloc(0), request.data]));
          if (this.refusals.has('BlobService/Upload data'))
            throw this.refusals.get('BlobService/Upload data');
        }
        const bytes = partial.get(digest) ?? Buffer.alloc(0);
        if (BigInt(bytes.length) !== size) throw new ConnectError('bytes are missing', Code.Aborted);
        this.blobs.set(digest, bytes);
        return { size };
      },
      download: async function* ({ digest, offset }) {
        node.#enter('BlobService/Download');
        const bytes = node.blobs.get(digest);
        if (bytes === undefined) throw new ConnectError(`there is no blob ${digest}`, Code.NotFound);
        for (let at = Number(offset); at < bytes.length; at += 1_000) {
          yield {
            data: bytes.subarray(at, at + 1_000),
            size: at === Number(offset) ? BigInt(bytes.length) : 0n,
          };
        }
      },
      delete: ({ digest }) => {
        this.#enter('BlobService/Delete');
        this.blobs.delete(digest);
        return {};
      },
    });
  }
}

function addressOf(server: Http2SecureServer): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** What has become of a module that was swapped. */
function fixedSwap(name: string, digest: string) {
  return {
    name,
    fromVersion: '0.3.0',
    toVersion: '0.4.0',
    fromDigest: 'ef'.repeat(32),
    toDigest: digest,
    pauseNs: 4_100_000n,
    survivesReboot: true,
  };
}
