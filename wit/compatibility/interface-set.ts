/** All interfaces of a set of WIT files at once: their resolved types, and what the texts say about each item. */
import type { InstanceType } from '../../supervisor/component/types.ts';
import { outlineWit, packageOf, type WitFile, type WitItem } from '../bindgen/doc-comments.ts';
import { resolveWorld } from '../bindgen/resolve.ts';

export type InterfaceSet = {
  readonly files: readonly WitFile[];
  /** Versions by package: `0.1.0` for `eft:host`. */
  readonly versions: ReadonlyMap<string, string>;
  /** Interfaces by full name, in the order of the files. */
  readonly interfaces: ReadonlyMap<string, InstanceType>;
  /** What the texts say, by key without version: `eft:host/files#entry.size`. */
  readonly items: ReadonlyMap<string, WitItem>;
};

/** Resolves every interface of `files`. A package in two versions counts as the last. Errors: `wit.*`. */
export async function readInterfaceSet(files: readonly WitFile[]): Promise<InterfaceSet> {
  const outline = outlineWit(files);
  const names = [...outline.values()].filter((item) => item.kind === 'interface').map((item) => item.key);
  const { world } = await resolveWorld('every-interface', [worldOf(names)], files);
  const interfaces = new Map<string, InstanceType>();
  for (const name of names) {
    const extern = world.imports.get(name);
    // The resolver leaves out an interface without items.
    interfaces.set(name, extern?.kind === 'instance' ? extern : { kind: 'instance', items: new Map() });
  }
  return { files, versions: versionsOf(files), interfaces, items: withoutVersions(outline) };
}

/** A world that imports all these interfaces. Every name is escaped: one may be a word of WIT, such as `resource`. */
function worldOf(names: readonly string[]): WitFile {
  const imports = names.map((name) => `import ${name.replace('/', '/%')};`);
  return {
    path: 'every-interface.wit',
    text: `package eft:every-interface@0.0.0;\nworld every-interface { ${imports.join(' ')} }\n`,
  };
}

function versionsOf(files: readonly WitFile[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const file of files) {
    const [name, version] = packageOf(file)?.split('@') ?? [];
    if (name !== undefined && version !== undefined) versions.set(name, version);
  }
  return versions;
}

function withoutVersions(outline: ReadonlyMap<string, WitItem>): ReadonlyMap<string, WitItem> {
  return new Map([...outline].map(([key, item]) => [key.replace(/@[^#]*/, ''), item]));
}
