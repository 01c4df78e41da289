import { afterEach, describe, expect, it } from 'vitest';
import { CellBench, moduleIn } from '../tests/cells/cell-bench.ts';
import { hostileModule } from '../tests/cells/hostile-cell.ts';
import type { LogLine } from './cells/module-events.ts';
import { Node } from './node.ts';
import { awaitReady } from './phases/await-ready.ts';
import { STORE_LIMITS } from './store/limits.ts';
import { OPERATION_KIND, OPERATION_TIME_TO_LIVE_MS } from './store/operation-rule.ts';
import { list, primitive, record } from './store/sample-kinds.ts';
import type { Store } from './store/store.ts';

const moduleStatus = 'eft:resources/module-status';
const bench = new CellBench();
let node: Node | undefined;

afterEach(async () => {
  await node?.roster.stopAll();
  node = undefined;
  await bench.close();
});

/** As many modules as it takes, each within its own limits, leave the others nothing but what they are assured of. */
function fill(store: Store): void {
  const type = record({ bytes: list(primitive('u8')) });
  for (let at = 0; at * STORE_LIMITS.bytesPerOwner < 2 * STORE_LIMITS.sharedBytes; at += 1) {
    const kind = `eft:fill/kind${at}`;
    store.join(`fill-${at}`, { inputs: [], outputs: [{ kind, type, mode: 'exclusive' }] });
    let count = 0;
    for (const size of [200_000, 20_000, 2_000, 200, 1]) {
      for (;;) {
        const value = { bytes: new Uint8Array(size) };
        const put = { effect: 'put', kind, id: `${count}`, value } as const;
        if (store.commit(`fill-${at}`, store.revision, [put]).outcome !== 'committed') break;
        count += 1;
      }
    }
  }
}

it('is ready, and all modules say how they are, while others fill the store and go on filling it', async () => {
  const logs: { readonly module: string; readonly line: LogLine }[] = [];
  const { events, ...world } = bench.world();
  const filled = new Node({
    ...world,
    events: { ...events, onLog: (module, line) => logs.push({ module, line }) },
  });
  node = filled;
  const order = { state: 'healthy', version: '1.0.0', restarts: 0, message: 'put flood' };
  filled.put('supervisor', moduleStatus, 'order', order);
  fill(filled.store);
  const hostile = filled.start(await hostileModule({ eventMilliseconds: 20_000 }));
  await bench.until(() => hostile.counters.conflicts > 1);
  const health = filled.start(await moduleIn('modules/health'));
  expect(await awaitReady(filled)).toEqual({ value: { isReady: true, without: [] }, missing: [] });
  expect(filled.get('eft:resources/node-status', 'node')?.value['ready']).toBe(true);
  expect(filled.get(moduleStatus, 'health')?.value['state']).toBe('healthy');
  expect(filled.get(moduleStatus, 'hostile')?.value['state']).toBe('healthy');
  // It keeps to what it may have by itself, so it is not ended, and it is told each time.
  expect([hostile.counters.failures, health.counters.failures]).toEqual([0, 0]);
  const told = logs.filter(({ module }) => module === 'hostile').map(({ line }) => JSON.stringify(line));
  expect(told[0]).toMatch(
    /hostile finds no room in the store.*fill-\d+ has the most.*replace or remove fill-/,
  );
  // The supervisor and the configuration have room of their own.
  filled.put('supervisor', 'eft:resources/boot-phase', 'late', {
    order: 1,
    state: 'done',
    began: 0n,
    took: 0n,
    message: 'm'.repeat(10_000),
  });
  expect(filled.get('eft:resources/boot-phase', 'late')).toBeDefined();
  expect(filled.roster.unwritten).toEqual({ failures: 0, waiting: 0 });
  await filled.roster.remove('health');
  expect(filled.get(moduleStatus, 'health')).toBeUndefined();
});

/** A node without cells, whose clock and timers a test turns. */
class PlayedNode {
  nowMs = 0;
  readonly timers = new Map<number, () => void>();
  readonly logs: string[] = [];
  readonly node: Node;
  #next = 0;

