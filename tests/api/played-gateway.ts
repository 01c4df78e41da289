/** PID 1's core of the API with a few methods, and a gateway that a test plays, each at its end of a real pair of sockets. */
import { X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import { AuditLog } from '../../supervisor/api/audit-log.ts';
import { Dispatcher } from '../../supervisor/api/dispatcher.ts';
import { GatewayLink } from '../../supervisor/api/gateway-link.ts';
import type { FromGateway } from '../../supervisor/api/gateway-messages.ts';
import { GatewaySession } from '../../supervisor/api/gateway-session.ts';
import { type AnyMethod, anyMethod } from '../../supervisor/api/method.ts';
import { Access, type AccessMode } from '../../supervisor/api/roles.ts';
import type { ChainRules } from '../../supervisor/api/verify-chain.ts';
import { FrameReader, writeFrame } from '../../supervisor/cells/frames.ts';
import { decodeRecordValue } from '../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { createSocketPair, socketTypes } from '../../supervisor/native/socket.ts';
import { derOf, issueClientCertificate, newAuthority, newKeyPair } from '../../supervisor/pki/issue.ts';
import type { RecordValue, Value } from '../../supervisor/store/resource.ts';

export const nowMs = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;

export const authority = await newAuthority('eft', {
  notBeforeMs: nowMs - 30 * dayMs,
  notAfterMs: nowMs + 30 * dayMs,
});

/** The chain of a client with these roles, whose certificate is good for a day, or from another day on. */
export async function chainOf(
  name: string,
  roles: readonly string[],
  { from = nowMs, by = authority } = {},
): Promise<Uint8Array<ArrayBuffer>[]> {
  const publicKey = derOf(newKeyPair().publicKey);
  const request = { authority: by, publicKey, name, roles, nowMs: from, lifetimeMs: dayMs };
  return [...(await issueClientCertificate(request)).chain];
}

/** What the methods of the played node have done. */
export type Deeds = { readonly reboots: string[]; readonly uploads: number[]; open: number };

export type PlayedGateway = ReturnType<typeof playGateway>;

/** Starts both ends. What the gateway is told is in `told`. */
export function playGateway(
  options: { readonly mode?: AccessMode; readonly methods?: readonly AnyMethod[] } = {},
) {
  const [oneEnd, otherEnd] = createSocketPair(socketTypes.SOCK_STREAM).map((fd) => new Socket({ fd }));
  if (oneEnd === undefined || otherEnd === undefined) throw new TypeError('there is no pair');
  const deeds: Deeds = { reboots: [], uploads: [], open: 0 };
  const audit = new AuditLog(() => nowMs);
  const state = {
    nowMs,
    rules: {
      authority: new X509Certificate(authority.certificate),
      revoked: new Set(),
    } satisfies ChainRules as ChainRules,
    access: new Access(options.mode ?? { type: 'configured', roles: [] }),
  };
  const dispatcher = new Dispatcher([...playedMethods(deeds), ...(options.methods ?? [])], {
    access: () => state.access,
    audit,
    nowMs: () => performance.now(),
    onCall: () => undefined,
  });
  let broken: string | undefined;
  const failures: unknown[] = [];
  const keys: Uint8Array[] = [];
  const link = new GatewayLink(
    oneEnd,
    {
      onMessage: (message, memory) => session.receive(message, memory),
      onBroken: (reason) => {
        broken = reason;
        session.close();
      },
    },
    {
      nowMs: () => performance.now(),
      after: (delayMs, fire) => {
        const timer = setTimeout(fire, delayMs);
        return () => clearTimeout(timer);
      },
    },
  );
  const session: GatewaySession = new GatewaySession({
    link,
    answer: (call) => dispatcher.answer(call),
    identify: (caller) => caller.identify(state.rules, state.nowMs),
    onCertificateRequest: (key) => keys.push(key),
    onFailure: (_, error) => failures.push(error),
  });
  const told: RecordValue[] = [];
  let wake = (): void => undefined;
  const reader = new FrameReader({
    limit: () => 2_000_000,
    onFrame: (bytes) => {
      told.push(recordOf(decodeRecordValue(bytes, 'PID 1')));
      wake();
    },
    onTooLong: () => undefined,
  });
  otherEnd.on('data', (chunk: Uint8Array) => reader.push(chunk));
  otherEnd.on('error', () => undefined);
  otherEnd.on('close', () => wake());

  /** Resolves when `holds` is true, which is asked whenever the gateway is told something, and now and then. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    state,
    deeds,
    audit,
    session,
    link,
    told,
    failures,
    keys,
    until,
    socket: otherEnd,
    get broken(): string | undefined {
      return broken;
    },
    /** Says something that a gateway may say. */
    say: (message: FromGateway): void => writeFrame(otherEnd, encodeRecordValue(message)),
    /** Says anything, as a message. */
    sayAnything: (value: unknown): void => writeFrame(otherEnd, encodeRecordValue(value)),
    sayBytes: (bytes: Uint8Array): void => writeFrame(otherEnd, bytes),
    /** Resolves when the gateway has been ended, with why. */
    ended: async (): Promise<string> => {
      await until(() => broken !== undefined);
      return broken ?? '';
    },
    /** Resolves with how a call has ended: a status, or `ok`. */
    resultOf: async (call: number): Promise<string> => {
      const find = () => told.find((message) => message['type'] === 'end' && message['call'] === call);
      await until(() => find() !== undefined || broken !== undefined);
      const error = find()?.['error'];
      if (broken !== undefined && find() === undefined) return `broken: ${broken}`;
      return error === undefined ? 'ok' : String(recordOf(error)['status']);
    },
    auditLines: async (): Promise<Record<string, unknown>[]> => {
      const lines: Record<string, unknown>[] = [];
      const signal = new AbortController().signal;
      for await (const some of audit.lines({ tail: 0, follow: false, signal }))
        lines.push(...some.map((line): Record<string, unknown> => JSON.parse(line)));
      return lines;
    },
    close: (): void => {
      link.close();
      session.close();
      otherEnd.destroy();
    },
  };
}

