/** What stands between the network and PID 1: frames, messages of the gateway, requests in protobuf, and the certificates of callers. */
import { X509Certificate } from 'node:crypto';
import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { readFromGateway } from '../../../supervisor/api/gateway-link.ts';
import type { FromGateway } from '../../../supervisor/api/gateway-messages.ts';
import { GatewaySession } from '../../../supervisor/api/gateway-session.ts';
import { ApplyConfigRequestSchema } from '../../../supervisor/api/generated/eft/v1/machine_pb.js';
import {
  PutOperationRequestSchema,
  WatchRequestSchema,
} from '../../../supervisor/api/generated/eft/v1/state_pb.js';
import { Caller } from '../../../supervisor/api/verify-chain.ts';
import { FrameReader } from '../../../supervisor/cells/frames.ts';
import { decodeRecordValue } from '../../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../../supervisor/cells/record-writer.ts';
import { fieldsOf, initOf } from '../../../supervisor/gateway/message-fields.ts';
import { testAuthority } from '../../../tests/config/authority.ts';
import { bytesOfText, must, mustEqual, type ReaderTarget, unlessRefused } from '../reader-target.ts';

const frameLimit = 64;

const frames: ReaderTarget = {
  name: 'frames',
  summary: 'frames on a stream: the same however the stream is cut, and none longer than it may be',
  seeds: () => [
    new Uint8Array([3, 4, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 1, 0, 0, 0, 9]),
    new Uint8Array([1, 64, 0, 0, 0, ...new Uint8Array(64), 65, 0, 0, 0]),
  ],
  read: (bytes) => {
    const stream = bytes.subarray(1);
    const whole = framesOf(stream, stream.length);
    mustEqual(framesOf(stream, 1 + (bytes[0] ?? 0)), whole, 'it does not matter how a stream is cut');
    must(
      whole.every(({ length }) => length <= frameLimit),
      'no frame is longer than it may be',
    );
  },
};

function framesOf(stream: Uint8Array, step: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new FrameReader({
    limit: () => frameLimit,
    onFrame: (frame) => found.push(frame),
    onTooLong: () => undefined,
  });
  for (let at = 0; at < stream.length; at += step) reader.push(stream.subarray(at, at + step));
  return found;
}

const authority = new X509Certificate(testAuthority.crt);
/** The certificate of one client, issued once by that authority: to issue another each time would draw a number by chance. */
const client = new Uint8Array(Buffer.from(['['].join(''), 'base64'));

const messages: readonly FromGateway[] = [
  { type: 'certificate-request', publicKey: new Uint8Array(91) },
  { type: 'connected', connection: 1, chain: [client], peer: '::ffff:10.0.0.1' },
  { type: 'call', call: 1, connection: 1, method: 'eft.v1.StateService/Get', argument: { kind: 'a' } },
  { type: 'input', call: 1, value: { chunk: new Uint8Array(3) } },
  { type: 'credit', call: 1, count: 2 },
  { type: 'input-end', call: 1 },
  { type: 'cancel', call: 1 },
  { type: 'disconnected', connection: 1 },
];

const gatewayMessage: ReaderTarget = {
  name: 'gateway-message',
  summary: 'a message of the gateway: what is taken of it is what it says',
  seeds: () => messages.map((message) => encodeRecordValue(message)),
  read: (bytes) => {
    const value = unlessRefused(() => decodeRecordValue(bytes, 'x'));
    if (value === undefined) return;
    const message = unlessRefused(() => readFromGateway(value));
    if (message === undefined) return;
    const again = readFromGateway(decodeRecordValue(encodeRecordValue(message), 'x'));
    mustEqual(again, message, 'a message that is read says the same when it is written');
  },
};

/** Bytes in front of each message of a session: its length. */
const sessionHead = 2;

