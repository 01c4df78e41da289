/**
 * Runs inputs, or the ends of them, on a target, and says what came of each step: what was reached that never was before, and what should not
 * have happened.
 */

import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type {
  CallInput,
  CallOutput,
  EventInput,
  SavedState,
  StartInput,
  StartOutput,
} from '../../supervisor/cells/module-events.ts';
import { wasmFrames } from '../../supervisor/cells/wasm-frames.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { coldStart, type FuzzInput, type Step } from './fuzz-input.ts';
import { HostModel } from './host-model.ts';
import { type ModuleTypes, moduleTypes } from './module-types.ts';
import { Oracles, type Violation } from './oracles.ts';
import type { Reached } from './reached.ts';
import { RecordedHost } from './record-steps.ts';
import type { Snapshot, Target } from './target.ts';

/** Blocks that one call may enter: some tenths of a second, where an event of a module in good order takes microseconds. */
export const fuelLimit = 50_000_000;
/** The same while the fuzzer looks for something: what takes so much is run again with all that there may be, and told only if it takes that too. */
export const searchFuel = 2_000_000;

/** A state in the middle of an input, to go on from. */
export type Position = { readonly snapshot: Snapshot; readonly host: HostModel };

/** A call of the module with what it gave, for a record. */
export type Called =
  | { readonly call: 'start'; readonly input: StartInput; readonly output: CallOutput | undefined }
  | { readonly call: 'handle'; readonly input: EventInput; readonly output: CallOutput | undefined }
  /** The next call is the start of the successor. */
  | { readonly call: 'save'; readonly input: CallInput; readonly output: SavedState | undefined };

export type Failure = Violation & {
  /** Where in the module's code, innermost first; of the code with counters. */
  readonly frames: readonly string[];
};

export type Outcome = {
  /** Steps that were something, the start included. */
  readonly events: number;
  /** Of the steps that were run, those that nothing could be made of. */
  readonly idle: readonly number[];
  /** Whether a step has reached what none has before. */
  readonly isNew: boolean;
  readonly failure: Failure | undefined;
  /** The host could not tell what a step says, since it is not of its type: the step is of another version of the module. */
  readonly isUnfit: boolean;
};

const unfit = 'unfit';
const idleStep = 'idle';

type Started = Exclude<Called, { readonly call: 'save' }>;

function refusedOwnState(reason: string): Violation {
  const message = `it refuses to start from what it has saved itself: ${reason}`;
  return { oracle: 'save', code: 'save.refused', message };
}

function otherState(one: SavedState, other: SavedState): Violation | undefined {
  if (one.format === other.format && Buffer.from(one.bytes).equals(other.bytes)) return undefined;
  const message = 'started from what it has saved, it saves something else, though nothing has happened';
  return { oracle: 'save', code: 'save.changed', message };
}

export class Executor {
  readonly target: Target;
  readonly types: ModuleTypes;
  readonly #oracles: Oracles;
  /** Blocks that one call may enter, at most `fuelLimit`. */
  fuel = searchFuel;
  /** Is told of each call, if anyone listens: it costs. */
  onCall: ((called: Called) => void) | undefined;
  /** Requests that the last call made. */
  #made = 0;

  constructor(target: Target) {
    this.target = target;
    const { module } = target.instrumented;
    this.types = moduleTypes(module.definition.world, module.manifest);
    this.#oracles = new Oracles(module);
  }

  /** A host on which nothing has happened. */
  newHost(): HostModel {
    const { manifest } = this.target.instrumented.module;
    const drawsEntropy = manifest.grants.some((grant) => grant.interface === 'eft:host/entropy');
    return new HostModel(this.types, manifest.name, drawsEntropy);
  }

  /** Runs an input from its start on. */
  run(input: FuzzInput, reached: Reached | undefined): Outcome {
    this.target.reset(this.target.fresh);
    return this.#checked(this.#run(this.newHost(), input, input.steps, reached));
  }

  /** Runs the start of an input and its first `count` steps, and gives where that leads; undefined if it fails. */
  advance(input: FuzzInput, count: number): Position | undefined {
    this.target.reset(this.target.fresh);
    const host = this.newHost();
    const { failure, isUnfit } = this.#run(host, input, input.steps.slice(0, count), undefined);
    if (failure !== undefined || isUnfit) return undefined;
    if (this.target.heldHandles > 0) return undefined;
    return { snapshot: this.target.snapshot(), host };
  }

