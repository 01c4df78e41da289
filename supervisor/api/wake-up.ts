/** Wakes those who wait for something to happen: readers that have read all there is. */
export class WakeUp {
  readonly #sleepers = new Set<() => void>();

  /** Wakes everyone who sleeps now. */
  ring(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Resolves when it rings, or when `signal` aborts. Whoever looks and then sleeps, without waiting in between, misses nothing. */
  sleep(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
