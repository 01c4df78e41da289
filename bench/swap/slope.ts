/** How fast something grows, told so that single samples do not count: the median of the slopes between all pairs of samples (Theil and Sen). */

/** A sample: `y` at `x`. */
export type Point = { readonly x: number; readonly y: number };

/** The growth of `y` for each `x`. NaN of fewer than two different `x`. */
export function slopeOf(points: readonly Point[]): number {
  const slopes: number[] = [];
  for (const [index, one] of points.entries()) {
    for (const other of points.slice(index + 1)) {
      if (other.x !== one.x) slopes.push((other.y - one.y) / (other.x - one.x));
    }
  }
  slopes.sort((one, other) => one - other);
  const middle = slopes.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [slopes[middle - 1 + (slopes.length % 2)], slopes[middle]];
  return (low + high) / 2;
}
