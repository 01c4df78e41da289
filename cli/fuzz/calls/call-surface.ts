/** What a component that is no module offers: functions that can be called with nothing but values. */
import { decodeComponent } from '../../../supervisor/component/decode.ts';
import type { ComponentDefinition } from '../../../supervisor/component/definition.ts';
import type { FunctionType, ValueType, WorldType } from '../../../supervisor/component/types.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import { withoutVersion } from '../../../supervisor/manifest/names.ts';

const lifecycleName = 'eft:module/lifecycle';

/** A function that is called. */
export type Entry = {
  /** The interface that it belongs to; empty for one of the world itself. */
  readonly interface: string;
  readonly name: string;
  readonly type: FunctionType;
};

/** A component without a lifecycle. */
export type CallComponent = {
  /** What people call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly definition: ComponentDefinition;
  readonly entries: readonly Entry[];
  /** Functions that are left out: they take or give handles of resources. */
  readonly leftOut: readonly string[];
};

/** Whether a module is driven by its lifecycle: then it is fuzzed event by event. */
export function hasLifecycle({ exports }: WorldType): boolean {
  return [...exports.keys()].some((name) => withoutVersion(name) === lifecycleName);
}

/**
 * The component in these bytes, and its functions by name; `only`: those of these names, `lease-in` or `eft:dhcp/client/lease-in`.
 * Errors: `component.*`; `fuzz.component-imports`; `fuzz.no-calls`; `fuzz.no-call`.
 */
export function callComponent(bytes: Uint8Array, name: string, only: readonly string[] = []): CallComponent {
  const definition = decodeComponent(bytes);
  const { imports, exports } = definition.world;
  const wanted = [...imports].flatMap(([key, item]) =>
    item.kind === 'instance' && [...item.items.values()].every(({ kind }) => kind === 'type') ? [] : [key],
  );
  if (wanted.length > 0)
    throw EftError.of('fuzz.component-imports', { component: name, imports: wanted.join(', ') });
  const all = [...exports].flatMap(([key, item]): readonly Entry[] => {
    if (item.kind === 'function') return [{ interface: '', name: key, type: item }];
    if (item.kind !== 'instance') return [];
    return [...item.items].flatMap(([inner, type]) =>
      type.kind === 'function' ? [{ interface: key, name: inner, type }] : [],
    );
  });
  const entries = all.filter(({ type }) => !takesHandles(type));
  const leftOut = all.filter(({ type }) => takesHandles(type)).map(entryName);
  if (entries.length === 0) throw EftError.of('fuzz.no-calls', { component: name });
  for (const one of only) {
    if (!entries.some((entry) => isNamed(entry, one)))
      throw EftError.of('fuzz.no-call', {
        component: name,
        call: one,
        calls: entries.map((entry) => entry.name).join(', '),
      });
  }
  const chosen = entries.filter((entry) => only.length === 0 || only.some((one) => isNamed(entry, one)));
  return { name, bytes, definition, entries: chosen, leftOut };
}

/** `eft:dhcp/client/lease-in`. */
export function entryName({ interface: owner, name }: Pick<Entry, 'interface' | 'name'>): string {
  return owner === '' ? name : `${withoutVersion(owner)}/${name}`;
}

function isNamed(entry: Entry, name: string): boolean {
  return entry.name === name || entryName(entry) === name;
}

function takesHandles({ parameters, result }: FunctionType): boolean {
  return [...parameters.map(({ type }) => type), ...(result === undefined ? [] : [result])].some(hasHandle);
}

function hasHandle(type: ValueType): boolean {
  switch (type.kind) {
    case 'own':
    case 'borrow':
      return true;
    case 'list':
      return hasHandle(type.element);
    case 'tuple':
      return type.elements.some(hasHandle);
    case 'record':
      return type.fields.some(({ type: of }) => hasHandle(of));
    case 'variant':
      return type.cases.some(({ type: of }) => of !== undefined && hasHandle(of));
    case 'option':
      return hasHandle(type.some);
    case 'result':
      return [type.ok, type.err].some((of) => of !== undefined && hasHandle(of));
    default:
      return false;
  }
}
