/**
 * One cell: a module, running isolated, from the supervisor's side.
 *
 * It gives the module one event at a time and carries out what comes back: all of an event's effects, together, or none. When
 * the module traps, overruns its time or its thread dies, the instance is cut out, its requests and timers go with it, and a new
 * instance grows after a delay; after too many failures in a row the cell stays down.
 *
 * The danger: this runs in PID 1's main thread and is driven by what a module says. Everything a module can cause here has a
 * limit with a name, and nothing waits for a module without a deadline.
 */
import { timersLimit } from '../capabilities/clock.ts';
import { effectsLimit } from '../capabilities/local-context.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Effect, Reference } from '../store/resource.ts';
import type { Store } from '../store/store.ts';
import type { Batch, Selection, Watch } from '../store/watch.ts';
import type { FromCell, SentError } from './cell-messages.ts';
import { EventQueue, type Queued } from './event-queue.ts';
import { type FlightRecord, FlightRecorder, type RecordEnd } from './flight-recorder.ts';
import { HandleTable } from './handle-table.ts';
import { mergeBatches } from './merge-batches.ts';
import type {
  Answer,
  Arrival,
  Boot,
  CallInput,
  CallOutput,
  Effects,
  EventTime,
  HealthState,
  LogLine,
  OpenRequest,
  StartInput,
} from './module-events.ts';
import { type Carried, RequestTable } from './request-table.ts';
import { RestartPlan } from './restart-plan.ts';
import { ThreadShare } from './thread-share.ts';
import type { OpenTransport, Transport } from './transport.ts';

/** Milliseconds on top of the event limit for a thread to begin, load and start a module. */
const startAllowanceMs = 10_000;
/** Milliseconds between two heartbeats of an idle cell, and for the answer to come. */
const heartbeatMs = 15_000;

/** A module that has been verified, with its compiled code. */
export type CellModule = {
  readonly manifest: Manifest;
  readonly component: Uint8Array;
  readonly modules: readonly WebAssembly.Module[];
  readonly digest: string;
};

/** Carries out requests of one host interface. It must settle; `signal` tells when nobody wants the result any more. */
export type Carrier = (request: OpenRequest, caller: Caller) => Promise<unknown>;
export type Caller = {
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  /** What the module has open; it outlives the instance that asks. */
  readonly handles: HandleTable;
};

/** What a cell needs of the world; all of it can be played by a test. */
export type CellWorld = {
  readonly store: Store;
  readonly open: OpenTransport;
  readonly time: () => EventTime;
  /** Calls `fire` after `delayMs`; gives a function that calls it off. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
  /** `count` bytes from the kernel's generator. */
  readonly random: (count: number) => Uint8Array;
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly events: CellEvents;
};

export type CellEvents = {
  readonly onState: (cell: Cell) => void;
  readonly onLog: (module: string, line: LogLine) => void;
  /** A cell failed; `record` replays it, if there is one. */
  readonly onFailure: (cell: Cell, error: SentError, record: FlightRecord | undefined) => void;
};

/** Where a cell is in its life. `waiting`: it has had more than its share of the supervisor's thread, and its events wait. */
export type CellPhase =
  | 'starting'
  | 'idle'
  | 'handling'
  | 'waiting'
  | 'backing-off'
  | 'quarantined'
  | 'stopped';

export type CellCounters = {
  starts: number;
  failures: number;
  events: number;
  conflicts: number;
  requests: number;
  denied: number;
  logLinesDropped: number;
  /** How often an event had to wait because the cell had had its share of the supervisor's thread. */
  waits: number;
};

/** One life of the module: from the opening of its transport to its end. */
type Life = {
  readonly transport: Transport;
  readonly watch: Watch;
  readonly requests: RequestTable;
  readonly timers: Map<string, { readonly at: bigint; readonly cancel: () => void }>;
  readonly startedAt: bigint;
  /** When the last call returned and was found right. */
  wellAt: bigint;
  /** What came by handles with the event that is being handled. */
  inHand: readonly Arrival[];
  isOver: boolean;
  cancelDeadline: () => void;
};

