/** Types and kinds for the store's own tests, error fixtures and benchmark, built by hand as WIT would give them. */
import type { PrimitiveKind, RecordType, ValueType } from '../component/types.ts';
import type { Declaration } from './roster.ts';
import { Store } from './store.ts';

export function primitive(kind: PrimitiveKind): ValueType {
  return { kind, name: undefined };
}

export function list(element: ValueType): ValueType {
  return { kind: 'list', element, name: undefined };
}

export function option(some: ValueType): ValueType {
  return { kind: 'option', some, name: undefined };
}

export function record(fields: Readonly<Record<string, ValueType>>): RecordType {
  return {
    kind: 'record',
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
    name: undefined,
  };
}

export const u32 = primitive('u32');
export const text = primitive('string');

export const LINK = 'test:kinds/link';
export const linkType = record({ mtu: u32, 'bring-up': primitive('bool') });
/** A later version of the same kind. */
export const linkTypeWithNote = record({ mtu: u32, 'bring-up': primitive('bool'), note: option(text) });

export const ROUTE = 'test:kinds/route';
export const routeType = record({ via: text });

/** As wit/resources/operation.wit has it. */
export const operationType = record({
  target: text,
  verb: text,
  arguments: list(record({ name: text, value: text })),
  state: { kind: 'enum', labels: ['pending', 'running', 'succeeded', 'failed'], name: undefined },
  'claimed-by': option(text),
  progress: option(u32),
  message: text,
});

/** Reads links, and is the only one to write routes. */
export const routerDeclaration: Declaration = {
  inputs: [{ kind: LINK, type: linkType }],
  outputs: [{ kind: ROUTE, type: routeType, mode: 'exclusive' }],
};

/** Writes links, as others may too. */
export const linkerDeclaration: Declaration = {
  inputs: [],
  outputs: [{ kind: LINK, type: linkType, mode: 'shared' }],
};

/** A store whose clock stands still, with `wired` and `wireless` writing links, and `router` routes. */
export function sampleStore(): Store {
  const store = new Store({ nowMs: () => 0 });
  store.join('wired', linkerDeclaration);
  store.join('wireless', linkerDeclaration);
  store.join('router', routerDeclaration);
  return store;
}

export const link = { mtu: 1500, bringUp: true };
export const route = { via: 'eth0' };
