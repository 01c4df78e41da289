/**
 * A node in a process: the store, the cells of real modules in threads, and the real carriers, in whatever namespaces the process is in.
 * A test starts it by `network-node.ts` and orders it about over its channel (`network-node-messages.ts`).
 *
 * It differs from PID 1 in what a test needs: nothing is verified, what is asked of the kernel is counted, and a cell can be killed.
 */
import { readFileSync } from 'node:fs';
import { filesName } from '../../supervisor/capabilities/files.ts';
import { netlinkName } from '../../supervisor/capabilities/netlink.ts';
import { socketName } from '../../supervisor/capabilities/socket.ts';
import type { Carrier, Cell } from '../../supervisor/cells/cell.ts';
import { loadModule } from '../../supervisor/cells/load-module.ts';
import { RecordFolder, writeRecord } from '../../supervisor/cells/record-folder.ts';
import { prepareEngine, threadTransport } from '../../supervisor/cells/thread-transport.ts';
import type { OpenTransport, Transport } from '../../supervisor/cells/transport.ts';
import { carryFiles } from '../../supervisor/io/carry-files.ts';
import { IoPool } from '../../supervisor/io/io-pool.ts';
import { clocks, readClock } from '../../supervisor/native/clock.ts';
import { randomBytes } from '../../supervisor/native/random.ts';
import { networkCarriers } from '../../supervisor/network/network-carriers.ts';
import { Node } from '../../supervisor/node.ts';
import { eftKinds } from '../../supervisor/store/eft-kinds.ts';
import { swapModules } from '../../supervisor/swap/swap-modules.ts';
import { readModule } from '../../supervisor/trust/module-file.ts';
import type { FromNetworkNode, NetworkCounts, Reply, ToNetworkNode } from './network-node-messages.ts';

const recordsFolder = process.argv[2] ?? '';
const networkModule = 'network';
const statusKind = 'eft:resources/network-status';
const applyLimitMs = 180_000;

prepareEngine();

const tell = (message: FromNetworkNode): void => {
  process.send?.(message);
};
const wall = (): bigint => readClock(clocks.CLOCK_REALTIME);
const sent = { exchanges: 0, messages: 0, changes: 0, packets: 0 };
const transports = new Map<string, Transport>();
const records = new RecordFolder(recordsFolder);

const node = new Node({
  open: remembering(threadTransport()),
  carriers: new Map(
    [[filesName, carryFiles(new IoPool())] as const, ...networkCarriers()].map(([name, carrier]) => [
      name,
      counting(name, carrier),
    ]),
  ),
  time: () => ({ now: readClock(clocks.CLOCK_BOOTTIME), wall: wall(), isSynchronized: true }),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
  random: (count) => randomBytes(count) ?? new Uint8Array(count),
  // Whether a cell waits for its share is up to how busy the machine is, which other tests decide.
  isBooting: () => true,
  events: {
    onState: ({ name, phase }) => tell({ type: 'phase', module: name, phase }),
    onLog: (module, line) => tell({ type: 'log', module, line }),
    onFailure: (cell, { code, message }, flight) => {
      const failure = { type: 'failure', module: cell.name, code, message } as const;
      if (flight === undefined) tell({ ...failure, file: undefined });
      else
        records.write({ module: cell.module, takenAt: wall(), flight }).then(
          (written) => tell({ ...failure, file: written.outcome === 'written' ? written.file : undefined }),
          () => tell({ ...failure, file: undefined }),
        );
    },
  },
});

/** Nobody is told of changes while it is measured how long they take. */
let isApplying = false;
const watch = node.store.watch(
  eftKinds().map(({ name }) => ({ kind: name })),
  () => setImmediate(tellChanges),
);
tellChanges();

process.on('message', (order: ToNetworkNode) => {
  carryOut(order).then(
    (reply) => tell({ type: 'reply', id: order.id, reply }),
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      tell({ type: 'reply', id: order.id, reply: { done: 'failed', reason } });
    },
  );
});
process.on('disconnect', () => process.exit(0));
tell({ type: 'ready' });

function tellChanges(): void {
  if (isApplying) return;
  for (const { kind, id, entry } of watch.take()?.changes ?? [])
    tell({ type: 'resource', kind, resource: id, value: entry?.value });
}