  constructor() {
    this.node = new Node({
      open: () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
      carriers: new Map(),
      time: () => ({ now: BigInt(this.nowMs) * 1_000_000n, wall: 0n, isSynchronized: false }),
      after: (delayMs, fire) => {
        const at = this.nowMs + delayMs + this.#next++ / 1_000;
        this.timers.set(at, fire);
        return () => this.timers.delete(at);
      },
      random: (count) => new Uint8Array(count),
      events: {
        onState: () => undefined,
        onLog: (module, line) => this.logs.push(`${module}: ${line.message}`),
        onFailure: () => undefined,
      },
    });
  }

  commit(actor: string, id: string, value: unknown): string {
    const { store } = this.node;
    const effect = { effect: 'put', kind: OPERATION_KIND, id, value } as const;
    return store.commit(actor, store.revision, [effect]).outcome;
  }

  /** Turns the clock to the next timer, and fires it. */
  fire(): void {
    const [first] = [...this.timers.keys()].sort((a, b) => a - b);
    if (first === undefined) throw new Error('no timer is set');
    const fire = this.timers.get(first);
    this.timers.delete(first);
    this.nowMs = Math.max(this.nowMs, Math.floor(first));
    fire?.();
  }
}

const pending = {
  target: 'etcd',
  verb: 'snapshot',
  arguments: [],
  state: 'pending',
  claimedBy: undefined,
  progress: undefined,
  message: '',
};
const succeeded = { ...pending, state: 'succeeded', claimedBy: 'etcd' };

describe('operations', () => {
  it('that have ended go when their time is over, and no timer is set for any others', () => {
    const played = new PlayedNode();
    const { store } = played.node;
    const type = store.typeOf(OPERATION_KIND);
    store.join('etcd', {
      inputs: [{ kind: OPERATION_KIND, type }],
      outputs: [{ kind: OPERATION_KIND, type, mode: 'shared' }],
    });
    for (const id of ['one', 'two', 'three']) expect(played.commit('api', id, pending)).toBe('committed');
    expect(played.timers.size).toBe(0);
    expect(played.commit('etcd', 'one', succeeded)).toBe('committed');
    played.nowMs = 1_000;
    expect(played.commit('etcd', 'two', succeeded)).toBe('committed');
    expect(played.timers.size).toBe(1);
    played.fire();
    expect(played.nowMs).toBe(OPERATION_TIME_TO_LIVE_MS);
    expect(store.list(OPERATION_KIND).map(({ metadata }) => metadata.id)).toEqual(['three', 'two']);
    expect(played.timers.size).toBe(1);
    played.fire();
    expect(played.nowMs).toBe(OPERATION_TIME_TO_LIVE_MS + 1_000);
    expect(store.list(OPERATION_KIND).map(({ metadata }) => metadata.id)).toEqual(['three']);
    expect(played.timers.size).toBe(0);
  });

  it('that are taken back before their time set no timer any more', () => {
    const played = new PlayedNode();
    const { store } = played.node;
    store.join('etcd', {
      inputs: [],
      outputs: [{ kind: OPERATION_KIND, type: store.typeOf(OPERATION_KIND), mode: 'shared' }],
    });
    played.commit('api', 'one', pending);
    played.commit('etcd', 'one', succeeded);
    expect(played.timers.size).toBe(1);
    store.commit('api', store.revision, [{ effect: 'remove', kind: OPERATION_KIND, id: 'one' }]);
    expect(played.timers.size).toBe(0);
  });
});

it('nobody can hold what the supervisor and the configuration say, only what is made to be held', () => {
  const { store } = new PlayedNode().node;
  const read = [moduleStatus, 'eft:resources/network-config', OPERATION_KIND];
  store.join('reader', {
    inputs: read.map((kind) => ({ kind, type: store.typeOf(kind) })),
    outputs: [],
  });
  const codes = read.map((kind) => {
    const result = store.commit('reader', store.revision, [{ effect: 'hold', kind, id: 'x' }]);
    return result.outcome === 'refused' ? result.error.code : result.outcome;
  });
  expect(codes).toEqual(['store.not-held', 'store.not-held', 'store.absent']);
});

it('a write that its kind does not allow is told, and does not throw', () => {
  const played = new PlayedNode();
  played.node.put('config', 'eft:resources/network-config', 'x', {});
  played.node.put('config', moduleStatus, 'x', {});
  expect(played.logs.length).toBe(2);
  expect(played.timers.size).toBe(0);
});
