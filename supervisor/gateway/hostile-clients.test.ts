import { readdirSync, readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectPlain, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallMade, type FakeSupervisor, startGateway } from '../../tests/gateway/fake-supervisor.ts';
import { frame, frameTypes, headerBlock, preface, requestHead } from '../../tests/gateway/http2-frames.ts';
import { chanceOf, strangeBytes } from '../../tests/gateway/mutated-bytes.ts';
import { PutOperationRequestSchema, WatchRequestSchema } from '../api/generated/eft/v1/state_pb.js';
import type { RecordValue } from '../store/resource.ts';

const strangeCount = 10_000;
const seed = 20_261_123;
/** Bytes that memory may differ by between two looks at it: what a collector leaves, and not what leaks. */
const memoryTolerance = 48 * 1024 * 1024;
const getPath = '/eft.v1.StateService/Get';

async function* answer(call: CallMade, inputs: AsyncIterable<RecordValue>): AsyncIterable<RecordValue> {
  if (call.method.endsWith('/Logs')) for (;;) yield { lines: [{ message: 'x'.repeat(20_000) }] };
  for await (const _ of call.method.endsWith('/Upload') ? inputs : []);
  yield {};
}

describe('the gateway among hostile clients', () => {
  let gateway: FakeSupervisor;
  let vouched: { readonly ca: string; readonly cert: string; readonly key: string };
  beforeAll(async () => {
    gateway = await startGateway({ answer });
    const { certificate, key } = await gateway.client('ann');
    vouched = { ca: gateway.authorityPem, cert: certificate, key };
  });
  afterAll(() => gateway.stop());

  function openDescriptors(): number {
    return readdirSync(`/proc/${gateway.child.pid}/fd`).length;
  }

  function residentBytes(): number {
    const status = readFileSync(`/proc/${gateway.child.pid}/status`, 'latin1');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async function call(options: object = vouched): Promise<number> {
    const session = connect(gateway.url, { ca: gateway.authorityPem, ...options });
    session.on('error', () => undefined);
    const status = await statusOf(session, getPath, 'application/json', Buffer.from('{}'));
    session.destroy();
    return status;
  }

  /** Nothing has died, and nothing is left of what came: a real call is answered, and descriptors and memory are as before. */
  async function expectUnharmed(before: {
    readonly descriptors: number;
    readonly bytes: number;
  }): Promise<void> {
    await expect.poll(() => call(), { timeout: 15_000 }).toBe(200);
    expect(gateway.ended).toBeUndefined();
    expect(gateway.errors).toBe('');
    await expect.poll(() => gateway.openCalls, { timeout: 15_000 }).toBe(0);
    await expect.poll(openDescriptors, { timeout: 15_000 }).toBeLessThanOrEqual(before.descriptors);
    expect(residentBytes() - before.bytes).toBeLessThan(memoryTolerance);
  }

  /** Does `one` `count` times, `width` at a time, looks what there is after a third of them, and holds what there is at the end against it. */
  async function repeat(
    count: number,
    width: number,
    one: () => Promise<void>,
    leave: () => void = () => undefined,
  ): Promise<void> {
    const rounds = async (times: number): Promise<void> => {
      let left = times;
      const worker = async (): Promise<void> => {
        for (; left > 0; ) {
          left -= 1;
          await one();
        }
      };
      await Promise.all(Array.from({ length: width }, worker));
    };
    const idle = openDescriptors();
    await rounds(Math.floor(count / 3));
    const before = { descriptors: idle, bytes: residentBytes() };
    await rounds(count - Math.floor(count / 3));
    leave();
    await expectUnharmed(before);
  }

  it('outlives strange bytes where TLS is expected', async () => {
    const chance = chanceOf(seed);
    const real = [clientHello(['h2']), clientHello(['http/1.1']), Buffer.from('GET / HTTP/1.1\r\n\r\n')];
    await repeat(strangeCount, 32, async () => {
      const socket = connectPlain(gateway.port, '127.0.0.1');
      await sendAndLeave(socket, strangeBytes(chance, real));
    });
  }, 180_000);

  it('outlives strange bytes where HTTP is expected', async () => {
    const chance = chanceOf(seed + 1);
    const body = Buffer.from('{"kind":"a","id":"b"}');
    const second = [
      frame(frameTypes.settings, 0, 0),
      frame(frameTypes.headers, 4, 1, requestHead(getPath)),
      frame(frameTypes.data, 1, 1, body),
    ];
    const first = `POST ${getPath} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const chunked = `POST ${getPath} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n0\r\n\r\n`;
    const realFirst = [Buffer.concat([Buffer.from(first), body]), Buffer.from(chunked)];
    const realSecond = [
      Buffer.concat(second),
      Buffer.concat([...second, frame(frameTypes.resetStream, 0, 1, Buffer.alloc(4))]),
    ];
    // One a connection: what comes behind one that is refused would be read by nobody.
    await repeat(strangeCount, 24, async () => {
      const isSecond = chance(2) === 0;
      const socket = await secure({ ALPNProtocols: [isSecond ? 'h2' : 'http/1.1'] });
      const bytes = strangeBytes(chance, isSecond ? realSecond : realFirst);
      await sendAndLeave(socket, ...(isSecond ? [preface, bytes] : [bytes]));
    });
  }, 180_000);

  it('outlives strange messages in every protocol', async () => {
    const chance = chanceOf(seed + 2);
    const types = [
      'application/json',
      'application/proto',
      'application/grpc',
      'application/grpc-web',
      'application/grpc-web-text',
    ];
    const streamTypes = ['application/connect+json', 'application/connect+proto', 'application/grpc+json'];
    const paths = [
      'StateService/Get',
      'StateService/Watch',
      'StateService/PutOperation',
      'BlobService/Upload',
      'MachineService/ApplyConfig',
    ];
    const messages = [
      toBinary(
        PutOperationRequestSchema,
        create(PutOperationRequestSchema, { target: 'a', verb: 'b', arguments: { c: 'd', ä: 'e' } }),
      ),
      toBinary(WatchRequestSchema, create(WatchRequestSchema, { kinds: ['a', 'b'], id: 'c' })),
      Buffer.from('{"kinds":["a"],"id":"b","arguments":{"__proto__":"c","d":"e"}}'),
    ];
    const enveloped = messages.map((message) =>
      Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]),
    );
    const real = [...messages, ...enveloped];
    const all = [...types, ...streamTypes];
    const session = connect(gateway.url, vouched);
    session.on('error', () => undefined);
    const one = async (): Promise<void> => {
      const path = chance(20) === 0 ? `grpc.health.v1.Health/Check` : `eft.v1.${paths[chance(paths.length)]}`;
      const type = all[chance(all.length)] ?? '';
      const status = await statusOf(session, `/${path}`, type, strangeBytes(chance, real));
      expect(status).toBeGreaterThanOrEqual(200);
    };
    await repeat(strangeCount, 32, one, () => session.destroy());
  }, 180_000);

  /** A connection by which frames are sent and nothing is read; resolves when the gateway has ended it. */
  async function flood(frames: readonly Buffer[], reading: 'reads' | 'reads nothing'): Promise<void> {
    const socket = await secure({ ALPNProtocols: ['h2'] });
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    if (reading === 'reads') socket.resume();
    socket.write(Buffer.concat([preface, frame(frameTypes.settings, 0, 0), ...frames]));
    await gone;
  }

  const many = (count: number, make: (index: number) => Buffer): readonly Buffer[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const head = requestHead('/eft.v1.StateService/Watch');

  it.each([
    [
      'takes back stream after stream',
      'reads',
      many(4_000, (index) =>
        Buffer.concat([
          frame(frameTypes.headers, 5, 1 + 2 * index, head),
          frame(frameTypes.resetStream, 0, 1 + 2 * index, Buffer.alloc(4)),
        ]),
      ),
    ],
    [
      'continues headers without end',
      'reads',
      [
        frame(frameTypes.headers, 0, 1, head),
        ...many(200, () => frame(frameTypes.continuation, 0, 1, headerBlock([['a', 'b']]))),
      ],
    ],
    [
      'sends frames that make no sense',
      'reads',
      many(4_000, (index) => frame(frameTypes.data, 0, 1 + 2 * index, Buffer.alloc(10))),
    ],
    [
      'sends settings that are too many',
      'reads',
      [frame(frameTypes.settings, 0, 0, Buffer.alloc(6 * 200, 1))],
    ],
  ] as const)('ends a connection that %s', async (_, reading, frames) => {
    const descriptors = openDescriptors();
    const bytes = residentBytes();
    const calls = gateway.told.filter(({ type }) => type === 'call').length;
    await flood(frames, reading);
    expect(gateway.told.filter(({ type }) => type === 'call').length - calls).toBeLessThan(400);
    await expectUnharmed({ descriptors, bytes });
  });

  it.each([
    ['PINGs', many(200_000, () => frame(frameTypes.ping, 0, 0, Buffer.alloc(8)))],
    ['SETTINGS', many(200_000, () => frame(frameTypes.settings, 0, 0))],
  ] as const)('keeps no more answers to %s than a few for a client that reads none', async (_, frames) => {
    const descriptors = openDescriptors();
    const bytes = residentBytes();
    const socket = await secure({ ALPNProtocols: ['h2'] });
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([preface, frame(frameTypes.settings, 0, 0), ...frames]));
    await sleep(1_500);
    expect(residentBytes() - bytes).toBeLessThan(memoryTolerance);
    socket.destroy();
    await expectUnharmed({ descriptors, bytes });
  });

  it('spends a bounded amount of memory on clients that read nothing of many streams', async () => {
    const descriptors = openDescriptors();
    const bytes = residentBytes();
    const answers = (): number => [...gateway.sent.values()].reduce((sum, count) => sum + count, 0);
    const before = answers();
    const sessions = Array.from({ length: 4 }, () =>
      connect(gateway.url, { ...vouched, settings: { initialWindowSize: 0 } }),
    );
    const opened = sessions.flatMap((session) =>
      many(100, () => Buffer.from('\0\0\0\0\x02{}', 'latin1')).map((message) => {
        const stream = session.request({
          ':method': 'POST',
          ':path': '/eft.v1.MachineService/Logs',
          'content-type': 'application/connect+json',
        });
        stream.on('error', () => undefined);
        stream.end(message);
        return new Promise((resolve) => stream.once('response', resolve));
      }),
    );
    await Promise.all(opened);
    // Until every buffer on the way is full.
    let sent = -1;
    for (; sent !== answers(); await sleep(1_000)) sent = answers();
    const first = residentBytes();
    await sleep(1_000);
    expect(answers()).toBe(sent);
    expect(sent - before).toBeLessThan(400 * 8);
    // 400 streams of messages of 20 kB: a few copies of a few messages each.
    expect(first - bytes).toBeLessThan(128 * 1024 * 1024);
    for (const session of sessions) session.destroy();
    await expectUnharmed({ descriptors, bytes: first });
  });

  it('takes no more connections of one address than it may have, and then others again', async () => {
    const descriptors = openDescriptors();
    const sockets = Array.from({ length: 300 }, () =>
      connectPlain(gateway.port, '127.0.0.1').on('error', () => undefined),
    );
    await expect
      .poll(() => sockets.filter(({ destroyed, readable }) => destroyed || !readable).length, {
        timeout: 15_000,
      })
      .toBeGreaterThan(100);
    expect(openDescriptors()).toBeLessThan(256 + 40);
    for (const socket of sockets) socket.destroy();
    await expectUnharmed({ descriptors, bytes: residentBytes() });
  });

  function secure(options: object): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connectTls(
        { port: gateway.port, host: '127.0.0.1', ca: gateway.authorityPem, ...options },
        () => resolve(socket),
      );
      socket.once('error', reject);
    });
  }
});

/** Writes all, and leaves when the other end has, or when it has had a moment to think about it. */
async function sendAndLeave(socket: Socket, ...strings: readonly Uint8Array[]): Promise<void> {
  socket.on('error', () => undefined);
  const gone = new Promise((resolve) => socket.on('close', resolve));
  socket.resume();
  for (const bytes of strings) socket.write(bytes);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), 50);
  await gone;
  clearTimeout(timer);
}

function statusOf(
  session: ClientHttp2Session,
  path: string,
  type: string,
  body: Uint8Array,
): Promise<number> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': type,
      te: 'trailers',
    });
    // What a stream has that is broken off before there is an answer.
    let status = 599;
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('data', () => undefined);
    stream.on('error', () => resolve(status)).on('close', () => resolve(status));
    stream.end(body);
  });
}

/** The first bytes of a real client. */
function clientHello(protocols: readonly string[]): Buffer {
  const chunks: Buffer[] = [];
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const socket = connectTls({ socket: wire, ALPNProtocols: [...protocols] });
  socket.on('error', () => undefined);
  const hello = Buffer.concat(chunks);
  socket.destroy();
  return hello;
}
