/**
 * One life of a module: from the opening of its transport to its end, and all that comes and goes with an instance: what it is to be told,
 * its timers and its requests. What outlives it, such as handles and failures in a row, is the cell's.
 *
 * An instance that is replaced, instead of being cut out, leaves all of that to the one that takes its place (`release`): nothing is lost then,
 * and ids and names stay what they are.
 */
import { timersLimit } from '../capabilities/clock.ts';
import { effectsLimit } from '../capabilities/local-context.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Effect } from '../store/resource.ts';
import type { CellCounters } from './cell-counters.ts';
import type { FromCell } from './cell-messages.ts';
import type { CellModule, CellWorld } from './cell-world.ts';
import { EventFeed } from './event-feed.ts';
import type { Waiting } from './event-queue.ts';
import type { HandleTable } from './handle-table.ts';
import type { Boot, CallOutput, OpenRequest, StartInput, TimerChange } from './module-events.ts';
import type { Pending } from './pending-requests.ts';
import type { PreparedInstance } from './prepared-instance.ts';
import { type Carried, type RequestListener, RequestTable } from './request-table.ts';
import { TimerTable } from './timer-table.ts';
import { openOrLose, type Transport, type TransportEvents } from './transport.ts';
import { AnswerPool } from './waiting-answers.ts';

/** What an instance leaves to the one that takes its place, beside its state. */
export type Legacy = {
  /** What it has not been told. */
  readonly waiting: readonly Waiting[];
  readonly timers: readonly TimerChange[];
  /** The requests under way; they go on. */
  readonly requests: RequestTable;
  /** The id of the last request that it made. */
  readonly lastRequest: bigint;
};

/** What a life shares with those before and after it. */
export type LifeOptions = {
  readonly module: CellModule;
  readonly world: CellWorld;
  readonly handles: HandleTable;
  readonly carried: Carried;
  readonly counters: CellCounters;
  readonly onMessage: (life: Life, message: FromCell) => void;
  /** Its other side has sent what it may not. */
  readonly onBroken: (life: Life, error: EftError) => void;
  readonly onLost: (life: Life, reason: string, heapLimitMb: number | undefined) => void;
  /** There is something to tell the module. */
  readonly onNews: (life: Life) => void;
  readonly onDenied: (request: OpenRequest, reason: string) => void;
  /** An instance of the module that is loaded already; without it, one is opened. */
  readonly prepared?: PreparedInstance | undefined;
  /** What the instance before has left. */
  readonly legacy?: Legacy | undefined;
};

export class Life {
  readonly transport: Transport;
  readonly feed: EventFeed;
  readonly requests: RequestTable;
  readonly startedAt: bigint;
  /** When the last call returned and was found right. */
  wellAt: bigint;
  isOver = false;
  cancelDeadline: () => void = () => undefined;
  readonly #options: LifeOptions;
  readonly #timers: TimerTable;
  /** The id of the last request that the module has made. Ids rise, so none of them is two requests'. */
  #lastRequest: bigint;

