/**
 * Runs a flight record again: the same module, from the same state, with the same inputs, and holds what it gives against what it gave.
 *
 * It is the same `ModuleRunner` that ran in the cell, and a module is a function of its events, so the outputs are the same and
 * a trap comes again, at the same instruction. Nobody carries out what the module wants. Not repeated to the instruction: a module
 * that used up the stack.
 *
 * A cell that was killed from outside, for its time or with its thread, was so at a moment that is in no input. There the replay says that
 * all was the same up to the kill, and how the call that was under way goes here.
 *
 * Everything runs in this thread, without a limit of time: what may hang is run by `replay-guard.ts`.
 */

import { Component } from '../component/component.ts';
import { decodeComponent } from '../component/decode.ts';
import { EftError } from '../errors/eft-error.ts';
import { checkAuthority, surfaceOf } from '../manifest/authority.ts';
import { checkMemory } from '../manifest/memory-bound.ts';
import { differenceLines, effectCount, eventText, outputLines, valueText } from './call-output-text.ts';
import type { CellModule } from './cell.ts';
import type { SentError } from './cell-messages.ts';
import { memoryNote, toSent } from './cell-thread.ts';
import type { FlightRecord, RecordEnd, RecordedSave } from './flight-recorder.ts';
import { loadModule } from './load-module.ts';
import type { CallOutput, LogLine, SavedState, StartOutput } from './module-events.ts';
import { ModuleRunner } from './module-runner.ts';
import type { ModuleRecord } from './record-file.ts';
import { encodeRecordValue } from './record-writer.ts';
import { ReplayLog } from './replay-log.ts';

/** One call of the module, replayed. */
export type ReplayStep = {
  /** 0 is the begin, the start or the checkpoint; events count from 1, and a `save` counts as the one after the last. */
  readonly index: number;
  /** What the module was told: `timer "renew"`. */
  readonly what: string;
  /** Nanoseconds since the start, or since the first event after a checkpoint. */
  readonly sinceBegin: bigint;
  /** What it logged, at most so much of it (replay-log.ts). */
  readonly log: readonly LogLine[];
  /** Lines that it logged besides. */
  readonly logLeftOut: number;
  readonly effects: number;
  /** What the call gave; undefined at a checkpoint, and if it did not return. */
  readonly output: CallOutput | undefined;
  /** Why it did not return. */
  readonly error: SentError | undefined;
};

/**
 * How the call that a cell was killed in goes here.
 * - `does-not-return`: not within the guard's limit.
 * - `returns`: it is not endless, and was slow there, or the machine was; or its thread was lost for another reason.
 * - `fails`: by itself, later than it was killed there.
 * - `lost`: its thread is lost here too.
 * - `between-calls`: no call was under way, but a checkpoint or a heartbeat.
 */
export type KilledCall = 'does-not-return' | 'returns' | 'fails' | 'lost' | 'between-calls';

/** How a replay went up to its end. */
export type ReplayResult = {
  /**
   * - `same`: all that was replayed gave what is recorded, up to the same failure if there was one.
   * - `same-up-to-the-kill`: all gave what is recorded, up to where the cell was killed from outside.
   * - `differs`: something gave something else.
   */
  readonly verdict: 'same' | 'same-up-to-the-kill' | 'differs';
  /** Events replayed. */
  readonly events: number;
  /** Where it differs first and how, in lines for a person. */
  readonly difference: { readonly index: number; readonly lines: readonly string[] } | undefined;
  /** The failure that the replay ended with. */
  readonly error: SentError | undefined;
  /**
   * - `end`: all calls of the record were made.
   * - `failed`: a call did not return.
   * - `hung`: a call was stopped, by the guard.
   * - `until`: it was asked to go no further.
   */
  readonly ending: 'end' | 'failed' | 'hung' | 'until';
  /** Only of what is the same up to the kill. */
  readonly killed: KilledCall | undefined;
};

export type ReplayOptions = {
  /** The last event to replay. */
  readonly until?: number;
  /** Is told of a call that is about to be made: should it hang, this was the last word. */
  readonly onCall?: (index: number) => void;
  readonly onStep?: (step: ReplayStep) => void;
};

/**
 * Holds the module of a record against all that a node holds it against, but for signatures.
 * Errors: `component.*`, `manifest.*`, `module.*`, `interface.*`, `cell.unstoppable` and its like.
 */
export function loadRecorded({ module }: ModuleRecord): CellModule {
  const definition = decodeComponent(module.component);
  checkAuthority(module.manifest, surfaceOf(definition.world));
  checkMemory(module.manifest, definition);
  return loadModule({ ...module, definition });
}