export class Cell {
  readonly module: CellModule;
  readonly counters: CellCounters = {
    starts: 0,
    failures: 0,
    events: 0,
    conflicts: 0,
    requests: 0,
    denied: 0,
    logLinesDropped: 0,
    waits: 0,
  };
  readonly #world: CellWorld;
  readonly #plan: RestartPlan;
  readonly #share = new ThreadShare();
  readonly #carried: Carried = { count: 0, bytes: 0 };
  readonly #recorder = new FlightRecorder();
  readonly #inputs: ReadonlySet<string>;
  readonly #drawsEntropy: boolean;
  readonly #handles = new HandleTable((name) => this.#onArrival(name));
  #queue = new EventQueue();
  #phase: CellPhase = 'stopped';
  #health: HealthState = { tag: 'starting' };
  #lastError: SentError | undefined;
  #life: Life | undefined;
  #nextRequest = 1n;
  /** What the mirror has to be told, and no event has taken along yet: one batch or none. */
  #unread: readonly Batch[] = [];
  #cancelRestart: () => void = () => undefined;

  constructor(module: CellModule, world: CellWorld) {
    const { manifest } = module;
    this.module = module;
    this.#world = world;
    this.#plan = new RestartPlan(manifest.restart);
    this.#inputs = new Set(manifest.inputs.map(({ kind }) => kind));
    this.#drawsEntropy = manifest.grants.some((grant) => grant.interface === 'eft:host/entropy');
  }

  get name(): string {
    return this.module.manifest.name;
  }

  get phase(): CellPhase {
    return this.#phase;
  }

  /** What the module says of itself. */
  get health(): HealthState {
    return this.#health;
  }

  /** Why the last instance ended. */
  get lastError(): SentError | undefined {
    return this.#lastError;
  }

  /** Events that wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Requests under way. */
  get openRequests(): number {
    return this.#life?.requests.size ?? 0;
  }

