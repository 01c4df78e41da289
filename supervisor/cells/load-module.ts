/**
 * From a verified module file to a module that cells can run: what the file declares is turned into what the store and the cell
 * need, and its code is compiled, once for all its instances.
 */
import { Component } from '../component/component.ts';
import { decodeComponent } from '../component/decode.ts';
import type { RecordType, WorldType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import { withoutVersion } from '../manifest/names.ts';
import type { Declaration } from '../store/roster.ts';
import type { OpenedModule } from '../trust/module-file.ts';
import type { CellModule } from './cell.ts';
import { checkInterruptible } from './interruptible.ts';

/** Compiles what `openModule` has verified. Errors: `component.*`, and those of `checkInterruptible`. */
export function loadModule({ manifest, component, digest }: OpenedModule): CellModule {
  checkInterruptible(decodeComponent(component));
  const { modules } = Component.compile(component);
  return { manifest, component, modules, digest };
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
