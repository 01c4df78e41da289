/** The fewest inputs that reach what all of them reach, as far as taking the short ones first finds them. */
import type { Executor } from './execute.ts';
import { encodeInput, type FuzzInput } from './fuzz-input.ts';
import type { Reduced } from './fuzz-orders.ts';
import { type Discovery, type Suspect, suspectKey } from './lane.ts';
import { minimiseInput } from './minimise-input.ts';
import { Reached } from './reached.ts';

/** Runs all inputs. Those that fail are made small and given apart; those of another version of the module are dropped. */
export function reduceCorpus(executor: Executor, inputs: readonly FuzzInput[]): Reduced {
  const before = process.threadCpuUsage();
  const counters = executor.target.counters.length;
  const reached = new Reached(counters);
  const suspects = new Map<string, Suspect>();
  const kept: Discovery[] = [];
  let events = 0;
  for (const input of bySize(inputs)) {
    const own = new Reached(counters);
    const outcome = executor.run(input, own);
    events += outcome.events;
    if (outcome.isUnfit) continue;
    const { failure } = outcome;
    if (failure !== undefined) {
      const key = suspectKey(failure);
      if (!suspects.has(key)) suspects.set(key, { key, failure, input: minimiseInput(executor, input, key) });
      continue;
    }
    const fresh = own.takeFresh();
    if (reached.merge(fresh)) kept.push({ input, fresh });
  }
  const { user, system } = process.threadCpuUsage(before);
  return { kept, suspects: [...suspects.values()], events, cpuMs: (user + system) / 1000 };
}

/** The short ones first; the same for whatever order they come in. */
function bySize(inputs: readonly FuzzInput[]): readonly FuzzInput[] {
  const sized = inputs.map((input) => ({ input, bytes: Buffer.from(encodeInput(input)) }));
  return sized
    .sort((one, other) => one.bytes.length - other.bytes.length || Buffer.compare(one.bytes, other.bytes))
    .map(({ input }) => input);
}
