/** When a cell may be given its next event: it has an account of the supervisor's thread (thread-share.ts), and conflicts in a row make it wait (conflict-pace.ts). */
import type { CellWorld } from './cell-world.ts';
import { ConflictPace } from './conflict-pace.ts';
import { ThreadShare } from './thread-share.ts';

export class CellPace {
  readonly #world: Pick<CellWorld, 'time' | 'ranMs' | 'isBooting'>;
  readonly #share = new ThreadShare();
  readonly #conflicts = new ConflictPace();

  constructor(world: Pick<CellWorld, 'time' | 'ranMs' | 'isBooting'>) {
    this.#world = world;
  }

  /** Does `work` for the module, on its account. */
  account(work: () => void): void {
    const beginMs = this.#ranMs();
    work();
    if (this.#isBooting) return;
    const workMs = this.#ranMs() - beginMs;
    const nowMs = this.#nowMs();
    this.#share.spend(nowMs - workMs, nowMs);
  }

  /** What the module wanted to write was taken, or conflicted. */
  noteCommit(isTaken: boolean): void {
    this.#conflicts.note(isTaken, this.#nowMs());
  }

  /** Milliseconds that the next event has to wait; 0 if it need not. */
  waitMs(): number {
    const nowMs = this.#nowMs();
    return Math.max(this.#isBooting ? 0 : this.#share.waitMs(nowMs), this.#conflicts.waitMs(nowMs));
  }

  get #isBooting(): boolean {
    return this.#world.isBooting?.() ?? false;
  }

  /** Milliseconds that the thread has run: a piece of work that was interrupted is as long as without that. */
  #ranMs(): number {
    return this.#world.ranMs?.() ?? this.#nowMs();
  }

  #nowMs(): number {
    return Number(this.#world.time().now) / 1e6;
  }
}
