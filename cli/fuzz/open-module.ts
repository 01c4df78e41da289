/** What is fuzzed, from the bytes of a module file: held against all that a node holds it against, but for signatures. */
import { loadModule } from '../../supervisor/cells/load-module.ts';
import { checkAuthority, surfaceOf } from '../../supervisor/manifest/authority.ts';
import { checkMemory } from '../../supervisor/manifest/memory-bound.ts';
import { readModule } from '../../supervisor/trust/module-file.ts';
import type { FuzzModule } from './target.ts';

/**
 * The module in these bytes, signed or not; they must not change afterwards. `file` names it in errors.
 * Errors: as `readModule` and `loadModule`: a module that no node would start is not fuzzed either.
 */
export function openFuzzModule(component: Uint8Array, file: string): FuzzModule {
  const { manifest, definition, digest } = readModule(component, file);
  checkAuthority(manifest, surfaceOf(definition.world));
  checkMemory(manifest, definition);
  loadModule({ manifest, component, definition, digest });
  return { manifest, component, definition, digest };
}
