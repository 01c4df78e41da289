/**
 * A node for the bench: the store, a quiet cell in a thread, and the API with its gateway in a process of its own, all as PID 1 has them. It is no PID 1, so that
 * it needs no namespace, and nothing else runs in it.
 */
import { X509Certificate } from 'node:crypto';
import { bundleCellProgram } from '../../cli/toolchain/bundle-cell-program.ts';
import { ApiServer } from '../../supervisor/api/api-server.ts';
import { AuditLog } from '../../supervisor/api/audit-log.ts';
import { listenForCalls } from '../../supervisor/api/gateway-process.ts';
import { anyMethod } from '../../supervisor/api/method.ts';
import { getResource } from '../../supervisor/api/methods/resources.ts';
import { watchResources } from '../../supervisor/api/methods/watch-resources.ts';
import { Access } from '../../supervisor/api/roles.ts';
import { CellProgram } from '../../supervisor/cells/cell-program.ts';
import { threadTransport } from '../../supervisor/cells/thread-transport.ts';
import { threadRanMs } from '../../supervisor/native/thread-clock.ts';
import { Node } from '../../supervisor/node.ts';
import { openAuthority } from '../../supervisor/pki/authority.ts';
import { prepareIssuing } from '../../supervisor/pki/issue.ts';
import { moduleIn } from '../../tests/cells/cell-bench.ts';
import { EventSource } from '../cells/event-source.ts';
import { Probe } from '../cells/probe.ts';
import {
  type CellEvent,
  type FromNode,
  measuredId,
  measuredKind,
  measuredValue,
  type ServerStart,
  type ToNode,
} from './messages.ts';

/** Milliseconds between two events of the quiet cell. */
const periodMs = 4;
/** Milliseconds between two looks for the gateway's certificate. */
const lookMs = 50;

const say = (message: FromNode): void => {
  process.send?.(message);
};
const after = (delayMs: number, fire: () => void): (() => void) => {
  const timer = setTimeout(fire, delayMs);
  return () => clearTimeout(timer);
};
const start: ServerStart = JSON.parse(process.argv[2] ?? '{}');

const node = new Node({
  open: threadTransport(new CellProgram(await bundleCellProgram())),
  carriers: new Map(),
  time: () => ({ now: process.hrtime.bigint(), wall: BigInt(Date.now()) * 1_000_000n, isSynchronized: true }),
  after,
  ranMs: threadRanMs,
  random: (count) => crypto.getRandomValues(new Uint8Array(count)),
  events: { onState: () => undefined, onLog: () => undefined, onFailure: (_, { message }) => fail(message) },
});
node.start(await moduleIn('bench/components/relay'));
put(0);

const authority = openAuthority(start.authority, start.authorityKey);
const server = new ApiServer(
  {
    type: 'configured',
    authority,
    rules: { authority: new X509Certificate(authority.certificate), revoked: new Set() },
    access: new Access({ type: 'configured', roles: [] }),
    names: ['localhost'],
  },
  {
    listener: listenForCalls(0),
    program: new URL('../../supervisor/gateway/gateway-process.ts', import.meta.url),
    methods: [anyMethod(getResource(node)), anyMethod(watchResources(node))],
    audit: new AuditLog(Date.now),
    called: () => ({ names: ['localhost'], addresses: ['127.0.0.1'] }),
    onCall: () => undefined,
    tell: (line) => process.stderr.write(`${line}\n`),
    wallMs: Date.now,
    nowMs: () => performance.now(),
    after,
    random: Math.random,
  },
);
await prepareIssuing();
server.start();
while (server.gatewayPid === undefined) await new Promise((resolve) => setTimeout(resolve, lookMs));
say({ type: 'ready', port: server.port, gateway: server.gatewayPid });

const sent: bigint[] = [];
const events: CellEvent[] = [];
let source: EventSource | undefined;
const probe = new Probe(node.store, (count) => {
  while (events.length < count - firstCount && events.length < sent.length) {
    const sentAt = sent[events.length] ?? 0n;
    events.push({ sentNs: String(sentAt), ms: Number(process.hrtime.bigint() - sentAt) / 1e6 });
  }
});
let asked = 0;
let firstCount = 0;
let changes = 0;

process.on('message', async ({ order }: ToNode) => {
  if (order === 'change') {
    changes += 1;
    put(changes);
  } else if (order === 'events') {
    sent.length = 0;
    events.length = 0;
    firstCount = asked;
    source = new EventSource(periodMs, (sentAt) => {
      sent.push(sentAt);
      asked = probe.ask();
    });
  } else {
    await source?.stop();
    while (events.length < sent.length) await new Promise((resolve) => setTimeout(resolve, 1));
    say({ type: 'events', events });
  }
});
process.on('disconnect', () => process.exit());

function put(order: number): void {
  const value = { ...measuredValue, order: measuredValue.order + order };
  const effects = [{ effect: 'put', kind: measuredKind, id: measuredId, value }] as const;
  const { outcome } = node.store.commit('supervisor', node.store.revision, effects);
  if (outcome !== 'committed') throw new Error(`the store says ${outcome}`);
}

function fail(message: string): never {
  throw new Error(`the quiet cell has failed: ${message}`);
}
