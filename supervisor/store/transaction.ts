/**
 * The steps of one transaction on drafts of the resources they touch, so that nothing is changed until all of them
 * have been found allowed. The store then takes the drafts over at one revision.
 *
 * Steps see what the steps before them did. The conflict check is the store's, and comes first: what is refused here
 * would be refused with an up-to-date mirror too.
 */
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Kind, Stored } from './kind.ts';
import { FINALIZERS, type StoreLimits } from './limits.ts';
import { describeReference, type Phase, type RecordValue } from './resource.ts';
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

/** How many resources and charged bytes somebody has. */
export type Usage = { resources: number; bytes: number };

/** What of the store a transaction starts from. It changes none of it. */
export type TransactionGround = {
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly owners: ReadonlyMap<string, Readonly<Usage>>;
  readonly total: Readonly<Usage>;
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
   * Throws `store.tearing-down`, `store.not-owner`, what the kind's rule says, or, after merging the value of an
   * older writer into what is there, `store.value-too-large`.
   */
  put(actor: string, kind: Kind, id: string, admitted: Admitted, writerType: RecordType): void {
    const draft = this.#draft(kind, id);
    const { state } = draft;
    const reference = describeReference(kind.name, id);
    if (state?.phase === 'tearing-down') throw EftError.of('store.tearing-down', { actor, reference });
    if (state !== undefined && state.owner !== actor && kind.rule === undefined) {
      throw EftError.of('store.not-owner', { actor, reference, owner: state.owner });
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

  /** Begins the tear-down. Does nothing if it is under way, or if there is no such resource. Throws `store.not-owner`. */
  remove(actor: string, kind: Kind, id: string): void {
    const owner = this.#draft(kind, id).state?.owner;
    if (owner !== undefined && owner !== actor) {
      throw EftError.of('store.not-owner', { actor, reference: describeReference(kind.name, id), owner });
    }
    this.tearDown(kind, id);
  }

  /** As `remove`, whoever owns it. */
  tearDown(kind: Kind, id: string): void {
    const draft = this.#draft(kind, id);
    if (draft.state === undefined) return;
    this.#replace(draft, { ...draft.state, phase: 'tearing-down' });
  }

  /** Throws `store.absent`, `store.tearing-down` or `store.finalizers`. */
  hold(holder: string, kind: Kind, id: string): void {
    const draft = this.#draft(kind, id);
    const { state } = draft;
    const reference = describeReference(kind.name, id);
    if (state === undefined) throw EftError.of('store.absent', { actor: holder, reference });
    if (state.finalizers.includes(holder)) return;
    if (state.phase === 'tearing-down') throw EftError.of('store.tearing-down', { actor: holder, reference });
    if (state.finalizers.length >= FINALIZERS) {
      throw EftError.of('store.finalizers', { actor: holder, reference, limit: FINALIZERS });
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
      const next = [...leaving].filter((owner) => !through.has(owner) && this.#resourcesOf(owner) === 0);
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

  /** Throws `store.too-many-resources` or `store.too-many-bytes` for a limit that this would go further beyond. */
  checkLimits(actor: string): void {
    const { limits, owners, total } = this.#ground;
    for (const [kind, drafts] of this.#drafts) {
      let growth = 0;
      for (const { before, state } of drafts.values()) {
        growth += Number(state !== undefined) - Number(before !== undefined);
      }
      const resources = kind.resources.size + growth;
      refuseGrowth(
        'store.too-many-resources',
        actor,
        `kind ${kind.name}`,
        growth,
        resources,
        limits.resourcesPerKind,
      );
    }
    const growth: Usage = { resources: 0, bytes: 0 };
    for (const [owner, more] of this.#growth) {
      growth.resources += more.resources;
      growth.bytes += more.bytes;
      const now = owners.get(owner) ?? { resources: 0, bytes: 0 };
      const resources = now.resources + more.resources;
      const bytes = now.bytes + more.bytes;
      const whose = `owner ${owner}`;
      refuseGrowth(
        'store.too-many-resources',
        actor,
        whose,
        more.resources,
        resources,
        limits.resourcesPerOwner,
      );
      refuseGrowth('store.too-many-bytes', actor, whose, more.bytes, bytes, limits.bytesPerOwner);
    }
    const resources = total.resources + growth.resources;
    const bytes = total.bytes + growth.bytes;
    refuseGrowth(
      'store.too-many-resources',
      actor,
      'whole store',
      growth.resources,
      resources,
      limits.resources,
    );
    refuseGrowth('store.too-many-bytes', actor, 'whole store', growth.bytes, bytes, limits.bytes);
  }

  /** The value in the newest version of its kind: see type-evolution.ts. */
  #complete(actor: string, { kind, id, state }: Draft, admitted: Admitted, writerType: RecordType): Admitted {
    if (writerType === kind.type) return admitted;
    const previous = state === undefined || state.owner === actor ? undefined : state.value;
    const merged = merge(admitted.value, previous, writerType, kind.type);
    const reference = describeReference(kind.name, id);
    return admitValue(merged, kind.type, { actor, reference, limitBytes: this.#ground.limits.resourceBytes });
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

  #resourcesOf(owner: string): number {
    return (this.#ground.owners.get(owner)?.resources ?? 0) + (this.#growth.get(owner)?.resources ?? 0);
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

/** Only growth is refused: what is beyond a limit that was lowered can still be changed and removed. */
function refuseGrowth(
  code: 'store.too-many-resources' | 'store.too-many-bytes',
  actor: string,
  scope: string,
  growth: number,
  amount: number,
  limit: number,
): void {
  if (growth > 0 && amount > limit) throw EftError.of(code, { actor, scope, amount, limit });
}
