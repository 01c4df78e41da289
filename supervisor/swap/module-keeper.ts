/**
 * Keeps what is installed on this node: on STATE where there is one, else in memory, and says to each swap when what counts for the next boot.
 */
import type { StateChange } from '../config/life-cycle/state-changes.ts';
import { encodeGeneration, type Generation, type HistoryEntry, noted } from './installed-modules.ts';
import type { SwapJournal } from './swap-journal.ts';

/** Changes what STATE says: gives why it could not, a sentence, or undefined (phases/keep-configuration.ts). */
type ChangeState = (change: StateChange) => Promise<string | undefined>;

export class ModuleKeeper {
  #generation: Generation;
  readonly #change: ChangeState | undefined;
  readonly #tell: (line: string) => void;

  /** `change` is not there on a node without STATE. `tell` hears what could not be written. */
  constructor(
    generation: Generation,
    { change, tell }: { readonly change: ChangeState | undefined; readonly tell: (line: string) => void },
  ) {
    this.#generation = generation;
    this.#change = change;
    this.#tell = tell;
  }

  /** What counts now. */
  get generation(): Generation {
    return this.#generation;
  }

  /** Whether it outlives a reboot. */
  get survives(): boolean {
    return this.#change !== undefined;
  }

  /** The journal of a swap that ends with `next`. Errors of its promises: a sentence why STATE could not be written. */
  journal(next: Generation): SwapJournal {
    const before = this.#generation;
    let isPrepared = false;
    let mayCount = false;
    return {
      prepare: async () => {
        // Also without STATE: what cannot be kept is refused everywhere.
        const content = encodeGeneration(next);
        // A write that fails may have left a part.
        isPrepared = true;
        await this.#write({ type: 'prepare-modules', content });
      },
      commit: async () => {
        // A write that fails may have come as far as the rename.
        mayCount = true;
        await this.#write({ type: 'commit-modules' });
        isPrepared = false;
        this.#generation = next;
      },
      abandon: async () => {
        if (isPrepared) await this.#attempt({ type: 'abandon-modules' });
        if (mayCount) await this.keep(before);
        isPrepared = false;
      },
    };
  }

  /** From now on this counts. What cannot be written is told, and counts until the next boot. */
  async keep(generation: Generation): Promise<void> {
    this.#generation = generation;
    await this.#attempt({ type: 'keep-modules', content: encodeGeneration(generation) });
  }

  async note(entry: HistoryEntry): Promise<void> {
    const { history } = this.#generation;
    await this.keep({ ...this.#generation, history: noted(history, entry) });
  }

  async #write(change: StateChange): Promise<void> {
    const failure = await this.#change?.(change);
    if (failure !== undefined) throw new Error(failure);
  }

  async #attempt(change: StateChange): Promise<void> {
    const failure = await this.#change?.(change);
    if (failure !== undefined) this.#tell(`what is installed could not be written to STATE: ${failure}`);
  }
}
