import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CallMade,
  CallRefusal,
  type ClientIdentity,
  type FakeSupervisor,
  issueClient,
  startGateway,
} from '../../tests/gateway/fake-supervisor.ts';
import type { FromGateway } from '../api/gateway-messages.ts';
import { newAuthorityFor } from '../pki/issue.ts';
import type { RecordValue } from '../store/resource.ts';
import { callsOfStrangerLimit, messageBytesLimit } from './limits.ts';

const run = promisify(execFile);
const independentClient = fileURLToPath(
  new URL('../../tests/gateway/independent-client.py', import.meta.url),
);

const value = {
  count: 2n ** 64n - 1n,
  bytes: Uint8Array.of(1, 2, 3),
  state: { tag: 'up', val: { speed: 1000 } },
  mode: { tag: 'none' },
  empty: undefined,
  list: [1n, 2n],
};
const resource = { kind: 'a', id: 'b', version: 7n, value };
const resourceAsJson = {
  kind: 'a',
  id: 'b',
  version: '7',
  value: {
    count: '18446744073709551615',
    bytes: 'AQID',
    state: { up: { speed: 1000 } },
    mode: { none: null },
    list: ['1', '2'],
  },
};

async function* answer(call: CallMade, inputs: AsyncIterable<RecordValue>): AsyncIterable<RecordValue> {
  switch (call.method) {
    case 'eft.v1.StateService/Get':
      yield { resource };
      break;
    case 'eft.v1.StateService/Watch':
      for (let id = 0; ; id += 1)
        yield {
          changes: [{ change: { case: 'removed', value: { kind: 'x'.repeat(10_000), id: String(id) } } }],
        };
    case 'eft.v1.BlobService/Upload': {
      let size = 0n;
      for await (const { data } of inputs) size += BigInt(data instanceof Uint8Array ? data.length : 0);
      yield { size };
      break;
    }
    case 'eft.v1.MachineService/Metrics':
      await sleep(60_000, undefined, { ref: false });
      break;
    default:
      throw new CallRefusal({
        status: 'permission_denied',
        code: 'api.denied',
        message: 'nicht für Sie: 🔒',
      });
  }
}