  /** Starts the module. Does nothing if it runs. */
  start(): void {
    if (this.#life !== undefined) return;
    this.#cancelRestart();
    this.#plan.reset();
    this.#begin('cold');
  }

  /** Stops the module, whatever it is doing. Resolves when its thread is gone. */
  async stop(): Promise<void> {
    this.#cancelRestart();
    const life = this.#life;
    const gone = life === undefined ? undefined : this.#end(life);
    this.#handles.closeAll();
    await gone;
    // Somebody may have started it again meanwhile.
    if (this.#life === undefined) this.#enter('stopped');
  }

  /** What has happened in the cell since the last checkpoint. */
  record(): FlightRecord | undefined {
    return this.#recorder.record();
  }

  #begin(reason: Boot['reason']): void {
    const { module } = this;
    const { manifest } = module;
    this.#queue = new EventQueue();
    this.#health = { tag: 'starting' };
    this.counters.starts += 1;
    const watch = this.#world.store.watch(selectionsOf(manifest), () => this.#onChanges(life));
    const transport = this.#world.open(manifest, {
      onMessage: (message) => this.#onMessage(life, message),
      onEnd: (reason, heapLimitMb) => {
        this.#onEnd(life, reason, heapLimitMb);
      },
    });
    const requests = new RequestTable({
      limit: manifest.limits.queuedEvents,
      carried: this.#carried,
      manifest,
      handles: this.#handles,
      carriers: this.#world.carriers,
      after: this.#world.after,
      onAnswer: (answer) => this.#onAnswer(life, answer),
      onDenied: () => {
        this.counters.denied += 1;
      },
    });
    const startedAt = this.#world.time().now;
    const life: Life = {
      transport,
      watch,
      requests,
      timers: new Map(),
      startedAt,
      wellAt: startedAt,
      inHand: [],
      isOver: false,
      cancelDeadline: () => undefined,
    };
    this.#life = life;
    this.#enter('starting');
    const boot: Boot = { reason, saved: undefined, handles: [...this.#handles.names()] };
    const input: StartInput = { ...this.#callInput(life, []), boot, firstRequest: this.#nextRequest };
    this.#recorder.started(input);
    this.#deadline(life, startAllowanceMs + manifest.limits.eventMilliseconds, 'its start');
    const { component, modules } = module;
    transport.send({ type: 'load', component, modules, manifest });
    transport.send({ type: 'start', input });
    this.#handles.resume();
  }

  /** Brings the mirror up to date, notes what of it is news, and gives what any call needs. */
  #callInput(life: Life, answers: readonly Answer[]): CallInput {
    const batch = life.watch.take();
    if (batch !== undefined) {
      const news = batch.changes.filter(({ kind }) => this.#inputs.has(kind));
      this.#queue.addChanged(news.map(({ kind, id }): Reference => ({ kind, id })));
    }
    return {
      time: this.#world.time(),
      seed: this.#drawsEntropy ? this.#world.random(32) : undefined,
      batches: batch === undefined ? [] : [batch],
      answers,
    };
  }

  #onMessage(life: Life, message: FromCell): void {
    if (life.isOver) return;
    this.#work(() => this.#take(life, message));
  }

  #take(life: Life, message: FromCell): void {
    switch (message.type) {
      case 'log':
        this.#world.events.onLog(this.name, message.line);
        break;
      case 'log-dropped':
        this.counters.logLinesDropped += message.count;
        break;
      case 'started': {
        const { refusal } = message.output;
        this.#recorder.startReturned(message.output);
        if (refusal === undefined) this.#settle(life, message.output);
        else
          this.#fail(
            life,
            EftError.of('cell.start-refused', { module: this.name, reason: refusal }),
            'refused',
          );
        break;
      }
      case 'handled':
        this.counters.events += 1;
        this.#recorder.handled(message.output);
        life.inHand = [];
        this.#settle(life, message.output);
        break;
      case 'checkpointed':
        this.#recorder.checkpointed(message.state);
        this.#proceed(life);
        break;
      case 'pong':
        this.#proceed(life);
        break;
      case 'saved':
        break;
      case 'failed':
        this.#fail(life, message.error, 'failed');
        break;
    }
  }

  /** Carries out what a call wants done, and goes on. */
  #settle(life: Life, { effects, revision, nextRequest }: CallOutput): void {
    life.cancelDeadline();
    this.#nextRequest = nextRequest;
    const wasStarting = this.#phase === 'starting';
    const refusal = this.#carryOut(life, effects, revision);
    if (refusal !== undefined) {
      this.#fail(life, refusal, 'refused');
      return;
    }
    if (wasStarting && this.#health.tag === 'starting' && effects.health === undefined)
      this.#health = { tag: 'healthy' };
    this.#proceed(life, wasStarting || effects.health !== undefined);
  }

  /** All effects, or none of them if the store says no. Gives an error if the module is at fault. */
  #carryOut(life: Life, effects: Effects, revision: number): EftError | undefined {
    if (!this.#hasRoomForTimers(life, effects)) {
      return EftError.of('cell.too-many-timers', { module: this.name, limit: timersLimit });
    }
    const waiting = this.#queue.length + life.requests.size + effects.requests.length;
    const limit = this.module.manifest.limits.queuedEvents + effectsLimit;
    if (waiting > limit) return EftError.of('cell.too-many-requests', { module: this.name, limit });
    if (effects.store.length > 0) {
      const result = this.#commit(revision, effects.store);
      if (result instanceof EftError) return result;
      if (!result) return undefined;
    }
    for (const { name, at } of effects.timers) this.#setTimer(life, name, at);
    for (const request of effects.cancels) life.requests.cancel(request);
    for (const request of effects.requests) {
      this.counters.requests += 1;
      life.requests.open(request);
    }
    if (effects.health !== undefined) this.#health = effects.health;
    return undefined;
  }

  /** True if the store took it, false if it conflicts, an error if the module is at fault. */
  #commit(revision: number, effects: readonly Effect[]): boolean | EftError {
    const result = this.#world.store.commit(this.name, revision, effects);
    switch (result.outcome) {
      case 'committed':
        return true;
      case 'conflicted':
        this.counters.conflicts += 1;
        this.#queue.addConflicted(result.references);
        return false;
      case 'refused':
        return EftError.of(
          'cell.refused',
          { module: this.name, reason: result.error.message },
          { cause: result.error },
        );
    }
  }

  #hasRoomForTimers(life: Life, { timers }: Effects): boolean {
    const armed = new Set(life.timers.keys());
    for (const { name, at } of timers) {
      if (at === undefined) armed.delete(name);
      else armed.add(name);
    }
    return armed.size <= timersLimit;
  }

  #setTimer(life: Life, name: string, at: bigint | undefined): void {
    life.timers.get(name)?.cancel();
    life.timers.delete(name);
    this.#queue.removeTimer(name);
    if (at === undefined) return;
    this.#armTimer(life, name, at);
  }

  /** The host's timers count milliseconds and have an end; a later instant is waited for in steps. */
  #armTimer(life: Life, name: string, at: bigint): void {
    const longestMs = 2 ** 31 - 1;
    const leftMs = Number((at - this.#world.time().now + 999_999n) / 1_000_000n);
    const cancel = this.#world.after(Math.min(Math.max(leftMs, 0), longestMs), () => {
      if (life.isOver) return;
      if (this.#world.time().now < at) {
        this.#armTimer(life, name, at);
        return;
      }
      life.timers.delete(name);
      this.#queue.addTimer(name);
      this.#wake(life);
    });
    life.timers.set(name, { at, cancel });
  }

  #onChanges(life: Life): void {
    if (life.isOver) return;
    this.#wake(life);
  }

  #onAnswer(life: Life, answer: Answer): void {
    if (life.isOver) return;
    this.#queue.addAnswer(answer);
    this.#wake(life);
  }

  #onArrival(name: string): void {
    this.#queue.addArrived(name);
    if (this.#life !== undefined) this.#wake(this.#life);
  }

  /** Goes on if the cell is idle. A call under way goes on by itself when it is done. */
  #wake(life: Life): void {
    if (this.#phase === 'idle') this.#work(() => this.#proceed(life));
  }

  /** Does `work` for the module, on its account. */
  #work(work: () => void): void {
    const beginMs = this.#nowMs();
    work();
    this.#share.spend(beginMs, this.#nowMs());
  }

  #nowMs(): number {
    return Number(this.#world.time().now) / 1e6;
  }

  /** The next thing to do: a checkpoint that is due, an event, or waiting. `isNews` says that the state is worth telling. */
  #proceed(life: Life, isNews = false): void {
    life.cancelDeadline();
    if (life.isOver) return;
    life.wellAt = this.#world.time().now;
    if (this.#recorder.isCheckpointDue) {
      this.#recorder.markCheckpoint();
      this.#busy(life, 'a checkpoint', isNews);
      life.transport.send({ type: 'checkpoint' });
      return;
    }
    const waitMs = this.#share.waitMs(this.#nowMs());
    if (waitMs > 0 && this.#hasNews(life)) {
      this.counters.waits += 1;
      this.#enter('waiting', isNews);
      life.cancelDeadline = this.#world.after(Math.ceil(waitMs), () => this.#proceed(life));
      return;
    }
    // Taking the batch first lets changes of now be in the event of now.
    const input = this.#callInput(life, []);
    const next = this.#next();
    if (next === undefined && input.batches.length === 0) {
      this.#enter('idle', isNews);
      life.cancelDeadline = this.#world.after(heartbeatMs, () => this.#beat(life));
      return;
    }
    if (next === undefined) {
      // Only outputs have changed: no event, but the mirror must not miss it.
      this.#unread = merged(this.#unread, input.batches);
      this.#proceed(life, isNews);
      return;
    }
    const event = {
      ...input,
      batches: [...this.#unread, ...input.batches],
      answers: next.answers,
      event: next.event,
      arrivals: next.arrivals,
    };
    this.#unread = [];
    life.inHand = next.arrivals;
    this.#recorder.handling(event);
    this.#busy(life, 'an event', isNews);
    life.transport.send({ type: 'handle', input: event });
  }

  /** The next event with what came by its handle; a handle may have been closed since its event was queued. */
  #next(): (Queued & { readonly arrivals: readonly Arrival[] }) | undefined {
    for (;;) {
      const queued = this.#queue.next();
      if (queued?.event.tag !== 'arrived') return queued && { ...queued, arrivals: [] };
      const arrival = this.#handles.take(queued.event.val);
      if (arrival !== undefined) return { ...queued, arrivals: [arrival] };
    }
  }

  /** Whether there is anything to tell the module. */
  #hasNews(life: Life): boolean {
    return this.#queue.length > 0 || life.watch.pending > 0;
  }

  #beat(life: Life): void {
    if (life.isOver || this.#phase !== 'idle') return;
    this.#busy(life, 'a heartbeat', false);
    life.transport.send({ type: 'ping' });
  }

  #busy(life: Life, what: string, isNews: boolean): void {
    this.#enter('handling', isNews);
    this.#deadline(life, this.module.manifest.limits.eventMilliseconds, what);
  }

  #deadline(life: Life, limitMs: number, what: string): void {
    life.cancelDeadline();
    life.cancelDeadline = this.#world.after(limitMs, () => {
      this.#fail(life, EftError.of('cell.time', { module: this.name, limitMs, what }), 'stopped');
    });
  }

  #onEnd(life: Life, reason: string, heapLimitMb: number | undefined): void {
    if (life.isOver) return;
    const error =
      heapLimitMb === undefined
        ? EftError.of('cell.lost', { module: this.name, reason })
        : EftError.of('cell.heap', { module: this.name, limitMb: heapLimitMb });
    this.#fail(life, error, 'lost');
  }

  /** Cuts the instance out, and plans the next one. */
  #fail(life: Life, error: SentError, end: Exclude<RecordEnd['end'], 'running'>): void {
    if (life.isOver) return;
    const { code, message, act, frames = [] } = error;
    const record = this.#recorder.record({ end, error: { code, message, act, frames } });
    // The time of the call that failed does not count as running well: a hang would be its own excuse.
    const ranMs = Number((life.wellAt - life.startedAt) / 1_000_000n);
    this.counters.failures += 1;
    this.#lastError = { code, message, act };
    const gone = this.#end(life);
    const plan = this.#plan.fail(ranMs, (this.#world.random(1)[0] ?? 0) / 256);
    if (plan.decision === 'quarantine') {
      this.#handles.closeAll();
      this.#enter('quarantined');
    } else {
      this.#enter('backing-off');
      const cancel = this.#world.after(plan.delayMs, () => {
        void gone.then(() => {
          if (this.#life === undefined && this.#phase === 'backing-off') {
            this.#begin('restart');
          }
        });
      });
      this.#cancelRestart = cancel;
    }
    this.#world.events.onFailure(this, this.#lastError, record);
  }

  /** Ends a life: nothing of it is listened to any more, and all it had is released. Resolves when its thread is gone. */
  #end(life: Life): Promise<void> {
    life.isOver = true;
    life.cancelDeadline();
    for (const timer of life.timers.values()) timer.cancel();
    life.timers.clear();
    life.requests.abandon();
    life.watch.close();
    this.#handles.pause();
    // The event in hand is not given again: what came with it is lost to the next instance.
    for (const { handle, items, missed } of life.inHand)
      this.#handles.markMissed(handle, items.length + missed);
    this.#unread = [];
    this.#queue = new EventQueue();
    if (this.#life === life) this.#life = undefined;
    return life.transport.terminate();
  }

  #enter(phase: CellPhase, isNews = true): void {
    this.#phase = phase;
    if (isNews) this.#world.events.onState(this);
  }
}

/** What a module's mirror holds: its inputs whole, and of its other outputs what it owns itself. */
function selectionsOf({ name, inputs, outputs }: Manifest): readonly Selection[] {
  const read = new Set(inputs.map(({ kind }) => kind));
  const written = outputs.filter(({ kind }) => !read.has(kind));
  return [...[...read].map((kind) => ({ kind })), ...written.map(({ kind }) => ({ kind, ownedBy: name }))];
}

/** Batches in order, as one at most. */
function merged(first: readonly Batch[], second: readonly Batch[]): readonly Batch[] {
  const [one, ...rest] = [...first, ...second];
  return one === undefined ? [] : [rest.reduce(mergeBatches, one)];
}
