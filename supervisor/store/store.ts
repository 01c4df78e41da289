/**
 * The resource store: everything the node is told and everything it says about itself, in memory, in PID 1.
 *
 * All changes are transactions (`commit`), each at a revision of its own, so that a reader's mirror is always one
 * state that really was (watch.ts). Authority is what an actor declared when it joined, and ownership.
 *
 * Conflicts. A transaction carries the revision of the mirror it was decided on, its basis.
 * - A put or remove conflicts if since then somebody else changed the value, owner, phase or existence of the
 *   resource; a put also if its tear-down began, whoever began it. Finalizers of others do not conflict: who holds a resource
 *   says nothing about what its value should be. One's own earlier puts do not conflict either, for a module handles
 *   one event after the other.
 * - A hold conflicts if since then the resource came (by somebody else), went, or its tear-down began.
 * - A release never conflicts.
 * What others have or hold in the way of a transaction is a conflict too, whatever its basis: see docs/reference/store.md for every
 * reason, whose fault it is, and what comes of it.
 *
 * Only what a transaction writes is checked, not what it has read. Two modules may each act on what the other is about
 * to change; both then get an event and look again (level-triggered), which ends in the same place.
 *
 * Ordered tear-down. `remove` sets the phase; the resource goes when nobody holds it any more, so a reader that made
 * something of it removes that first, waits until it is gone, and then releases: tear-downs run from the last
 * dependent back to the source. `removeOwner` does the same for all that somebody owns, and keeps what they hold until
 * everything they own is gone. What is being torn down cannot be put or newly held; once it is gone, the same id may
 * come again, with a higher version.
 *
 * The danger: this runs in the thread on which everything depends. Each call costs at most as much as its transaction,
 * which has limits; only `removeOwner`, the end of such an owner, and `report` look at all resources.
 */
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import { findConflicts } from './conflict.ts';
import { Contention } from './contention.ts';
import { examineEffects } from './examine-effects.ts';
import { touch } from './gone.ts';
import { Holdings } from './holdings.ts';
import { checkKindType, Kind, type KindDefinition, type Stored } from './kind.ts';
import { STORE_LIMITS, type StoreLimits } from './limits.ts';
import { sortById } from './mirror.ts';
import { type StoreReport, writeReport } from './report.ts';
import type { Change, CommitResult, Effect, Entry, Reference } from './resource.ts';
import { type Declaration, isModule, type Member, Roster } from './roster.ts';
import { type Draft, Transaction } from './transaction.ts';
import { findBreak } from './type-evolution.ts';
import { type Selection, Watch } from './watch.ts';

export type StoreOptions = {
  /** A clock in milliseconds that never goes back: it decides when ended operations go. */
  readonly nowMs: () => number;
  readonly limits?: StoreLimits;
  /** Is told of each transaction that conflicts by what others have or hold. It must not throw. */
  readonly onContention?: (actor: string, because: EftError) => void;
  /** Is told when `nextExpiryMs` has changed. It must not throw. */
  readonly onExpiry?: () => void;
};

type Committed = Extract<CommitResult, { outcome: 'committed' }>;

/** Kinds that are new, and kinds with a newer type, while it is not certain that all can join. */
type KindDrafts = {
  readonly defined: Map<string, Kind>;
  readonly widened: Map<Kind, RecordType>;
};

