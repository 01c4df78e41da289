/**
 * The handles of one component instance: what the `i32` handles of its core modules stand for.
 * Spec: CanonicalABI.md, "Table State" and "Resource State".
 */
import { EftError } from '../errors/eft-error.ts';
import type { ResourceType } from './types.ts';

/** The most handles an instance may hold. The canonical ABI allows 2^28 - 1; no module of ours needs more than this. */
export const handleLimit = 65_536;

/** A handle. `representation` is the guest's own number for a resource it defines, and the host's object otherwise. */
export class ResourceHandle {
  readonly resource: ResourceType;
  readonly representation: unknown;
  readonly isOwn: boolean;
  /** Calls under way that were lent this handle. */
  lends = 0;

  constructor(resource: ResourceType, representation: unknown, isOwn: boolean) {
    this.resource = resource;
    this.representation = representation;
    this.isOwn = isOwn;
  }
}

export class HandleTable {
  /** Index 0 is never given out. */
  readonly #entries: (ResourceHandle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** Handles that are held now. */
  get count(): number {
    return this.#entries.length - 1 - this.#free.length;
  }

  add(handle: ResourceHandle): number {
    const reused = this.#free.pop();
    if (reused !== undefined) {
      this.#entries[reused] = handle;
      return reused;
    }
    if (this.#entries.length > handleLimit) throw EftError.of('trap.handles-full', { limit: handleLimit });
    return this.#entries.push(handle) - 1;
  }

  /** The handle at `index`, which must be of `resource`. */
  get(index: number, resource: ResourceType): ResourceHandle {
    const handle = this.#entries[index];
    if (handle === undefined) throw refuse(index, 'that does not exist');
    if (handle.resource !== resource)
      throw refuse(index, `as \`${nameOf(resource)}\`; it is a \`${nameOf(handle.resource)}\``);
    return handle;
  }

  /** Takes the handle at `index` out. It must not be lent to a call under way. */
  remove(index: number, resource: ResourceType): ResourceHandle {
    const handle = this.get(index, resource);
    if (handle.lends !== 0) throw refuse(index, 'for giving away or dropping while a call still borrows it');
    this.#entries[index] = undefined;
    this.#free.push(index);
    return handle;
  }

  /** Takes the owning handle at `index` out. */
  removeOwn(index: number, resource: ResourceType): ResourceHandle {
    if (!this.get(index, resource).isOwn) throw refuse(index, 'as its own; it is only borrowed');
    return this.remove(index, resource);
  }
}

function refuse(handle: number, reason: string): EftError {
  return EftError.of('trap.handle', { handle, reason });
}

/** A resource's name for people. */
export function nameOf(resource: ResourceType): string {
  return resource.name?.name ?? 'resource';
}
