/**
 * The store against a model so simple that it is plainly right: it copies everything for every transaction, keeps the
 * whole history, and knows nothing of drafts, stamps or watches. Actors commit on bases of any age, owners come and
 * go, readers take when they like; after each step the two must agree, and every mirror must be a state that was. What an actor does
 * wrong is refused, and what others have or hold in its way is a conflict, with room for everyone or hardly any.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { STORE_LIMITS, type StoreLimits } from './limits.ts';
import { Mirror } from './mirror.ts';
import type { CommitResult, Effect, Entry, RecordValue } from './resource.ts';
import type { Declaration } from './roster.ts';
import { record, u32 } from './sample-kinds.ts';
import { Store } from './store.ts';
import type { Selection, Watch } from './watch.ts';

const type = record({ n: u32 });
const SHARED = 'model:kinds/shared';
const EXCLUSIVE = 'model:kinds/exclusive';
/** Only `api` makes resources of it, and `one` may only raise their number. */
const RULED = 'model:kinds/ruled';
const kinds = [SHARED, EXCLUSIVE, RULED];
const ids = ['a', 'b'];
const actors = ['one', 'two', 'three', 'api'];

const outputs: Readonly<Record<string, readonly string[]>> = {
  one: [SHARED, RULED],
  two: [SHARED],
  three: [EXCLUSIVE],
  api: [SHARED, RULED],
};

function declarationOf(actor: string): Declaration {
  return {
    inputs: kinds.map((kind) => ({ kind, type })),
    outputs: (outputs[actor] ?? []).map((kind) => ({
      kind,
      type,
      mode: kind === EXCLUSIVE ? 'exclusive' : 'shared',
    })),
  };
}

type ModelResource = { owner: string; n: number; tearingDown: boolean; holders: Set<string>; birth: object };
type Touch = { key: string; revision: number; actor: string; owner: string; birth: boolean; end: boolean };
type ModelEffect = { effect: Effect['effect']; kind: string; id: string; n: number };
/** The actor is at fault. */
class Refusal extends Error {}
/** Others are in the way. */
class InTheWay extends Error {}

/** How many resources there may be: of one owner, in a kind, and of modules beyond what each is assured of. */
type Room = { owner: number; kind: number; assured: number; shared: number };
const plenty: Room = { owner: 100, kind: 100, assured: 100, shared: 0 };
const scarce: readonly Room[] = [
  { owner: 2, kind: 100, assured: 0, shared: 1 },
  { owner: 100, kind: 100, assured: 1, shared: 0 },
  { owner: 100, kind: 1, assured: 100, shared: 0 },
];

class Model {
  revision = 0;
  resources = new Map<string, ModelResource>();
  versions = new Map<string, bigint>();
  readonly members = new Set(actors);
  readonly leaving = new Set<string>();
  /** Every change of a value, owner, phase or existence there was. */
  readonly touches: Touch[] = [];
  readonly joinedAt = new Map<string, number>();
  /** The store may forget: all that is gone, because it is told to, or since an owner has left for good. */
  forgets: boolean;
  /** Kinds and owners of which another owner has put an id anew. */
  readonly handedOver = new Set<string>();
  readonly tornDownAt = new Map<string, number>();
  /** All entries at each revision. */
  readonly history: ReadonlyMap<string, string>[] = [new Map()];

  readonly #room: Room;

  constructor(forgets: boolean, room: Room) {
    this.forgets = forgets;
    this.#room = room;
  }

