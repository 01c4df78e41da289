/**
 * Times of short calls on a machine that does other things too: the smallest of several rounds, because noise only ever
 * adds. Things that are compared take turns round by round, so that what slows one slows the other.
 */

/** A call to be timed: runs `count` times what is measured. */
export type Timed = {
  readonly name: string;
  readonly run: (count: number) => void;
  /** How many of what is measured one run holds, 1 unless said. */
  readonly scale?: number;
};

export type TimingOptions = {
  /** How long a round of one subject lasts at least, in milliseconds. */
  readonly roundMs?: number;
  readonly rounds?: number;
};

/** Nanoseconds a run, by name. */
export function bestTimes(
  subjects: readonly Timed[],
  options: TimingOptions = {},
): ReadonlyMap<string, number> {
  const { roundMs = 30, rounds = 15 } = options;
  const counts = new Map(subjects.map((subject) => [subject.name, calibrate(subject, roundMs)]));
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run, scale = 1 } of subjects) {
      const count = counts.get(name) ?? 1;
      const nanoseconds = elapsed(() => run(count)) / count / scale;
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, nanoseconds));
    }
  }
  return best;
}

/** How many runs take `roundMs`. Running it this often also warms it up. */
function calibrate({ run }: Timed, roundMs: number): number {
  let count = 1;
  for (;;) {
    const nanoseconds = elapsed(() => run(count));
    if (nanoseconds >= roundMs * 1e6) return count;
    count = Math.ceil(count * Math.min(10, Math.max(1.5, (roundMs * 1.2e6) / Math.max(nanoseconds, 1))));
  }
}

function elapsed(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start);
}
