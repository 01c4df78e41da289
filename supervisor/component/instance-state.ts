/**
 * What a component instance is in the middle of, and whether it may go on.
 *
 * The rule that keeps the host whole: an instance that failed once is never entered again. A guest may be able to catch a host
 * exception with a `catch_all` of its own, so the end is recorded here before anything is thrown, and looked at again
 * when the guest returns.
 *
 * Spec: CanonicalABI.md, "Component Instances" (`may_enter`, `may_leave`).
 */
import { EftError } from '../errors/eft-error.ts';
import { HandleTable, ResourceHandle } from './handle-table.ts';
import type { ResourceType } from './types.ts';

/** How the instance deals with a resource type: one that it defines, or one of the host's. */
export type ResourceBinding =
  | {
      readonly kind: 'guest';
      /** Calls the guest's destructor with a representation, as part of the call under way. */
      readonly destroy: (representation: number) => void;
      /** The host's object for a representation, which owns the resource or has borrowed it. */
      readonly wrap: (representation: number, isOwn: boolean) => object;
      /** Makes a borrowed object unusable, when the call that lent it is over. */
      readonly expire: (value: object) => void;
      /** The representation of one of the host's objects; with `take`, the object is spent. */
      readonly unwrap: (value: unknown, take: boolean) => number;
    }
  | {
      readonly kind: 'host';
      /** Whether a value is an object of the host's class. */
      readonly isInstance: (value: unknown) => boolean;
    };

export class InstanceState {
  readonly handles = new HandleTable();
  readonly resources = new Map<ResourceType, ResourceBinding>();
  /** Why the instance has ended, once it has. */
  ended: EftError | undefined;
  /** False while the guest must not call out: in its realloc and post-return. */
  mayLeave = true;
  /** Borrowed handles that the call under way was given and has not dropped yet. */
  borrowed = 0;
  #isEntered = false;
  #lenders: ResourceHandle[] = [];
  #expiring: (() => void)[] = [];

  /** Whether a call into the instance is under way. */
  get isEntered(): boolean {
    return this.#isEntered;
  }

  /** Begins a call of the export `name`. */
  enter(name: string): void {
    if (this.ended !== undefined) {
      throw EftError.of('trap.ended', { function: name, reason: this.ended.message }, { cause: this.ended });
    }
    if (this.#isEntered) throw EftError.of('trap.enter', { function: name });
    this.#isEntered = true;
  }

  /** Ends a call that went well, after its post-return. */
  leave(name: string): void {
    if (this.ended !== undefined) throw this.ended;
    if (this.borrowed !== 0) throw EftError.of('trap.borrow-kept', { function: name, count: this.borrowed });
    this.#isEntered = false;
  }

  /** Ends the instance because of `reason`, and gives the error to throw. */
  end(name: string, reason: unknown): EftError {
    this.ended ??= describeFailure(name, reason);
    return this.ended;
  }

  /** Begins a call out of the guest. */
  callOut(): void {
    if (this.ended !== undefined) throw this.ended;
    if (!this.mayLeave) throw EftError.of('trap.leave', {});
  }

  /** Notes that the call out under way borrows `handle`. */
  lend(handle: ResourceHandle): void {
    handle.lends += 1;
    this.#lenders.push(handle);
  }

  /** Has `expire` called when the call out under way is over. */
  atEndOfLoans(expire: () => void): void {
    this.#expiring.push(expire);
  }

  /** Ends the loans of the call out under way. */
  endLoans(): void {
    if (this.#lenders.length === 0) return;
    for (const handle of this.#lenders) handle.lends -= 1;
    for (const expire of this.#expiring) expire();
    this.#lenders = [];
    this.#expiring = [];
  }

  /** `resource.new`: a handle to a resource that the guest defines. */
  newHandle(resource: ResourceType, representation: number): number {
    this.callOut();
    return this.handles.add(new ResourceHandle(resource, representation, true));
  }

  /** `resource.rep`: the guest's own number for a handle. */
  representation(resource: ResourceType, index: number): number {
    const { representation } = this.handles.get(index, resource);
    if (typeof representation !== 'number') throw new TypeError('a guest resource has no number');
    return representation;
  }

  /** `resource.drop`. */
  dropHandle(resource: ResourceType, index: number): void {
    this.callOut();
    const handle = this.handles.remove(index, resource);
    if (!handle.isOwn) {
      this.borrowed -= 1;
      return;
    }
    const binding = this.binding(resource);
    if (binding.kind === 'guest') {
      if (typeof handle.representation === 'number') binding.destroy(handle.representation);
    } else {
      dispose(handle.representation);
    }
  }

  binding(resource: ResourceType): ResourceBinding {
    const binding = this.resources.get(resource);
    if (binding === undefined) throw new TypeError('a resource type has no binding');
    return binding;
  }
}

function dispose(value: unknown): void {
  if (typeof value !== 'object' || value === null || !(Symbol.dispose in value)) return;
  const method = value[Symbol.dispose];
  if (typeof method === 'function') method.call(value);
}

/** The coded error for whatever ended a call of the export `name`. */
function describeFailure(name: string, reason: unknown): EftError {
  if (reason instanceof EftError) return reason;
  if (reason instanceof WebAssembly.RuntimeError) {
    return EftError.of('trap.core', { function: name, reason: reason.message }, { cause: reason });
  }
  if (reason instanceof WebAssembly.Exception) {
    return EftError.of(
      'trap.core',
      { function: name, reason: 'it threw an exception and caught none' },
      { cause: reason },
    );
  }
  if (reason instanceof RangeError && reason.message.includes('call stack')) {
    return EftError.of('trap.stack', { function: name }, { cause: reason });
  }
  const text = reason instanceof Error ? reason.message : String(reason);
  return EftError.of('trap.host', { function: name, reason: text }, { cause: reason });
}
