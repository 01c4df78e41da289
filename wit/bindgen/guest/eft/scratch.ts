/**
 * A stack for what is laid out only to be read by the host: the elements of lists that are not plain numbers. What an
 * import call takes is free again when the call returns; what an export returns is free again in its post-return.
 *
 * Most calls fit into the first chunk, which is static. A larger one gets chunks from the heap, given back with it.
 */

const firstSize: usize = 4096;
const first: usize = memory.data(4096, 8);
/** The header of a later chunk: the chunk below, and the end of that chunk. */
const headerSize: usize = 8;

let chunk: usize = first;
let top: usize = first;
let end: usize = first + firstSize;

/** Room for `count` elements of `size` bytes, aligned to 8. Traps beyond what a list may have (2^28 - 1 bytes). */
export function scratch(count: i32, size: u32): usize {
  const bytes64 = <u64>(<u32>count) * size;
  assert(bytes64 < 1 << 28);
  const bytes = (<usize>bytes64 + 7) & ~7;
  if (end - top < bytes) addChunk(bytes);
  const start = top;
  top = start + bytes;
  return start;
}

function addChunk(bytes: usize): void {
  const size = max<usize>(bytes + headerSize, 4 * firstSize);
  const added = heap.alloc(size);
  store<usize>(added, chunk);
  store<usize>(added, end, 4);
  chunk = added;
  top = added + headerSize;
  end = added + size;
}

/** Where the stack is now, for `releaseScratch`. */
export function scratchMark(): usize {
  return top;
}

/** Gives back everything since `mark`. */
export function releaseScratch(mark: usize): void {
  while (mark < chunk || mark > end) {
    const below = load<usize>(chunk);
    const belowEnd = load<usize>(chunk, 4);
    heap.free(chunk);
    chunk = below;
    end = belowEnd;
  }
  top = mark;
}

/** Gives back everything: the end of an export call. */
export function releaseAllScratch(): void {
  releaseScratch(first);
}
