/**
 * Holds a component's memories against the manifest's limit.
 *
 * The engine's own limits do not bound WebAssembly memory; the maximum that the module declares does, and it is under the
 * signature. Memories count once for each time that their core module is instantiated.
 */
import type { ComponentDefinition } from '../component/definition.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import type { Manifest } from './manifest.ts';

/** Errors: `module.memory-unbounded`, `module.memory-above-limit`. */
export function checkMemory(manifest: Manifest, definition: ComponentDefinition, place: Place = {}): void {
  const module = manifest.name;
  let pages = 0;
  for (const memory of definition.steps.flatMap((step) => step.module.shape.memories)) {
    if (memory.maximum === undefined) throw EftError.of('module.memory-unbounded', { module }, { place });
    pages += memory.maximum;
  }
  const limit = manifest.limits.memoryPages;
  if (pages > limit) throw EftError.of('module.memory-above-limit', { module, pages, limit }, { place });
}
