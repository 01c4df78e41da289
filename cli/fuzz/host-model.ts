/**
 * The host that a fuzzed module is on: made of nothing but what the module has asked for and the bytes of an input. It turns steps into
 * events, and remembers what is open: requests, timers, handles, and the module's own resources, which come back to its mirror as on a node.
 *
 * Everything in it is plain and is copied for every run, so it stays small.
 */
import type {
  CallInput,
  CallOutput,
  EventInput,
  EventTime,
  OpenRequest,
  SavedState,
  StartInput,
} from '../../supervisor/cells/module-events.ts';
import type { Pending } from '../../supervisor/cells/pending-requests.ts';
import type { Change, Entry, RecordValue, Value } from '../../supervisor/store/resource.ts';
import type { Batch } from '../../supervisor/store/watch.ts';
import type { FuzzInput, ResourceChange, Step } from './fuzz-input.ts';
import { askedOf, type ModuleTypes, sourceOf } from './module-types.ts';

const millisecond = 1_000_000n;
/** When a run begins, on both clocks: ten seconds after the machine started; 2026-01-01. */
const bootNow = 10_000n * millisecond;
const bootWall = 1_767_225_600_000n * millisecond;

type Timer = { readonly name: string; readonly at: bigint };
type Handle = { readonly name: string; readonly interface: string; readonly source: string };

/** What a conflict puts back. */
type Held = {
  readonly requests: readonly OpenRequest[];
  readonly timers: readonly Timer[];
  readonly entries: ReadonlyMap<string, Entry>;
  readonly echoes: readonly Change[];
};

/** An event, and what it does to the host when the module has handled it. */
export type NextEvent = { readonly input: EventInput; readonly answered: OpenRequest | undefined };

export class HostModel {
  readonly #types: ModuleTypes;
  readonly #name: string;
  readonly #drawsEntropy: boolean;
  #now = bootNow;
  #wall = bootWall;
  #revision = 1;
  #version = 0n;
  #events = 0;
  #requests: readonly OpenRequest[] = [];
  #timers: readonly Timer[] = [];
  #handles: readonly Handle[] = [];
  /** By kind and id, what the store has; changed by copying. */
  #entries: ReadonlyMap<string, Entry> = new Map();
  /** What the module has put and its mirror has not got yet. */
  #echoes: readonly Change[] = [];
  /** What there was before the effects of the last call: a conflict undoes them all. */
  #before: Held | undefined;

  constructor(types: ModuleTypes, name: string, drawsEntropy: boolean) {
    this.#types = types;
    this.#name = name;
    this.#drawsEntropy = drawsEntropy;
  }

