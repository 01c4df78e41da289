/**
 * What a module does, as digests: one for each call, of all that the call wants done, what it logs, and at the end what it saves. Two builds
 * of a module behave alike on an input if their digests are the same.
 */
import { hash } from 'node:crypto';
import type { LogLine } from '../../supervisor/cells/module-events.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import {
  type Called,
  Executor,
  type Failure,
  fuelLimit,
  type Outcome,
  type Position,
} from '../fuzz/execute.ts';
import type { FuzzInput, Step } from '../fuzz/fuzz-input.ts';
import type { Reached } from '../fuzz/reached.ts';
import { type FuzzModule, instrumentModule, Target } from '../fuzz/target.ts';

export type Behaviour = {
  /** One digest a call. */
  readonly calls: readonly string[];
  /** The first rule that was broken, by this module alone: not by differing from another. */
  readonly failure: Failure | undefined;
  /** The steps are not of this module's types. */
  readonly isUnfit: boolean;
  /** Whether something was reached that never was before. */
  readonly isNew: boolean;
};

/** The clock when a module is asked what it would save. */
const savedAt = { now: 1n << 50n, wall: 1n << 60n, isSynchronized: true };

/** A module with counters, and what it does. */
export class Subject {
  readonly target: Target;
  readonly executor: Executor;
  /** Is told of each call and what it has logged, if anyone listens; of the one at the end too, by which it saves. */
  onCall: ((called: Called, log: readonly LogLine[]) => void) | undefined;
  #calls: string[] = [];

  /** Error: `fuzz.cannot-instrument`. */
  constructor(module: FuzzModule) {
    this.target = new Target(instrumentModule(module, false));
    this.target.keepsLog = true;
    this.executor = new Executor(this.target);
    this.executor.onCall = (called) => {
      const { log } = this.target;
      this.#calls.push(digestOf([called.call, called.output, log]));
      this.onCall?.(called, [...log]);
      log.length = 0;
    };
  }

  /** Runs an input from its start, and has the module save in the end. */
  run(input: FuzzInput, reached?: Reached): Behaviour {
    const behaviour = this.#observe(() => this.executor.run(input, reached));
    // What saving has reached belongs to the input as well.
    reached?.note(this.target);
    return behaviour;
  }

  /** Goes on from a position. */
  goOn(from: Position, steps: readonly Step[], reached?: Reached): Behaviour {
    return this.#observe(() => this.executor.goOn(from, steps, reached));
  }

  /** The position behind the first `count` steps, if they lead there, and what was done on the way. */
  advance(
    input: FuzzInput,
    count: number,
  ): { readonly position: Position | undefined; readonly calls: readonly string[] } {
    this.#begin();
    const position = this.executor.advance(input, count);
    return { position, calls: this.#calls };
  }

  #begin(): void {
    this.#calls = [];
    this.target.log.length = 0;
  }

  #observe(run: () => Outcome): Behaviour {
    this.#begin();
    const { failure, isUnfit, isNew } = run();
    const calls = this.#calls;
    if (failure !== undefined || isUnfit) return { calls, failure, isUnfit, isNew };
    return { calls, failure: this.#save(calls), isUnfit, isNew };
  }

  #save(calls: string[]): Failure | undefined {
    const { manifest } = this.target.instrumented.module;
    const hasSeed = manifest.grants.some((grant) => grant.interface === 'eft:host/entropy');
    const seed = hasSeed ? new Uint8Array(32) : undefined;
    const fail = (oracle: Failure['oracle'], code: string, message: string): Failure => ({
      oracle,
      code,
      message,
      frames: [],
    });
    const input = { time: savedAt, seed, batches: [], answers: [] };
    try {
      const saved = this.target.save(input, fuelLimit);
      calls.push(digestOf(saved));
      this.onCall?.({ call: 'save', input, output: saved }, [...this.target.log]);
      if (saved.format === manifest.savedState.writes) return undefined;
      return fail(
        'save',
        'save.format',
        `it saves format ${saved.format}, and its manifest says ${manifest.savedState.writes}`,
      );
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      this.onCall?.({ call: 'save', input, output: undefined }, [...this.target.log]);
      return fail('trap', error.code, error.message);
    }
  }
}

/** Of the value, whatever the engine keeps it in: `v8.serialize` tells apart texts that are the same. */
function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`;
    if (!ArrayBuffer.isView(item)) return item;
    return Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('latin1');
  });
  return hash('sha1', text, 'base64');
}

/** The first call in which two behaviours are not the same; undefined if there is none. */
export function firstDifference(one: readonly string[], other: readonly string[]): number | undefined {
  const count = Math.max(one.length, other.length);
  for (let call = 0; call < count; call += 1) if (one[call] !== other[call]) return call;
  return undefined;
}
