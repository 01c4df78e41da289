/**
 * Which line of which source an instruction comes from (source map, revision 3, ECMA-426: `mappings` are base64 VLQ, a field for the column of
 * what was made, which in WebAssembly is the offset of an instruction, then source, line, column, each told from the one before).
 */

import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import type { CoreModule } from '../../supervisor/component/definition.ts';

/** `assembly/dhcp/client.ts`, or a library's `~lib/rt/tlsf.ts`; lines count from 1. */
export type SourceLine = { readonly path: string; readonly line: number };

type Mapping = { readonly offset: number; readonly at: SourceLine };

const codeSection = 10;
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export class SourceMap {
  /** In order of their offsets. */
  readonly #mappings: readonly Mapping[];

  private constructor(mappings: readonly Mapping[]) {
    this.#mappings = mappings;
  }

  /**
   * Of `core`, from a map of `compiled`, whose code section is the same and stands elsewhere.
   */
  static of(json: string, compiled: Uint8Array, core: CoreModule): SourceMap {
    const from = codeOf(compiled);
    const to = codeOf(core.bytes);
    if (Buffer.compare(compiled.subarray(from.start, from.end), core.bytes.subarray(to.start, to.end)) !== 0)
      throw new TypeError('the source map is of other code');
    const mappings = readMappings(json).map(({ offset, at }) => ({
      offset: offset - from.start + to.start,
      at,
    }));
    return new SourceMap(mappings.toSorted((one, other) => one.offset - other.offset));
  }

  /** Where the instruction at `offset` of the core module comes from; undefined if nobody wrote it. `from`: where its function begins. */
  lineAt(offset: number, from: number): SourceLine | undefined {
    let [low, high] = [0, this.#mappings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#mappings[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const mapping = this.#mappings[low - 1];
    return mapping === undefined || mapping.offset < from ? undefined : mapping.at;
  }
}

function codeOf(bytes: Uint8Array): { readonly start: number; readonly end: number } {
  const reader = new ByteReader(bytes, 8, bytes.length, 'a core module');
  while (!reader.atEnd) {
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.position;
    if (id === codeSection) return { start, end: start + size };
    reader.take(size);
  }
  throw new TypeError('a core module without code');
}

function readMappings(json: string): readonly Mapping[] {
  const map: unknown = JSON.parse(json);
  if (typeof map !== 'object' || map === null || !('sources' in map) || !('mappings' in map))
    throw new TypeError('no source map');
  const { sources, mappings } = map;
  if (!Array.isArray(sources) || typeof mappings !== 'string') throw new TypeError('no source map');
  let [offset, source, line] = [0, 0, 0];
  // All is on one line: WebAssembly has no others.
  return mappings.split(',').flatMap((segment) => {
    const [byOffset = 0, bySource, byLine] = readNumbers(segment);
    offset += byOffset;
    if (bySource === undefined || byLine === undefined) return [];
    source += bySource;
    line += byLine;
    return [{ offset, at: { path: String(sources[source]), line: line + 1 } }];
  });
}

function readNumbers(segment: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = digits.indexOf(character);
    if (digit < 0) throw new TypeError('no digit of a source map');
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
