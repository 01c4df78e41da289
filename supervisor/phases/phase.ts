/**
 * The boot as a list of named phases, each with its time. What a phase does is in a file of its own; here is how it is run, told
 * to a person, and shown in the store (`eft:resources/boot-phase`).
 *
 * A phase that throws ends the boot: whoever runs it decides what that means. A phase that can go without something says so as
 * `partly`, with a sentence.
 */
import type { BootPhase } from '../capabilities/generated/resources-boot-phase.ts';

/** What came of a phase; `value` is what it made, for the phases after it. */
export type PhaseOutcome<Value> = {
  readonly value: Value;
  /** For a person; empty if there is nothing to say. */
  readonly message?: string;
  /** What the boot goes on without, a sentence each. */
  readonly missing?: readonly string[];
};

/** A phase as it went so far. */
export type PhaseReport = { readonly name: string; readonly value: BootPhase };

export class PhaseRunner {
  readonly #now: () => bigint;
  readonly #tell: (report: PhaseReport) => void;
  readonly #reports = new Map<string, PhaseReport>();

  /** `now` is CLOCK_BOOTTIME in nanoseconds; `tell` hears of every phase when it begins and when it is over. */
  constructor(now: () => bigint, tell: (report: PhaseReport) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  /** All phases so far, in their order. */
  get reports(): readonly PhaseReport[] {
    return [...this.#reports.values()];
  }

  /** Runs one phase. Errors: those of `work`, after they have been told. */
  async run<Value>(
    name: string,
    work: () => PhaseOutcome<Value> | Promise<PhaseOutcome<Value>>,
  ): Promise<Value> {
    const began = this.#now();
    const order = this.#reports.size + 1;
    this.#report(name, { order, state: 'running', began, took: undefined, message: '' });
    try {
      const { value, message = '', missing = [] } = await work();
      const state = missing.length === 0 ? 'done' : 'partly';
      const text = [message, ...missing].filter((part) => part !== '').join('; ');
      this.#report(name, { order, state, began, took: this.#now() - began, message: text });
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#report(name, { order, state: 'failed', began, took: this.#now() - began, message });
      throw error;
    }
  }

  #report(name: string, value: BootPhase): void {
    const report = { name, value };
    this.#reports.set(name, report);
    this.#tell(report);
  }
}