  /** Opens the transport. Nothing has been sent yet. */
  constructor(options: LifeOptions) {
    const { module, world, handles, carried, onMessage, onBroken, onLost, onDenied } = options;
    const { manifest } = module;
    const { store, time, random, after, carriers, answers = new AnswerPool() } = world;
    const { prepared, legacy } = options;
    this.#options = options;
    this.startedAt = time().now;
    this.wellAt = this.startedAt;
    const onChanges = (): void => this.#onNews();
    this.feed = new EventFeed({ manifest, store, handles, time, random, answers, onChanges });
    const events: TransportEvents = {
      onMessage: (message) => {
        if (!this.isOver) onMessage(this, message);
      },
      onBroken: (error) => {
        if (!this.isOver) onBroken(this, error);
      },
      onEnd: (reason, heapLimitMb) => {
        if (!this.isOver) onLost(this, reason, heapLimitMb);
      },
    };
    this.transport = prepared?.handTo(events) ?? openOrLose(world.open, manifest, events);
    const listener: RequestListener = {
      limit: manifest.limits.queuedEvents,
      manifest,
      onAnswer: (answer) => {
        if (!this.feed.addAnswer(answer)) this.#options.counters.answersDropped += 1;
        this.#onNews();
      },
      onDenied,
    };
    this.requests = legacy?.requests ?? new RequestTable({ ...listener, carried, handles, carriers, after });
    this.requests.handTo(listener);
    this.#lastRequest = legacy?.lastRequest ?? -1n;
    this.#timers = new TimerTable({
      now: () => time().now,
      after,
      onFire: (name) => {
        this.feed.queue.addTimer(name);
        this.#onNews();
      },
    });
  }

  /** Sends the module, unless it is there already, and has it start. Gives what it is told. `requests` are those that it takes over. */
  start(boot: Boot, firstRequest: bigint, requests: readonly Pending[] = []): StartInput {
    const { module, prepared, legacy } = this.#options;
    const { component, modules, manifest } = module;
    const input = this.feed.start(boot, firstRequest, requests);
    if (prepared === undefined) this.transport.send({ type: 'load', component, modules, manifest });
    this.transport.send({ type: 'start', input });
    this.feed.refill(legacy?.waiting ?? []);
    for (const timer of legacy?.timers ?? []) this.#timers.set(timer);
    return input;
  }

  /**
   * Carries out all that a call wants done, or none of it: false if the store has changed meanwhile, which the module is told; an error if
   * the module is at fault.
   *
   * Requests are given up first and made then, both in the module's order: what is given up makes way for what is made. One that is
   * given up in the very call that makes it is never begun.
   */
  carryOut({ effects, revision }: CallOutput): boolean | EftError {
    const { module, counters } = this.#options;
    const { name, limits } = module.manifest;
    if (!this.#timers.hasRoomFor(effects.timers))
      return EftError.of('cell.too-many-timers', { module: name, limit: timersLimit });
    const waiting = this.feed.queue.length + this.requests.size + effects.requests.length;
    const limit = limits.queuedEvents + effectsLimit;
    if (waiting > limit) return EftError.of('cell.too-many-requests', { module: name, limit });
    for (const { request } of effects.requests) {
      if (request <= this.#lastRequest) {
        const reason = `request ${request} after request ${this.#lastRequest}, and ids rise`;
        return EftError.of('cell.message', { module: name, reason });
      }
      this.#lastRequest = request;
    }
    if (effects.store.length > 0) {
      const committed = this.#commit(revision, effects.store);
      if (committed !== true) return committed;
    }
    for (const change of effects.timers) {
      // What fired before and has not been handled yet is overtaken by this.
      this.feed.queue.removeTimer(change.name);
      this.#timers.set(change);
    }
    const cancelled = new Set(effects.cancels);
    for (const request of cancelled) this.requests.cancel(request);
    for (const request of effects.requests) {
      counters.requests += 1;
      if (cancelled.has(request.request)) this.requests.refuse(request, { tag: 'cancelled' });
      else this.requests.open(request);
    }
    return true;
  }

  /** Ends the instance for another one that takes its place, and gives what it leaves to that. */
  release(): Legacy {
    this.isOver = true;
    this.cancelDeadline();
    const legacy = {
      waiting: this.feed.queue.drain(),
      timers: this.#timers.list(),
      requests: this.requests,
      lastRequest: this.#lastRequest,
    };
    this.#timers.clear();
    this.feed.handled();
    this.feed.close();
    void this.transport.terminate();
    return legacy;
  }

  /** Ends it: nothing of it is listened to any more, and all it had is released. Resolves when its thread is gone. */
  end(): Promise<void> {
    this.isOver = true;
    this.cancelDeadline();
    this.#timers.clear();
    this.requests.abandon();
    this.feed.close();
    return this.transport.terminate();
  }

  /** True if the store took it, false if it conflicts, an error if the module is at fault. */
  #commit(revision: number, effects: readonly Effect[]): boolean | EftError {
    const { module, world, counters } = this.#options;
    const { name } = module.manifest;
    const result = world.store.commit(name, revision, effects);
    switch (result.outcome) {
      case 'committed':
        return true;
      case 'conflicted':
        counters.conflicts += 1;
        this.feed.queue.addConflicted(result.references);
        return false;
      case 'refused': {
        const { error } = result;
        return EftError.of('cell.refused', { module: name, reason: error.message }, { cause: error });
      }
    }
  }

  #onNews(): void {
    if (!this.isOver) this.#options.onNews(this);
  }
}
