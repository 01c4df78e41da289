/** What a gateway can do, and what it cannot though an attacker plays it. */

import { X509Certificate } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { chainOf, nowMs, type PlayedGateway, playGateway } from '../../tests/api/played-gateway.ts';
import { RecordReader } from '../cells/record-reader.ts';
import { encodeRecordValue } from '../cells/record-writer.ts';
import { certificateMark } from '../config/api-schema.ts';
import { newAuthority } from '../pki/issue.ts';
import { messageMemoryLimit, readFromGateway } from './gateway-link.ts';
import { type FromGateway, gatewayFrameLimit } from './gateway-messages.ts';
import { callsLimit, connectionCallsLimit, connectionsLimit, heldBytesLimit } from './gateway-session.ts';
import { anyMethod } from './method.ts';

const dayMs = 86_400_000;
const peer = '10.0.0.9';
const admin = await chainOf('ada', ['os:admin']);
const reader = await chainOf('rob', ['os:reader']);

function play(options: Parameters<typeof playGateway>[0] = {}): PlayedGateway {
  const gateway = playGateway(options);
  onTestFinished(() => gateway.close());
  return gateway;
}

const call = (number: number, connection: number, method: string, argument = {}): FromGateway => ({
  type: 'call',
  call: number,
  connection,
  method,
  argument,
});
const reboot = 'eft.v1.MachineService/Reboot';
const get = 'eft.v1.StateService/Get';
const watch = 'eft.v1.StateService/Watch';
const upload = 'eft.v1.BlobService/Upload';

it('answers who has a certificate, and ends a call after its answer', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: reader, peer });
  gateway.say(call(1, 1, get, { kind: 'eft:a/b', id: 'x' }));
  gateway.say({ type: 'credit', call: 1, count: 1 });
  expect(await gateway.resultOf(1)).toBe('ok');
  expect(gateway.told).toEqual([
    { type: 'output', call: 1, value: { resource: { kind: 'eft:a/b' } } },
    { type: 'end', call: 1 },
  ]);
  expect(gateway.session.counts).toEqual({ connections: 1, calls: 0, running: 0, held: 0 });
});

it('gives no more answers than there is room for', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: reader, peer });
  gateway.say(call(1, 1, watch, { bytes: 10 }));
  gateway.say({ type: 'credit', call: 1, count: 4 });
  await gateway.until(() => gateway.told.length === 5);
  gateway.say(call(2, 1, get, { kind: 'eft:a/b', id: 'x' }));
  await gateway.until(() => gateway.told.some((message) => message['call'] === 2));
  expect(gateway.told.filter((message) => message['call'] === 1)).toHaveLength(5);
  gateway.say({ type: 'cancel', call: 1 });
  await gateway.until(() => gateway.deeds.open === 0);
  expect(gateway.session.counts.running).toBe(1);
});

it('takes the inputs of a call one by one, and holds none that was taken', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: admin, peer });
  gateway.say(call(1, 1, upload));
  for (let index = 0; index < 5; index += 1) {
    gateway.say({ type: 'input', call: 1, value: { data: new Uint8Array(1_000) } });
    await gateway.until(() => gateway.told.length === index + 1);
    expect(gateway.told.at(-1)).toEqual({ type: 'credit', call: 1, count: 1 });
  }
  gateway.say({ type: 'input-end', call: 1 });
  gateway.say({ type: 'credit', call: 1, count: 1 });
  expect(await gateway.resultOf(1)).toBe('ok');
  expect(gateway.deeds.uploads).toEqual([5_000]);
  expect(gateway.session.counts.held).toBe(0);
});

it('takes an upload that breaks off for none', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: admin, peer });
  gateway.say(call(1, 1, upload));
  gateway.say({ type: 'input', call: 1, value: { data: new Uint8Array(10) } });
  await gateway.until(() => gateway.told.length === 1);
  gateway.say({ type: 'disconnected', connection: 1 });
  await gateway.until(() => gateway.session.counts.connections === 0 && gateway.session.counts.running === 0);
  expect(gateway.deeds.uploads).toEqual([]);
  expect((await gateway.auditLines()).at(-1)).toMatchObject({ event: 'result', result: 'canceled' });
});

