/**
 * A resolved world as the generators walk it: interface by interface, each with the types it defines, the types it
 * only names again (`use`, `type a = b`), and its functions.
 */
import { type FunctionName, parseFunctionName } from '../../supervisor/component/host-name.ts';
import type {
  ExternType,
  FunctionType,
  ResourceType,
  ValueType,
  WorldType,
} from '../../supervisor/component/types.ts';

export type NamedType = {
  readonly name: string;
  readonly type: ValueType | ResourceType;
  /** False when the type is at home elsewhere and only named here. */
  readonly isDefinedHere: boolean;
};

export type NamedFunction = {
  /** As the component model mangles it: `[method]counter.next`. */
  readonly mangled: string;
  readonly name: FunctionName;
  readonly type: FunctionType;
};

/** An interface that the world imports or exports, or what a world imports or exports without an interface. */
export type Interface = {
  /** `eft:host/log@0.1.0`; the world's own name for what belongs to no interface. */
  readonly id: string;
  readonly direction: 'import' | 'export';
  readonly isWorld: boolean;
  readonly types: readonly NamedType[];
  readonly functions: readonly NamedFunction[];
};

/** Where a named type is at home. */
export type Home = { readonly interface: Interface; readonly name: string };

export type WorldInterfaces = {
  /** The world's full name. */
  readonly name: string;
  /** Imports first; what stands first never depends on what comes later. */
  readonly interfaces: readonly Interface[];
  readonly homes: ReadonlyMap<ValueType | ResourceType, Home>;
};

/** Lists the interfaces of `world`, whose full name is `name`. */
export function interfacesOf(name: string, world: WorldType): WorldInterfaces {
  const homes = new Map<ValueType | ResourceType, Home>();
  const interfaces: Interface[] = [];
  for (const [direction, externs] of [
    ['import', world.imports],
    ['export', world.exports],
  ] as const) {
    const loose = new Map<string, ExternType>();
    for (const [id, extern] of externs) if (extern.kind !== 'instance') loose.set(id, extern);
    // A world's own types may use those of its interfaces, and the other way round never.
    for (const [id, extern] of externs) {
      if (extern.kind === 'instance') {
        interfaces.push(readInterface(id, direction, false, extern.items, homes));
      }
    }
    if (loose.size > 0) interfaces.push(readInterface(name, direction, true, loose, homes));
  }
  return { name, interfaces, homes };
}

function readInterface(
  id: string,
  direction: 'import' | 'export',
  isWorld: boolean,
  items: ReadonlyMap<string, ExternType>,
  homes: Map<ValueType | ResourceType, Home>,
): Interface {
  const types: NamedType[] = [];
  const functions: NamedFunction[] = [];
  const result: Interface = { id, direction, isWorld, types, functions };
  for (const [name, item] of items) {
    if (item.kind === 'function') {
      functions.push({ mangled: name, name: parseFunctionName(name), type: item });
    } else if (item.kind === 'type') {
      const isDefinedHere = !homes.has(item.type);
      if (isDefinedHere) homes.set(item.type, { interface: result, name });
      types.push({ name, type: item.type, isDefinedHere });
    }
  }
  return result;
}

/** The functions of a resource, in their order. */
export function functionsOfResource(of: Interface, resource: string): readonly NamedFunction[] {
  return of.functions.filter(({ name }) => name.kind !== 'function' && name.resource === resource);
}

/** The functions that belong to no resource. */
export function freeFunctions(of: Interface): readonly NamedFunction[] {
  return of.functions.filter(({ name }) => name.kind === 'function');
}

/** Visits `type` and every type inside it, once each. */
export function visitTypes(
  type: ValueType,
  visit: (type: ValueType) => void,
  seen = new Set<ValueType>(),
): void {
  if (seen.has(type)) return;
  seen.add(type);
  visit(type);
  for (const part of partsOf(type)) visitTypes(part, visit, seen);
}

function partsOf(type: ValueType): readonly ValueType[] {
  const present = (types: readonly (ValueType | undefined)[]) => types.filter((part) => part !== undefined);
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'record':
      return type.fields.map((field) => field.type);
    case 'variant':
      return present(type.cases.map((item) => item.type));
    case 'option':
      return [type.some];
    case 'result':
      return present([type.ok, type.err]);
    default:
      return [];
  }
}