/** Replays `flight`, which `module` made. Error: `record.checkpoint` if it begins at a checkpoint of something else. */
export function replay(module: CellModule, flight: FlightRecord, options: ReplayOptions = {}): ReplayResult {
  return new Replay(module, flight, options).run();
}

/** What a call came to. */
type Output = CallOutput | StartOutput | SavedState;
type Outcome<Result> = { readonly output: Result } | { readonly error: SentError };

class Replay {
  readonly #module: CellModule;
  readonly #flight: FlightRecord;
  readonly #options: ReplayOptions;
  readonly #log = new ReplayLog();

  constructor(module: CellModule, flight: FlightRecord, options: ReplayOptions) {
    this.#module = module;
    this.#flight = flight;
    this.#options = options;
  }

  run(): ReplayResult {
    const { events, save } = this.#flight;
    const { until = events.length + 1 } = this.#options;
    this.#options.onCall?.(0);
    const runner = this.#open();
    const beginning =
      runner instanceof ModuleRunner ? this.#begin(runner) : this.#stopAt(0, runner, undefined);
    if (beginning !== undefined || !(runner instanceof ModuleRunner))
      return beginning ?? this.#result(0, 'end');
    for (const [at, { input, output }] of events.entries()) {
      const index = at + 1;
      if (index > until) return this.#result(at, 'until');
      this.#options.onCall?.(index);
      const outcome = attempt(() => runner.handle(input));
      this.#tell(index, eventText(input.event), input.time.now, outcome);
      const stopped = this.#judge(index, outcome, output);
      if (stopped !== undefined) return stopped;
    }
    if (save !== undefined) {
      if (events.length + 1 > until) return this.#result(events.length, 'until');
      const stopped = this.#save(runner, events.length + 1, save);
      if (stopped !== undefined) return stopped;
    }
    if (wasKilled(this.#flight.end)) return killedResult(events.length, 'between-calls', 'end');
    return this.#result(events.length, 'end');
  }

  #save(runner: ModuleRunner, index: number, { input, output }: RecordedSave): ReplayResult | undefined {
    this.#options.onCall?.(index);
    const outcome = attempt(() => runner.save(input));
    this.#tell(index, 'save', input.time.now, 'error' in outcome ? outcome : { output: undefined });
    return this.#judge(index, outcome, output);
  }

  /** An instance, or why there is none: a start function of the core module can trap too. */
  #open(): ModuleRunner | SentError {
    try {
      const component = Component.compile(this.#module.component, this.#module.modules);
      return new ModuleRunner(component, this.#module.manifest, (line) => this.#log.write(line));
    } catch (error) {
      const sent = toSent(error);
      this.#tell(0, 'load', 0n, { error: sent });
      return sent;
    }
  }

  #begin(runner: ModuleRunner): ReplayResult | undefined {
    const { begin } = this.#flight;
    if (begin.begin === 'start') {
      const outcome = attempt(() => runner.start(begin.input));
      this.#tell(0, `start (${begin.input.boot.reason})`, begin.input.time.now, outcome);
      return this.#judge(0, outcome, begin.output);
    }
    try {
      runner.restore(begin.state);
    } catch (cause) {
      const { name, version } = this.#module.manifest;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw EftError.of('record.checkpoint', { module: `${name} ${version}`, reason }, { cause });
    }
    this.#step({
      index: 0,
      what: 'checkpoint',
      sinceBegin: 0n,
      ...this.#log.take(),
      effects: 0,
      output: undefined,
      error: undefined,
    });
    return undefined;
  }

  #tell(index: number, what: string, now: bigint, outcome: Outcome<CallOutput | undefined>): void {
    const output = 'output' in outcome ? outcome.output : undefined;
    this.#step({
      index,
      what,
      sinceBegin: now - this.#beganAt(now),
      ...this.#log.take(),
      effects: output === undefined ? 0 : effectCount(output),
      output,
      error: 'error' in outcome ? outcome.error : undefined,
    });
  }

  #step(step: ReplayStep): void {
    this.#options.onStep?.(step);
  }

  #beganAt(now: bigint): bigint {
    const { begin, events } = this.#flight;
    return begin.begin === 'start' ? begin.input.time.now : (events[0]?.input.time.now ?? now);
  }

  /** The result, if the replay ends with this call. */
  #judge(index: number, outcome: Outcome<Output>, recorded: Output | undefined): ReplayResult | undefined {
    if ('error' in outcome) return this.#stopAt(index, outcome.error, recorded);
    if (recorded !== undefined) {
      if (isSameOutput(recorded, outcome.output)) return undefined;
      return this.#differs(index, outputDifference(recorded, outcome.output), 'end');
    }
    const { end } = this.#flight;
    if (end.end === 'running') return undefined;
    if (wasKilled(end)) return killedResult(index, 'returns', 'end');
    const lines = [`- ${failureText(end)}`, `+ ${returnText(outcome.output, 'returns', 'wants')}`];
    return this.#differs(index, lines, 'end');
  }

  /** A call failed here; did it fail there? */
  #stopAt(index: number, error: SentError, recorded: Output | undefined): ReplayResult {
    const { end } = this.#flight;
    if (recorded !== undefined) {
      const returned = `- ${returnText(recorded, 'returned', 'wanted')}`;
      return this.#differs(index, [returned, `+ it fails: ${error.code}: ${error.message}`], 'failed', error);
    }
    if (wasKilled(end)) return killedResult(index, 'fails', 'failed', error);
    if (end.end === 'failed' && isSameFailure(end.error, error)) return this.#result(index, 'failed', error);
    const lines = differenceLines(
      [failureText(end), ...framesText(end)],
      [`it fails: ${error.code}: ${error.message}`, ...(error.frames ?? [])],
    );
    return this.#differs(index, lines, 'failed', error);
  }

  #result(events: number, ending: ReplayResult['ending'], error?: SentError): ReplayResult {
    return { verdict: 'same', events, difference: undefined, error, ending, killed: undefined };
  }

  #differs(
    index: number,
    lines: readonly string[],
    ending: ReplayResult['ending'],
    error?: SentError,
  ): ReplayResult {
    const difference = { index, lines };
    return { verdict: 'differs', events: index, difference, error, ending, killed: undefined };
  }
}

