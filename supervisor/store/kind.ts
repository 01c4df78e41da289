/**
 * A kind of resource: its name, the newest version of its value's type, the rule that its changes must obey, and the
 * resources of it that there are.
 */
import type { InstanceType, RecordType, ValueType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import { GoneResources, type Stamp } from './gone.ts';
import { KIND_BYTES } from './limits.ts';
import type { Entry, RecordValue } from './resource.ts';

/** A put that is about to happen. `previous` is undefined for a new resource. */
export type ProposedPut = {
  readonly id: string;
  readonly previous: RecordValue | undefined;
  readonly next: RecordValue;
  readonly actor: string;
};

export type KindDefinition = {
  /** The interface without its version: `eft:resources/node-status`. */
  readonly name: string;
  readonly type: RecordType;
  /**
   * Refuses a put, or gives undefined. Pure. A kind with a rule gives its rule all say over puts: anyone who has it
   * as an output may put any resource of it that the rule lets them. Removing stays with the owner.
   */
  readonly rule?: (put: ProposedPut) => EftError | undefined;
  /** False: nobody can hold resources of it, so nobody can keep its owner from replacing one. True if it is not given. */
  readonly canBeHeld?: boolean;
  /** Resources whose value `hasEnded` are torn down after `timeToLiveMs`. */
  readonly lifetime?: {
    readonly hasEnded: (value: RecordValue) => boolean;
    readonly timeToLiveMs: number;
  };
};

/** One resource as the store keeps it. Replaced, never changed. */
export type Stored = {
  readonly entry: Entry;
  readonly bytes: number;
  readonly stamp: Stamp;
  /** Who brought it into being, at which revision. */
  readonly bornAt: number;
  readonly bornBy: string;
  /** The revision at which its tear-down began, or 0. */
  readonly tornDownAt: number;
};

export class Kind {
  readonly name: string;
  type: RecordType;
  readonly rule: KindDefinition['rule'];
  readonly lifetime: KindDefinition['lifetime'];
  readonly canBeHeld: boolean;
  readonly resources = new Map<string, Stored>();
  readonly gone: GoneResources;
  /** When ended resources are due, in the order they ended, in milliseconds of the store's clock. */
  readonly dueAtMs = new Map<string, number>();
  bytes = 0;

  /** Throws `store.kind-name` or `store.kind-handle`. */
  constructor(definition: KindDefinition, goneRemembered: number) {
    checkKindName(definition.name);
    checkKindType(definition.name, definition.type);
    this.name = definition.name;
    this.type = definition.type;
    this.rule = definition.rule;
    this.lifetime = definition.lifetime;
    this.canBeHeld = definition.canBeHeld ?? true;
    this.gone = new GoneResources(goneRemembered);
  }
}

const label = '[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*';
const kindName = new RegExp(`^${label}:${label}/${label}$`);

function checkKindName(name: string): void {
  if (name.length > KIND_BYTES || !kindName.test(name)) {
    throw EftError.of('store.kind-name', {
      kind: JSON.stringify(name.slice(0, KIND_BYTES)),
      limit: KIND_BYTES,
    });
  }
}

/** Throws `store.kind-handle`: a handle belongs to one instance, and means nothing to another. */
export function checkKindType(name: string, type: RecordType): void {
  const path = findHandle(type, 'value');
  if (path !== undefined) throw EftError.of('store.kind-handle', { kind: name, path });
}

/**
 * The kind that a WIT interface defines, by the conventions of wit/resources/resource.wit: `interfaceName` is
 * `eft:resources/node-status@0.1.0`, and the value's type is the record named as the interface is. It can be held if the interface
 * has a function `hold`. Throws `store.kind-record` if there is no such record.
 */
export function kindFromInterface(
  interfaceName: string,
  instance: InstanceType,
): { readonly name: string; readonly type: RecordType; readonly canBeHeld: boolean } {
  const name = interfaceName.replace(/@.*$/, '');
  const record = name.slice(name.indexOf('/') + 1);
  const item = instance.items.get(record);
  if (item === undefined || item.kind !== 'type' || item.type.kind !== 'record') {
    throw EftError.of('store.kind-record', { kind: interfaceName, record });
  }
  return { name, type: item.type, canBeHeld: instance.items.get('hold')?.kind === 'function' };
}

/** Where a type contains a resource handle. */
function findHandle(type: ValueType, path: string): string | undefined {
  switch (type.kind) {
    case 'own':
    case 'borrow':
      return path;
    case 'record':
      return firstHandle(type.fields.map((field) => [field.type, `${path}.${field.name}`]));
    case 'variant':
      return firstHandle(type.cases.map((one) => [one.type, `${path}.${one.name}`]));
    case 'tuple':
      return firstHandle(type.elements.map((element, at) => [element, `${path}[${at}]`]));
    case 'list':
      return findHandle(type.element, `${path}[]`);
    case 'option':
      return findHandle(type.some, path);
    case 'result':
      return firstHandle([
        [type.ok, `${path}.ok`],
        [type.err, `${path}.err`],
      ]);
    default:
      return undefined;
  }
}

function firstHandle(parts: readonly (readonly [ValueType | undefined, string])[]): string | undefined {
  for (const [type, path] of parts) {
    const found = type === undefined ? undefined : findHandle(type, path);
    if (found !== undefined) return found;
  }
  return undefined;
}
