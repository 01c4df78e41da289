/**
 * Keeps of a cell what a replay needs: the last checkpoint, and every input since. What is kept is shared with the store, not
 * copied; what a module does not see, such as private keys, cannot be in it.
 *
 * When enough inputs have gathered, a new checkpoint is due, and what came before it is forgotten.
 */
import type { EventInput, StartInput } from './module-events.ts';
import type { RunnerState } from './module-runner.ts';

/** Inputs after which a checkpoint is due. */
export const inputsPerCheckpoint = 1_024;
/** Inputs that are kept at most when no checkpoint comes: a cell that holds handles has none. */
const inputsKept = 4 * inputsPerCheckpoint;

/** Where a record begins. */
export type RecordBegin =
  | { readonly begin: 'start'; readonly input: StartInput }
  | { readonly begin: 'checkpoint'; readonly state: RunnerState };

/** Everything that happened in a cell since the record's begin. */
export type FlightRecord = { readonly begin: RecordBegin; readonly inputs: readonly EventInput[] };

export class FlightRecorder {
  #begin: RecordBegin | undefined;
  #inputs: EventInput[] = [];
  /** Inputs at the time that the checkpoint under way was asked for. */
  #markedAt: number | undefined;
  #isWhole = true;

  /** A new instance has been started. */
  started(input: StartInput): void {
    this.#begin = { begin: 'start', input };
    this.#inputs = [];
    this.#markedAt = undefined;
    this.#isWhole = true;
  }

  /** An event is about to be handled. */
  handling(input: EventInput): void {
    if (this.#inputs.length >= inputsKept) {
      this.#isWhole = false;
      this.#inputs.shift();
    }
    this.#inputs.push(input);
  }

  /** Whether a checkpoint should be taken now. */
  get isCheckpointDue(): boolean {
    return this.#markedAt === undefined && this.#inputs.length >= inputsPerCheckpoint;
  }

  /** A checkpoint has been asked for: it will be of the state after all inputs so far. */
  markCheckpoint(): void {
    this.#markedAt = this.#inputs.length;
  }

  /** The checkpoint has come. */
  checkpointed(state: RunnerState): void {
    if (this.#markedAt === undefined) return;
    this.#inputs = this.#inputs.slice(this.#markedAt);
    this.#begin = { begin: 'checkpoint', state };
    this.#markedAt = undefined;
    this.#isWhole = true;
  }

  /** What happened since the last checkpoint, or undefined if it cannot be replayed. */
  record(): FlightRecord | undefined {
    if (this.#begin === undefined || !this.#isWhole) return undefined;
    return { begin: this.#begin, inputs: [...this.#inputs] };
  }
}
