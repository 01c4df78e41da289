/**
 * One cell: a module, running isolated, from the supervisor's side.
 *
 * It gives the module one event at a time and carries out what comes back: all of an event's effects, together, or none. When
 * the module traps, overruns its time or its thread dies, the instance is cut out, its requests and timers go with it (life.ts), and a
 * new instance grows after a delay and has its handles; after too many failures in a row the cell stays down.
 *
 * The danger: this runs in PID 1's main thread and is driven by what a module says. Everything a module can cause here has a
 * limit with a name, and nothing waits for a module without a deadline.
 */
import { EftError } from '../errors/eft-error.ts';
import { Histogram } from '../metrics/histogram.ts';
import { type CellCounters, newCellCounters } from './cell-counters.ts';
import type { FromCell, SentError } from './cell-messages.ts';
import type { CellModule, CellWorld } from './cell-world.ts';
import { ConflictPace } from './conflict-pace.ts';
import { DenialLog } from './denial-log.ts';
import { type FlightRecord, FlightRecorder, type RecordEnd } from './flight-recorder.ts';
import { HandleTable } from './handle-table.ts';
import { Life } from './life.ts';
import type { Boot, CallOutput, HealthState, SavedState } from './module-events.ts';
import type { Carried } from './request-table.ts';
import { RestartPlan } from './restart-plan.ts';
import { ThreadShare } from './thread-share.ts';

/** Milliseconds on top of the event limit for a thread to begin, load and start a module. */
const startAllowanceMs = 10_000;
/** Milliseconds between two heartbeats of an idle cell, and for the answer to come. */
const heartbeatMs = 15_000;

export type { Caller, Carrier, CellEvents, CellModule, CellWorld } from './cell-world.ts';

/**
 * Where a cell is in its life. `waiting`: it has had more than its share of the supervisor's thread, or its changes have conflicted too
 * often in a row, and its events wait. `saved`: it has
 * given its state for a successor, and handles nothing more.
 */
export type CellPhase =
  | 'starting'
  | 'idle'
  | 'handling'
  | 'waiting'
  | 'saved'
  | 'backing-off'
  | 'quarantined'
  | 'stopped';

export class Cell {
  readonly module: CellModule;
  readonly counters: CellCounters = newCellCounters();
  /** Seconds from giving the module an event until its effects are carried out. */
  readonly eventSeconds = new Histogram();
  readonly #world: CellWorld;
  readonly #plan: RestartPlan;
  readonly #share = new ThreadShare();
  readonly #pace = new ConflictPace();
  readonly #carried: Carried = { count: 0, bytes: 0 };
  readonly #recorder: FlightRecorder;
  readonly #handles = new HandleTable((name, hasNews) => this.#onHandle(name, hasNews));
  readonly #denials = new DenialLog(this.counters, (line) => this.#world.events.onLog(this.name, line));
  #phase: CellPhase = 'stopped';
  #health: HealthState = { tag: 'starting' };
  #lastError: SentError | undefined;
  /** When the event began that is being handled, as the module sees it. */
  #eventBegan: bigint | undefined;
  #life: Life | undefined;
  #nextRequest = 1n;
  #cancelRestart: () => void = () => undefined;
  /** Whoever waits for the module's state. */
  #saving: PromiseWithResolvers<SavedState> | undefined;

  constructor(module: CellModule, world: CellWorld) {
    this.module = module;
    this.#world = world;
    this.#recorder = new FlightRecorder(world.checkpoints);
    this.#plan = new RestartPlan(module.manifest.restart);
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
    return this.#life?.feed.queue.length ?? 0;
  }

  /** Bytes of the instance's linear memory at its last checkpoint; 0 if there was none yet. */
  get memoryBytes(): number {
    return this.#recorder.memoryBytes;
  }

  /** Requests under way. */
  get openRequests(): number {
    return this.#life?.requests.size ?? 0;
  }

  /** The names of what the module has open. */
  get handles(): readonly string[] {
    return this.#handles.names();
  }

