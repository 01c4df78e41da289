/**
 * What a cell keeps while a new version of its module is on trial, so that the old one can go on as if the new one had never been: which module it
 * was, what it left behind, its timers, and all that the new one has been told since and the old one has not.
 *
 * The danger is a version that is told very much while it is on trial. Answers are bounded by the requests that the old version had
 * open; what comes by handles is kept up to the limit of all inboxes, and beyond that it counts as missed, which the old version is told.
 */

import type { LeftBehind, SentError } from './cell-messages.ts';
import type { CellModule } from './cell-world.ts';
import { inboxesBytesLimit } from './handle-table.ts';
import { keptBytes } from './kept-bytes.ts';
import type { Legacy } from './life.ts';
import type { Answer, Arrival, EventInput, HealthState, TimerChange } from './module-events.ts';
import type { RestartPlan } from './restart-plan.ts';

/** Who decides of a version that is on trial. */
export type TrialJudge = {
  /** A call of the new version has returned, and what it wanted is done. */
  readonly onSettled: () => void;
  /** The new version has failed: it is gone, and the cell waits for `goBack`. */
  readonly onFailed: (error: SentError) => void;
};

/** How things were at the hand-over. */
export type TrialBegin = {
  readonly module: CellModule;
  readonly plan: RestartPlan;
  /** What the old version left; undefined if there was no instance of it. */
  readonly left: LeftBehind | undefined;
  readonly health: HealthState;
  /** Whether the old version was to stay down. */
  readonly wasQuarantined: boolean;
  /** The first id of a request that is not the old version's. */
  readonly nextRequest: bigint;
  readonly handles: readonly string[];
  readonly legacy: Legacy | undefined;
  /** When the old version stopped handling events, in nanoseconds of the world's clock. */
  readonly stoppedAt: bigint;
};

export class Trial {
  readonly begin: TrialBegin;
  readonly judge: TrialJudge;
  /** When the new version was given its first event, or had none to be given. */
  resumedAt: bigint | undefined;
  /** What the new version left when it failed. */
  after: Legacy | undefined;
  /** Whether the new version has started. */
  hasStarted = false;
  /** Events that the new version has handled. */
  handled = 0;
  readonly #timers: readonly TimerChange[];
  readonly #answers: Answer[] = [];
  #arrivals: Arrival[] = [];
  #arrivalBytes = 0;
  readonly #missed = new Map<string, Arrival>();

  constructor(begin: TrialBegin, judge: TrialJudge) {
    this.begin = begin;
    this.judge = judge;
    this.#timers = begin.legacy?.timers ?? [];
  }

  /** Events that waited at the hand-over. */
  get waiting(): number {
    return this.begin.legacy?.waiting.length ?? 0;
  }

  /** Nanoseconds in which nothing was handled; undefined as long as nothing is. */
  get pauseNs(): bigint | undefined {
    return this.resumedAt === undefined ? undefined : this.resumedAt - this.begin.stoppedAt;
  }

  /** The new version is given an event. */
  took({ answers, arrivals }: EventInput, now: bigint): void {
    this.resumedAt ??= now;
    for (const answer of answers) if (answer.request < this.begin.nextRequest) this.#answers.push(answer);
    for (const arrival of arrivals) {
      this.#arrivals.push(arrival);
      this.#arrivalBytes += keptBytes(arrival);
    }
    while (this.#arrivalBytes > inboxesBytesLimit) {
      const oldest = this.#arrivals.shift();
      if (oldest === undefined) break;
      this.#arrivalBytes -= keptBytes(oldest);
      const missed = (this.#missed.get(oldest.handle)?.missed ?? 0) + oldest.missed + oldest.items.length;
      this.#missed.set(oldest.handle, { ...oldest, items: [], missed });
    }
  }

  /** What the new version has taken from the handles, the newest first: to be put back in this order. */
  taken(): readonly Arrival[] {
    return [...this.#arrivals.toReversed(), ...this.#missed.values()];
  }

  /** What the old version is told when it goes on, of what the new one leaves: `names` are the handles that have something to take. */
  legacy(after: Legacy, names: readonly string[]): Legacy {
    const { legacy, nextRequest } = this.begin;
    after.requests.abandonFrom(nextRequest);
    const fired = legacy?.waiting.filter(({ kind }) => kind === 'timer') ?? [];
    const taken = this.#answers.map((answer) => ({ kind: 'answered', answer, bytes: 0 }) as const);
    const left = after.waiting.filter(
      (waiting) => waiting.kind === 'answered' && waiting.answer.request < nextRequest,
    );
    const arrived = names.map((name) => ({ kind: 'arrived', name }) as const);
    return { ...after, waiting: [...fired, ...taken, ...left, ...arrived], timers: this.#timers };
  }
}
