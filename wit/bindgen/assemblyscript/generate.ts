/**
 * AssemblyScript bindings for a world: a file for each interface, `tuples.ts`, and `entry.ts`, which the compiler begins with.
 *
 * The danger lies in the types: a wrong offset or a missed flat value corrupts silently. So the tests compare every signature
 * with those of wit-component, and send values of every type through and back.
 */

import { freeFunctions, type Interface, interfacesOf } from '../interfaces.ts';
import type { ResolvedWorld } from '../resolve.ts';
import { Bindings } from './bindings.ts';
import { writeExports } from './exported-functions.ts';
import { typeName, valueName } from './identifiers.ts';
import { writeImports } from './imported-functions.ts';
import { docComment } from './source-file.ts';
import { isImportedUnderOwnName, writeTypes } from './type-definitions.ts';

/** An exported interface, and what its author must write for it. */
export type Implementation = {
  /** `eft:module/lifecycle@0.1.0`. */
  readonly interface: string;
  /** From the module's folder: `assembly/lifecycle.ts`. */
  readonly path: string;
  /** Functions and classes: `start`, `handle`, `save`. */
  readonly names: readonly string[];
};

export type GeneratedBindings = {
  /** Texts by path from the folder of the bindings. */
  readonly files: ReadonlyMap<string, string>;
  readonly implementations: readonly Implementation[];
};

/** Generates the bindings of `world`. The same world always gives the same text. */
export function generateAssemblyScript(world: ResolvedWorld): GeneratedBindings {
  const interfaces = interfacesOf(world.name, world.world);
  const bindings = new Bindings(interfaces, world.outline);
  for (const item of interfaces.interfaces) declareNames(bindings, item);
  for (const item of interfaces.interfaces) {
    writeTypes(bindings, item);
    if (item.direction === 'import') writeImports(bindings, item);
    else writeExports(bindings, item);
  }
  const files = new Map<string, string>();
  for (const item of interfaces.interfaces) {
    const what = `${item.isWorld ? 'The world' : item.direction === 'import' ? 'Imported:' : 'Exported:'} ${item.id}`;
    const own = item.isWorld ? '' : bindings.docs(item.id);
    const docs = own === '' ? `${what}.` : `${what}\n\n${own}`;
    const file = bindings.file(item);
    files.set(`${file.path}.ts`, file.render(`${generatedNotice}\n\n${docComment(docs)}`));
  }
  if (bindings.tupleSizes.size > 0) files.set('tuples.ts', writeTuples([...bindings.tupleSizes]));
  files.set('entry.ts', writeEntry(bindings));
  const implementations = interfaces.interfaces
    .filter((item) => item.direction === 'export')
    .map((item) => ({
      interface: item.id,
      path: `assembly/${bindings.implementation(item)}.ts`,
      names: [
        ...item.types
          .filter(({ type, isDefinedHere }) => type.kind === 'resource' && isDefinedHere)
          .map(({ name }) => typeName(name)),
        ...item.functions.flatMap(({ name }) => (name.kind === 'function' ? [valueName(name.name)] : [])),
      ],
    }));
  return { files, implementations };
}

const generatedNotice = '// Generated from the WIT by `eft module build`: change the WIT, not this file.';

/** Takes the names that the interface itself gives, so that imported ones keep away from them. */
function declareNames(bindings: Bindings, of: Interface): void {
  const file = bindings.file(of);
  for (const named of of.types) {
    const isOwnClass = named.type.kind === 'resource' && of.direction === 'export';
    if (isOwnClass || isImportedUnderOwnName(of, named, bindings.home(named.type))) continue;
    file.declare(typeName(named.name));
    if (named.type.kind === 'variant')
      file.declare(bindings.kindName(named.type, { interface: of, name: named.name }));
  }
  if (of.direction === 'export') return;
  for (const { mangled } of freeFunctions(of)) file.declare(valueName(mangled));
}

function writeTuples(sizes: readonly number[]): string {
  const classes = sizes
    .toSorted((one, other) => one - other)
    .map((size) => {
      const indices = Array.from({ length: size }, (_, index) => index);
      const types = indices.map((index) => `T${index}`).join(', ');
      const fields = indices.map((index) => `    public item${index}: T${index},`).join('\n');
      return `@final\nexport class Tuple${size}<${types}> {\n  constructor(\n${fields}\n  ) {}\n}`;
    });
  return `${[generatedNotice, '/** Tuples, by their number of elements. */', ...classes].join('\n\n')}\n`;
}

function writeEntry(bindings: Bindings): string {
  const imports = bindings.world.interfaces
    .filter((item) => item.direction === 'export')
    .map((item) => `import './${bindings.file(item).path}';`);
  return `${[generatedNotice, '/** Where the compiler begins: all that the world exports. */', ["import 'eft/memory';", ...imports].join('\n')].join('\n\n')}\n`;
}