  /** A copy, to go on from on its own. */
  fork(): HostModel {
    const copy = new HostModel(this.#types, this.#name, this.#drawsEntropy);
    copy.#now = this.#now;
    copy.#wall = this.#wall;
    copy.#revision = this.#revision;
    copy.#version = this.#version;
    copy.#events = this.#events;
    copy.#requests = this.#requests;
    copy.#timers = this.#timers;
    copy.#handles = this.#handles;
    copy.#entries = this.#entries;
    copy.#echoes = this.#echoes;
    copy.#before = this.#before;
    return copy;
  }

  /** The module's clock, in nanoseconds. */
  get now(): bigint {
    return this.#now;
  }

  get requests(): readonly OpenRequest[] {
    return this.#requests;
  }

  /** Names of armed timers, the one due first at the front. */
  get timers(): readonly string[] {
    return this.#timers.map(({ name }) => name);
  }

  /** When the first timer is due, in milliseconds of the module's clock, rounded up. */
  get timerDueMs(): number | undefined {
    const [first] = this.#timers;
    return first === undefined ? undefined : Number((first.at + millisecond - 1n) / millisecond);
  }

  get handles(): readonly Handle[] {
    return this.#handles;
  }

  /** Ids of the resources of a kind. */
  ids(kind: string): readonly string[] {
    return [...this.#entries.keys()]
      .filter((key) => key.startsWith(`${kind} `))
      .map((key) => key.slice(kind.length + 1));
  }

  /** What is in the store of a kind, by id. */
  readonly store = (kind: string): ReadonlyMap<string, RecordValue> => {
    const values = new Map<string, RecordValue>();
    for (const [key, { value }] of this.#entries)
      if (key.startsWith(`${kind} `)) values.set(key.slice(kind.length + 1), value);
    return values;
  };

  /** What a resource is. */
  value(kind: string, id: string): RecordValue | undefined {
    return this.#entries.get(`${kind} ${id}`)?.value;
  }

  /** The first call. */
  start({ boot, present }: FuzzInput): StartInput {
    const changes = this.#apply(present);
    const batch: Batch = { batch: 'snapshot', revision: this.#revision, changes };
    return { time: this.#time(), seed: this.#seed(), batches: [batch], answers: [], boot, firstRequest: 1n };
  }

  /** The event that a step is, or undefined if there is nothing that it could be of. */
  next({ afterMs, changes, deed }: Step): NextEvent | undefined {
    const after = BigInt(afterMs) * millisecond;
    const before = { now: this.#now, wall: this.#wall };
    this.#pass(after);
    const told = (
      input: Pick<EventInput, 'event'> & Partial<EventInput>,
      answered?: OpenRequest,
    ): NextEvent => {
      const batches = this.#batches(changes);
      this.#events += 1;
      return {
        input: { time: this.#time(), seed: this.#seed(), batches, answers: [], arrivals: [], ...input },
        answered,
      };
    };
    switch (deed.deed) {
      case 'change':
        return told({ event: { tag: 'changed', val: changes.map(({ kind, id }) => ({ kind, id })) } });
      case 'conflict': {
        if (this.#before === undefined) break;
        const { requests, timers, entries, echoes } = this.#before;
        this.#before = undefined;
        [this.#requests, this.#timers, this.#entries, this.#echoes] = [requests, timers, entries, echoes];
        return told({ event: { tag: 'conflicted', val: changes.map(({ kind, id }) => ({ kind, id })) } });
      }
      case 'timer': {
        const timer = this.#timers[deed.timer];
        if (timer === undefined) break;
        this.#timers = this.#timers.filter((one) => one !== timer);
        if (timer.at > before.now) this.#pass(timer.at - before.now);
        return told({ event: { tag: 'timer', val: timer.name } });
      }
      case 'answer': {
        const fitting = this.#requests.filter((open) => askedOf(open.interface, open.call) === deed.asked);
        const request = fitting[deed.request];
        if (request === undefined) break;
        this.#requests = this.#requests.filter((one) => one !== request);
        this.#noteAnswer(request, deed.result);
        const answers = [{ request: request.request, result: deed.result }];
        return told({ event: { tag: 'answered', val: request.request }, answers }, request);
      }
      case 'arrive': {
        const handle = this.#handles.filter(({ source }) => source === deed.source)[deed.handle];
        const source = this.#types.sources.get(deed.source);
        if (handle === undefined || source === undefined) break;
        const { field } = source;
        const items =
          field === undefined ? deed.items : deed.items.map((item) => ({ kind: field, [field]: item }));
        const arrival = { handle: handle.name, interface: handle.interface, items, missed: deed.missed };
        return told({ event: { tag: 'arrived', val: handle.name }, arrivals: [arrival] });
      }
      case 'swap':
        break;
      case 'stray':
        return told({ event: deed.event });
    }
    this.#now = before.now;
    this.#wall = before.wall;
    return undefined;
  }

  /** What the module is told when it is to save; `restart` follows. */
  save({ afterMs, changes }: Step): CallInput {
    this.#pass(BigInt(afterMs) * millisecond);
    const batches = this.#batches(changes);
    this.#events += 1;
    return { time: this.#time(), seed: this.#seed(), batches, answers: [] };
  }

  /** How the successor is started: with all there is in the store, and with what is open. */
  restart(saved: SavedState, requests: readonly Pending[], firstRequest: bigint): StartInput {
    const changes = [...this.#entries].map(([key, entry]): Change => {
      const [kind = ''] = key.split(' ', 1);
      return { kind, id: key.slice(kind.length + 1), entry };
    });
    this.#echoes = [];
    this.#before = undefined;
    this.#events += 1;
    const boot = { reason: 'swap', saved, handles: this.#handles.map(({ name }) => name) } as const;
    const batches: readonly Batch[] = [{ batch: 'snapshot', revision: this.#revision, changes }];
    return { time: this.#time(), seed: this.#seed(), batches, answers: [], boot, firstRequest, requests };
  }

  /** A call of the module has returned: what it wants done is so from now on. */
  carryOut({ effects }: CallOutput): void {
    // Only what the store is told can conflict.
    this.#before =
      effects.store.length === 0
        ? undefined
        : { requests: this.#requests, timers: this.#timers, entries: this.#entries, echoes: this.#echoes };
    for (const { name, at } of effects.timers) {
      const others = this.#timers.filter((timer) => timer.name !== name);
      this.#timers =
        at === undefined
          ? others
          : [...others, { name, at }].sort((one, other) =>
              one.at < other.at ? -1 : one.at > other.at ? 1 : 0,
            );
    }
    if (effects.requests.length > 0) this.#requests = [...this.#requests, ...effects.requests];
    if (effects.store.length > 0) this.#keep(effects.store);
  }

  #keep(store: CallOutput['effects']['store']): void {
    const entries = new Map(this.#entries);
    const echoes = [...this.#echoes];
    for (const effect of store) {
      const key = `${effect.kind} ${effect.id}`;
      const there = entries.get(key);
      this.#version += 1n;
      let entry: Entry | undefined;
      if (effect.effect === 'put' && isRecord(effect.value)) {
        const metadata = {
          id: effect.id,
          version: this.#version,
          phase: 'running',
          owner: this.#name,
          finalizers: [],
        } as const;
        entry = { metadata, value: effect.value };
      } else if (there !== undefined && (effect.effect === 'hold' || effect.effect === 'release')) {
        const finalizers = effect.effect === 'hold' ? [this.#name] : [];
        entry = { ...there, metadata: { ...there.metadata, version: this.#version, finalizers } };
        if (effect.effect === 'release' && there.metadata.phase === 'tearing-down') entry = undefined;
      }
      if (entry === undefined) entries.delete(key);
      else entries.set(key, entry);
      echoes.push({ kind: effect.kind, id: effect.id, entry });
    }
    this.#entries = entries;
    this.#echoes = echoes;
  }

  /** A handle is there when its opening has been answered well, and gone when it was asked to be. */
  #noteAnswer(request: OpenRequest, result: Value): void {
    const [name] = request.parameters;
    if (typeof name !== 'string') return;
    const isOk = typeof result === 'object' && 'tag' in result && result['tag'] === 'ok';
    const isSame = (handle: Handle): boolean =>
      handle.name === name && handle.interface === request.interface;
    const source = sourceOf(request.interface, request.call);
    if (request.call === 'close') this.#handles = this.#handles.filter((handle) => !isSame(handle));
    else if (isOk && source !== undefined)
      this.#handles = [
        ...this.#handles.filter((handle) => !isSame(handle)),
        { name, interface: request.interface, source },
      ];
  }

  #batches(changes: readonly ResourceChange[]): readonly Batch[] {
    if (changes.length === 0 && this.#echoes.length === 0) return [];
    const from = this.#revision;
    const echoes = this.#echoes;
    this.#echoes = [];
    const applied = this.#apply(changes);
    this.#revision += 1;
    return [{ batch: 'changes', from, revision: this.#revision, changes: [...echoes, ...applied] }];
  }

  #apply(changes: readonly ResourceChange[]): readonly Change[] {
    if (changes.length === 0) return [];
    const entries = new Map(this.#entries);
    const applied = changes.map(({ kind, id, value, isTearingDown }): Change => {
      const key = `${kind} ${id}`;
      this.#version += 1n;
      if (value === undefined) {
        entries.delete(key);
        return { kind, id, entry: undefined };
      }
      const finalizers = entries.get(key)?.metadata.finalizers ?? [];
      const phase = isTearingDown ? 'tearing-down' : 'running';
      const entry: Entry = {
        metadata: { id, version: this.#version, phase, owner: 'config', finalizers },
        value,
      };
      entries.set(key, entry);
      return { kind, id, entry };
    });
    this.#entries = entries;
    return applied;
  }

  #pass(nanoseconds: bigint): void {
    this.#now += nanoseconds;
    this.#wall += nanoseconds;
  }

  #time(): EventTime {
    return { now: this.#now, wall: this.#wall, isSynchronized: true };
  }

  /** What an event draws its random numbers from depends on which event it is, and on nothing else: what is drawn stays in step with a seed. */
  #seed(): Uint8Array | undefined {
    return this.#drawsEntropy ? seedOf(this.#events) : undefined;
  }
}

/** Seeds that were made: nobody changes them, and every run begins with the same. */
const seeds: Uint8Array[] = [];
/** Events of which the seed is kept. */
const seedsLimit = 1_024;

function seedOf(event: number): Uint8Array {
  const made = seeds[event];
  if (made !== undefined) return made;
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, event, true);
  if (event < seedsLimit) seeds[event] = seed;
  return seed;
}

function isRecord(value: unknown): value is RecordValue {
  return typeof value === 'object' && value !== null;
}
