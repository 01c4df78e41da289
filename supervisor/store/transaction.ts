/**
 * The steps of one transaction on drafts of the resources they touch, so that nothing is changed until all of them
 * have been found allowed. The store then takes the drafts over at one revision.
 *
 * Steps see what the steps before them did. The conflict check is the store's, and comes first: what is refused here
 * would be refused with an up-to-date mirror too. Where others are in the way, it is no refusal but a `Contention`.
 */
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import { Contention } from './contention.ts';
import { type Holdings, nothing, sharedPart, type Usage } from './holdings.ts';
import type { Kind, Stored } from './kind.ts';
import { FINALIZERS, type StoreLimits } from './limits.ts';
import { describeReference, type Phase, type RecordValue, type Reference } from './resource.ts';
import { isModule } from './roster.ts';
import { sameValue } from './same-value.ts';
import { merge } from './type-evolution.ts';
import { type Admitted, admitValue } from './value.ts';

/** What is charged for a resource beside its value: metadata, bookkeeping, and its places in the maps. */
const RESOURCE_BYTES = 512;
const ID_UNIT_BYTES = 2;

export type DraftState = {
  readonly owner: string;
  readonly phase: Phase;
  readonly finalizers: readonly string[];
  readonly value: RecordValue;
  readonly bytes: number;
};

export type Draft = {
  readonly kind: Kind;
  readonly id: string;
  readonly before: Stored | undefined;
  /** Undefined: there is none, or it is gone. */
  state: DraftState | undefined;
  /** Whether it was gone in between: then it is another resource of the same id. */
  reborn: boolean;
};

/** What of the store a transaction starts from. It changes none of it. */
export type TransactionGround = {
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly holdings: Holdings;
  readonly limits: StoreLimits;
};

export class Transaction {
  readonly #ground: TransactionGround;
  readonly #drafts = new Map<Kind, Map<string, Draft>>();
  /** By how much each owner has more than before. */
  readonly #growth = new Map<string, Usage>();

  constructor(ground: TransactionGround) {
    this.#ground = ground;
  }

  /**
   * Throws what the kind's rule says, and a `Contention` by `store.tearing-down`, by `store.not-owner`, or, if it is too large with what
   * a newer writer has put into it, by `store.value-too-large`.
   */
  put(actor: string, kind: Kind, id: string, admitted: Admitted, writerType: RecordType): void {
    const draft = this.#draft(kind, id);
    const { state } = draft;
    const reference = describeReference(kind.name, id);
    if (state?.phase === 'tearing-down') throw heldBy(draft, state, actor);
    if (state !== undefined && state.owner !== actor && kind.rule === undefined) {
      throw inTheWay(draft, EftError.of('store.not-owner', { actor, reference, owner: state.owner }));
    }
    const { value, bytes } = this.#complete(actor, draft, admitted, writerType);
    if (state !== undefined && sameValue(state.value, value)) return;
    const refusal = kind.rule?.({ id, previous: state?.value, next: value, actor });
    if (refusal !== undefined) throw refusal;
    const owner = state?.owner ?? actor;
    const finalizers = state?.finalizers ?? noFinalizers;
    const charged = bytes + RESOURCE_BYTES + id.length * ID_UNIT_BYTES;
    this.#replace(draft, { owner, phase: 'running', finalizers, value, bytes: charged });
  }

  /** Begins the tear-down. Does nothing if it is under way, or if there is no such resource. A `Contention` by `store.not-owner`. */
  remove(actor: string, kind: Kind, id: string): void {
    const draft = this.#draft(kind, id);
    const owner = draft.state?.owner;
    if (owner !== undefined && owner !== actor) {
      const reference = describeReference(kind.name, id);
      throw inTheWay(draft, EftError.of('store.not-owner', { actor, reference, owner }));
    }
    this.tearDown(kind, id);
  }

  /** As `remove`, whoever owns it. */
  tearDown(kind: Kind, id: string): void {
    const draft = this.#draft(kind, id);
    if (draft.state === undefined) return;
    this.#replace(draft, { ...draft.state, phase: 'tearing-down' });
  }