async function carryOut(order: ToNetworkNode): Promise<Reply> {
  switch (order.order) {
    case 'start':
      for (const file of order.files) node.start(loadModule(opened(file)));
      break;
    case 'put':
      node.put('config', order.kind, order.resource, order.value);
      break;
    case 'apply':
      return { done: 'applied', ms: await apply(order) };
    case 'remove':
      node.remove('config', order.kind, order.resource);
      break;
    case 'kill':
      await transports.get(order.module)?.terminate();
      break;
    case 'stop':
      await cell(order.module).stop();
      break;
    case 'begin':
      cell(order.module).start();
      break;
    case 'swap': {
      const nowhere = async (): Promise<void> => undefined;
      const journal = { prepare: nowhere, commit: nowhere, abandon: nowhere };
      const [swapped] = await swapModules(node.roster, [loadModule(opened(order.file))], {
        journal,
        wellMs: 100,
      });
      return { done: 'swapped', pauseMs: Number(swapped?.pauseNs ?? 0n) / 1e6 };
    }
    case 'record': {
      const { module, record } = { module: cell(order.module).module, record: cell(order.module).record() };
      if (record === undefined) throw new Error('too much has happened since the last checkpoint');
      await writeRecord(order.file, { module, takenAt: wall(), flight: record });
      break;
    }
    case 'count':
      return { done: 'counts', counts: counts() };
  }
  return { done: 'yes' };
}

/** Milliseconds from the first put until the network is as declared. */
async function apply({
  kind,
  resources,
  routes,
}: Extract<ToNetworkNode, { order: 'apply' }>): Promise<number> {
  isApplying = true;
  const beganMs = performance.now();
  for (const { resource, value } of resources) node.put('config', kind, resource, value);
  const isApplied = (): boolean => {
    const status = node.get(statusKind, 'network')?.value;
    if (status === undefined || status['converged'] !== true) return false;
    const count = status['routes'];
    return (
      typeof count === 'object' && count !== null && 'applied' in count && Number(count['applied']) >= routes
    );
  };
  await node.until([statusKind], isApplied, AbortSignal.timeout(applyLimitMs));
  if (!isApplied()) throw new Error(`the network is not as declared after ${applyLimitMs} ms`);
  const ms = performance.now() - beganMs;
  isApplying = false;
  tellChanges();
  return ms;
}

function cell(name: string): Cell {
  const found = node.roster.cells.get(name);
  if (found === undefined) throw new Error(`there is no cell ${name}`);
  return found;
}

function opened(file: string): Parameters<typeof loadModule>[0] {
  const bytes = new Uint8Array(readFileSync(file));
  const { manifest, definition, digest } = readModule(bytes, file);
  return { manifest, definition, digest, component: bytes };
}

function counts(): NetworkCounts {
  const { events, failures, starts } = cell(networkModule).counters;
  const { user, system } = process.cpuUsage();
  return { ...sent, events, failures, starts, cpuMicroseconds: user + system };
}

/** Keeps the newest transport of each module, so that it can be killed. */
function remembering(open: OpenTransport): OpenTransport {
  return (manifest, events) => {
    const transport = open(manifest, events);
    transports.set(manifest.name, transport);
    return transport;
  };
}

function counting(name: string, carrier: Carrier): Carrier {
  return (request, caller) => {
    if (name === netlinkName && request.call === 'exchange') countMessages(request.parameters[1]);
    if (name === socketName && request.call.startsWith('send')) sent.packets += 1;
    return carrier(request, caller);
  };
}

/** `nlmsg_len` and `nlmsg_type` of each message (linux/netlink.h). In rtnetlink every fourth type, from RTM_GETLINK = 18 on, is a question. */
function countMessages(parameter: unknown): void {
  if (!(parameter instanceof Uint8Array)) return;
  sent.exchanges += 1;
  const bytes = Buffer.from(parameter.buffer, parameter.byteOffset, parameter.byteLength);
  for (let at = 0; at + 16 <= bytes.length; ) {
    sent.messages += 1;
    if (bytes.readUInt16LE(at + 4) % 4 !== 2) sent.changes += 1;
    at += Math.max(16, (bytes.readUInt32LE(at) + 3) & ~3);
  }
}
