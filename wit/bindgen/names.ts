/**
 * How WIT names become names of AssemblyScript and TypeScript, of files, and of core imports and exports.
 *
 * WIT names are kebab-case words, so no name made from one has an underscore in it: underscores are ours, for what the
 * generator adds and for words that the language keeps to itself.
 */

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

/**
 * The part of a version that tells compatible versions from others, as it stands in core names: `0.1.0` → `0.1`, `1.2.3` → `1`,
 * `0.0.3` → `0.0.3`, and a prerelease whole. Build metadata falls away.
 */
export function compatibilityTrack(version: string): string {
  const [precise = version] = version.split('+');
  if (precise.includes('-')) return precise;
  const [major = '0', minor = '0'] = precise.split('.');
  if (major !== '0') return major;
  return minor === '0' ? precise : `0.${minor}`;
}

/** The core name of an interface: `eft:host/log@0.1.0` → `eft:host/log@0.1` (wit-component's mangling `cm32p2`). */
export function coreInterfaceName(id: string): string {
  const { version } = parseInterfaceName(id);
  if (version === undefined) return id;
  return `${id.slice(0, id.length - version.length)}${compatibilityTrack(version)}`;
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

/** A function's place in its interface, from the mangled name that the component model gives it. */
export type FunctionName =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'constructor'; readonly resource: string }
  | { readonly kind: 'method' | 'static'; readonly resource: string; readonly name: string };

/** Takes `[method]counter.next`, `[static]counter.make`, `[constructor]counter` or `handle` apart. */
export function parseFunctionName(name: string): FunctionName {
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(name);
  const resource = match?.[2];
  if (match === null || resource === undefined) return { kind: 'function', name };
  const member = match[3];
  if (member === undefined) return { kind: 'constructor', resource };
  return { kind: match[1] === 'static' ? 'static' : 'method', resource, name: member };
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
