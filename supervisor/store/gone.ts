/**
 * What the store still knows of resources that are gone: enough that an id never has the same version twice, and
 * that a transaction decided before the end of a resource conflicts instead of bringing it back by mistake.
 *
 * Memory is bounded: of each owner the last `limit` are remembered one by one. Of those before them only the highest
 * version and the latest revision remain. That errs on the safe side: an id that comes anew may start at a higher
 * version than 1, and a transaction that is older than what was forgotten conflicts and is decided again. The
 * revision is kept per owner, so that a module that makes and drops resources as fast as it can pushes nobody else
 * into conflicts. That suffices: who finds gone what was never its own could only have been refused before.
 */

/** Who last changed the value, owner, phase or existence of a resource, and when somebody else did. */
export type Stamp = {
  readonly actor: string;
  readonly revision: number;
  /** The last revision at which somebody other than `actor` did, or 0. */
  readonly revisionByOthers: number;
};

export function touch(stamp: Stamp | undefined, actor: string, revision: number): Stamp {
  if (stamp === undefined) return { actor, revision, revisionByOthers: 0 };
  return {
    actor,
    revision,
    revisionByOthers: stamp.actor === actor ? stamp.revisionByOthers : stamp.revision,
  };
}

/** The last revision at which somebody other than `actor` changed it, or 0. */
export function lastByOthers(stamp: Stamp | undefined, actor: string): number {
  if (stamp === undefined) return 0;
  return stamp.actor === actor ? stamp.revisionByOthers : stamp.revision;
}

export type GoneResource = {
  readonly owner: string;
  readonly version: bigint;
  readonly stamp: Stamp;
};

/** The gone resources of one kind. */
export class GoneResources {
  readonly #limit: number;
  readonly #byId = new Map<string, GoneResource>();
  /** Ids in the order they went, by owner. */
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #forgotten = new Map<string, number>();
  #forgottenVersion = 0n;
  #forgottenRevision = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): GoneResource | undefined {
    return this.#byId.get(id);
  }

  /** The version that `id`, which does not exist, starts with. */
  nextVersion(id: string): bigint {
    const version = this.#byId.get(id)?.version ?? 0n;
    return (version > this.#forgottenVersion ? version : this.#forgottenVersion) + 1n;
  }

  /** The latest revision at which anyone changed a resource that is forgotten. */
  get forgottenRevision(): number {
    return this.#forgottenRevision;
  }

  /** The latest revision at which somebody else changed a resource of `owner` that is forgotten. */
  forgottenRevisionOf(owner: string): number {
    return this.#forgotten.get(owner) ?? 0;
  }

  add(id: string, gone: GoneResource): void {
    this.#byId.set(id, gone);
    let ids = this.#byOwner.get(gone.owner);
    if (ids === undefined) {
      ids = new Set();
      this.#byOwner.set(gone.owner, ids);
    }
    ids.add(id);
    if (ids.size <= this.#limit) return;
    for (const oldest of ids) {
      this.#forget(oldest);
      break;
    }
  }

  /** Takes `id` from what is gone, for `owner` has put it again. */
  takeBack(id: string, owner: string): void {
    const gone = this.#remove(id);
    // The memory of the owner before goes with it; what it decided before the end must still conflict.
    if (gone !== undefined && gone.owner !== owner) this.#raiseForgotten(gone);
  }

  /**
   * Drops all memory of an owner that has left for good; only the versions stay used up. If it joins again, it starts
   * from a new mirror, and nothing it decided before can come any more.
   */
  forgetOwner(owner: string): void {
    for (const id of [...(this.#byOwner.get(owner) ?? [])]) this.#forget(id);
    this.#forgotten.delete(owner);
  }

  #forget(id: string): void {
    const gone = this.#remove(id);
    if (gone === undefined) return;
    if (gone.version > this.#forgottenVersion) this.#forgottenVersion = gone.version;
    this.#forgottenRevision = Math.max(this.#forgottenRevision, gone.stamp.revision);
    this.#raiseForgotten(gone);
  }

  #raiseForgotten({ owner, stamp }: GoneResource): void {
    const revision = Math.max(this.forgottenRevisionOf(owner), lastByOthers(stamp, owner));
    if (revision > 0) this.#forgotten.set(owner, revision);
  }

  #remove(id: string): GoneResource | undefined {
    const gone = this.#byId.get(id);
    if (gone === undefined) return undefined;
    this.#byId.delete(id);
    const ids = this.#byOwner.get(gone.owner);
    ids?.delete(id);
    if (ids?.size === 0) this.#byOwner.delete(gone.owner);
    return gone;
  }
}
