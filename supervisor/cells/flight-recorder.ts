/**
 * Keeps of a cell what a replay needs: the last checkpoint, and every call since, with what it gave. What is kept is
 * shared with the store and the messages, not copied; it is put into bytes only when a record is written (record-file.ts).
 *
 * When enough has gathered, by number or by size, a checkpoint is due, and what came before it is forgotten. A module that has more to do
 * is not held up by it until three times as much has gathered.
 *
 * The danger: this keeps alive in PID 1 what a module was told and what it said, so a module that talks much would fill
 * PID 1's heap, and a checkpoint is a copy of its memory. What is kept has limits with names, for each cell and, of checkpoints, for all
 * cells together (checkpoint-budget.ts); beyond them there is no record, and never too much of one.
 */
import type { SentError } from './cell-messages.ts';
import { CheckpointBudget } from './checkpoint-budget.ts';
import { keptBytes } from './kept-bytes.ts';
import type {
  CallInput,
  CallOutput,
  EventInput,
  SavedState,
  StartInput,
  StartOutput,
} from './module-events.ts';
import type { RunnerState } from './module-runner.ts';

/** Events after which a checkpoint is due. */
export const eventsPerCheckpoint = 1_024;
/** Estimated bytes of inputs and outputs after which a checkpoint is due. */
export const bytesPerCheckpoint = 2 * 1024 * 1024;
/** How many times that is kept when no checkpoint comes: a module that holds handles has none. */
const patience = 4;
/** How many times that a module is left to work off what waits for it before the checkpoint is taken: a burst is not held up by copies. */
const burst = 3;

/** Where a record begins. `output` is missing if the start did not return. */
export type RecordBegin =
  | { readonly begin: 'start'; readonly input: StartInput; readonly output: StartOutput | undefined }
  | { readonly begin: 'checkpoint'; readonly state: RunnerState };

/** One event with what came of it. `output` is missing if the call did not return: it can be so for the last one only. */
export type RecordedEvent = { readonly input: EventInput; readonly output: CallOutput | undefined };

/** The call of `save` with what it gave. `output` is missing if it did not return. */
export type RecordedSave = { readonly input: CallInput; readonly output: SavedState | undefined };

/**
 * How a record ends.
 * - `running`: the record was taken from a cell in good health.
 * - `failed`: the module failed in its last call, by a trap or by breaking a rule of its interfaces.
 * - `stopped`: its time was over.
 * - `refused`: its last call returned, and what it wanted was refused.
 * - `lost`: its thread was gone.
 */
export type RecordEnd =
  | { readonly end: 'running' }
  | { readonly end: 'failed' | 'stopped' | 'refused' | 'lost'; readonly error: SentError };

/** Everything that happened in a cell since the record's begin. */
export type FlightRecord = {
  readonly begin: RecordBegin;
  readonly events: readonly RecordedEvent[];
  /** The last call of all, if the module was about to be replaced. */
  readonly save?: RecordedSave;
  readonly end: RecordEnd;
};

const pageSize = 65_536;

type OpenEvent = { readonly input: EventInput; output: CallOutput | undefined };

export class FlightRecorder {
  /** Bytes that the instance's memories had at its last checkpoint; 0 if there was none. */
  memoryBytes = 0;
  readonly #budget: CheckpointBudget;
  #begin: RecordBegin | undefined;
  /** The calls since the begin; undefined when they have become too much to keep. */
  #events: OpenEvent[] | undefined;
  #save: RecordedSave | undefined;
  #bytes = 0;
  /** What has come since a checkpoint was last asked for. */
  #eventsSince = 0;
  #bytesSince = 0;
  /** How many events the checkpoint that has been asked for will cover. */
  #covered: number | undefined;

  /** `budget` is what the checkpoints of all cells share. */
  constructor(budget = new CheckpointBudget()) {
    this.#budget = budget;
  }

  /** A new instance is about to start. */
  started(input: StartInput): void {
    this.#budget.release(this);
    this.memoryBytes = 0;
    this.#restart({ begin: 'start', input, output: undefined });
    this.#save = undefined;
    this.#covered = undefined;
    this.#eventsSince = 0;
    this.#bytesSince = 0;
  }

  /** The start has returned. */
  startReturned(output: StartOutput): void {
    if (this.#begin?.begin === 'start') this.#begin = { ...this.#begin, output };
  }

  /** An event is about to be handled. */
  handling(input: EventInput): void {
    this.#eventsSince += 1;
    this.#events?.push({ input, output: undefined });
    const { batches, answers, event, arrivals } = input;
    this.#charge(keptBytes([batches, answers, event, arrivals]));
  }

  /** The event has been handled. */
  handled(output: CallOutput): void {
    const last = this.#events?.at(-1);
    if (last !== undefined) last.output = output;
    this.#charge(keptBytes(output.effects));
  }

  /** The module is about to save its state. */
  saving(input: CallInput): void {
    this.#save = { input, output: undefined };
  }

  /** It has saved it. */
  saved(output: SavedState): void {
    if (this.#save !== undefined) this.#save = { ...this.#save, output };
  }

  /** Whether a checkpoint should be taken now. `hasNews`: there is something for the module to do meanwhile. */
  isCheckpointDue(hasNews: boolean): boolean {
    if (this.#covered !== undefined) return false;
    const times = hasNews ? burst : 1;
    return this.#eventsSince >= times * eventsPerCheckpoint || this.#bytesSince >= times * bytesPerCheckpoint;
  }

  /** A checkpoint has been asked for: it will be of the state after all events so far. */
  markCheckpoint(): void {
    this.#covered = this.#events?.length ?? 0;
    this.#eventsSince = 0;
    this.#bytesSince = 0;
  }

  /** The checkpoint has come. If the module has none for now, or there is no room for it, what is kept stays, and it is asked again later. */
  checkpointed(state: RunnerState | undefined): void {
    const covered = this.#covered;
    this.#covered = undefined;
    if (covered === undefined || state === undefined) return;
    this.memoryBytes = state.core.reduce((sum, { pages }) => sum + pages * pageSize, 0);
    const since = this.#events?.slice(covered);
    if (this.#budget.claim(this, checkpointBytes(state), () => this.#forget()))
      this.#restart({ begin: 'checkpoint', state }, since);
  }

  /** What happened since the begin, or undefined if it cannot be replayed. */
  record(end: RecordEnd = { end: 'running' }): FlightRecord | undefined {
    if (this.#begin === undefined || this.#events === undefined) return undefined;
    const events = this.#events.map((event) => ({ ...event }));
    const save = this.#save === undefined ? {} : { save: this.#save };
    return { begin: this.#begin, events, ...save, end };
  }

  #restart(begin: RecordBegin, events: OpenEvent[] = []): void {
    this.#begin = begin;
    this.#events = events;
    this.#bytes = events.reduce((sum, { input, output }) => sum + keptBytes(input) + keptBytes(output), 0);
  }

  /** There is no record until a later checkpoint, or the next start. */
  #forget(): void {
    this.#begin = undefined;
    this.#events = undefined;
  }

  #charge(bytes: number): void {
    this.#bytes += bytes;
    this.#bytesSince += bytes;
    const isTooMuch =
      this.#bytes > patience * bytesPerCheckpoint ||
      (this.#events?.length ?? 0) > patience * eventsPerCheckpoint;
    if (isTooMuch) this.#events = undefined;
  }
}

function checkpointBytes({ core, mirror, requests }: RunnerState): number {
  const memory = core.reduce((sum, { memory: bytes }) => sum + bytes.length, 0);
  return memory + keptBytes(mirror) + keptBytes(requests);
}
