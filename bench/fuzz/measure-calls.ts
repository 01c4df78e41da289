/** Runs of a component by its own functions, timed: go back to the beginning, make the calls of an input, take the counters in. */
import type { CallInput } from '../../cli/fuzz/calls/call-input.ts';
import type { CallTarget } from '../../cli/fuzz/calls/call-target.ts';
import { searchFuel } from '../../cli/fuzz/execute.ts';
import type { Reached } from '../../cli/fuzz/reached.ts';
import type { Measured } from './measure-runs.ts';

/** Variations that each input is run in, in turn. */
const variations = 64;

/** Runs each input `runs` times, after some runs that are not counted: `vary` says what is run instead of the input. */
export function measureCalls(
  target: CallTarget,
  reached: Reached,
  inputs: readonly CallInput[],
  runs: number,
  vary: (input: CallInput) => CallInput,
): Measured {
  let cpuMs = 0;
  let count = 0;
  for (const input of inputs) {
    const varied = Array.from({ length: variations }, () => vary(input));
    for (const one of varied) target.run(one, reached, searchFuel);
    const before = process.threadCpuUsage();
    for (let run = 0; run < runs; run += 1) target.run(varied[run % variations] ?? [], reached, searchFuel);
    const { user, system } = process.threadCpuUsage(before);
    cpuMs += (user + system) / 1000;
    count += runs;
  }
  return { runs: count, cpuMs };
}
