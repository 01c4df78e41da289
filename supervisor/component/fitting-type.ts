/**
 * Whether an item is of the type that a component declares for it: an export of the type that is ascribed to it, and what a nested component is
 * given of the type that it imports. Nothing here runs by the declared type; but other tools show it, and whoever reviews a module by what they
 * show must see what runs.
 *
 * Spec: Subtyping.md: types of values must be the same by structure; of an instance there may be more than is declared. A resource that is
 * declared as such stands for the one that it is given.
 */
import { parseFunctionName } from './host-name.ts';
import type { ExternType, FunctionType, ResourceType, ValueType } from './types.ts';

/** Whether what is of the type `found` may be where `declared` is. */
export function fits(declared: ExternType, found: ExternType): boolean {
  return new Fitting().extern(declared, found);
}

class Fitting {
  readonly #standsFor = new Map<ResourceType, ResourceType>();
  readonly #same = new Map<ValueType, Set<ValueType>>();

  extern(declared: ExternType, found: ExternType): boolean {
    if (declared.kind === 'function')
      return (
        found.kind === 'function' &&
        namesOf(declared) === namesOf(found) &&
        declared.parameters.every(({ type }, index) => this.#value(type, found.parameters[index]?.type)) &&
        this.#value(declared.result, found.result)
      );
    if (declared.kind === 'instance')
      return (
        found.kind === 'instance' &&
        [...declared.items].every(([name, item]) => {
          const given = found.items.get(name);
          return given !== undefined && this.extern(item, given);
        })
      );
    if (found.kind !== 'type') return false;
    const [wanted, given] = [declared.type, found.type];
    if (wanted.kind !== 'resource') return given.kind !== 'resource' && this.#value(wanted, given);
    if (given.kind !== 'resource') return false;
    const before = this.#standsFor.get(wanted);
    this.#standsFor.set(wanted, before ?? given);
    return before === undefined || before === given;
  }

  #value(one: ValueType | undefined, other: ValueType | undefined): boolean {
    if (one === undefined || other === undefined || one === other) return one === other;
    if (this.#same.get(one)?.has(other) === true) return true;
    // Types hold no circles, and the first difference ends it: what is assumed here is held against before anybody is told.
    this.#same.set(one, (this.#same.get(one) ?? new Set()).add(other));
    if ((one.kind === 'own' || one.kind === 'borrow') && (other.kind === 'own' || other.kind === 'borrow'))
      return (
        one.kind === other.kind && (this.#standsFor.get(one.resource) ?? one.resource) === other.resource
      );
    const [left, right] = [partsOf(one), partsOf(other)];
    return (
      left.shape === right.shape &&
      left.types.length === right.types.length &&
      left.types.every((type, index) => this.#value(type, right.types[index]))
    );
  }
}

function namesOf({ parameters }: FunctionType): string {
  return parameters.map(({ name }) => name).join(' ');
}

type Parts = { readonly shape: string; readonly types: readonly (ValueType | undefined)[] };

/** What a type is but for the types in it, and these. */
function partsOf(type: ValueType): Parts {
  const of = (types: Parts['types'], names: readonly string[] = []): Parts => ({
    shape: `${type.kind} ${names.join(' ')}`,
    types,
  });
  const named = (items: readonly { readonly name: string; readonly type: ValueType | undefined }[]): Parts =>
    of(
      items.map((item) => item.type),
      items.map((item) => item.name),
    );
  switch (type.kind) {
    case 'list':
      return of([type.element]);
    case 'tuple':
      return of(type.elements);
    case 'record':
      return named(type.fields);
    case 'variant':
      return named(type.cases);
    case 'enum':
    case 'flags':
      return of([], type.labels);
    case 'option':
      return of([type.some]);
    case 'result':
      return of([type.ok, type.err]);
    default:
      return of([]);
  }
}

/**
 * Whether a function has the type that its name says, among items that are there: a method takes a borrow of its resource as `self` first,
 * and a constructor gives one. Spec: Explainer.md, "Import and Export Definitions".
 */
export function isNamedRightly(
  name: string,
  { parameters: [self], result }: FunctionType,
  resourceOf: (name: string) => ResourceType | undefined,
): boolean {
  const parsed = parseFunctionName(name);
  if (parsed.kind === 'function') return true;
  const resource = resourceOf(parsed.resource);
  if (resource === undefined || parsed.kind === 'static') return resource !== undefined;
  if (parsed.kind === 'method')
    return self?.name === 'self' && self.type.kind === 'borrow' && self.type.resource === resource;
  const made = result?.kind === 'result' ? result.ok : result;
  return made?.kind === 'own' && made.resource === resource;
}