  /** Throws `store.absent`, and a `Contention` by `store.tearing-down` or `store.finalizers`. */
  hold(holder: string, kind: Kind, id: string): void {
    const draft = this.#draft(kind, id);
    const { state } = draft;
    const reference = describeReference(kind.name, id);
    if (state === undefined) throw EftError.of('store.absent', { actor: holder, reference });
    if (state.finalizers.includes(holder)) return;
    if (state.phase === 'tearing-down') throw heldBy(draft, state, holder);
    if (state.finalizers.length >= FINALIZERS) {
      const holders = state.finalizers.join(', ');
      throw inTheWay(
        draft,
        EftError.of('store.finalizers', { actor: holder, reference, limit: FINALIZERS, holders }),
      );
    }
    this.#replace(draft, { ...state, finalizers: Object.freeze([...state.finalizers, holder].sort()) });
  }

  /** Does nothing if `holder` does not hold it. */
  release(holder: string, kind: Kind, id: string): void {
    const draft = this.#draft(kind, id);
    const { state } = draft;
    if (state === undefined || !state.finalizers.includes(holder)) return;
    const finalizers = Object.freeze(state.finalizers.filter((name) => name !== holder));
    this.#replace(draft, { ...state, finalizers });
  }

  /**
   * Lets go of everything that those of `leaving` hold who have nothing left themselves, which may be the end of
   * resources of others of them, and so on. Gives those who are through.
   *
   * This is the order of a tear-down across owners: what somebody holds outlives what they made of it.
   */
  unwind(leaving: ReadonlySet<string>): readonly string[] {
    const through = new Set<string>();
    for (;;) {
      const next = [...leaving].filter((owner) => !through.has(owner) && this.#after(owner).resources === 0);
      if (next.length === 0) return [...through];
      for (const owner of next) {
        through.add(owner);
        for (const kind of this.#ground.kinds.values()) {
          for (const [id, { entry }] of kind.resources) {
            if (entry.metadata.finalizers.includes(owner)) this.release(owner, kind, id);
          }
        }
      }
    }
  }

  /** The drafts that differ from what there was. */
  *differing(): Iterable<Draft> {
    for (const drafts of this.#drafts.values()) {
      for (const draft of drafts.values()) {
        const { before, state } = draft;
        if (before === undefined ? state !== undefined : draft.reborn || !sameState(before, state))
          yield draft;
      }
    }
  }

  /**
   * Refuses growth beyond a limit; what is beyond one that was lowered can still be changed and removed. Throws
   * `store.too-many-resources` or `store.too-many-bytes` for the limits of `actor` itself, and a `Contention` by one of these for those of
   * another owner, by `store.kind-full`, or by `store.full`.
   */
  checkLimits(actor: string): void {
    const mine = this.#growth.get(actor);
    if (mine !== undefined) {
      const refusal = this.#overOwnersLimits(actor, actor, mine);
      if (refusal !== undefined) throw refusal;
    }
    for (const [owner, more] of this.#growth) {
      const refusal = owner === actor ? undefined : this.#overOwnersLimits(actor, owner, more);
      if (refusal !== undefined) throw new Contention(refusal, this.#touched());
    }
    this.#checkKinds(actor);
    this.#checkShared(actor);
  }

  #overOwnersLimits(actor: string, owner: string, more: Usage): EftError | undefined {
    const { resourcesPerOwner, bytesPerOwner } = this.#ground.limits;
    const { resources, bytes } = this.#after(owner);
    if (more.resources > 0 && resources > resourcesPerOwner) {
      const limit = resourcesPerOwner;
      return EftError.of('store.too-many-resources', { actor, owner, amount: resources, limit });
    }
    if (more.bytes > 0 && bytes > bytesPerOwner) {
      return EftError.of('store.too-many-bytes', { actor, owner, amount: bytes, limit: bytesPerOwner });
    }
    return undefined;
  }

  #checkKinds(actor: string): void {
    const limit = this.#ground.limits.resourcesPerKind;
    for (const [kind, drafts] of this.#drafts) {
      let growth = 0;
      for (const { before, state } of drafts.values()) {
        growth += Number(state !== undefined) - Number(before !== undefined);
      }
      const amount = kind.resources.size + growth;
      if (growth <= 0 || amount <= limit) continue;
      const counts = new Map<string, number>();
      for (const { entry } of kind.resources.values()) {
        const { owner } = entry.metadata;
        counts.set(owner, (counts.get(owner) ?? 0) + 1);
      }
      const because = { actor, kind: kind.name, amount, limit, largest: largestOf(counts) ?? actor };
      throw new Contention(EftError.of('store.kind-full', because), this.#touched(kind));
    }
  }

  #checkShared(actor: string): void {
    const { limits, holdings } = this.#ground;
    const more: Usage = { resources: 0, bytes: 0 };
    for (const owner of this.#growth.keys()) {
      const before = sharedPart(owner, holdings.of(owner), limits);
      const after = sharedPart(owner, this.#after(owner), limits);
      more.resources += after.resources - before.resources;
      more.bytes += after.bytes - before.bytes;
    }
    const measures = [
      { what: 'resources', name: 'sharedResources' },
      { what: 'bytes', name: 'sharedBytes' },
    ] as const;
    for (const { what, name } of measures) {
      const amount = holdings.shared[what] + more[what];
      const limit = limits[name];
      if (more[what] <= 0 || amount <= limit) continue;
      const modules = [...holdings.owners].filter(([owner]) => isModule(owner));
      const largest = largestOf(new Map(modules.map(([owner, usage]) => [owner, usage[what]]))) ?? actor;
      const because = EftError.of('store.full', { actor, amount, what, limit, name, largest });
      throw new Contention(because, this.#touched());
    }
  }

  /** What it touches, of one kind or of all. */
  #touched(only?: Kind): readonly Reference[] {
    return [...this.#drafts].flatMap(([kind, drafts]) =>
      only === undefined || only === kind ? [...drafts.keys()].map((id) => ({ kind: kind.name, id })) : [],
    );
  }

  #after(owner: string): Usage {
    const before = this.#ground.holdings.of(owner);
    const more = this.#growth.get(owner) ?? nothing;
    return { resources: before.resources + more.resources, bytes: before.bytes + more.bytes };
  }