  /** The resources that must conflict. */
  required(actor: string, basis: number, effects: readonly ModelEffect[]): string[] {
    return unique(
      effects.filter((one) => this.#isStale(actor, basis, one, this.#mayForget(one.kind, actor))),
    );
  }

  /** The resources that may conflict: also those that are not there, when the store does not remember for sure. */
  allowed(actor: string, basis: number, effects: readonly ModelEffect[]): string[] {
    const allowed = effects.filter((one) => {
      const { effect, kind, id } = one;
      const unknown = effect !== 'release' && !this.resources.has(`${kind} ${id}`);
      return (unknown && this.#mayForget(kind, actor)) || this.#isStale(actor, basis, one, false);
    });
    return unique(allowed);
  }

  #mayForget(kind: string, actor: string): boolean {
    return this.forgets || this.handedOver.has(`${kind} ${actor}`);
  }

  #isStale(actor: string, basis: number, { effect, kind, id }: ModelEffect, mayForget: boolean): boolean {
    const key = `${kind} ${id}`;
    const now = this.resources.get(key);
    let touches = this.touches.filter((touch) => touch.key === key);
    if (mayForget && now !== undefined) {
      // Whoever made it anew has passed the check; what was before may be forgotten.
      touches = touches.slice(touches.findLastIndex(({ birth }) => birth));
    }
    const since = touches.filter(({ revision }) => revision > basis);
    const tornDown = now?.tearingDown === true && (this.tornDownAt.get(key) ?? 0) > basis;
    if (effect === 'release') return false;
    if (effect === 'hold') {
      if (now === undefined) return since.some(({ end }) => end);
      const birth = touches.findLast((touch) => touch.birth);
      return tornDown || (birth !== undefined && birth.revision > basis && birth.actor !== actor);
    }
    if (effect === 'put' && tornDown) return true;
    if (now !== undefined || kind === RULED || !mayForget) {
      return since.some((touch) => touch.actor !== actor);
    }
    // Whatever is forgotten: what was the actor's and was ended by somebody else must not come back by mistake.
    return since.some((touch) => touch.end && touch.owner === actor && touch.actor !== actor);
  }

  commit(actor: string, effects: readonly ModelEffect[]): void {
    const copy = this.#copy();
    for (const { effect, kind, id, n } of effects) {
      const key = `${kind} ${id}`;
      const there = copy.get(key);
      if (effect === 'put') {
        if (there?.tearingDown) throw new InTheWay();
        if (there === undefined) {
          if (kind === RULED && actor !== 'api') throw new Refusal();
          copy.set(key, { owner: actor, n, tearingDown: false, holders: new Set(), birth: {} });
        } else if (kind === RULED) {
          if (there.n !== n && !(actor === 'one' && n > there.n)) throw new Refusal();
          there.n = n;
        } else {
          if (there.owner !== actor) throw new InTheWay();
          there.n = n;
        }
      } else if (effect === 'remove') {
        if (there !== undefined && there.owner !== actor) throw new InTheWay();
        if (there !== undefined) there.tearingDown = true;
      } else if (effect === 'hold') {
        if (there === undefined) throw new Refusal();
        if (there.tearingDown && !there.holders.has(actor)) throw new InTheWay();
        there.holders.add(actor);
      } else {
        there?.holders.delete(actor);
      }
      sweep(copy);
    }
    this.#checkRoom(actor, copy);
    this.settle(actor, copy);
  }