it('lets nobody do anything by a chain that is not one: none, wrong, expired, of another authority, revoked', async () => {
  const gateway = play();
  const other = await newAuthority('eft', { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + dayMs });
  const revoked = await chainOf('rex', ['os:admin']);
  const mark = certificateMark(new X509Certificate(revoked[0] ?? '').serialNumber);
  gateway.state.rules = { ...gateway.state.rules, revoked: new Set([mark]) };
  const chains = [
    [],
    [new Uint8Array(100)],
    [...admin].reverse(),
    await chainOf('old', ['os:admin'], { from: nowMs - 3 * dayMs }),
    await chainOf('mallory', ['os:admin'], { by: other }),
    [...(await chainOf('mallory', ['os:admin'], { by: other })).slice(0, 1), ...admin],
    revoked,
  ];
  for (const [index, chain] of chains.entries()) {
    gateway.say({ type: 'connected', connection: index + 1, chain, peer });
    gateway.say(call(index + 1, index + 1, reboot));
    expect(await gateway.resultOf(index + 1)).toBe('unauthenticated');
  }
  expect(gateway.deeds.reboots).toEqual([]);
  const reasons = (await gateway.auditLines()).map(({ nobody }) => nobody);
  expect(reasons).toHaveLength(chains.length);
  expect(reasons).toContain('its certificate is revoked');
  expect(reasons).toContain('its certificate has expired');
});

it('holds a reader to reading, and has in the audit log that he wanted more', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: reader, peer: '::ffff:10.0.0.9' });
  gateway.say(call(1, 1, reboot));
  gateway.say(call(2, 1, 'eft.v1.MachineService/Destroy'));
  gateway.say(call(3, 1, get, { kind: 5 }));
  gateway.say(call(4, 1, upload));
  expect(await gateway.resultOf(1)).toBe('permission_denied');
  expect(await gateway.resultOf(2)).toBe('unimplemented');
  expect(await gateway.resultOf(3)).toBe('invalid_argument');
  expect(await gateway.resultOf(4)).toBe('permission_denied');
  expect(gateway.deeds).toEqual({ reboots: [], uploads: [], open: 0 });
  expect((await gateway.auditLines())[0]).toMatchObject({
    event: 'refused',
    name: 'rob',
    roles: ['os:reader'],
    peer: '10.0.0.9',
    method: reboot,
    result: 'permission_denied',
    code: 'api.denied',
  });
});

it('has what an admin does in the audit log before it is done, and how it went', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: admin, peer });
  gateway.say(call(1, 1, reboot));
  gateway.say({ type: 'credit', call: 1, count: 1 });
  expect(await gateway.resultOf(1)).toBe('ok');
  expect(await gateway.auditLines()).toMatchObject([
    { event: 'call', call: 1, name: 'ada', method: reboot, told: { goal: 'restart' } },
    { event: 'result', call: 1, result: 'ok' },
  ]);
});

it('ends what lasts when the certificate of its caller does, or counts no longer', async () => {
  const gateway = play();
  gateway.say({ type: 'connected', connection: 1, chain: reader, peer });
  gateway.say(call(1, 1, watch, { bytes: 1 }));
  await gateway.until(() => gateway.told.length === 1);
  gateway.session.sweep();
  expect(gateway.session.counts.calls).toBe(1);
  gateway.state.nowMs += 2 * dayMs;
  gateway.session.sweep();
  expect(await gateway.resultOf(1)).toBe('unauthenticated');
  await gateway.until(() => gateway.session.counts.running === 0);
  // The chain is as old when it is shown again.
  gateway.say({ type: 'connected', connection: 2, chain: reader, peer });
  gateway.say(call(2, 2, get, { kind: 'eft:a/b', id: 'x' }));
  expect(await gateway.resultOf(2)).toBe('unauthenticated');
});

it('takes from anyone in maintenance what maintenance is for, and nothing else', async () => {
  const gateway = play({ mode: { type: 'maintenance' } });
  gateway.say({ type: 'connected', connection: 1, chain: [], peer });
  gateway.say(call(1, 1, 'eft.v1.MachineService/Version'));
  gateway.say({ type: 'credit', call: 1, count: 1 });
  gateway.say({ type: 'connected', connection: 2, chain: admin, peer });
  gateway.say(call(2, 2, reboot));
  expect(await gateway.resultOf(1)).toBe('ok');
  expect(await gateway.resultOf(2)).toBe('failed_precondition');
  expect(gateway.deeds.reboots).toEqual([]);
});

