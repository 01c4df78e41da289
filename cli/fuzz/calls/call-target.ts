/**
 * A component that is driven by its own functions: an instance with counters, what comes of calls, and a short way back to where it began.
 * Nothing is between the calls and the functions but the canonical ABI.
 */
import { wasmFrames } from '../../../supervisor/cells/wasm-frames.ts';
import type { Instance } from '../../../supervisor/component/component.ts';
import { camelCase } from '../../../supervisor/component/host-name.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import { type Failure, fuelLimit } from '../execute.ts';
import { stackOf } from '../hang-frames.ts';
import {
  type CoreSnapshot,
  type InstrumentedComponent,
  InstrumentedInstance,
  instrumentComponent,
} from '../instrumented-instance.ts';
import type { Reached } from '../reached.ts';
import type { Call, CallInput } from './call-input.ts';
import type { CallComponent } from './call-surface.ts';

/** Pages of 64 KiB that a component without a manifest may use: 64 MiB. */
export const pagesLimit = 1_024;

/** What came of an input: how many calls were made, whether that was new, and the failure it ended with. */
export type CallOutcome = {
  readonly calls: number;
  readonly isNew: boolean;
  readonly failure: Failure | undefined;
  /** A value is not of the type of its parameter: the input is of another version of the component. */
  readonly isUnfit: boolean;
};

type Callable = (...parameters: readonly unknown[]) => unknown;

/** A function of an instance, by interface and name. */
export function functionOf(
  instance: Instance,
  { interface: owner, name }: Pick<Call, 'interface' | 'name'>,
): Callable | undefined {
  const functions = owner === '' ? instance.functions : instance.interfaces.get(owner);
  const found = functions?.[camelCase(name)];
  return typeof found === 'function' ? found : undefined;
}

export class CallTarget {
  readonly instrumented: InstrumentedComponent;
  #instance: InstrumentedInstance;
  readonly #fresh: CoreSnapshot;
  /** By interface and name. */
  #functions = new Map<string, Map<string, Callable>>();
  #hasFailed = false;
  #isAtFresh = true;
  #blocks = 0;

  /** Errors: `fuzz.cannot-instrument`; those of instantiating. */
  constructor({ definition, name }: CallComponent, comparisons: boolean) {
    this.instrumented = instrumentComponent(definition, name, comparisons);
    this.#instance = this.#instantiate();
    this.#fresh = this.#instance.take();
  }

  get counters(): Uint8Array {
    return this.#instance.counters;
  }

  /** Blocks of code that the calls of the last run have entered. */
  get blocks(): number {
    return this.#blocks;
  }

  /** The comparisons since the last `clearComparisons`: bytes of the map, of instrument.ts. */
  get comparisons(): DataView {
    return this.#instance.comparisons;
  }

  clearComparisons(): void {
    this.#instance.clearComparisons();
  }

  look(reached: Reached): boolean {
    return this.#instance.look(reached);
  }

  /** Makes the calls on an instance on which nothing has happened; each may enter `fuel` blocks. `onResult` is told what each gives. */
  run(
    input: CallInput,
    reached: Reached | undefined,
    fuel: number,
    onResult?: (result: unknown) => void,
  ): CallOutcome {
    this.#reset();
    const inside = this.#instance;
    let isNew = false;
    let calls = 0;
    this.#blocks = 0;
    for (const call of input) {
      calls += 1;
      inside.fuel = fuel;
      this.#hasFailed = true;
      try {
        const result = this.#functionOf(call)(...call.parameters);
        inside.checkStores();
        onResult?.(result);
      } catch (error) {
        if (!(error instanceof EftError)) throw error;
        // How far a call got that fails may depend on how deep the stack is.
        inside.clearCounters();
        const isUnfit = error.code === 'component.value';
        return { calls, isNew, failure: isUnfit ? undefined : this.#failureOf(error, fuel), isUnfit };
      }
      this.#hasFailed = false;
      this.#blocks += fuel - inside.fuel;
      if (reached !== undefined && inside.look(reached)) isNew = true;
      if (inside.pages >= pagesLimit) {
        const message = `the memory has grown to ${inside.pages} pages of 64 KiB, and ${pagesLimit} may be`;
        const failure = { oracle: 'memory', code: 'memory.full', message, frames: [] } as const;
        return { calls, isNew, failure, isUnfit: false };
      }
    }
    return { calls, isNew, failure: undefined, isUnfit: false };
  }

  /** The functions on the stack when the last call is ended after so many blocks, innermost first; undefined if it ends by itself. */
  stackAt(input: CallInput, fuel: number): readonly string[] | undefined {
    this.#reset();
    const inside = this.#instance;
    inside.clearCounters();
    this.#hasFailed = true;
    for (const [index, call] of input.entries()) {
      const isLast = index === input.length - 1;
      inside.fuel = isLast ? fuel : fuelLimit;
      try {
        this.#functionOf(call)(...call.parameters);
      } catch (error) {
        return isLast && inside.fuel < 0 ? stackOf(error) : undefined;
      }
    }
    return undefined;
  }

  #functionOf(call: Call): Callable {
    const made = this.#functions.get(call.interface)?.get(call.name);
    if (made !== undefined) return made;
    const known = functionOf(this.#instance.instance, call);
    if (known === undefined)
      throw EftError.of('component.value', {
        value: `the name ${call.name}`,
        expected: 'that of a function',
      });
    const others = this.#functions.get(call.interface) ?? new Map<string, Callable>();
    this.#functions.set(call.interface, others.set(call.name, known));
    return known;
  }

  #reset(): void {
    if (this.#hasFailed || !this.#instance.canGoBack(this.#fresh)) {
      this.#instance = this.#instantiate();
      this.#functions = new Map();
      this.#hasFailed = false;
      this.#isAtFresh = false;
    }
    if (this.#isAtFresh) this.#instance.undo();
    else this.#instance.load(this.#fresh);
    this.#isAtFresh = true;
  }

  #instantiate(): InstrumentedInstance {
    return new InstrumentedInstance(this.instrumented, this.instrumented.component.instantiate({}));
  }

  #failureOf(error: EftError, fuel: number): Failure {
    const frames = wasmFrames(error);
    if (this.#instance.fuel < 0) {
      const message = `one call enters more than ${fuel} blocks of code`;
      return { oracle: 'time', code: 'time.fuel', message, frames };
    }
    return { oracle: 'trap', code: error.code, message: error.message, frames };
  }
}
