/** What of many samples is worth saying. */

/** The sample below which `share` (0 to 1) of them lie, the nearest of those there are; NaN of none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
