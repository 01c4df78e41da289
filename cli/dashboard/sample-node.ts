/** A node as it might be, for tests of the dashboard and for its picture: always the same. */
import { create, type JsonObject } from '@bufbuild/protobuf';
import { ChangeSchema, ResourceSchema } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { NodeView } from './node-view.ts';
import type { Usage } from './usage-rates.ts';

const second = 1_000_000_000n;
/** 2026-11-23T09:00:00Z. */
const began = 1_795_424_400n * second;

const phases: readonly (readonly [name: string, beganMs: number, tookMs: number, message: string])[] = [
  ['file-systems', 0, 2.1, '7 mounted'],
  ['configuration', 3, 70.9, 'from STATE'],
  ['sysctls', 75, 0.8, '11 set, 24 are the host’s'],
  ['control-groups', 77, 13.2, '4 groups'],
  ['trust', 92, 17.4, '1 key'],
  ['network', 122, 0.7, 'from machine-config'],
  ['modules', 124, 75.8, 'health 0.1.0, network 0.1.0'],
  ['api', 201, 64.6, ''],
  ['ready', 267, 208.9, ''],
  ['api-answers', 477, 191.2, ''],
];

const log: readonly (readonly [ms: number, source: string, level: string, message: string])[] = [
  [335, 'network', 'debug', 'eth0: SELECTING → REQUESTING'],
  [336, 'network', 'info', 'eth0: 10.57.0.1 offers 10.57.0.2'],
  [353, 'network', 'info', 'eth0: 10.57.0.2/24 leased from 10.57.0.1'],
  [404, 'network', 'warn', 'eth1: nobody answers; asking again in 4 s'],
  [472, 'network', 'info', 'the network is as declared: 2 links, 1 addresses, 1 routes, 0 rules'],
  [473, 'health', 'info', 'the node is ready'],
  [666, 'supervisor', 'info', 'READY after 0.666 s'],
];

/** The node after 12 samples, up for 3 hours and 20 minutes at `nowMs` 0. */
export function sampleNode(name = 'lab-1'): NodeView {
  const view = new NodeView(name);
  const version = { version: '0.1.0', node: name, environment: 'namespace', kernel: '6.12.117', image: '' };
  view.connected({ ...version, maintenance: '', uptimeMs: 12_000_000n }, 0);
  const put = (kind: string, id: string, value: JsonObject): void => {
    const resource = create(ResourceSchema, { kind: `eft:resources/${kind}`, id, value });
    view.takeChanges({ changes: [create(ChangeSchema, { change: { case: 'put', value: resource } })] });
  };
  for (const [index, [id, beganMs, tookMs, message]] of phases.entries()) {
    const state = id === 'control-groups' ? 'partly' : 'done';
    const times = { began: String(beganMs * 1e6), took: String(Math.round(tookMs * 1e6)) };
    put('boot-phase', id, { order: index + 1, state, ...times, message });
  }
  const module = { version: '0.1.0', restarts: 0, message: '' };
  put('module-status', 'health', { ...module, state: 'healthy' });
  put('module-status', 'network', { ...module, state: 'healthy', restarts: 1 });
  put('node-status', 'node', { ready: true, stage: 'running' });
  put('link-status', 'eth0', { kind: 'ethernet', mtu: 1500, operationalState: 'up' });
  put('link-status', 'eth1', { kind: 'ethernet', mtu: 1500, operationalState: 'down' });
  put('link-status', 'lo', { kind: 'loopback', mtu: 65_536, operationalState: 'unknown' });
  put('address-status', 'eth0/10.57.0.2/24', { link: 'eth0', state: 'ready' });
  put('address-status', 'eth0/fe80::a8:b5ff:feb2:13cc/64', { link: 'eth0', state: 'ready' });
  put('address-status', 'lo/127.0.0.1/8', { link: 'lo', state: 'ready' });
  put('dhcp-lease', 'eth0', { state: 'bound' });
  view.takeLogs(
    log.map(([ms, source, level, message]) => ({
      timeNs: began + BigInt(ms) * 1_000_000n,
      source,
      level,
      message,
    })),
  );
  view.kinds = [
    { name: 'eft:resources/address-status', count: 3, writers: ['network'] },
    { name: 'eft:resources/link-status', count: 3, writers: ['network'] },
  ];
  for (let index = 0; index < 12; index += 1) view.takeUsage(sampleUsage(index));
  return view;
}

/** Busier and busier, and then no longer. */
function sampleUsage(index: number): Usage {
  const shares = [0, 4, 5, 8, 20, 35, 60, 44, 20, 12, 8, 12];
  const busy = shares.slice(0, index + 1).reduce((sum, share) => sum + share, 0);
  const total = 100n * BigInt(index + 1);
  const per = 40_000_000n;
  const usage = (name: string, share: bigint, events: bigint, queue: number) => {
    const cpuNs = share * BigInt(busy) * 1_000_000n;
    const counts = {
      memoryBytes: 131_072n * share,
      events: events * BigInt(index),
      queue,
      restarts: Number(share > 1n),
      eventP99Ns: share > 1n ? 1_000_000n : 250_000n,
    };
    return { $typeName: 'eft.v1.ModuleUsage' as const, name, cpuNs, ...counts };
  };
  return {
    timeNs: BigInt(index) * 2n * second,
    memoryTotalBytes: 4n << 30n,
    memoryAvailableBytes: 3_350n << 20n,
    supervisorResidentBytes: 118n << 20n,
    supervisorCpuNs: BigInt(busy) * 5_000_000n,
    busyNs: BigInt(busy) * per,
    idleNs: (total - BigInt(busy)) * per,
    processors: 2,
    modules: [usage('health', 1n, 4n, 0), usage('network', 3n, 62n, 2)],
  };
}
