/**
 * Runs what the fuzzer has found on the bytes as they are shipped, and writes it down as a node would have: a flight record, which `eft replay`
 * runs again. Every output of the module with counters is held against that of the shipped one, so a fault of the counters shows here.
 *
 * A call that does not end is not repeated in this thread: it has been ended by its fuel, and the record says that it was stopped.
 */
import { toSent } from '../../supervisor/cells/cell-thread.ts';
import type { FlightRecord, RecordEnd } from '../../supervisor/cells/flight-recorder.ts';
import type { CallOutput, SavedState, StartOutput } from '../../supervisor/cells/module-events.ts';
import { ModuleRunner } from '../../supervisor/cells/module-runner.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { Component } from '../../supervisor/component/component.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Called, type Executor, type Failure, fuelLimit, searchFuel } from './execute.ts';
import type { FuzzInput } from './fuzz-input.ts';
import type { Confirmed } from './fuzz-orders.ts';
import { hangFrames, withoutOffset } from './hang-frames.ts';

/** What comes of an input, on the shipped bytes too. Undefined if it does not fail. */
export function confirmFinding(executor: Executor, input: FuzzInput): Confirmed | undefined {
  const calls: Called[] = [];
  executor.onCall = (called) => calls.push(called);
  executor.fuel = fuelLimit;
  const { failure } = executor.run(input, undefined);
  executor.fuel = searchFuel;
  executor.onCall = undefined;
  return failure === undefined ? undefined : new Shipped(executor, calls, failure).run();
}

class Shipped {
  readonly #executor: Executor;
  readonly #calls: readonly Called[];
  readonly #failure: Failure;
  readonly #outputs: (CallOutput | SavedState | undefined)[] = [];
  #isSame = true;
  #thrown: unknown;

  constructor(executor: Executor, calls: readonly Called[], failure: Failure) {
    this.#executor = executor;
    this.#calls = calls;
    this.#failure = failure;
  }

  run(): Confirmed {
    const { component, manifest } = this.#executor.target.instrumented.module;
    const compiled = Component.compile(component);
    let runner: ModuleRunner | undefined;
    const isEndless = this.#failure.oracle === 'time';
    for (const [index, called] of this.#calls.entries()) {
      const isLast = index === this.#calls.length - 1;
      // Each start is of an instance of its own.
      if (called.call === 'start' || runner === undefined)
        runner = new ModuleRunner(compiled, manifest, () => undefined);
      this.#outputs.push(isLast && isEndless ? undefined : this.#call(runner, called));
      if (this.#thrown !== undefined) break;
    }
    if (this.#thrown === undefined && runner !== undefined) this.#checkInvariants(runner);
    const { code } = this.#failure;
    const isTrap = this.#failure.oracle === 'trap';
    const thrown = this.#thrown;
    const failsAlike = isTrap ? thrown instanceof EftError && thrown.code === code : thrown === undefined;
    const frames = isTrap ? (toSent(thrown).frames ?? []) : this.#frames();
    return {
      failure: { ...this.#failure, frames },
      flight: this.#flight(),
      isConfirmed: failsAlike && this.#isSame,
    };
  }

  /** Whether the shipped bytes say the same of themselves. What did not come to its end with counters is not asked for here. */
  #checkInvariants(runner: ModuleRunner): void {
    const { code, message } = this.#failure;
    if (code === 'invariant.broken' && runner.check().broken[0] !== message) this.#isSame = false;
  }

  #call(runner: ModuleRunner, called: Called): CallOutput | SavedState | undefined {
    try {
      const output = callAgain(runner, called);
      if (called.output === undefined || !isSame(called.output, output)) this.#isSame = false;
      return output;
    } catch (error) {
      this.#thrown = error;
      if (called.output !== undefined) this.#isSame = false;
      return undefined;
    }
  }

  /** Of the last life: what a life before has left is in its start. */
  #flight(): FlightRecord {
    const made = this.#calls.slice(0, this.#outputs.length);
    const first = made.findLastIndex(({ call }) => call === 'start');
    const start = made[first];
    if (start?.call !== 'start') throw new TypeError('an input begins with its start');
    const rest = made.slice(first + 1).map((called, index) => ({
      called,
      output: this.#outputs[first + 1 + index],
    }));
    const events = rest.flatMap(({ called, output }) =>
      called.call === 'handle' ? [{ input: called.input, output: callOutput(output) }] : [],
    );
    const saves = rest.flatMap(({ called, output }) =>
      called.call === 'save' ? [{ input: called.input, output: savedState(output) }] : [],
    );
    const [save] = saves;
    return {
      begin: { begin: 'start', input: start.input, output: startOutput(callOutput(this.#outputs[first])) },
      events,
      ...(save === undefined ? {} : { save }),
      end: this.#end(),
    };
  }

  /** Functions of the shipped code: where a call was ended by its fuel, those that it stays in. Offsets would be those of the code with counters. */
  #frames(): readonly string[] {
    const { oracle, frames } = this.#failure;
    const staysIn = oracle === 'time' ? hangFrames(this.#executor.target, this.#calls) : [];
    return staysIn.length > 0 ? staysIn : frames.map(withoutOffset);
  }

  #end(): RecordEnd {
    const { oracle, code, message } = this.#failure;
    if (this.#thrown !== undefined) return { end: 'failed', error: toSent(this.#thrown) };
    const { manifest } = this.#executor.target.instrumented.module;
    if (oracle === 'time') {
      const what = this.#calls.at(-1)?.call ?? 'handle';
      const limitMs = manifest.limits.eventMilliseconds;
      const error = toSent(EftError.of('cell.time', { module: manifest.name, limitMs, what }));
      return { end: 'stopped', error };
    }
    return { end: 'refused', error: { code, message, act: 'this is a bug of the module' } };
  }
}

/** Makes a call again, on another instance. Errors: as the methods of `ModuleRunner`. */
export function callAgain(runner: ModuleRunner, called: Called): CallOutput | SavedState {
  switch (called.call) {
    case 'start':
      return runner.start(called.input);
    case 'handle':
      return runner.handle(called.input);
    case 'save':
      return runner.save(called.input);
  }
}

function callOutput(output: CallOutput | SavedState | undefined): CallOutput | undefined {
  return output !== undefined && 'effects' in output ? output : undefined;
}

function savedState(output: CallOutput | SavedState | undefined): SavedState | undefined {
  return output === undefined || 'effects' in output ? undefined : output;
}

function startOutput(output: CallOutput | undefined): StartOutput | undefined {
  if (output === undefined) return undefined;
  const refusal = 'refusal' in output && typeof output.refusal === 'string' ? output.refusal : undefined;
  return { ...output, refusal };
}

function isSame(one: CallOutput | SavedState, other: CallOutput | SavedState): boolean {
  return Buffer.from(encodeRecordValue(one)).equals(encodeRecordValue(other));
}