it('ends a gateway that makes numbers up, says things twice, or sends what there is no room for', async () => {
  const connect: FromGateway = { type: 'connected', connection: 7, chain: admin, peer };
  const wrong: readonly (readonly unknown[])[] = [
    [connect, connect],
    [connect, { ...connect, connection: 6 }],
    [{ type: 'disconnected', connection: 1 }],
    [connect, call(3, 7, watch, { bytes: 1 }), call(3, 7, watch, { bytes: 1 })],
    [connect, call(3, 7, watch, { bytes: 1 }), call(2, 7, reboot)],
    [{ type: 'credit', call: 1, count: 1 }],
    [{ type: 'cancel', call: 1 }],
    [connect, call(3, 7, upload), { type: 'input', call: 4, value: {} }],
    [connect, call(3, 7, upload), ...[1, 2, 3].map(() => ({ type: 'input', call: 3, value: {} }))],
    [connect, call(3, 7, watch, { bytes: 1 }), { type: 'credit', call: 3, count: 1_000_000 }],
    [{ ...connect, chain: Array.from({ length: 5 }, () => admin[0]) }],
    [{ ...connect, chain: [new Uint8Array(9_000)] }],
    [{ ...connect, peer: 'x; O=os:admin' }],
    [{ ...connect, roles: ['os:admin'] }],
    [connect, { ...call(1, 7, reboot), identity: 'ada' }],
    [connect, call(1, 7, 'reboot\n')],
    [{ type: 'certificate-request', publicKey: new Uint8Array(600) }],
    [{ type: 'certificate', chain: [], authorities: [] }],
    ['connected'],
    [[]],
  ];
  for (const messages of wrong) {
    const gateway = play();
    for (const message of messages) gateway.sayAnything(message);
    expect(await gateway.ended()).not.toBe('');
    expect(gateway.deeds.reboots).toEqual([]);
    expect(gateway.session.counts.calls).toBe(0);
  }
});

it('answers a call of a connection that there is not, which can be gone, as it would one that is gone', async () => {
  const gateway = play();
  gateway.say(call(1, 99, reboot));
  expect(await gateway.resultOf(1)).toBe('canceled');
  gateway.say({ type: 'connected', connection: 1, chain: admin, peer });
  gateway.say({ type: 'disconnected', connection: 1 });
  gateway.say(call(2, 1, reboot));
  expect(await gateway.resultOf(2)).toBe('canceled');
  expect(gateway.deeds.reboots).toEqual([]);
});

it('reads no frame that is too long, and none that would take too much memory', async () => {
  const long = play();
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, gatewayFrameLimit + 1, true);
  long.socket.write(head);
  expect(await long.ended()).toContain('the limit is');
  const nested = play();
  // An array of empty maps: a byte each in the frame, and a hundred times as much here.
  const bomb = new Uint8Array(1_000_000).fill(0xa0);
  bomb.set([0x9a, 0, 0x0f, 0x42, 0x3b]);
  nested.sayBytes(bomb);
  expect(await nested.ended()).toContain(`more than ${messageMemoryLimit} bytes`);
});

it('has no more connections and calls than it may, whoever asks', async () => {
  const gateway = play();
  for (let index = 1; index <= connectionsLimit; index += 1)
    gateway.say({ type: 'connected', connection: index, chain: [], peer });
  gateway.say({ type: 'connected', connection: connectionsLimit + 1, chain: [], peer });
  expect(await gateway.ended()).toContain('connections at once');

  const busy = play();
  for (let index = 1; index <= 5; index += 1)
    busy.say({
      type: 'connected',
      connection: index,
      chain: await chainOf(`c${index}`, ['os:reader']),
      peer: `10.0.0.${index}`,
    });
  let number = 0;
  for (let connection = 1; connection <= 5; connection += 1) {
    for (let index = 0; index <= connectionCallsLimit; index += 1) {
      number += 1;
      busy.say(call(number, connection, watch, { bytes: 1 }));
    }
  }
  expect(await busy.resultOf(number)).toBe('resource_exhausted');
  expect(busy.session.counts.running).toBeLessThanOrEqual(callsLimit);
  expect(await busy.resultOf(connectionCallsLimit + 1)).toBe('resource_exhausted');
  busy.session.close();
  await busy.until(() => busy.session.counts.running === 0);
  expect(busy.deeds.open).toBe(0);
});