describe('the gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eft-gateway-'));
  const [authority, certificate, key] = ['authority', 'certificate', 'key'].map((name) => join(folder, name));
  let gateway: FakeSupervisor;
  let client: ClientIdentity;

  beforeAll(async () => {
    gateway = await startGateway({ answer });
    client = await gateway.client('ann');
    writeFileSync(authority ?? '', gateway.authorityPem);
    writeFileSync(certificate ?? '', client.certificate);
    writeFileSync(key ?? '', client.key);
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  /** What curl prints, and the status of HTTP at the end. */
  async function curl(path: string, body: string, ...more: readonly string[]): Promise<string> {
    const parameters = [
      '-sS',
      '--cacert',
      authority,
      '-H',
      'content-type: application/json',
      '-w',
      '\n%{http_code}',
    ];
    const all = [...parameters, '-d', body, ...more, `${gateway.url}/${path}`].map(String);
    return (await run('curl', all)).stdout;
  }
  const asAnn = ['--cert', certificate, '--key', key].map(String);

  function session(
    options: object = client && { cert: client.certificate, key: client.key },
  ): ClientHttp2Session {
    return connect(gateway.url, { ca: gateway.authorityPem, ...options });
  }

  function toldOf<Type extends FromGateway['type']>(type: Type): Extract<FromGateway, { type: Type }>[] {
    return gateway.told.filter(
      (message): message is Extract<FromGateway, { type: Type }> => message.type === type,
    );
  }

  it.each([
    ['HTTP/2', '--http2'],
    ['HTTP/1.1', '--http1.1'],
  ])('answers curl in JSON, by %s', async (_, version) => {
    const printed = await curl('eft.v1.StateService/Get', '{"kind":"a","id":"b"}', version, ...asAnn);
    const [json = '', status] = printed.split('\n');
    expect(status).toBe('200');
    expect(JSON.parse(json)).toEqual({ resource: resourceAsJson });
  });

  it('tells PID 1 of a call what the client has said, and with which certificate', async () => {
    await curl('eft.v1.StateService/Get', '{"kind":"a","id":"b"}', ...asAnn);
    const call = toldOf('call').at(-1);
    expect(call).toMatchObject({ method: 'eft.v1.StateService/Get', argument: { kind: 'a', id: 'b' } });
    const connected = toldOf('connected').find(({ connection }) => connection === call?.connection);
    expect(connected?.peer).toBe('127.0.0.1');
    const [own] = connected?.chain ?? [];
    expect(client.certificate.replaceAll('\n', '')).toContain(Buffer.from(own ?? []).toString('base64'));
  });

  it('answers gRPC’s own library, which learns the services by reflection', async () => {
    const target = `127.0.0.1:${gateway.port}`;
    const { stdout } = await run(
      '/usr/bin/python3',
      [independentClient, target, authority, certificate, key].map(String),
    );
    const change = (id: string) => ({ changes: [{ removed: { kind: 'x'.repeat(10_000), id } }] });
    expect(JSON.parse(stdout)).toEqual({
      services: [
        ...['StateService', 'MachineService', 'ModuleService', 'BlobService'].map((name) => `eft.v1.${name}`),
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'grpc.reflection.v1alpha.ServerReflection',
      ],
      isSame: true,
      get: { resource: resourceAsJson },
      watch: ['0', '1', '2'].map(change),
      upload: { size: '5000' },
      denied: ['PERMISSION_DENIED', 'nicht für Sie: 🔒', 'api.denied'],
      late: 'DEADLINE_EXCEEDED',
    });
  });

  it('cancels in PID 1 what a client does not wait for any more', async () => {
    const late = toldOf('call').filter(({ method }) => method === 'eft.v1.MachineService/Metrics');
    expect(late.length).toBeGreaterThan(0);
    const canceled = toldOf('cancel').map(({ call }) => call);
    expect(late.filter(({ call }) => !canceled.includes(call))).toEqual([]);
  });

  it('is healthy while it answers', async () => {
    expect(await curl('grpc.health.v1.Health/Check', '{}')).toBe('{"status":"SERVING"}\n200');
    expect(await curl('grpc.health.v1.Health/Check', '{"service":"eft.v1.StateService"}')).toContain('200');
    expect(await curl('grpc.health.v1.Health/Check', '{"service":"other"}')).toContain('\n404');
  });

  it('refuses a field that there is not, so that nobody takes it for one that was left out', async () => {
    const printed = await curl('eft.v1.MachineService/ApplyConfig', '{"dryRunn":true}', ...asAnn);
    expect(printed).toContain('"dryRunn\\" is unknown"');
    expect(printed).toContain('\n400');
  });

  it.each([
    ['no certificate', () => undefined, 0],
    [
      'one of another authority',
      async () => issueClient(await newAuthorityFor('other', Date.now(), 86_400_000), 'eve', []),
      1,
    ],
  ])('lets a client with %s finish its handshake: PID 1 says no', async (_, make, certificates) => {
    const identity = await make();
    const status = await answerOf(
      session(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
      'eft.v1.StateService/ListKinds',
      '{}',
    );
    expect(status).toBe(403);
    expect(toldOf('connected').at(-1)?.chain.length).toBe(certificates);
  });

  it('speaks no older TLS, and resumes no session', async () => {
    const older = await new Promise<string>((resolve) => {
      const socket = connectTls({ port: gateway.port, ca: gateway.authorityPem, maxVersion: 'TLSv1.2' });
      socket.on('error', (error) => resolve(error.message)).on('secureConnect', () => resolve('connected'));
    });
    expect(older).toMatch(/protocol version/);
    const sessions: Buffer[] = [];
    const first = connectTls({ port: gateway.port, ca: gateway.authorityPem });
    first
      .on('session', (ticket) => sessions.push(ticket))
      .write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => first.on('close', resolve).resume());
    const [ticket] = sessions;
    const second = connectTls({
      port: gateway.port,
      ca: gateway.authorityPem,
      ...(ticket && { session: ticket }),
    });
    await new Promise((resolve) => second.on('secureConnect', resolve));
    expect(second.isSessionReused()).toBe(false);
    second.destroy();
  });

  it('takes a new certificate without letting go of a connection', async () => {
    const open = session();
    expect(await answerOf(open, 'eft.v1.StateService/Get', '{}', false)).toBe(200);
    const before = await serialOf();
    await gateway.certify();
    expect(await answerOf(open, 'eft.v1.StateService/Get', '{}', true)).toBe(200);
    expect(await serialOf()).not.toBe(before);
  });

  function serialOf(): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ port: gateway.port, ca: gateway.authorityPem }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  it('asks PID 1 for no more answers than a client takes', async () => {
    const open = session();
    const stream = open.request({
      ':method': 'POST',
      ':path': '/eft.v1.StateService/Watch',
      'content-type': 'application/connect+json',
    });
    stream.end(Buffer.from('\0\0\0\0\x02{}', 'latin1'));
    await new Promise((resolve) => stream.once('response', resolve));
    const call = toldOf('call').at(-1)?.call ?? 0;
    await sleep(300);
    const sent = gateway.sent.get(call) ?? 0;
    await sleep(300);
    // What the windows of HTTP/2 and the buffers of Node hold, and not one more for all the time that passes.
    expect(gateway.sent.get(call)).toBe(sent);
    expect(sent).toBeLessThan(60);
    stream.on('data', () => undefined);
    await expect.poll(() => gateway.sent.get(call)).toBeGreaterThan(sent);
    open.destroy();
    await expect.poll(() => toldOf('cancel').some((told) => told.call === call)).toBe(true);
  });

  it('refuses a message that is too large, and a request that is none, and goes on', async () => {
    const large = JSON.stringify({ kind: 'x'.repeat(messageBytesLimit) });
    const file = join(folder, 'large');
    writeFileSync(file, large);
    expect(await curl('eft.v1.StateService/Get', `@${file}`, ...asAnn)).toContain('\n429');
    expect(await curl('eft.v1.StateService/Get', '{"kind":', ...asAnn)).toContain('\n400');
    expect(await curl('eft.v1.StateService/Nothing', '{}', ...asAnn)).toContain('404');
    expect(await curl('eft.v1.StateService/Get', '{}', ...asAnn)).toContain('\n200');
  });

  it('gives clients that nobody vouches for few calls at once', async () => {
    const open = session({});
    const statuses = Array.from({ length: callsOfStrangerLimit + 2 }, () =>
      answerOf(open, 'eft.v1.MachineService/Metrics', '{}', false),
    );
    const refused = await Promise.race([Promise.all(statuses.slice(-2)), sleep(10_000, [])]);
    expect(refused).toEqual([429, 429]);
    open.destroy();
  });

  it('ends when PID 1 does', async () => {
    const own = await startGateway({ answer });
    own.hangUp();
    await expect.poll(() => own.ended, { timeout: 10_000 }).toBe('it exited with status 0');
  });
});

/** The status of HTTP that a unary call is answered with. */
function answerOf(open: ClientHttp2Session, path: string, body: string, isLast = true): Promise<number> {
  return new Promise((resolve, reject) => {
    open.on('error', reject);
    const stream = open.request({
      ':method': 'POST',
      ':path': `/${path}`,
      'content-type': 'application/json',
    });
    stream.on('error', reject).on('response', (headers) => resolve(Number(headers[':status'])));
    stream.on('data', () => undefined).on('close', () => isLast && open.close());
    stream.end(body);
  });
}
