/**
 * Whether all came back. Counts must be what they were before, at the end. Bytes wander, so they are compared by medians: of the last
 * third of the samples against the first third; what a leak of every round adds up to is in that difference, and what a single
 * sample happens to show is not.
 */
import { type Counted, countedNames, type Holdings, type Sized, sizedNames } from './holdings.ts';

export type Sample = { readonly round: number; readonly holdings: Holdings };

/** Bytes by which a median may grow over a soak. A heap is compacted, the C library's arenas are not. */
export const growthLimits: Readonly<Record<Sized, number>> = {
  heap: 3 * 1024 * 1024,
  buffers: 3 * 1024 * 1024,
  resident: 64 * 1024 * 1024,
};

export type Finding = {
  readonly name: Counted | Sized;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly isHeld: boolean;
};

/** One finding for each thing held. `samples` are in order, the first of them taken before the rounds that count; three at least. */
export function judge(samples: readonly Sample[]): readonly Finding[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 3)
    throw new RangeError('a soak has three samples at least');
  const counts = countedNames.map((name): Finding => {
    const before = first.holdings.counts[name];
    const after = last.holdings.counts[name];
    return { name, before, after, limit: 0, isHeld: after <= before };
  });
  const third = Math.floor(samples.length / 3);
  const sizes = sizedNames.map((name): Finding => {
    const values = samples.map(({ holdings }) => holdings.bytes[name]);
    const before = median(values.slice(0, third));
    const after = median(values.slice(-third));
    const limit = growthLimits[name];
    return { name, before, after, limit, isHeld: after - before <= limit };
  });
  return [...counts, ...sizes];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