/** Whether the cell was ended from outside, at a moment that no input tells. */
export function wasKilled({ end }: RecordEnd): boolean {
  return end === 'stopped' || end === 'lost';
}

/** The same up to the kill, in or after the call `index`. */
export function killedResult(
  index: number,
  killed: KilledCall,
  ending: ReplayResult['ending'],
  error?: SentError,
): ReplayResult {
  const verdict = 'same-up-to-the-kill';
  return { verdict, events: index, difference: undefined, error, ending, killed };
}

function attempt<Result>(call: () => Result): Outcome<Result> {
  try {
    return { output: call() };
  } catch (error) {
    return { error: toSent(error) };
  }
}

function isSameOutput(one: Output, other: Output): boolean {
  return Buffer.from(encodeRecordValue(one)).equals(encodeRecordValue(other));
}

/** `it returned, and wanted 3 things done`. */
function returnText(output: Output, returns: string, wants: string): string {
  if (!('effects' in output)) return `it ${returns} ${output.bytes.length} bytes of saved state`;
  return `it ${returns}, and ${wants} ${effectCount(output)} things done`;
}

function linesOf(output: Output): readonly string[] {
  if ('effects' in output) return outputLines(output);
  return [`saved state of format ${output.format}: ${valueText(output.bytes)}`];
}

function outputDifference(recorded: Output, replayed: Output): readonly string[] {
  const lines = differenceLines(linesOf(recorded), linesOf(replayed));
  return lines.length > 0 ? lines : ['- and + differ only in what is too long to be shown'];
}

/** The same code and message; and the same place, if both say where. */
function isSameFailure(one: SentError, other: SentError): boolean {
  if (one.code !== other.code || headline(one.message) !== headline(other.message)) return false;
  const [ours = [], theirs = []] = [one.frames, other.frames];
  return ours.length === theirs.length && ours.every((frame, index) => frame === theirs[index]);
}

/** What went wrong in the host itself carries a stack, with the paths of one machine. */
function headline(message: string): string {
  return message.split('\n    at ', 1)[0]?.split(memoryNote, 1)[0] ?? '';
}

/** How the record says that its last call ended. */
export function failureText(end: RecordEnd): string {
  switch (end.end) {
    case 'running':
      return 'it was still under way';
    case 'failed':
      return `it failed: ${end.error.code}: ${end.error.message}`;
    case 'stopped':
    case 'refused':
    case 'lost':
      return `${end.error.code}: ${end.error.message}`;
  }
}

function framesText(end: RecordEnd): readonly string[] {
  return end.end === 'running' ? [] : (end.error.frames ?? []);
}