  /** Goes on from a position. What has reached something new is asked for its invariants at the end; the rest only if `isAsked`, for it costs. */
  goOn(from: Position, steps: readonly Step[], reached: Reached | undefined, isAsked = false): Outcome {
    this.target.reset(from.snapshot);
    const outcome = this.#run(from.host.fork(), undefined, steps, reached);
    return outcome.isNew || isAsked ? this.#checked(outcome) : outcome;
  }

  /** What came of a run, with what the module says of itself at the end of it. */
  #checked(outcome: Outcome): Outcome {
    if (outcome.failure !== undefined || outcome.isUnfit || !this.target.statesInvariants) return outcome;
    const failure = this.#check();
    return failure === undefined ? outcome : { ...outcome, failure };
  }

  /** Starts the module with nothing, for who tells it step by step what follows from what it did. */
  begin(host: HostModel): Failure | undefined {
    this.target.reset(this.target.fresh);
    this.target.clearCounters();
    const failure = this.#call({ call: 'start', input: host.start(coldStart), output: undefined }, host);
    return failure === unfit ? undefined : failure;
  }

  /** Tells one step. `idle`: nothing can be made of it; `unfit`: the module cannot be told so. */
  tell(host: HostModel, step: Step): Failure | typeof unfit | typeof idleStep | undefined {
    return this.#step(host, step);
  }

  /** Asks the module for its invariants, if it states any. The state afterwards is of no use. */
  checkInvariants(): Failure | undefined {
    return this.target.statesInvariants ? this.#check() : undefined;
  }

  #check(): Failure | undefined {
    try {
      const checked = this.target.check(this.fuel);
      const violation = this.#oracles.invariants(checked);
      return violation === undefined ? undefined : { ...violation, frames: [] };
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      const message = `asked whether its invariants hold, it ends: ${error.message}`;
      return { oracle: 'invariant', code: 'invariant.trap', message, frames: wasmFrames(error) };
    }
  }

  /** Tells the module exactly what a record says, and gives the first rule that it breaks. */
  rerun(flight: FlightRecord): { readonly failure: Failure | undefined; readonly events: number } {
    const { target } = this;
    const recorded = new RecordedHost(this.types, target.instrumented.module.manifest);
    recorded.start(flight);
    const { begin } = flight;
    let failure: Failure | typeof unfit | undefined;
    target.reset(target.fresh);
    if (begin.begin === 'checkpoint') target.restore(begin.state);
    else {
      // Requests are taken over from a life before, of which the saved state is too.
      const isOwnState = begin.input.requests !== undefined;
      const started = { call: 'start', input: begin.input, output: undefined } as const;
      failure = this.#call(started, recorded.host, isOwnState);
    }
    let events = 0;
    for (const { input } of flight.events) {
      if (failure !== undefined) break;
      recorded.take(input);
      failure = this.#call({ call: 'handle', input, output: undefined }, recorded.host);
      events += 1;
    }
    if (failure === undefined && flight.save !== undefined) {
      try {
        const saved = target.save(flight.save.input, this.fuel);
        const before = begin.begin === 'start' ? begin.input.boot.saved : undefined;
        // Nothing else can be wrong with a state that was saved and refused.
        if (flight.end.end === 'refused' && before !== undefined && events === 0) {
          const violation = otherState(before, saved);
          failure = violation && { ...violation, frames: [] };
        }
      } catch (error) {
        failure = this.#failureOf(error);
      }
    }
    if (failure === undefined && flight.save === undefined && target.statesInvariants)
      failure = this.#check();
    return { failure: failure === unfit ? undefined : failure, events };
  }

  #run(
    host: HostModel,
    start: FuzzInput | undefined,
    steps: readonly Step[],
    reached: Reached | undefined,
  ): Outcome {
    const { target } = this;
    const idle: number[] = [];
    let events = 0;
    let isNew = false;
    target.clearCounters();
    const look = (): void => {
      events += 1;
      if (reached?.note(target) === true) isNew = true;
    };
    if (start !== undefined) {
      const input = host.start(start);
      const failure = this.#call({ call: 'start', input, output: undefined }, host);
      if (failure === undefined) look();
      else target.clearCounters();
      if (failure === unfit) return { events, idle, isNew, failure: undefined, isUnfit: true };
      if (failure !== undefined) return { events, idle, isNew, failure, isUnfit: false };
    }
    for (const [index, step] of steps.entries()) {
      const failure = this.#step(host, step);
      if (failure === idleStep) {
        idle.push(index);
        continue;
      }
      // How far a call got that fails may depend on how deep the stack is.
      if (failure === undefined) look();
      else target.clearCounters();
      if (failure === unfit) return { events, idle, isNew, failure: undefined, isUnfit: true };
      if (failure !== undefined) return { events, idle, isNew, failure, isUnfit: false };
    }
    return { events, idle, isNew, failure: undefined, isUnfit: false };
  }

  #step(host: HostModel, step: Step): Failure | typeof unfit | typeof idleStep | undefined {
    if (step.deed.deed === 'swap') return this.#swap(host, step);
    const next = host.next(step);
    return next === undefined
      ? idleStep
      : this.#call({ call: 'handle', input: next.input, output: undefined }, host);
  }

  /** The module saves, and starts from what it has saved: it may trap in neither, and must not refuse its own words. */
  #swap(host: HostModel, step: Step): Failure | typeof unfit | undefined {
    const { target } = this;
    const input = host.save(step);
    let saved: SavedState;
    try {
      saved = target.save(input, this.fuel);
    } catch (error) {
      this.onCall?.({ call: 'save', input, output: undefined });
      return this.#failureOf(error);
    }
    this.onCall?.({ call: 'save', input, output: saved });
    const { requests, nextRequest } = target.openRequests;
    target.reset(target.fresh);
    const start = host.restart(saved, requests, nextRequest);
    const failure = this.#call({ call: 'start', input: start, output: undefined }, host, true);
    return failure ?? this.#saveAgain(host, saved);
  }

  /**
   * What a module saves right after it has started from what it saved must be the same: else it has forgotten something, or made it up. Who asks for
   * something when it starts may save that too, and is not held to it.
   */
  #saveAgain(host: HostModel, saved: SavedState): Failure | typeof unfit | undefined {
    const { target } = this;
    if (this.#made > 0 || target.heldHandles > 0) return undefined;
    const snapshot = target.snapshot();
    const input = host.fork().save({ afterMs: 0, changes: [], deed: { deed: 'swap' } });
    try {
      const again = target.save(input, this.fuel);
      const violation = otherState(saved, again);
      if (violation === undefined) return undefined;
      this.onCall?.({ call: 'save', input, output: again });
      return { ...violation, frames: [] };
    } catch (error) {
      this.onCall?.({ call: 'save', input, output: undefined });
      return this.#failureOf(error);
    } finally {
      target.reset(snapshot);
    }
  }

  #call(called: Started, host: HostModel, isOwnState = false): Failure | typeof unfit | undefined {
    const { target } = this;
    let output: CallOutput | StartOutput;
    try {
      output =
        called.call === 'start'
          ? target.start(called.input, this.fuel)
          : target.handle(called.input, this.fuel);
    } catch (error) {
      this.onCall?.(called);
      return this.#failureOf(error);
    }
    this.onCall?.({ ...called, output });
    const { effects } = output;
    this.#made = effects.requests.length;
    const refusal = 'refusal' in output && typeof output.refusal === 'string' ? output.refusal : undefined;
    const violation =
      (isOwnState && refusal !== undefined ? refusedOwnState(refusal) : undefined) ??
      (effects.store.length === 0 ? undefined : this.#oracles.store(effects.store)) ??
      (effects.requests.length === 0 ? undefined : this.#oracles.requests(effects.requests)) ??
      this.#oracles.memory(target.pages);
    if (violation !== undefined) return { ...violation, frames: [] };
    host.carryOut(output);
    const held = this.#oracles.held(host.handles.length, host.requests.length, host.timers.length);
    return held === undefined ? undefined : { ...held, frames: [] };
  }

  #failureOf(error: unknown): Failure | typeof unfit {
    if (!(error instanceof EftError)) throw error;
    if (error.code === 'component.value') return unfit;
    const frames = wasmFrames(error);
    if (this.target.isOutOfFuel) {
      const message = `one call enters more than ${this.fuel} blocks of code`;
      return { oracle: 'time', code: 'time.fuel', message, frames };
    }
    return { oracle: 'trap', code: error.code, message: error.message, frames };
  }
}
