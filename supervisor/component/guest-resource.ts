/**
 * Objects of the host for resources that a guest defines.
 *
 * Each resource type of each instance has a class of its own, `Counter` for `counter`, with the guest's methods. An object owns its
 * resource or has borrowed it. Who owns it disposes of it (`using`, or `[Symbol.dispose]()`), which runs the guest's destructor, or
 * gives it away, after which the object is spent. Objects are not disposed of by garbage collection: when that
 * happened would differ from run to run.
 */
import { EftError } from '../errors/eft-error.ts';
import { wrongValue } from './codec.ts';
import { nameOf } from './handle-table.ts';
import { pascalCase } from './host-name.ts';
import type { ResourceBinding } from './instance-state.ts';
import type { HostFunction } from './lift-function.ts';
import type { ResourceType } from './types.ts';

/** How a resource ends: dropped by the guest, within the call that it makes, or disposed of by the host. */
type Destructor = {
  readonly destroy: (representation: number) => void;
  readonly dispose: (representation: number) => void;
};

type Held = { representation: number; isOwn: boolean; isSpent: boolean };

/** The class for one resource type of one instance, and what lifting and lowering need of it. */
export class GuestResourceClass {
  readonly binding: ResourceBinding;
  readonly #prototype: object = {};
  readonly #statics: Record<string, HostFunction> = {};
  readonly #held = new WeakMap<object, Held>();
  readonly #name: string;
  #construct: HostFunction | undefined;

  constructor(resource: ResourceType, name: string | undefined, destructor: Destructor) {
    this.#name = pascalCase(name ?? nameOf(resource));
    this.binding = {
      kind: 'guest',
      destroy: destructor.destroy,
      wrap: (representation, isOwn) => this.#wrap(representation, isOwn),
      expire: (value) => {
        this.#holding(value).isSpent = true;
      },
      unwrap: (value, take) => this.#unwrap(value, take),
    };
    const disposeOf = (value: unknown): void => {
      const held = this.#holding(value);
      if (held.isSpent || !held.isOwn) return;
      destructor.dispose(held.representation);
      held.isSpent = true;
    };
    Object.defineProperty(this.#prototype, Symbol.dispose, {
      value: function dispose(this: unknown) {
        disposeOf(this);
      },
    });
  }

  setConstructor(construct: HostFunction): void {
    this.#construct = construct;
  }

  /** Adds a method; `call` takes the object first. */
  addMethod(name: string, call: HostFunction): void {
    if (name === 'constructor') throw unsupportedName(name);
    Object.defineProperty(this.#prototype, name, {
      value: function method(this: unknown, ...parameters: unknown[]) {
        return call(this, ...parameters);
      },
    });
  }

  addStatic(name: string, call: HostFunction): void {
    if (name === 'prototype') throw unsupportedName(name);
    this.#statics[name] = call;
  }

  /** The class as host code sees it. */
  build(): HostFunction {
    const construct = this.#construct;
    const name = this.#name;
    function resourceClass(...parameters: unknown[]): unknown {
      if (construct === undefined)
        throw wrongValue(`new ${name}()`, `a ${name} that the module made: it has no constructor`);
      return construct(...parameters);
    }
    Object.defineProperty(resourceClass, 'name', { value: name });
    Object.defineProperty(resourceClass, 'prototype', { value: this.#prototype });
    Object.defineProperty(this.#prototype, 'constructor', { value: resourceClass });
    // Defined, not assigned: a function's own `name` and `length` take no assignment.
    for (const [key, value] of Object.entries(this.#statics))
      Object.defineProperty(resourceClass, key, { value, enumerable: true, configurable: true });
    return resourceClass;
  }

  #wrap(representation: number, isOwn: boolean): object {
    const value: object = Object.create(this.#prototype);
    this.#held.set(value, { representation, isOwn, isSpent: false });
    return value;
  }

  #unwrap(value: unknown, take: boolean): number {
    const held = this.#holding(value);
    if (held.isSpent) throw EftError.of('component.resource-spent', { resource: this.#name });
    if (take && !held.isOwn) throw wrongValue(`a borrowed ${this.#name}`, 'one that the host owns');
    if (take) held.isSpent = true;
    return held.representation;
  }

  #holding(value: unknown): Held {
    const held = typeof value === 'object' && value !== null ? this.#held.get(value) : undefined;
    if (held === undefined) throw wrongValue(value, `a ${this.#name} of this instance`);
    return held;
  }
}

function unsupportedName(name: string): EftError {
  return EftError.of('component.unsupported', { feature: `a resource function that is named \`${name}\`` });
}