  /** Too much of its own is the actor's fault; too much of all is not. Nobody is kept from having less. */
  #checkRoom(actor: string, copy: Map<string, ModelResource>): void {
    const count = (all: Map<string, ModelResource>, is: (key: string, one: ModelResource) => boolean) =>
      [...all].filter(([key, one]) => is(key, one)).length;
    const outgrows = (limit: number, is: (key: string, one: ModelResource) => boolean): boolean =>
      count(copy, is) > limit && count(copy, is) > count(this.resources, is);
    if (outgrows(this.#room.owner, (_, { owner }) => owner === actor)) throw new Refusal();
    if (kinds.some((kind) => outgrows(this.#room.kind, (key) => key.startsWith(`${kind} `)))) {
      throw new InTheWay();
    }
    const shared = (all: Map<string, ModelResource>): number =>
      actors
        .filter((one) => one !== 'api')
        .map((module) => Math.max(0, count(all, (_, { owner }) => owner === module) - this.#room.assured))
        .reduce((sum, more) => sum + more, 0);
    if (shared(copy) > this.#room.shared && shared(copy) > shared(this.resources)) throw new InTheWay();
  }

  tearDown(keys: readonly string[]): void {
    const copy = this.#copy();
    for (const key of keys) {
      const there = copy.get(key);
      if (there !== undefined) there.tearingDown = true;
    }
    sweep(copy);
    this.settle('supervisor', copy);
  }

  removeOwner(owner: string): void {
    this.members.delete(owner);
    this.leaving.add(owner);
    this.tearDown([...this.resources].filter(([, one]) => one.owner === owner).map(([key]) => key));
  }

  settle(actor: string, copy: Map<string, ModelResource>): void {
    for (let again = true; again; ) {
      again = false;
      for (const owner of [...this.leaving]) {
        if ([...copy.values()].some((one) => one.owner === owner)) continue;
        for (const one of copy.values()) one.holders.delete(owner);
        sweep(copy);
        this.leaving.delete(owner);
        this.forgets = true;
        again = true;
      }
    }
    const revision = this.revision + 1;
    let changed = false;
    for (const key of new Set([...this.resources.keys(), ...copy.keys()])) {
      const before = this.resources.get(key);
      const after = copy.get(key);
      const reborn = before?.birth !== after?.birth;
      const content = reborn || before?.n !== after?.n || before?.tearingDown !== after?.tearingDown;
      const holders =
        [...(before?.holders ?? [])].sort().join() !== [...(after?.holders ?? [])].sort().join();
      if (!content && !holders) continue;
      changed = true;
      if (after !== undefined) this.versions.set(key, (this.versions.get(key) ?? 0n) + 1n);
      if (content) {
        const owner = after?.owner ?? before?.owner ?? '';
        const last = this.touches.findLast((touch) => touch.key === key)?.owner;
        if (last !== undefined && last !== owner) this.handedOver.add(`${key.split(' ')[0]} ${last}`);
        const birth = reborn && after !== undefined;
        this.touches.push({ key, revision, actor, owner, birth, end: after === undefined });
      }
      if (after?.tearingDown && (reborn || !before?.tearingDown)) this.tornDownAt.set(key, revision);
    }
    this.resources = copy;
    if (!changed) return;
    this.revision = revision;
    this.history[revision] = this.#entries();
  }

  #copy(): Map<string, ModelResource> {
    return new Map([...this.resources].map(([key, one]) => [key, { ...one, holders: new Set(one.holders) }]));
  }

  #entries(): ReadonlyMap<string, string> {
    return new Map(
      [...this.resources].map(([key, { owner, n, tearingDown, holders }]) => [
        key,
        line(owner, this.versions.get(key), tearingDown, [...holders].sort(), n),
      ]),
    );
  }
}

function unique(effects: readonly ModelEffect[]): string[] {
  return [...new Set(effects.map(({ kind, id }) => `${kind} ${id}`))];
}

function sweep(resources: Map<string, ModelResource>): void {
  for (const [key, one] of resources) if (one.tearingDown && one.holders.size === 0) resources.delete(key);
}

function line(
  owner: string,
  version: bigint | undefined,
  down: boolean,
  holders: readonly string[],
  n: unknown,
): string {
  return `${owner} v${version} ${down ? 'tearing-down' : 'running'} [${holders.join()}] ${n}`;
}

function lineOf({ metadata, value }: Entry): string {
  return line(
    metadata.owner,
    metadata.version,
    metadata.phase !== 'running',
    metadata.finalizers,
    value['n'],
  );
}

/** What the selections show of the entries of one revision. */
function seen(
  entries: ReadonlyMap<string, string>,
  selections: readonly Selection[],
): Record<string, string> {
  return Object.fromEntries(
    [...entries]
      .filter(([key, entry]) =>
        selections.some(
          ({ kind, ownedBy }) =>
            key.startsWith(`${kind} `) && (ownedBy === undefined || entry.startsWith(`${ownedBy} `)),
        ),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

class Reader {
  readonly mirror = new Mirror();
  readonly watch: Watch;
  calls = 0;
  started = false;

  constructor(store: Store, selections: readonly Selection[]) {
    this.watch = store.watch(selections, () => {
      this.calls++;
    });
  }

  take(model: Model): void {
    const known = this.started ? this.shows() : {};
    const batch = structuredClone(this.watch.take());
    this.calls = 0;
    if (batch === undefined) return;
    expect(batch.batch).toBe(this.started ? 'changes' : 'snapshot');
    this.started = true;
    const named = batch.changes.map(({ kind, id }) => `${kind} ${id}`);
    expect(new Set(named).size).toBe(named.length);
    for (const { kind, id, entry } of batch.changes) {
      // Nothing is told that the reader knows already; so no end of what it never saw either.
      expect(entry === undefined ? undefined : lineOf(entry)).not.toBe(known[`${kind} ${id}`]);
    }
    this.mirror.apply(batch);
    expect(this.mirror.revision).toBe(model.revision);
    this.expectState(model, model.revision);
  }

  expectState(model: Model, revision: number): void {
    expect(this.shows()).toEqual(seen(model.history[revision] ?? new Map(), this.watch.selections));
  }

  /** What has changed must have been announced, once. */
  expectAwake(model: Model): void {
    if (!this.started) return;
    const current = JSON.stringify(seen(model.history[model.revision] ?? new Map(), this.watch.selections));
    if (current !== JSON.stringify(this.shows())) expect(this.calls).toBe(1);
    expect(this.calls).toBeLessThan(2);
    expect(this.watch.pending).toBeLessThanOrEqual(2 * kinds.length * ids.length);
  }

  shows(): Record<string, string> {
    return Object.fromEntries(
      kinds
        .flatMap((kind) =>
          this.mirror
            .list(kind)
            .map((entry): [string, string] => [`${kind} ${entry.metadata.id}`, lineOf(entry)]),
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
}

type Step =
  | { step: 'commit'; actor: string; basis: number; effects: ModelEffect[] }
  | { step: 'removeOwner' | 'join'; actor: string }
  | { step: 'tearDown'; kind: string; id: string }
  | { step: 'open'; selections: Selection[] }
  | { step: 'take' | 'close'; reader: number };

const anyActor = fc.constantFrom(...actors);
const anyKind = fc.constantFrom(...kinds);
const anyId = fc.constantFrom(...ids);
const anyEffect = fc.record({
  effect: fc.constantFrom<Effect['effect']>('put', 'put', 'put', 'remove', 'hold', 'hold', 'release'),
  kind: anyKind,
  id: anyId,
  n: fc.nat(3),
});
/** Mostly what the actor may write, so that most transactions get past the first check. */
const anyCommit = anyActor.chain((actor) =>
  fc.record({
    step: fc.constant('commit' as const),
    actor: fc.constant(actor),
    // How many revisions the basis is behind.
    basis: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(8) }),
    effects: fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc
            .tuple(anyEffect, fc.constantFrom(...(outputs[actor] ?? [])))
            .map(([effect, kind]) => ({ ...effect, kind })),
        },
        {
          weight: 2,
          arbitrary: anyEffect.map((effect) => ({
            ...effect,
            effect: effect.n % 2 === 0 ? ('hold' as const) : ('release' as const),
          })),
        },
      ),
      { maxLength: 3 },
    ),
  }),
);
const anySelections = fc.uniqueArray(
  fc
    .record({ kind: anyKind, ownedBy: fc.option(anyActor, { nil: undefined, freq: 3 }) })
    .map(({ kind, ownedBy }): Selection => (ownedBy === undefined ? { kind } : { kind, ownedBy })),
  { selector: ({ kind }) => kind, minLength: 1 },
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: anyCommit },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('removeOwner' as const), actor: anyActor }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('join' as const), actor: anyActor }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('tearDown' as const), kind: anyKind, id: anyId }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('open' as const), selections: anySelections }) },
  { weight: 5, arbitrary: fc.record({ step: fc.constant('take' as const), reader: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('close' as const), reader: fc.nat(9) }) },
);