export class Store {
  readonly #limits: StoreLimits;
  readonly #options: StoreOptions;
  readonly #kinds = new Map<string, Kind>();
  readonly #roster = new Roster();
  readonly #holdings: Holdings;
  readonly #leaving = new Set<string>();
  readonly #watches = new Map<string, Set<Watch>>();
  readonly #outcomes = { committed: 0, conflicted: 0, refused: 0 };
  #contentions = 0;
  #expiryMs: number | undefined;
  #openWatches = 0;
  #revision = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#limits = options.limits ?? STORE_LIMITS;
    this.#holdings = new Holdings(this.#limits);
  }

  /** Counts up by one with every transaction that changes something, from 0 for the empty store. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Defines a kind that has a rule, or that is to be there before anyone joins with it.
   * Throws `store.kind-name`, `store.kind-handle`, `store.kind-defined` or `store.too-many-kinds`.
   */
  defineKind(definition: KindDefinition): void {
    if (this.#kinds.has(definition.name)) {
      throw EftError.of('store.kind-defined', { kind: definition.name });
    }
    const kind = new Kind(definition, this.#limits.goneRemembered);
    this.#checkKinds(1);
    this.#kinds.set(kind.name, kind);
  }

  /**
   * Lets an actor read and write what it declares, instead of what it declared before. A kind that is new is defined
   * by its type here; a newer version of a known kind becomes the version that the store keeps.
   * Throws, and then changes nothing: `store.actor-name`, `store.output-taken`, `store.kind-type`, `store.too-many-modules`, or as
   * `defineKind`.
   */
  join(actor: string, declaration: Declaration): void {
    this.joinAll(new Map([[actor, declaration]]));
  }

  /** As `join`, for several at once: all of them join, or none. */
  joinAll(declarations: ReadonlyMap<string, Declaration>): void {
    const defined = new Map<string, Kind>();
    const widened = new Map<Kind, RecordType>();
    const members = new Map<string, Member>();
    let modules = this.#roster.modules + this.#leaving.size;
    for (const [actor, declaration] of declarations) {
      this.#roster.check(actor, declaration, declarations);
      const isNew = this.#roster.get(actor) === undefined && !this.#leaving.has(actor);
      if (isModule(actor) && isNew && ++modules > this.#limits.modules) {
        throw EftError.of('store.too-many-modules', { actor, limit: this.#limits.modules });
      }
      const settle = (name: string, type: RecordType) =>
        this.#settleType(actor, name, type, { defined, widened });
      const since = this.#roster.get(actor)?.since ?? this.#revision;
      members.set(actor, {
        inputs: new Map(declaration.inputs.map(({ kind, type }) => [kind, settle(kind, type)])),
        outputs: new Map(
          declaration.outputs.map(({ kind, type, mode }) => [kind, { type: settle(kind, type), mode }]),
        ),
        since,
      });
    }
    this.#checkKinds(defined.size);
    for (const [name, kind] of defined) this.#kinds.set(name, kind);
    for (const [kind, type] of widened) kind.type = type;
    for (const [actor, member] of members) {
      this.#roster.set(actor, member);
      this.#leaving.delete(actor);
    }
  }

  /**
   * Carries out all effects of an actor in their order, or none. `basis` is the revision of the mirror that they were
   * decided on; `Store.revision` for an actor that reads the store itself.
   *
   * Checks in this order: what is wrong in itself (refused), conflicts, what is wrong as things are (refused). Refused
   * by `store.basis`, `-too-many-effects`, `-not-output`, `-not-declared`, `-not-held`, `-id`, `-value`,
   * `-value-field`, `-value-too-large`, `-commit-too-large`, `-absent`, `-too-many-resources`, `-too-many-bytes`, or by the kind's rule.
   * Conflicts because of `store.not-owner`, `-tearing-down`, `-finalizers`, `-kind-full` or `-full`, and of the limits of another owner.
   */
  commit(actor: string, basis: number, effects: readonly Effect[]): CommitResult {
    const result = this.#tryCommit(actor, basis, effects);
    this.#outcomes[result.outcome]++;
    if (result.outcome === 'conflicted' && result.because !== undefined) {
      this.#contentions++;
      this.#options.onContention?.(actor, result.because);
    }
    return result;
  }

  /** For the supervisor: begins the tear-down of resources, whoever owns them. */
  tearDown(references: readonly Reference[]): Committed {
    const transaction = this.#begin();
    for (const { kind, id } of references) transaction.tearDown(this.#kind(kind), id);
    return this.#settle('supervisor', transaction);
  }

  /**
   * Takes an actor off the node for good: it can commit nothing more, all that it owns is torn down, and when the last
   * of that is gone, what it holds is released. `remaining` tells what that still waits for. Joining again before the
   * end stops it there: the actor answers for what it holds itself again.
   */
  removeOwner(owner: string): Committed {
    this.#roster.delete(owner);
    this.#leaving.add(owner);
    const transaction = this.#begin();
    for (const { kind, id } of this.remaining(owner)) transaction.tearDown(this.#kind(kind), id);
    return this.#settle('supervisor', transaction);
  }

  /**
   * Begins the tear-down of what an owner has of kinds that it writes no more, and lets go of what it holds of kinds that it neither reads nor
   * writes any more: nobody else would.
   */
  forsake(owner: string): Committed {
    const member = this.#roster.get(owner);
    const transaction = this.#begin();
    for (const kind of this.#kinds.values()) {
      const writes = member?.outputs.has(kind.name) ?? false;
      const knows = writes || (member?.inputs.has(kind.name) ?? false);
      if (writes) continue;
      for (const [id, { entry }] of kind.resources) {
        if (!knows && entry.metadata.finalizers.includes(owner)) transaction.release(owner, kind, id);
        if (!writes && entry.metadata.owner === owner) transaction.tearDown(kind, id);
      }
    }
    return this.#settle('supervisor', transaction);
  }

  /** What an owner owns, being torn down or not. */
  remaining(owner: string): readonly Reference[] {
    const references: Reference[] = [];
    if (this.#holdings.of(owner).resources === 0) return references;
    for (const kind of this.#kinds.values()) {
      for (const [id, { entry }] of kind.resources) {
        if (entry.metadata.owner === owner) references.push({ kind: kind.name, id });
      }
    }
    return references;
  }

  /** Begins the tear-down of ended resources whose time to live is over. To be called when `nextExpiryMs` has come. */
  expire(): Committed {
    const nowMs = this.#options.nowMs();
    const transaction = this.#begin();
    for (const kind of this.#kinds.values()) {
      for (const [id, dueMs] of kind.dueAtMs) {
        if (dueMs > nowMs) break;
        transaction.tearDown(kind, id);
      }
    }
    return this.#settle('supervisor', transaction);
  }

  /** When `expire` has something to do next, in milliseconds of the store's clock, or undefined. */
  get nextExpiryMs(): number | undefined {
    let next: number | undefined;
    for (const kind of this.#kinds.values()) {
      for (const dueMs of kind.dueAtMs.values()) {
        if (next === undefined || dueMs < next) next = dueMs;
        break;
      }
    }
    return next;
  }

  /** Throws `store.unknown-kind`. */
  get(kind: string, id: string): Entry | undefined {
    return this.#kind(kind).resources.get(id)?.entry;
  }

  /** All resources of a kind, sorted by id. Throws `store.unknown-kind`. */
  list(kind: string): readonly Entry[] {
    return sortById([...this.#kind(kind).resources.values()].map(({ entry }) => entry));
  }

  /** The newest version of a kind's type. Throws `store.unknown-kind`. */
  typeOf(kind: string): RecordType {
    return this.#kind(kind).type;
  }

  /**
   * Watches kinds, each named once: `take` gives the snapshot at once. `onReady` is called in the course of a commit
   * when there is something to take for the first time since the last take; it may take, and even commit.
   * Throws `store.unknown-kind` or `store.too-many-watches`.
   */
  watch(selections: readonly Selection[], onReady: () => void): Watch {
    const kinds = new Set(selections.map(({ kind }) => this.#kind(kind).name));
    if (kinds.size !== selections.length) throw new Error('a watch names a kind twice');
    if (this.#openWatches >= this.#limits.watches) {
      throw EftError.of('store.too-many-watches', { limit: this.#limits.watches });
    }
    const store = this;
    const source = {
      get revision() {
        return store.#revision;
      },
      *entries(kind: string) {
        for (const { entry } of store.#kind(kind).resources.values()) yield entry;
      },
      entry: (kind: string, id: string) => store.get(kind, id),
    };
    const watch = new Watch(selections, source, onReady, (closed) => {
      this.#openWatches--;
      for (const kind of kinds) {
        const watches = this.#watches.get(kind);
        watches?.delete(closed);
        if (watches?.size === 0) this.#watches.delete(kind);
      }
    });
    this.#openWatches++;
    for (const kind of kinds) {
      const watches = this.#watches.get(kind) ?? new Set();
      this.#watches.set(kind, watches.add(watch));
    }
    return watch;
  }

  /** Who reads and writes what, and how much of everything there is. */
  report(): StoreReport {
    return writeReport({
      revision: this.#revision,
      total: this.#holdings.total,
      outcomes: { ...this.#outcomes, contended: this.#contentions },
      openWatches: this.#openWatches,
      kinds: this.#kinds,
      roster: this.#roster,
      owners: this.#holdings.owners,
      leaving: this.#leaving,
      watchesOf: (kind) => this.#watches.get(kind)?.size ?? 0,
    });
  }

  #tryCommit(actor: string, basis: number, effects: readonly Effect[]): CommitResult {
    try {
      const member = this.#roster.get(actor);
      const first = member?.since ?? 0;
      if (!Number.isInteger(basis) || basis < first || basis > this.#revision) {
        throw EftError.of('store.basis', { actor, basis, first, last: this.#revision });
      }
      const steps = examineEffects(actor, effects, member, this.#kinds, this.#limits);
      const references = findConflicts(actor, basis, steps);
      if (references.length > 0) return { outcome: 'conflicted', references };
      const transaction = this.#begin();
      for (const step of steps) {
        const { effect, kind, id } = step;
        if (effect === 'put') transaction.put(actor, kind, id, step.admitted, step.writerType);
        else transaction[effect](actor, kind, id);
      }
      transaction.checkLimits(actor);
      return this.#settle(actor, transaction);
    } catch (error) {
      if (error instanceof EftError) return { outcome: 'refused', error };
      if (error instanceof Contention) {
        const { references, because } = error;
        return { outcome: 'conflicted', references, because };
      }
      throw error;
    }
  }

  #begin(): Transaction {
    return new Transaction({
      kinds: this.#kinds,
      holdings: this.#holdings,
      limits: this.#limits,
    });
  }

  /** Takes the drafts over, at the next revision, and tells the watches. */
  #settle(actor: string, transaction: Transaction): Committed {
    const through = this.#leaving.size === 0 ? [] : transaction.unwind(this.#leaving);
    const revision = this.#revision + 1;
    const changes: Change[] = [];
    const awake = new Set<Watch>();
    let mayExpire = false;
    for (const draft of transaction.differing()) {
      const { kind, id, before } = draft;
      const entry = this.#replace(actor, revision, draft);
      changes.push({ kind: kind.name, id, entry });
      mayExpire ||= kind.lifetime !== undefined;
      for (const watch of this.#watches.get(kind.name) ?? []) {
        watch.note(kind.name, id, before?.entry, entry);
        awake.add(watch);
      }
    }
    for (const owner of through) {
      this.#leaving.delete(owner);
      for (const kind of this.#kinds.values()) kind.gone.forgetOwner(owner);
    }
    if (changes.length > 0) this.#revision = revision;
    const result: Committed = { outcome: 'committed', revision: this.#revision, changes };
    if (mayExpire) this.#tellExpiry();
    announceAll(awake);
    return result;
  }

  #replace(actor: string, revision: number, { kind, id, before, state, reborn }: Draft): Entry | undefined {
    if (before !== undefined) this.#account(kind, before.entry.metadata.owner, -1, -before.bytes);
    if (state === undefined || reborn) kind.dueAtMs.delete(id);
    if (state === undefined) {
      kind.resources.delete(id);
      if (before !== undefined) {
        const { owner, version } = before.entry.metadata;
        kind.gone.add(id, { owner, version, stamp: touch(before.stamp, actor, revision) });
      }
      return undefined;
    }
    const past = before ?? kind.gone.get(id);
    const version = before === undefined ? kind.gone.nextVersion(id) : before.entry.metadata.version + 1n;
    kind.gone.takeBack(id, state.owner);
    const { owner, phase, finalizers, value } = state;
    const entry: Entry = Object.freeze({
      metadata: Object.freeze({ id, version, phase, owner, finalizers }),
      value,
    });
    const old = reborn ? undefined : before;
    const only = old !== undefined && old.entry.value === value && old.entry.metadata.phase === phase;
    const stored: Stored = {
      entry,
      bytes: state.bytes,
      stamp: only ? old.stamp : touch(past?.stamp, actor, revision),
      bornAt: old?.bornAt ?? revision,
      bornBy: old?.bornBy ?? actor,
      tornDownAt:
        phase === 'running' ? 0 : old !== undefined && old.tornDownAt > 0 ? old.tornDownAt : revision,
    };
    kind.resources.set(id, stored);
    this.#account(kind, owner, 1, stored.bytes);
    this.#scheduleEnd(kind, id, stored);
    return entry;
  }

  #scheduleEnd(kind: Kind, id: string, { entry }: Stored): void {
    if (kind.lifetime === undefined) return;
    const ends = entry.metadata.phase === 'running' && kind.lifetime.hasEnded(entry.value);
    if (!ends) kind.dueAtMs.delete(id);
    else if (!kind.dueAtMs.has(id)) kind.dueAtMs.set(id, this.#options.nowMs() + kind.lifetime.timeToLiveMs);
  }

  #account(kind: Kind, owner: string, resources: number, bytes: number): void {
    kind.bytes += bytes;
    this.#holdings.add(owner, resources, bytes);
  }

  #tellExpiry(): void {
    const next = this.nextExpiryMs;
    if (next === this.#expiryMs) return;
    this.#expiryMs = next;
    this.#options.onExpiry?.();
  }

  /** The type by which somebody who joins with `type` reads and writes a kind; what is new goes into `drafts`. */
  #settleType(actor: string, name: string, type: RecordType, { defined, widened }: KindDrafts): RecordType {
    const kind = this.#kinds.get(name) ?? defined.get(name);
    if (kind === undefined) {
      defined.set(name, new Kind({ name, type }, this.#limits.goneRemembered));
      return type;
    }
    const current = widened.get(kind) ?? kind.type;
    const missing = findBreak(type, current);
    const surplus = findBreak(current, type);
    if (missing !== undefined && surplus !== undefined) {
      throw EftError.of('store.kind-type', { actor, kind: name, path: missing });
    }
    if (missing === undefined && surplus !== undefined) {
      checkKindType(name, type);
      widened.set(kind, type);
    }
    return missing === undefined && surplus === undefined ? current : type;
  }

  #kind(name: string): Kind {
    const kind = this.#kinds.get(name);
    if (kind === undefined) throw EftError.of('store.unknown-kind', { kind: JSON.stringify(name) });
    return kind;
  }

  #checkKinds(more: number): void {
    if (this.#kinds.size + more > this.#limits.kinds) {
      throw EftError.of('store.too-many-kinds', { limit: this.#limits.kinds });
    }
  }
}

/** Tells all watches, also when one of those told throws: a watch that is not told would sleep for ever. */
function announceAll(watches: Iterable<Watch>): void {
  const errors: unknown[] = [];
  for (const watch of watches) {
    try {
      watch.announce();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'the readers of watches have thrown');
}