  /** Starts the module. Does nothing if it runs. */
  start(): void {
    if (this.#life !== undefined) return;
    this.#cancelRestart();
    this.#plan.reset();
    this.#begin('cold');
  }

  /** Stops the module, whatever it is doing, and closes all that it has open. Resolves when its thread is gone. */
  async stop(): Promise<void> {
    this.#cancelRestart();
    const gone = this.#life === undefined ? undefined : this.#end(this.#life, this.#notRunning());
    this.#handles.closeAll();
    // At once, so that neither a restart that is due nor somebody's `start` comes in between.
    this.#enter('stopped');
    await gone;
  }

  /**
   * Has the module give the state that a successor needs, when it has done what it is doing. It is the last that the instance does; what it
   * has open stays open, until `stop`. Rejects with the `SentError` of an instance that ends before, and with `cell.not-running`.
   */
  save(): Promise<SavedState> {
    const life = this.#life;
    if (life === undefined) return Promise.reject(this.#notRunning());
    this.#saving ??= Promise.withResolvers();
    if (this.#phase === 'idle' || this.#phase === 'waiting') this.#work(() => this.#proceed(life));
    return this.#saving.promise;
  }

  /** What has happened in the cell since the last checkpoint. */
  record(): FlightRecord | undefined {
    return this.#recorder.record();
  }

  #begin(reason: Boot['reason']): void {
    const { module } = this;
    this.#health = { tag: 'starting' };
    this.#eventBegan = undefined;
    this.counters.starts += 1;
    const life = new Life({
      module,
      world: this.#world,
      handles: this.#handles,
      carried: this.#carried,
      counters: this.counters,
      onMessage: (from, message) => this.#work(() => this.#take(from, message)),
      onBroken: (of, error) => this.#fail(of, error, 'lost'),
      onLost: (of, why, heapLimitMb) => this.#onLost(of, why, heapLimitMb),
      onNews: (of) => this.#wake(of),
      onDenied: (request, why) => this.#denials.note(request, why, this.#world.time().now),
    });
    this.#life = life;
    this.#enter('starting');
    this.#deadline(life, startAllowanceMs + module.manifest.limits.eventMilliseconds, 'its start');
    const boot = { reason, saved: undefined, handles: [...this.#handles.names()] };
    this.#recorder.started(life.start(boot, this.#nextRequest));
    this.#handles.resume();
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
        life.cancelDeadline();
        this.#recorder.saved(message.saved);
        this.#enter('saved');
        this.#saving?.resolve(message.saved);
        break;
      case 'failed':
        this.#fail(life, message.error, 'failed');
        break;
    }
  }

  /** Carries out what a call wants done, and goes on. */
  #settle(life: Life, output: CallOutput): void {
    life.cancelDeadline();
    life.feed.handled();
    this.#nextRequest = output.nextRequest;
    const wasStarting = this.#phase === 'starting';
    const isDone = life.carryOut(output);
    if (isDone instanceof EftError) {
      this.#fail(life, isDone, 'refused');
      return;
    }
    const { health, store } = output.effects;
    if (store.length > 0) this.#pace.note(isDone, this.#nowMs());
    if (isDone && health !== undefined) this.#health = health;
    if (wasStarting && this.#health.tag === 'starting' && health === undefined)
      this.#health = { tag: 'healthy' };
    this.#proceed(life, wasStarting || health !== undefined);
  }

  #onHandle(name: string, hasNews: boolean): void {
    const life = this.#life;
    if (life === undefined) return;
    if (!hasNews) {
      life.feed.queue.removeArrived(name);
      return;
    }
    life.feed.queue.addArrived(name);
    this.#wake(life);
  }

  /** Goes on if the cell is idle. A call under way goes on by itself when it is done. */
  #wake(life: Life): void {
    if (this.#phase === 'idle') this.#work(() => this.#proceed(life));
  }

  /** Does `work` for the module, on its account. */
  #work(work: () => void): void {
    const beginMs = this.#ranMs();
    work();
    if (this.#isBooting) return;
    const workMs = this.#ranMs() - beginMs;
    const nowMs = this.#nowMs();
    this.#share.spend(nowMs - workMs, nowMs);
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

  /** The next thing to do: a checkpoint that is due, an event, or waiting. `isNews` says that the state is worth telling. */
  #proceed(life: Life, isNews = false): void {
    life.cancelDeadline();
    if (life.isOver) return;
    life.wellAt = this.#world.time().now;
    if (this.#eventBegan !== undefined) {
      this.eventSeconds.observe(Number(life.wellAt - this.#eventBegan) / 1e9);
      this.#eventBegan = undefined;
    }
    if (this.#recorder.isCheckpointDue(life.feed.hasNews)) {
      this.#recorder.markCheckpoint();
      this.#busy(life, 'a checkpoint', isNews);
      life.transport.send({ type: 'checkpoint' });
      return;
    }
    if (this.#saving !== undefined) {
      const input = life.feed.save();
      this.#recorder.saving(input);
      this.#busy(life, 'saving its state', isNews);
      life.transport.send({ type: 'save', input });
      return;
    }
    const nowMs = this.#nowMs();
    const waitMs = Math.max(this.#isBooting ? 0 : this.#share.waitMs(nowMs), this.#pace.waitMs(nowMs));
    if (waitMs > 0 && life.feed.hasNews) {
      this.counters.waits += 1;
      this.#enter('waiting', isNews);
      life.cancelDeadline = this.#world.after(Math.ceil(waitMs), () => this.#proceed(life));
      return;
    }
    const input = life.feed.next();
    if (input === undefined) {
      this.#enter('idle', isNews);
      life.cancelDeadline = this.#world.after(heartbeatMs, () => this.#beat(life));
      return;
    }
    this.#recorder.handling(input);
    this.#eventBegan = input.time.now;
    this.#busy(life, 'an event', isNews);
    life.transport.send({ type: 'handle', input });
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

  #onLost(life: Life, reason: string, heapLimitMb: number | undefined): void {
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
    const gone = this.#end(life, this.#lastError);
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

  /** Ends a life. What the module has open stays, and what comes by it meanwhile is lost. Resolves when its thread is gone. */
  #end(life: Life, why: SentError): Promise<void> {
    // First of all, so that nothing is told to a life that is over.
    this.#handles.pause();
    const gone = life.end();
    this.#saving?.reject(why);
    this.#saving = undefined;
    if (this.#life === life) this.#life = undefined;
    return gone;
  }

  #notRunning(): EftError {
    return EftError.of('cell.not-running', { module: this.name });
  }

  #enter(phase: CellPhase, isNews = true): void {
    this.#phase = phase;
    if (isNews) this.#world.events.onState(this);
  }
}