  /** The value in the newest version of its kind: see type-evolution.ts. */
  #complete(actor: string, draft: Draft, admitted: Admitted, writerType: RecordType): Admitted {
    const { kind, id, state } = draft;
    if (writerType === kind.type) return admitted;
    const previous = state === undefined || state.owner === actor ? undefined : state.value;
    const merged = merge(admitted.value, previous, writerType, kind.type);
    const reference = describeReference(kind.name, id);
    try {
      return admitValue(merged, kind.type, {
        actor,
        reference,
        limitBytes: this.#ground.limits.resourceBytes,
      });
    } catch (error) {
      // By itself the value has been admitted: it is what the other writer has put into it that is too much.
      if (previous !== undefined && error instanceof EftError) throw inTheWay(draft, error);
      throw error;
    }
  }

  #draft(kind: Kind, id: string): Draft {
    let drafts = this.#drafts.get(kind);
    if (drafts === undefined) {
      drafts = new Map();
      this.#drafts.set(kind, drafts);
    }
    let draft = drafts.get(id);
    if (draft === undefined) {
      const before = kind.resources.get(id);
      draft = { kind, id, before, state: before === undefined ? undefined : stateOf(before), reborn: false };
      drafts.set(id, draft);
    }
    return draft;
  }

  #replace(draft: Draft, state: DraftState): void {
    if (draft.state !== undefined) this.#grow(draft.state.owner, -1, -draft.state.bytes);
    if (state.phase === 'tearing-down' && state.finalizers.length === 0) {
      draft.state = undefined;
      draft.reborn = true;
    } else {
      draft.state = state;
      this.#grow(state.owner, 1, state.bytes);
    }
  }

  #grow(owner: string, resources: number, bytes: number): void {
    const growth = this.#growth.get(owner) ?? { resources: 0, bytes: 0 };
    growth.resources += resources;
    growth.bytes += bytes;
    this.#growth.set(owner, growth);
  }
}

const noFinalizers: readonly string[] = Object.freeze([]);

function stateOf({ entry: { metadata, value }, bytes }: Stored): DraftState {
  const { owner, phase, finalizers } = metadata;
  return { owner, phase, finalizers, value, bytes };
}

function sameState({ entry: { metadata, value } }: Stored, state: DraftState | undefined): boolean {
  return (
    state !== undefined &&
    state.phase === metadata.phase &&
    state.finalizers.join('\n') === metadata.finalizers.join('\n') &&
    sameValue(state.value, value)
  );
}

function largestOf(amounts: ReadonlyMap<string, number>): string | undefined {
  return [...amounts].sort((one, other) => other[1] - one[1])[0]?.[0];
}

function inTheWay({ kind, id }: Draft, because: EftError): Contention {
  return new Contention(because, [{ kind: kind.name, id }]);
}

function heldBy(draft: Draft, { finalizers }: DraftState, actor: string): Contention {
  const reference = describeReference(draft.kind.name, draft.id);
  const holders = finalizers.join(', ');
  return inTheWay(draft, EftError.of('store.tearing-down', { actor, reference, holders }));
}
