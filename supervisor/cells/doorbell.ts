/**
 * A word of shared memory that the supervisor rings when it has sent a message, and that a cell's thread sleeps at in between.
 *
 * Why not the event loop: a thread that sleeps in its loop is woken through a descriptor, and finds the message through several layers of
 * the loop and of Node. Waking it here takes a third of the time (`npm run bench:cells`). The messages themselves go their usual way: the
 * word says that there are some, and nothing else, and the supervisor never reads it.
 *
 * A thread that sleeps here is ended by `terminate` like any other.
 */
export class Doorbell {
  /** What both sides share. */
  readonly shared: SharedArrayBuffer;
  readonly #word: Int32Array;

  /** The supervisor makes one; the thread makes its own end of what it is given. */
  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#word = new Int32Array(shared);
  }

  /** How often it has rung so far; begins again at the lowest number after the highest. */
  get rings(): number {
    return Atomics.load(this.#word, 0);
  }

  /** There is a message. */
  ring(): void {
    Atomics.add(this.#word, 0, 1);
    Atomics.notify(this.#word, 0, 1);
  }

  /** Sleeps until it has rung since it had `rings`; false if it has not within `patienceMs`. */
  wait(rings: number, patienceMs: number): boolean {
    return Atomics.wait(this.#word, 0, rings, patienceMs) !== 'timed-out';
  }
}
