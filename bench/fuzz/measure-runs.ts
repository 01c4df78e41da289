/** Runs of the fuzzer's inner loop, timed: go back to a position, tell one event, take the counters in. */
import type { Executor, Position } from '../../cli/fuzz/execute.ts';
import type { FuzzInput, Step } from '../../cli/fuzz/fuzz-input.ts';
import type { Reached } from '../../cli/fuzz/reached.ts';

/** A step, and where the module is before it. */
export type Place = { readonly input: FuzzInput; readonly at: number; readonly step: Step };

export type Measured = {
  readonly runs: number;
  /** Milliseconds of processor time of this thread. */
  readonly cpuMs: number;
};

/** The steps of a corpus that `isMeant` means, at most `limit` of them, spread evenly. */
export function placesOf(
  corpus: readonly FuzzInput[],
  limit: number,
  isMeant: (step: Step) => boolean,
): readonly Place[] {
  const all = corpus.flatMap((input) =>
    input.steps.flatMap((step, at) => (isMeant(step) ? [{ input, at, step }] : [])),
  );
  const stride = Math.max(1, all.length / limit);
  return Array.from(
    { length: Math.min(limit, all.length) },
    (_, index) => all[Math.floor(index * stride)],
  ).filter((place) => place !== undefined);
}

/** Runs each place `runs` times, after some runs that are not counted: `vary` says what is told instead of the step. */
export function measureRuns(
  executor: Executor,
  reached: Reached,
  places: readonly Place[],
  runs: number,
  vary: (step: Step, run: number) => Step,
): Measured {
  let cpuMs = 0;
  let count = 0;
  for (const { input, at, step } of places) {
    const position = executor.advance(input, at);
    if (position === undefined) continue;
    const steps = Array.from({ length: 64 }, (_, run) => [vary(step, run)]);
    loop(executor, reached, position, steps, 64);
    const before = process.threadCpuUsage();
    count += loop(executor, reached, position, steps, runs);
    const { user, system } = process.threadCpuUsage(before);
    cpuMs += (user + system) / 1000;
  }
  return { runs: count, cpuMs };
}

/** Those that the module was told: a step of which nothing could be made is no run. */
function loop(
  executor: Executor,
  reached: Reached,
  position: Position,
  steps: readonly (readonly Step[])[],
  runs: number,
): number {
  let told = 0;
  for (let run = 0; run < runs; run += 1)
    told += executor.goOn(position, steps[run % steps.length] ?? [], reached).events;
  return told;
}
