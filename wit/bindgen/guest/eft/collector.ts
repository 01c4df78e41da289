/**
 * When garbage is collected: only at the end of a call, when its result is a core value already, or else in `post-return`.
 * Then the stack holds no object, so what the globals do not reach is garbage, and nothing needs to be rooted by hand.
 *
 * A collection costs time in proportion to what is alive, so the next one waits until as much again was allocated. The wait is
 * cut to a quarter of the memory that is left, so garbage alone never exhausts the memory; what one call allocates
 * must fit into the rest.
 */

/** Bytes of garbage that are not worth a collection. */
const worthwhile: usize = 64 * 1024;

/** The bytes of memory that objects can ever take. `EFT_MEMORY_PAGES` is set by the build, from the manifest. */
// @ts-ignore: set by the build
const capacity: usize = (<usize>EFT_MEMORY_PAGES << 16) - __heap_base;

/** The bytes in objects at which the next collection happens. */
let ceiling: usize = min<usize>(worthwhile, capacity >> 2);

/** The bytes in objects now, garbage included. The build makes this read the collector's own count, which is private. */
// @ts-ignore: decorator
@heapTotal
function heapTotal(): usize {
  return unreachable();
}

/** The end of a call. Costs a comparison unless a collection is due. */
// @ts-ignore: decorator
@inline
export function finishCall(): void {
  if (heapTotal() > ceiling) collect();
}

function collect(): void {
  __collect();
  const live = heapTotal();
  ceiling = live + min<usize>(max<usize>(live, worthwhile), (capacity - live) >> 2);
}
