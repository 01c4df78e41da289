/**
 * Which lines of a module's sources were reached. Counters stand where the code parts (instrument.ts); from them follows for each instruction
 * whether something has come there, since all that lies between two of them is passed or not passed together. What lies behind a trap
 * counts as reached.
 */
import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import type { SourceMap } from '../mutants/source-map.ts';
import type { Body } from './core-parts.ts';
import { CoreParts } from './core-parts.ts';
import type { Site } from './fuzz-map.ts';
import type { InstrumentedModule } from './target.ts';

export type LineState = 'reached' | 'partly' | 'missed';

/** The lines of one source that have code, by their numbers from 1. */
export type FileCoverage = {
  readonly path: string;
  readonly lines: ReadonlyMap<number, LineState>;
};

/** Lines with code, and how many of them were reached, wholly or in part. */
export type LineCount = { readonly reached: number; readonly total: number };

/** The module's own sources, by path: not the compiler's library, and not what is generated. `seen` is by counter (reached.ts). */
export function lineCoverage(
  { core, instrumented }: InstrumentedModule,
  seen: Uint8Array,
  sources: SourceMap,
): readonly FileCoverage[] {
  const files = new Map<string, Map<number, { reached: number; total: number }>>();
  const { bodies } = new CoreParts(core.bytes, core.shape);
  const sitesOf = Map.groupBy(
    instrumented.sites.map((site, index) => ({ site, isSeen: (seen[index] ?? 0) !== 0 })),
    ({ site }) => site.function,
  );
  for (const body of bodies) {
    for (const { offset, isReached } of instructions(core.bytes, body, sitesOf.get(body.index) ?? [])) {
      const at = sources.lineAt(offset, body.start);
      if (at === undefined || !isOwn(at.path)) continue;
      const lines = files.get(at.path) ?? new Map<number, { reached: number; total: number }>();
      const line = lines.get(at.line) ?? { reached: 0, total: 0 };
      line.total += 1;
      line.reached += Number(isReached);
      lines.set(at.line, line);
      files.set(at.path, lines);
    }
  }
  return [...files]
    .map(([path, lines]) => ({
      path,
      lines: new Map([...lines].map(([line, count]) => [line, stateOf(count)])),
    }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** How many lines of these files were reached. */
export function countLines(files: readonly FileCoverage[]): LineCount {
  const states = files.flatMap(({ lines }) => [...lines.values()]);
  return { reached: states.filter((state) => state !== 'missed').length, total: states.length };
}

function stateOf({ reached, total }: LineCount): LineState {
  if (reached === 0) return 'missed';
  return reached === total ? 'reached' : 'partly';
}

/** Paths are from the folder of the module; what is generated lies in `bindings`. */
function isOwn(path: string): boolean {
  return !path.startsWith('~lib/') && !path.includes('assembly/bindings/') && !path.startsWith('../');
}

type SeenSite = { readonly site: Site; readonly isSeen: boolean };

/** A block that is open: what comes after its end is reached from within, or by a branch. */
type Block = { readonly isLoop: boolean; isOpenIf: boolean; isEndReached: boolean };

/** The instructions of a function, and whether each was reached: unless something traps on the way, that is so if what leads there was passed. */
function instructions(
  bytes: Uint8Array,
  { reads, end }: Body,
  sites: readonly SeenSite[],
): readonly { readonly offset: number; readonly isReached: boolean }[] {
  let next = 0;
  const take = (): boolean => sites[next++]?.isSeen ?? false;
  let isReached = take();
  const blocks: Block[] = [{ isLoop: false, isOpenIf: false, isEndReached: false }];
  const branch = (depth: number, isTaken: boolean): void => {
    const block = blocks.at(-1 - depth);
    // A branch to a loop leads to its begin, which has a counter of its own.
    if (block !== undefined && !block.isLoop && isTaken) block.isEndReached = true;
  };
  const found: { offset: number; isReached: boolean }[] = [];
  for (const { opcode, start } of reads) {
    found.push({ offset: start, isReached });
    const operands = new ByteReader(bytes, start + 1, end);
    switch (opcode) {
      case 0x02:
        blocks.push({ isLoop: false, isOpenIf: false, isEndReached: false });
        break;
      case 0x03:
        blocks.push({ isLoop: true, isOpenIf: false, isEndReached: false });
        isReached = take();
        break;
      case 0x04:
        blocks.push({ isLoop: false, isOpenIf: true, isEndReached: false });
        isReached = take();
        break;
      case 0x05: {
        branch(0, isReached);
        const block = blocks.at(-1);
        if (block !== undefined) block.isOpenIf = false;
        isReached = take();
        break;
      }
      case 0x0b: {
        const block = blocks.pop();
        const isElseReached = block?.isOpenIf === true && take();
        isReached = isReached || isElseReached || block?.isEndReached === true;
        break;
      }
      case 0x0c:
        branch(operands.u32(), isReached);
        isReached = false;
        break;
      case 0x0d:
        branch(operands.u32(), take());
        isReached = take();
        break;
      case 0x0e: {
        const labels = operands.u32();
        for (let label = 0; label <= labels; label += 1) branch(operands.u32(), take());
        isReached = false;
        break;
      }
      case 0x00:
      case 0x0f:
        isReached = false;
        break;
      default:
        break;
    }
  }
  return found;
}
