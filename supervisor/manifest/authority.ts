/**
 * Holds a manifest against the component that it belongs to: what a module says it may do and what it can do must be the
 * same, at build time and at load time. A grant without an import is authority that nobody uses and somebody may steal; an
 * import without a grant is authority that nobody gave a reason for.
 *
 * Versions do not count here: whether the host can serve the version is the component host's question.
 */
import type { ExternType } from '../component/types.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import { isHostInterface } from './grants.ts';
import type { Manifest } from './manifest.ts';
import { withoutVersion } from './names.ts';

/** The interfaces that a component imports and exports, with versions, each with the names of its functions. */
export type ComponentSurface = {
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly exports: ReadonlyMap<string, readonly string[]>;
};

const lifecycle = 'eft:module/lifecycle';

/** The functions of a kind that only look, or only keep a resource from going (wit/resources/resource.wit). */
const readingFunctions: ReadonlySet<string> = new Set(['get', 'list', 'hold', 'release']);

/** The surface of a component, from its decoded world. A function outside any interface counts as an interface. */
export function surfaceOf(world: {
  readonly imports: ReadonlyMap<string, ExternType>;
  readonly exports: ReadonlyMap<string, ExternType>;
}): ComponentSurface {
  return { imports: functionNames(world.imports), exports: functionNames(world.exports) };
}

function functionNames(items: ReadonlyMap<string, ExternType>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const [name, item] of items) {
    if (item.kind === 'function') names.set(name, [name]);
    if (item.kind === 'instance') {
      names.set(
        name,
        [...item.items].filter(([, inner]) => inner.kind === 'function').map(([inner]) => inner),
      );
    }
  }
  return names;
}

/**
 * Fails unless the manifest's grants, inputs and outputs are exactly what the component imports, and the component exports
 * the lifecycle. An imported interface of types only needs no grant. Errors: `manifest.*`.
 */
export function checkAuthority(manifest: Manifest, surface: ComponentSurface, place: Place = {}): void {
  const module = manifest.name;
  const imports = mergeVersions(module, surface.imports, place);
  const grants = new Set<string>(manifest.grants.map((grant) => grant.interface));
  const inputs = new Set(manifest.inputs.map((input) => input.kind));
  const outputs = new Set(manifest.outputs.map((output) => output.kind));

  for (const [name, functions] of imports) {
    const listed = functions.map((func) => `\`${func}\``).join(', ');
    if (isHostInterface(name)) {
      if (grants.has(name)) continue;
      throw EftError.of(
        'manifest.import-without-grant',
        { module, interface: name, functions: listed },
        { place },
      );
    }
    if (outputs.has(name)) continue;
    if (!inputs.has(name)) {
      throw EftError.of('manifest.import-without-kind', { module, kind: name, functions: listed }, { place });
    }
    const writing = writingFunctions(functions);
    if (writing.length === 0) continue;
    throw EftError.of(
      'manifest.write-without-output',
      { module, kind: name, functions: writing.map((func) => `\`${func}\``).join(', ') },
      { place },
    );
  }

  for (const name of grants) {
    if (imports.has(name)) continue;
    throw EftError.of('manifest.grant-without-import', { module, interface: name }, { place });
  }
  for (const [kinds, role] of [
    [inputs, 'an input'],
    [outputs, 'an output'],
  ] as const) {
    for (const kind of kinds) {
      if (imports.has(kind)) continue;
      throw EftError.of('manifest.kind-without-import', { module, kind, role }, { place });
    }
  }
  for (const kind of outputs) {
    if (writingFunctions(imports.get(kind) ?? []).length > 0) continue;
    throw EftError.of('manifest.output-never-written', { module, kind }, { place });
  }
  if (![...surface.exports.keys()].some((name) => withoutVersion(name) === lifecycle)) {
    throw EftError.of('manifest.lifecycle-missing', { module }, { place });
  }
}

/** Imported functions by interface without version; interfaces that bring no functions are left out. */
function mergeVersions(
  module: string,
  imports: ComponentSurface['imports'],
  place: Place,
): ReadonlyMap<string, readonly string[]> {
  const merged = new Map<string, readonly string[]>();
  const full = new Map<string, string>();
  for (const [name, functions] of imports) {
    if (functions.length === 0) continue;
    const plain = withoutVersion(name);
    const other = full.get(plain);
    if (other !== undefined) {
      throw EftError.of(
        'manifest.import-twice',
        { module, interface: plain, versions: `\`${other}\` and \`${name}\`` },
        { place },
      );
    }
    full.set(plain, name);
    merged.set(plain, functions);
  }
  return merged;
}

function writingFunctions(functions: readonly string[]): readonly string[] {
  return functions.filter((name) => !readingFunctions.has(name));
}