const gatewaySession: ReaderTarget = {
  name: 'gateway-session',
  summary: 'message after message of a gateway in an attacker’s hands: it is counted right, or ended',
  seeds: () => [sessionOf(messages), sessionOf([...messages.slice(1, 3), ...messages.slice(5)])],
  read: (bytes) => {
    const session = new GatewaySession({
      answer: async function* () {
        yield {};
      },
      identify: (caller) => ({ type: 'nobody', reason: 'nobody is known', peer: caller.peer }),
      link: { send: () => undefined, sendInTurn: () => Promise.resolve() },
      onCertificateRequest: () => undefined,
      onFailure: (_, error) => {
        throw error;
      },
    });
    for (let at = 0; at + sessionHead <= bytes.length; ) {
      const end = at + sessionHead + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
      const message = unlessRefused(() =>
        readFromGateway(decodeRecordValue(bytes.slice(at + sessionHead, end), 'x')),
      );
      at = end;
      if (message === undefined) break;
      const before = session.counts;
      if (unlessRefused(() => session.receive(message, 1) ?? true) === undefined) break;
      const after = session.counts;
      must(after.connections <= before.connections + 1 && after.connections >= 0, 'connections are counted');
      must(after.calls <= after.running && after.held >= 0, 'calls are counted');
    }
    session.close();
    mustEqual(session.counts.calls, 0, 'no call is left when the gateway is gone');
    mustEqual(session.counts.connections, 0, 'no connection is left when the gateway is gone');
  },
};

function sessionOf(all: readonly FromGateway[]): Uint8Array {
  const parts = all.map((message) => encodeRecordValue(message));
  return Buffer.concat(parts.flatMap((part) => [Uint8Array.of(part.length & 0xff, part.length >> 8), part]));
}

const schemas: readonly [DescMessage, ...DescMessage[]] = [
  ApplyConfigRequestSchema,
  PutOperationRequestSchema,
  WatchRequestSchema,
];

const request: ReaderTarget = {
  name: 'request',
  summary: 'a request in protobuf: as values and as a message again it says the same',
  seeds: () =>
    [
      toBinary(
        ApplyConfigRequestSchema,
        create(ApplyConfigRequestSchema, { config: bytesOfText('x'), mode: 2 }),
      ),
      toBinary(
        PutOperationRequestSchema,
        create(PutOperationRequestSchema, { target: 'a', arguments: { b: 'c' } }),
      ),
      toBinary(WatchRequestSchema, create(WatchRequestSchema, { kinds: ['a', 'b'], id: '' })),
    ].map((bytes, index) => new Uint8Array([index, ...bytes])),
  read: (bytes) => {
    const schema = schemas[(bytes[0] ?? 0) % schemas.length] ?? schemas[0];
    let message: ReturnType<typeof create>;
    try {
      // The library's own errors are of many kinds; the gateway takes all of them for a bad request.
      message = fromBinary(schema, bytes.subarray(1), { readUnknownFields: false });
    } catch {
      return;
    }
    let fields: ReturnType<typeof fieldsOf>;
    try {
      fields = fieldsOf(schema, message);
    } catch (error) {
      if (error instanceof RangeError && error.message.includes('items')) return;
      throw error;
    }
    let written: Uint8Array;
    try {
      written = encodeRecordValue(fields);
    } catch (error) {
      // A key of a map is the client's own: the gateway refuses one that is not ASCII (`unsendable` in calls.ts).
      if (error instanceof TypeError && error.message.includes('ASCII')) return;
      throw error;
    }
    const sent = decodeRecordValue(written, 'x');
    mustEqual(sent, fields, 'PID 1 is told what was asked');
    const again = create(schema, initOf(schema, fields));
    mustEqual(toBinary(schema, again), toBinary(schema, message), 'the fields of a message are all of it');
  },
};

const rules = { authority, revoked: new Set<string>() };
const validMs = Date.UTC(2026, 11, 24);

const callerCertificate: ReaderTarget = {
  name: 'caller-certificate',
  summary: 'the certificate of a caller: nobody is known by it but who was issued it, byte for byte',
  seeds: () => [client, new Uint8Array(authority.raw)],
  read: (bytes) => {
    const { type } = new Caller([bytes], '::1').identify(rules, validMs);
    // Bytes behind a certificate are none of it: OpenSSL leaves them out, and so does who looks at it.
    const isIssued = Buffer.from(client).equals(bytes.subarray(0, client.length));
    must(type === 'nobody' || isIssued, 'nobody is known whom the authority does not');
  },
};

export const gatewayTargets: readonly ReaderTarget[] = [
  frames,
  gatewayMessage,
  gatewaySession,
  request,
  callerCertificate,
];
