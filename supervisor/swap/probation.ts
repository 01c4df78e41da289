/**
 * How a version that is on trial shows that it is well: it has started, it has worked off what waited for it, it is no worse than the version
 * before was, and it stays so for a while.
 */
import type { Cell } from '../cells/cell.ts';
import type { CellWorld } from '../cells/cell-world.ts';
import type { HealthState } from '../cells/module-events.ts';
import { EftError } from '../errors/eft-error.ts';

/** Milliseconds that a version must have been well, unless the swap says otherwise. */
export const defaultWellMs = 2_000;
/** Milliseconds that it has to become well, unless the swap says otherwise. */
export const defaultLimitMs = 30_000;

export type ProbationOptions = {
  readonly cell: Cell;
  /** What the version before said of itself; a module that was not running is to become healthy. */
  readonly before: HealthState;
  readonly wellMs: number;
  readonly limitMs: number;
  readonly after: CellWorld['after'];
  readonly onPassed: () => void;
  readonly onFailed: (error: EftError) => void;
};

export class Probation {
  readonly #options: ProbationOptions;
  #cancelLimit: () => void = () => undefined;
  #cancelWell: (() => void) | undefined;
  #isOver = false;

  constructor(options: ProbationOptions) {
    this.#options = options;
  }

  /** The new version is about to start. */
  begin(): void {
    const { limitMs, after } = this.#options;
    this.#cancelLimit = after(limitMs, () => this.#tooLate());
  }

  /** A call of it has returned. */
  settled(): void {
    if (this.#isOver) return;
    if (this.#isWell()) {
      this.#cancelWell ??= this.#options.after(this.#options.wellMs, () => this.#pass());
      return;
    }
    this.#cancelWell?.();
    this.#cancelWell = undefined;
  }

  /** It is over, one way or the other, and tells nothing more. */
  end(): void {
    this.#isOver = true;
    this.#cancelLimit();
    this.#cancelWell?.();
  }

  /** Whether it has done all that waited, and is no worse than the one before. */
  #isWell(): boolean {
    return this.#hasCaughtUp() && rankOf(this.#options.cell.health) >= rankOf(this.#options.before);
  }

  #hasCaughtUp(): boolean {
    const { phase, trial } = this.#options.cell;
    // One more than waited: the first event names all that there is. A module that always has something to do is never idle.
    return phase === 'idle' || (trial !== undefined && trial.handled > trial.waiting);
  }

  #pass(): void {
    if (this.#isOver) return;
    this.end();
    this.#options.onPassed();
  }

  #tooLate(): void {
    if (this.#isOver) return;
    this.end();
    const { cell, limitMs, onFailed } = this.#options;
    const { name, version } = cell.module.manifest;
    onFailed(EftError.of('swap.never-healthy', { module: name, version, limitMs, state: this.#describe() }));
  }

  #describe(): string {
    const { cell } = this.#options;
    if (!this.#hasCaughtUp())
      return `it has handled ${cell.trial?.handled ?? 0} events, and ${cell.queued} wait`;
    const { health } = cell;
    return health.tag === 'degraded' ? `it is degraded: ${health.val}` : `it is ${health.tag}`;
  }
}

function rankOf({ tag }: HealthState): number {
  return ['starting', 'degraded', 'healthy'].indexOf(tag);
}
