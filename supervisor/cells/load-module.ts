/**
 * From a verified module file to a module that cells can run: what the file declares is turned into what the store and the cell
 * need, and its code is compiled, once for all its instances.
 */
import { hostWorld } from '../capabilities/generated/host-world.ts';
import { checkExports, checkImports } from '../component/compatible-interface.ts';
import { Component } from '../component/component.ts';
import { decodeWorld } from '../component/decode-world.ts';
import type { InstanceType, RecordType, WorldType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import { withoutVersion } from '../manifest/names.ts';
import type { Declaration } from '../store/roster.ts';
import type { OpenedModule } from '../trust/module-file.ts';
import type { CellModule } from './cell.ts';
import { checkInterruptible } from './interruptible.ts';

/** The interfaces that this supervisor provides, and those that it calls, as it was built with them. */
const provided = interfacesOf('imports');
const called = interfacesOf('exports');

function interfacesOf(side: 'imports' | 'exports'): ReadonlyMap<string, InstanceType> {
  const { world } = decodeWorld(Buffer.from(hostWorld, 'base64'));
  return new Map(
    [...world[side]].flatMap(([name, item]) => (item.kind === 'instance' ? [[name, item] as const] : [])),
  );
}

/**
 * Compiles what `openModule` has verified, if it was built against interfaces that this supervisor serves, and can be stopped.
 * Errors: `component.*`, `interface.*`, `cell.unstoppable`.
 */
export function loadModule({
  manifest,
  component,
  definition,
  digest,
  signers,
}: Pick<OpenedModule, 'manifest' | 'component' | 'definition' | 'digest'> &
  Partial<Pick<OpenedModule, 'signers'>>): CellModule {
  checkImports(definition.world, provided);
  checkExports(definition.world, called);
  checkInterruptible(definition);
  const { modules } = Component.of(definition);
  return { manifest, component, modules, digest, ...(signers && { signers }) };
}

/** What a module reads and writes in the store, each kind in the version that the module was built with. */
export function declarationOf({ manifest, component }: CellModule): Declaration {
  const { world } = Component.compile(component, []);
  return {
    inputs: manifest.inputs.map(({ kind }) => ({ kind, type: kindType(world, kind) })),
    outputs: manifest.outputs.map(({ kind, mode }) => ({ kind, mode, type: kindType(world, kind) })),
  };
}

/** The record that an imported kind's interface defines under the kind's own name (wit/resources/resource.wit). */
function kindType(world: WorldType, kind: string): RecordType {
  const name = kind.slice(kind.lastIndexOf('/') + 1);
  for (const [interfaceName, item] of world.imports) {
    if (item.kind !== 'instance' || withoutVersion(interfaceName) !== kind) continue;
    const own = item.items.get(name);
    if (own?.kind === 'type' && own.type.kind === 'record') return own.type;
  }
  throw EftError.of('cell.kind-shape', { kind, name });
}