/** How often each outcome came up over all runs: a test whose transactions are all refused would show nothing. */
const outcomes = { committed: 0, conflicted: 0, refused: 0, inTheWay: 0, noRoom: 0 };

function run(steps: readonly Step[], goneRemembered: number, room: Room): void {
  const limits: StoreLimits = {
    ...STORE_LIMITS,
    goneRemembered,
    resourcesPerOwner: room.owner,
    resourcesPerKind: room.kind,
    assuredResources: room.assured,
    sharedResources: room.shared,
  };
  let told = 0;
  const store = new Store({ nowMs: () => 0, limits, onContention: () => told++ });
  store.defineKind({ name: RULED, type, rule: judge });
  for (const actor of actors) store.join(actor, declarationOf(actor));
  const model = new Model(goneRemembered === 0, room);
  const readers = [
    new Reader(
      store,
      kinds.map((kind) => ({ kind })),
    ),
  ];
  for (const step of steps) {
    switch (step.step) {
      case 'commit':
        commit(store, model, step);
        break;
      case 'removeOwner':
        store.removeOwner(step.actor);
        model.removeOwner(step.actor);
        break;
      case 'join':
        store.join(step.actor, declarationOf(step.actor));
        if (!model.members.has(step.actor)) model.joinedAt.set(step.actor, model.revision);
        model.members.add(step.actor);
        model.leaving.delete(step.actor);
        break;
      case 'tearDown':
        store.tearDown([{ kind: step.kind, id: step.id }]);
        model.tearDown([`${step.kind} ${step.id}`]);
        break;
      case 'open':
        readers.push(new Reader(store, step.selections));
        break;
      case 'take':
        readers[step.reader % readers.length]?.take(model);
        break;
      case 'close': {
        if (readers.length === 1) break;
        const [closed] = readers.splice(step.reader % readers.length, 1);
        closed?.watch.close();
        expect(closed?.watch.take()).toBeUndefined();
        break;
      }
    }
    expectSame(store, model);
    for (const reader of readers) reader.expectAwake(model);
  }
  for (const reader of readers) {
    reader.take(model);
    reader.expectState(model, model.revision);
    expect(new Map(Object.entries(reader.shows()))).toEqual(copyOf(reader, store));
    reader.watch.close();
  }
  expect(store.report().watches).toBe(0);
  expect(store.report().outcomes.contended).toBe(told);
}

