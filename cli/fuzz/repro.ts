/**
 * Runs a record of a failure again under the fuzzer: the module of the record, with counters, is told exactly what it was told, and every rule
 * that the fuzzer knows is held against what it wants. `eft replay` does the same on the shipped bytes.
 */
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { ModuleRecord } from '../../supervisor/cells/record-file.ts';
import { decodeComponent } from '../../supervisor/component/decode.ts';
import { Executor, type Failure, fuelLimit } from './execute.ts';
import { instrumentModule, Target } from './target.ts';

export type Reproduced = {
  /** The rule that was broken; undefined: none. */
  readonly failure: Failure | undefined;
  /** Events told until then. */
  readonly events: number;
};

/** Error: `fuzz.cannot-instrument`. */
export function reproduce({ module, flight }: ModuleRecord): Reproduced {
  const definition = decodeComponent(module.component);
  const target = new Target(instrumentModule({ ...module, definition }, false));
  const executor = new Executor(target);
  executor.fuel = fuelLimit;
  return executor.rerun(flight);
}

/** Whether the fuzzer says the same of a record as its end does. */
export function isSameEnd({ end }: FlightRecord, { failure }: Reproduced): boolean {
  if (end.end === 'running') return failure === undefined;
  if (failure === undefined) return false;
  return failure.oracle === 'time' ? end.end === 'stopped' : failure.code === end.error.code;
}
