/**
 * What every owner has in the store, and how much of it comes out of the part that modules share. What the parts are and why is in
 * limits.ts.
 */
import type { StoreLimits } from './limits.ts';
import { isModule } from './roster.ts';

/** How many resources and charged bytes somebody has. */
export type Usage = { resources: number; bytes: number };

/** Nothing at all. */
export const nothing: Readonly<Usage> = Object.freeze({ resources: 0, bytes: 0 });

/** What of an owner's comes out of the shared part. Whoever is no module shares nothing. */
export function sharedPart(owner: string, usage: Readonly<Usage>, limits: StoreLimits): Readonly<Usage> {
  if (!isModule(owner)) return nothing;
  return {
    resources: Math.max(0, usage.resources - limits.assuredResources),
    bytes: Math.max(0, usage.bytes - limits.assuredBytes),
  };
}

export class Holdings {
  readonly #limits: StoreLimits;
  readonly #owners = new Map<string, Readonly<Usage>>();
  readonly #total: Usage = { resources: 0, bytes: 0 };
  readonly #shared: Usage = { resources: 0, bytes: 0 };

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /** Everyone who owns something. */
  get owners(): ReadonlyMap<string, Readonly<Usage>> {
    return this.#owners;
  }

  get total(): Readonly<Usage> {
    return this.#total;
  }

  /** What of the shared part is taken. */
  get shared(): Readonly<Usage> {
    return this.#shared;
  }

  of(owner: string): Readonly<Usage> {
    return this.#owners.get(owner) ?? nothing;
  }

  /** An owner has this much more, or less. */
  add(owner: string, resources: number, bytes: number): void {
    const before = this.of(owner);
    const after = { resources: before.resources + resources, bytes: before.bytes + bytes };
    const sharedBefore = sharedPart(owner, before, this.#limits);
    const sharedAfter = sharedPart(owner, after, this.#limits);
    this.#total.resources += resources;
    this.#total.bytes += bytes;
    this.#shared.resources += sharedAfter.resources - sharedBefore.resources;
    this.#shared.bytes += sharedAfter.bytes - sharedBefore.bytes;
    if (after.resources === 0) this.#owners.delete(owner);
    else this.#owners.set(owner, after);
  }
}