function judge({
  previous,
  next,
  actor,
}: {
  previous: RecordValue | undefined;
  next: RecordValue;
  actor: string;
}) {
  const allowed =
    previous === undefined ? actor === 'api' : actor === 'one' && Number(next['n']) > Number(previous['n']);
  return allowed ? undefined : refusal;
}

/** Any coded error does: the model only asks whether it was refused. */
const refusal = (() => {
  const result = new Store({ nowMs: () => 0 }).commit('nobody', 1, []);
  if (result.outcome !== 'refused') throw new Error('a future basis was not refused');
  return result.error;
})();

function commit(store: Store, model: Model, step: Extract<Step, { step: 'commit' }>): void {
  const { actor, effects } = step;
  const before = store.revision;
  const basis = Math.max(model.joinedAt.get(actor) ?? 0, before - step.basis);
  const real = effects.map(
    ({ effect, kind, id, n }): Effect =>
      effect === 'put' ? { effect, kind, id, value: { n } } : { effect, kind, id },
  );
  const result = store.commit(actor, basis, real);
  outcomes[result.outcome]++;
  if (result.outcome !== 'committed') expect(store.revision).toBe(before);
  const written = effects.filter(({ effect }) => effect === 'put' || effect === 'remove');
  const mayWrite = written.every(({ kind }) => outputs[actor]?.includes(kind));
  if (effects.length > 0 && (!model.members.has(actor) || !mayWrite)) {
    expect(result.outcome).toBe('refused');
    return;
  }
  const required = model.required(actor, basis, effects);
  if (result.outcome === 'conflicted' && result.because === undefined) {
    const found = result.references.map(({ kind, id }) => `${kind} ${id}`);
    expect(found).toEqual(expect.arrayContaining(required));
    expect(model.allowed(actor, basis, effects)).toEqual(expect.arrayContaining(found));
    return;
  }
  expect(required).toEqual([]);
  try {
    model.commit(actor, effects);
  } catch (error) {
    if (error instanceof InTheWay) expectInTheWay(result, effects);
    else if (error instanceof Refusal) expect(result.outcome).toBe('refused');
    else throw error;
    return;
  }
  expect(result.outcome).toBe('committed');
}

