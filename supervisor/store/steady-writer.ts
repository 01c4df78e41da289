/**
 * Writes what the supervisor has to say, and never throws: what cannot be written is counted, told once, and tried again until it can be or
 * is overtaken by what is to be said next of the same resource.
 *
 * Why: whoever reports must not fail because of what it reports on. A module can hold a resource, and that must not end PID 1.
 *
 * What waits is one effect for each resource, so at most as many as the supervisor itself writes.
 */
import type { EftError } from '../errors/eft-error.ts';
import type { Effect, RecordValue, Reference } from './resource.ts';
import type { Store } from './store.ts';

/** Milliseconds before what could not be written is tried again: doubled each time, up to the most. */
export const firstRetryMs = 10;
export const longestRetryMs = 60_000;

export type SteadyWriterOptions = {
  readonly store: Store;
  readonly actor: string;
  /** Calls `fire` after `delayMs`; gives a function that calls it off. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
  /** Is told once of each resource that cannot be written, until it could be. */
  readonly onTrouble: (reference: Reference, why: EftError) => void;
};

type Written = Extract<Effect, { effect: 'put' | 'remove' }>;

export class SteadyWriter {
  readonly #options: SteadyWriterOptions;
  readonly #waiting = new Map<string, Written>();
  readonly #told = new Set<string>();
  #failures = 0;
  #retryMs = firstRetryMs;
  #cancelRetry: (() => void) | undefined;

  constructor(options: SteadyWriterOptions) {
    this.#options = options;
  }

  /** Resources that wait to be written. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** How often something could not be written. */
  get failures(): number {
    return this.#failures;
  }

  put(kind: string, id: string, value: RecordValue): void {
    this.#write({ effect: 'put', kind, id, value });
  }

  /** Nothing happens if there is none. */
  remove(kind: string, id: string): void {
    this.#write({ effect: 'remove', kind, id });
  }

  /** Gives up what waits. */
  stop(): void {
    this.#waiting.clear();
    this.#told.clear();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #write(effect: Written): void {
    this.#waiting.delete(`${effect.kind}\n${effect.id}`);
    this.#try(effect);
    this.#arm();
  }

  /** True if it was written. */
  #try(effect: Written): boolean {
    const { store, actor, onTrouble } = this.#options;
    const { kind, id } = effect;
    const key = `${kind}\n${id}`;
    const result = store.commit(actor, store.revision, [effect]);
    if (result.outcome === 'committed') {
      // Whoever was told of it may have had something newer to say, which waits.
      if (this.#waiting.get(key) === effect) this.#waiting.delete(key);
      if (!this.#waiting.has(key)) this.#told.delete(key);
      return true;
    }
    this.#failures++;
    const why = result.outcome === 'refused' ? result.error : result.because;
    if (why === undefined || result.outcome === 'conflicted' || isFull(why)) this.#waiting.set(key, effect);
    else this.#waiting.delete(key);
    if (why !== undefined && !this.#told.has(key)) {
      this.#told.add(key);
      onTrouble({ kind, id }, why);
    }
    return false;
  }

  #arm(): void {
    if (this.#waiting.size === 0) {
      this.#cancelRetry?.();
      this.#cancelRetry = undefined;
      this.#retryMs = firstRetryMs;
    } else {
      this.#cancelRetry ??= this.#options.after(this.#retryMs, () => this.#retry());
    }
  }

  #retry(): void {
    this.#cancelRetry = undefined;
    let isBetter = false;
    for (const key of [...this.#waiting.keys()]) {
      // What was written before this may have led to something newer.
      const effect = this.#waiting.get(key);
      if (effect !== undefined) isBetter = this.#try(effect) || isBetter;
    }
    this.#retryMs = isBetter ? firstRetryMs : Math.min(longestRetryMs, this.#retryMs * 2);
    this.#arm();
  }
}

/** Whether it would be taken as soon as the actor has less. Whatever else is refused would be refused again. */
function isFull({ code }: EftError): boolean {
  return code === 'store.too-many-resources' || code === 'store.too-many-bytes';
}
