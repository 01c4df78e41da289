/** Where in the sources a finding lies, for a component that was built from them: each function on the stack with its file and line. */
import type { ComponentDefinition } from '../../supervisor/component/definition.ts';
import { SourceMap } from '../mutants/source-map.ts';
import { CoreParts } from './core-parts.ts';
import type { ModuleSources } from './named-module.ts';

/**
 * These frames, such as `function 8, byte 0x46d`, each with its line of the sources behind it, where one wrote it: `(assembly/lifecycle.ts:49)`. A frame
 * without an offset gets the line with which its function begins.
 */
export function framesInSources(
  { steps }: ComponentDefinition,
  { compiled }: ModuleSources,
  frames: readonly string[],
): readonly string[] {
  // The one with a memory is that which was compiled from sources.
  const core = steps.find(({ module }) => module.shape.memories.length > 0)?.module;
  if (compiled.sourceMap === undefined || core === undefined || frames.length === 0) return frames;
  const sources = SourceMap.of(compiled.sourceMap, compiled.core, core);
  const bodies = new Map(new CoreParts(core.bytes, core.shape).bodies.map((body) => [body.index, body]));
  return frames.map((frame) => {
    const [, index, offset] = /function (\d+)(?:, byte 0x([0-9a-f]+))?$/.exec(frame) ?? [];
    const body = bodies.get(Number(index));
    if (index === undefined || body === undefined) return frame;
    const offsets =
      offset === undefined ? body.reads.map(({ start }) => start) : [Number.parseInt(offset, 16)];
    for (const at of offsets) {
      const line = sources.lineAt(at, body.start);
      if (line !== undefined) return `${frame} (${line.path}:${line.line})`;
    }
    return frame;
  });
}
