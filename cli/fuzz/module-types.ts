/**
 * What may be told to a module, by type: taken out of the types that the component itself was built with, so a module whose interfaces
 * the fuzzer has never heard of gets values of the right shape.
 *
 * Which function hands out the answer to which call is the one thing that no type says; it is in the text of the interfaces (wit/host), and
 * in the table here.
 */
import { camelCase } from '../../supervisor/component/host-name.ts';
import type { FunctionType, InstanceType, ValueType, WorldType } from '../../supervisor/component/types.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { withoutVersion } from '../../supervisor/manifest/names.ts';

/** By interface, the functions that hand out answers, and to which calls. */
const takers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'eft:host/netlink': { 'take-done': ['open', 'close'], 'take-replies': ['exchange'] },
  'eft:host/socket': { 'take-done': ['open-packet', 'send-packet', 'open-udp', 'send-udp', 'close'] },
  'eft:host/kernel': {
    'take-done': ['set-names', 'write-sysctl'],
    'take-names': ['read-names'],
    'take-sysctl': ['read-sysctl'],
  },
  'eft:host/files': {
    'take-read': ['read'],
    'take-done': ['write', 'remove'],
    'take-entries': ['list'],
  },
};

/** The key of a request in `Deed`. */
export function askedOf(interfaceName: string, call: string): string {
  return `${interfaceName} ${call}`;
}

/** How something comes by a handle: what opened it, and what its items are. */
export type Source = {
  readonly interface: string;
  /** The type of what comes; `items` of an arrival hold it under `field`, or bare. */
  readonly type: ValueType;
  readonly field: 'packet' | 'datagram' | undefined;
};

/** The key of a handle in `Deed`, by the call that opened it; undefined if nothing comes by it. */
export function sourceOf(interfaceName: string, call: string): string | undefined {
  if (interfaceName === 'eft:host/netlink' && call === 'open') return 'netlink';
  if (interfaceName !== 'eft:host/socket') return undefined;
  if (call === 'open-packet') return 'packet';
  return call === 'open-udp' ? 'datagram' : undefined;
}

const bytesType: ValueType = { kind: 'list', element: { kind: 'u8', name: undefined }, name: undefined };

export type ModuleTypes = {
  /** By key of a request: the type of its answer. Nothing reads an answer that has none. */
  readonly answers: ReadonlyMap<string, ValueType>;
  readonly sources: ReadonlyMap<string, Source>;
  /** By kind: the type of its resources. Input kinds only. */
  readonly kinds: ReadonlyMap<string, ValueType>;
};

/** What the module may be told. */
export function moduleTypes(world: WorldType, manifest: Manifest): ModuleTypes {
  const interfaces = new Map<string, InstanceType>();
  for (const [name, item] of world.imports)
    if (item.kind === 'instance') interfaces.set(withoutVersion(name), item);
  const functionOf = (interfaceName: string, name: string): FunctionType | undefined => {
    const item = interfaces.get(interfaceName)?.items.get(name);
    return item?.kind === 'function' ? item : undefined;
  };
  const answers = new Map<string, ValueType>();
  for (const [interfaceName, functions] of Object.entries(takers)) {
    for (const [taker, calls] of Object.entries(functions)) {
      const type = functionOf(interfaceName, taker)?.result;
      if (type === undefined) continue;
      for (const call of calls) answers.set(askedOf(interfaceName, call), type);
    }
  }
  const sources = new Map<string, Source>();
  if (functionOf('eft:host/netlink', 'take-news') !== undefined)
    sources.set('netlink', { interface: 'eft:host/netlink', type: bytesType, field: undefined });
  for (const [key, taker] of [
    ['packet', 'take-packets'],
    ['datagram', 'take-datagrams'],
  ] as const) {
    const type = elementOf(functionOf('eft:host/socket', taker)?.result);
    if (type !== undefined) sources.set(key, { interface: 'eft:host/socket', type, field: key });
  }
  const kinds = new Map<string, ValueType>();
  for (const { kind } of manifest.inputs) {
    const item = interfaces.get(kind)?.items.get(kind.slice(kind.lastIndexOf('/') + 1));
    if (item?.kind === 'type' && item.type.kind === 'record') kinds.set(kind, item.type);
  }
  return { answers, sources, kinds };
}

/** The type of what a record's list `arrived` holds. */
function elementOf(result: ValueType | undefined): ValueType | undefined {
  if (result?.kind !== 'record') return undefined;
  const list = result.fields.find(({ name }) => name === 'arrived')?.type;
  return list?.kind === 'list' ? list.element : undefined;
}

/** The name of a field as a value has it. */
export function fieldKey(name: string): string {
  return camelCase(name);
}