/** It conflicts, with some of what the actor wanted to change, and says why. */
function expectInTheWay(result: CommitResult, effects: readonly ModelEffect[]): void {
  expect(result.outcome).toBe('conflicted');
  if (result.outcome !== 'conflicted') return;
  expect(result.because).toBeDefined();
  outcomes.inTheWay++;
  if (result.because?.code === 'store.full' || result.because?.code === 'store.kind-full') outcomes.noRoom++;
  const found = result.references.map(({ kind, id }) => `${kind} ${id}`);
  expect(found.length).toBeGreaterThan(0);
  expect(unique(effects)).toEqual(expect.arrayContaining(found));
}

function expectSame(store: Store, model: Model): void {
  expect(store.revision).toBe(model.revision);
  if (model.forgets) {
    // Versions may skip some, and never repeat: take them over, so that the lines compare.
    for (const kind of kinds) {
      for (const { metadata } of store.list(kind)) {
        const key = `${kind} ${metadata.id}`;
        expect(metadata.version).toBeGreaterThanOrEqual(model.versions.get(key) ?? 0n);
        if (metadata.version === model.versions.get(key)) continue;
        model.versions.set(key, metadata.version);
        const entries = new Map(model.history[model.revision]);
        entries.set(key, lineOf({ metadata, value: { n: model.resources.get(key)?.n } }));
        model.history[model.revision] = entries;
      }
    }
  }
  const entries = new Map(
    kinds.flatMap((kind) =>
      store.list(kind).map((entry) => [`${kind} ${entry.metadata.id}`, lineOf(entry)] as const),
    ),
  );
  expect(entries).toEqual(new Map(model.history[model.revision]));
  const report = store.report();
  expect(report.resources).toBe(model.resources.size);
  expect(report.owners.filter(({ leaving }) => leaving).map(({ name }) => name)).toEqual(
    [...model.leaving].sort(),
  );
}

/** A second mirror made from the checkpoint of a reader's, to show that it is the same. */
function copyOf(reader: Reader, store: Store): Map<string, string> {
  const copy = new Mirror();
  copy.apply(structuredClone(reader.mirror.snapshot()));
  expect(copy.revision).toBe(store.revision);
  return new Map(
    kinds
      .flatMap((kind) =>
        copy.list(kind).map((entry): [string, string] => [`${kind} ${entry.metadata.id}`, lineOf(entry)]),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function check(step: fc.Arbitrary<Step>, goneRemembered: number, numRuns: number, room = plenty): void {
  const steps = fc.array(step, { minLength: 10, maxLength: 80, size: 'max' });
  fc.assert(
    fc.property(steps, (all) => run(all, goneRemembered, room)),
    { numRuns },
  );
}

it('agrees with the model, whatever owners, readers and watchers do', () => {
  const step = anyStep.filter((one) => one.step !== 'removeOwner');
  check(step, STORE_LIMITS.goneRemembered, 100);
  const { noRoom, ...others } = outcomes;
  expect(noRoom).toBe(0);
  for (const outcome of Object.values(others)) expect(outcome).toBeGreaterThan(20);
});

it.each(scarce)('agrees with the model when there is hardly any room: %o', (room) => {
  const before = outcomes.noRoom;
  check(anyStep, STORE_LIMITS.goneRemembered, 60, room);
  // On average 29 or more: few enough to ask for that chance alone never fails it.
  expect(outcomes.noRoom - before).toBeGreaterThan(3);
});

it('agrees with the model when owners leave and come again', () => {
  check(anyStep, STORE_LIMITS.goneRemembered, 100);
});

it('misses no conflict and repeats no version when it has forgotten what is gone', () => {
  check(anyStep, 0, 100);
});
