/**
 * What the resource store costs: heap against the bytes that it charges (the limits protect PID 1 only if the charge is
 * no less), and the time of transactions and of watches, which is time that PID 1 has for nothing else.
 *
 * Run it with `--expose-gc`; without, the heap cannot be measured and its figures are left out.
 */
import type { RecordType } from '../supervisor/component/types.ts';
import { STORE_LIMITS } from '../supervisor/store/limits.ts';
import { Mirror } from '../supervisor/store/mirror.ts';
import {
  LINK,
  link,
  linkerDeclaration,
  linkType,
  list,
  operationType,
  option,
  primitive,
  record,
  text,
  u32,
} from '../supervisor/store/sample-kinds.ts';
import { Store } from '../supervisor/store/store.ts';
import { bestTimes } from './best-time.ts';
import { conditionsHere, type Figure, printFigures } from './figures.ts';
import { readOptions } from './options.ts';

readOptions(
  {
    command: 'npm run bench:store',
    about: 'Measures what the resource store costs: heap, and the time of transactions and watches.',
  },
  {},
);

const KIND = 'bench:kinds/sample';
const RESOURCES = 2000;

type Shape = {
  readonly name: string;
  readonly type: RecordType;
  readonly make: (seed: number) => unknown;
};

const times = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** The shapes in which a value can be made to take most heap for its size. */
const shapes: readonly Shape[] = [
  { name: 'small', type: linkType, make: (seed) => ({ mtu: seed, bringUp: true }) },
  {
    name: 'operation',
    type: operationType,
    make: (seed) => ({
      target: 'etcd',
      verb: 'snapshot',
      arguments: [{ name: 'to', value: `disk ${seed}` }],
      state: 'pending',
      claimedBy: undefined,
      progress: undefined,
      message: `message ${seed}`,
    }),
  },
  {
    name: 'records',
    type: record({ all: list(record({ a: u32 })) }),
    make: (seed) => ({ all: times(100, (at) => ({ a: at + seed })) }),
  },
  {
    name: 'booleans',
    type: record({ all: list(primitive('bool')) }),
    make: () => ({ all: times(500, () => true) }),
  },
  {
    name: 'bigints',
    type: record({ all: list(option(primitive('u64'))) }),
    make: (seed) => ({ all: times(200, (at) => 2n ** 60n + BigInt(seed * at)) }),
  },
  {
    name: 'doubles',
    type: record({ all: list(option(primitive('f64'))) }),
    make: (seed) => ({ all: times(200, (at) => Math.sqrt(seed * at + 2)) }),
  },
  {
    name: 'strings',
    type: record({ all: list(text) }),
    make: (seed) => ({ all: times(100, (at) => `é${seed * at}`) }),
  },
  {
    name: 'byte-lists',
    type: record({ all: list(list(primitive('u8'))) }),
    make: () => ({ all: times(50, () => new Uint8Array(1)) }),
  },
];

/** Heap and buffers taken by each charged byte. */
function heapPerChargedByte({ type, make }: Shape, collect: () => void): number {
  const unlimited = Number.MAX_SAFE_INTEGER;
  const store = new Store({
    nowMs: () => 0,
    limits: { ...STORE_LIMITS, sharedBytes: unlimited, bytesPerOwner: unlimited },
  });
  store.join('owner', { inputs: [], outputs: [{ kind: KIND, type, mode: 'exclusive' }] });
  const put = (id: number) => commit(store, 'owner', KIND, `resource-${id}`, make(id));
  put(0);
  const charged = store.report().bytes;
  const before = heapBytes(collect);
  for (let id = 1; id <= RESOURCES; id++) put(id);
  return (heapBytes(collect) - before) / (store.report().bytes - charged);
}

function heapBytes(collect: () => void): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function commit(store: Store, actor: string, kind: string, id: string, value: unknown): void {
  const result = store.commit(actor, store.revision, [{ effect: 'put', kind, id, value }]);
  if (result.outcome !== 'committed') throw new Error(`the put of ${id} was ${result.outcome}`);
}

/** A store with `count` links. */
function filled(count: number): Store {
  const store = new Store({ nowMs: () => 0 });
  store.join('owner', linkerDeclaration);
  for (let id = 0; id < count; id++) commit(store, 'owner', LINK, `link-${id}`, link);
  return store;
}

function putTime(readers: number): (count: number) => void {
  const store = filled(1000);
  for (let reader = 0; reader < readers; reader++) {
    const mirror = new Mirror();
    const pull = () => {
      const batch = watch.take();
      if (batch !== undefined) mirror.apply(batch);
    };
    const watch = store.watch([{ kind: LINK }], pull);
    pull();
  }
  let mtu = 0;
  return (count) => {
    for (let at = 0; at < count; at++)
      commit(store, 'owner', LINK, 'link-7', { ...link, mtu: mtu++ % 65_536 });
  };
}

function snapshotTime(): (count: number) => void {
  const store = filled(1000);
  return (count) => {
    for (let at = 0; at < count; at++) {
      const watch = store.watch([{ kind: LINK }], () => undefined);
      const batch = watch.take();
      if (batch !== undefined) new Mirror().apply(batch);
      watch.close();
    }
  };
}

const measured = bestTimes([
  { name: 'store.put', run: putTime(0) },
  { name: 'store.put-8-mirrors', run: putTime(8) },
  { name: 'store.snapshot-1000', run: snapshotTime() },
]);

const figures: Figure[] = [...measured].map(([id, ns]) => ({
  id,
  value: ns / 1000,
  unit: 'µs',
  better: 'lower',
}));

const { gc } = globalThis;
if (gc !== undefined) {
  for (const shape of shapes) {
    figures.push({
      id: `store.heap-vs-charged-${shape.name}`,
      value: heapPerChargedByte(shape, () => void gc()),
      unit: '×',
      better: 'lower',
      against: 'the bytes that limits count',
      aim: 1,
    });
  }
}

printFigures('The resource store', figures, conditionsHere());
