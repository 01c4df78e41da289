/**
 * How WIT names become names of AssemblyScript and TypeScript, of files, and of core imports and exports.
 *
 * WIT names are kebab-case words, so no name made from one has an underscore in it: underscores are ours, for what the
 * generator adds and for words that the language keeps to itself.
 */
import { parseFunctionName } from '../../supervisor/component/host-name.ts';

/** `set-timer` → `setTimer`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** `wall-time` → `WallTime`; `HTTP-request` → `HttpRequest`. */
export function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** A full interface name taken apart. `namespace` and `package` are missing for an interface written inside a world. */
export type InterfaceName = {
  readonly namespace: string | undefined;
  readonly package: string | undefined;
  readonly interface: string;
  readonly version: string | undefined;
};

/** Takes `eft:host/log@0.1.0` apart. */
export function parseInterfaceName(id: string): InterfaceName {
  const match = /^(?:([^:/@]+):([^/@]+)\/)?([^@]+)(?:@(.+))?$/.exec(id);
  return {
    namespace: match?.[1],
    package: match?.[2],
    interface: match?.[3] ?? id,
    version: match?.[4],
  };
}

/** File names of the bindings that no interface may have. */
const ownFiles: ReadonlySet<string> = new Set(['entry', 'tuples', 'world', 'world-exports']);

/**
 * A file name, without its ending, for each interface: `host-log` for `eft:host/log@0.1.0` as long as that is unique, else
 * the whole name, `eft__host__log__0_1_0`.
 */
export function interfaceFileNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const short = new Map(ids.map((id) => [id, shortFileName(id)]));
  const counts = new Map<string, number>();
  for (const name of short.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const [id, name] of short) {
    const isUnique = counts.get(name) === 1 && !ownFiles.has(name);
    names.set(id, isUnique ? name : longFileName(id));
  }
  return names;
}

function shortFileName(id: string): string {
  const name = parseInterfaceName(id);
  return name.package === undefined ? name.interface : `${name.package}-${name.interface}`;
}

function longFileName(id: string): string {
  const name = parseInterfaceName(id);
  const parts = [name.namespace ?? '', name.package ?? '', name.interface, name.version ?? ''];
  return parts.join('__').replaceAll('.', '_').replace(/_+$/, '');
}

/** The name by which documentation of an item is found: `counter.next` for `[method]counter.next`. */
export function documentationName(name: string): string {
  const parsed = parseFunctionName(name);
  switch (parsed.kind) {
    case 'function':
      return parsed.name;
    case 'constructor':
      return `${parsed.resource}.constructor`;
    default:
      return `${parsed.resource}.${parsed.name}`;
  }
}