/** Reading, changing, reading without end, and sending: what the methods of a node do. */
function playedMethods(deeds: Deeds): readonly AnyMethod[] {
  return [
    anyMethod({
      name: 'eft.v1.StateService/Get',
      verb: 'read',
      changes: false,
      read: (argument) => ({ kind: argument.fields(['kind', 'id'])('kind').text() }),
      subject: ({ kind }) => [{ kind }],
      run: async function* ({ kind }) {
        yield { resource: { kind } };
      },
    }),
    anyMethod({
      name: 'eft.v1.MachineService/Reboot',
      verb: 'power',
      changes: true,
      read: (argument) => argument.fields([]),
      subject: () => [{ told: { goal: 'restart' } }],
      run: async function* (_, { identity }) {
        deeds.reboots.push(identity.type === 'client' ? identity.name : 'nobody');
        yield {};
      },
    }),
    anyMethod({
      name: 'eft.v1.StateService/Watch',
      verb: 'read',
      changes: false,
      read: (argument) => ({ bytes: argument.fields(['bytes'])('bytes').count(1_000_000) }),
      subject: () => [{}],
      run: async function* ({ bytes }, { signal }) {
        deeds.open += 1;
        try {
          while (!signal.aborted) yield { data: new Uint8Array(bytes) };
        } finally {
          deeds.open -= 1;
        }
      },
    }),
    anyMethod({
      name: 'eft.v1.BlobService/Upload',
      verb: 'upload',
      changes: true,
      read: (argument) => argument.fields([]),
      subject: () => [{}],
      run: async function* (_, __, inputs) {
        let bytes = 0;
        for await (const input of inputs) bytes += input.fields(['data'])('data').bytes().length;
        deeds.uploads.push(bytes);
        yield { size: BigInt(bytes) };
      },
    }),
    anyMethod({
      name: 'eft.v1.MachineService/Version',
      verb: 'read',
      changes: false,
      read: (argument) => argument.fields([]),
      subject: () => [{}],
      run: async function* () {
        yield { version: '1' };
      },
    }),
  ];
}

function recordOf(value: Value): RecordValue {
  if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value))
    throw new TypeError('PID 1 has said what is no object');
  return Object.fromEntries(Object.entries<Value>(value));
}