it('holds no more of what a gateway sends than it may', async () => {
  const held = anyMethod({
    name: 'eft.v1.BlobService/Delete',
    verb: 'upload',
    changes: false,
    read: () => ({}),
    subject: () => [{}],
    run: async function* (_, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield {};
    },
  });
  const gateway = play({ methods: [held] });
  gateway.say({ type: 'connected', connection: 1, chain: admin, peer });
  const size = 1_400_000;
  const count = Math.ceil(heldBytesLimit / size) + 3;
  for (let index = 1; index <= count; index += 1)
    gateway.say(call(index, 1, 'eft.v1.BlobService/Delete', { data: new Uint8Array(size) }));
  expect(await gateway.resultOf(count)).toBe('resource_exhausted');
  expect(gateway.session.counts.held).toBeLessThanOrEqual(heldBytesLimit);
  gateway.say({ type: 'disconnected', connection: 1 });
  await gateway.until(() => gateway.session.counts.running === 0);
  expect(gateway.session.counts.held).toBe(0);
});

it('writes no answer for which there is no room while the gateway takes nothing', async () => {
  const gateway = play();
  gateway.socket.pause();
  gateway.say({ type: 'connected', connection: 1, chain: admin, peer });
  for (let index = 1; index <= 20; index += 1) {
    gateway.say(call(index, 1, watch, { bytes: 1_000_000 }));
    gateway.say({ type: 'credit', call: index, count: 1_000 });
  }
  await gateway.until(() => gateway.deeds.open === 20);
  for (let index = 0; index < 50; index += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(gateway.link.waitingBytes).toBeLessThan(3_000_000);
  gateway.say({ type: 'disconnected', connection: 1 });
  gateway.socket.resume();
  await gateway.until(() => gateway.deeds.open === 0);
});

/** A generator that is the same for the same seed (mulberry32): in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const realFrames = [
  { type: 'certificate-request', publicKey: new Uint8Array(91) },
  { type: 'connected', connection: 1, chain: reader, peer },
  call(1, 1, get, { kind: 'eft:resources/link-status', id: 'eth0' }),
  call(2, 1, watch, { bytes: 10 }),
  call(3, 1, upload),
  { type: 'input', call: 3, value: { data: new Uint8Array(100), offset: 5n } },
  { type: 'input-end', call: 3 },
  { type: 'credit', call: 2, count: 3 },
  { type: 'cancel', call: 2 },
  { type: 'disconnected', connection: 1 },
].map(encodeRecordValue);

/** One of the real frames, with bytes changed, left out, doubled or put in; or bytes that are only random. */
function mutated(random: () => number): Uint8Array {
  const below = (count: number): number => Math.floor(random() * count);
  const frame = realFrames[below(realFrames.length)] ?? new Uint8Array();
  if (random() < 0.1) return Uint8Array.from({ length: below(400) }, () => below(256));
  const bytes = [...frame];
  for (let left = 1 + below(4); left > 0; left -= 1) {
    const at = below(bytes.length + 1);
    const action = below(5);
    if (action === 0) bytes[at] = below(256);
    else if (action === 1) bytes.splice(at, 1 + below(8));
    else if (action === 2) bytes.splice(at, 0, ...bytes.slice(at, at + 1 + below(16)));
    else if (action === 3) bytes.splice(at, 0, below(256));
    else bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

it('throws nothing but errors of its own for 10,000 frames that are not right, and does nothing for them', () => {
  const random = randomFrom(20_260_601);
  let understood = 0;
  for (let index = 0; index < 10_000; index += 1) {
    const bytes = mutated(random);
    try {
      readFromGateway(new RecordReader(bytes, 'the gateway', messageMemoryLimit).document());
      understood += 1;
    } catch (error) {
      expect(error).toHaveProperty('code');
    }
  }
  // Some are right all the same: what was changed is a number, or a byte of a key.
  expect(understood).toBeGreaterThan(100);
  expect(understood).toBeLessThan(6_000);
});

it('holds nothing of gateways that were ended by mutated frames in the middle of real ones, and has done nothing that a reader may not', async () => {
  const random = randomFrom(7);
  for (let run = 0; run < 60; run += 1) {
    const gateway = playGateway();
    for (let index = 0; index < 170 && gateway.broken === undefined; index += 1) {
      gateway.sayBytes(
        random() < 0.9 ? (realFrames[index % realFrames.length] ?? new Uint8Array()) : mutated(random),
      );
    }
    gateway.socket.end();
    await gateway.until(() => gateway.broken !== undefined || gateway.link.isOver);
    gateway.session.close();
    await gateway.until(() => gateway.session.counts.running === 0);
    expect(gateway.session.counts).toEqual({ connections: 0, calls: 0, running: 0, held: 0 });
    expect(gateway.deeds).toEqual({ reboots: [], uploads: [], open: 0 });
    gateway.close();
  }
});
