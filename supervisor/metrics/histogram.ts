/** How long something takes, counted by classes of length: what a histogram of Prometheus shows. Counting costs some nanoseconds. */

/** Upper bounds of the classes, in seconds: from what a good event takes to what ends a cell. */
export const durationBounds: readonly number[] = [
  0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export class Histogram {
  readonly bounds: readonly number[];
  /** How many lay in each class and in none below it; the last is of what lay above all bounds. */
  readonly counts: Float64Array;
  /** Of all that was counted, in the unit of the bounds. */
  sum = 0;

  /** `bounds` rise. */
  constructor(bounds = durationBounds) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts one. A bound belongs to the class below it. */
  observe(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at += 1;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += value;
  }

  /** The bound below which, or at which, so large a share of all lay; undefined if nothing was counted, or if it is above all bounds. */
  atMost(share: number): number | undefined {
    const wanted = this.count * share;
    let below = 0;
    for (const [at, bound] of this.bounds.entries()) {
      below += this.counts[at] ?? 0;
      if (below > 0 && below >= wanted) return bound;
    }
    return undefined;
  }

  /** How many were counted. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }
}
