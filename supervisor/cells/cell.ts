/**
 * One cell: a module, running isolated, from the supervisor's side.
 *
 * It gives the module one event at a time and carries out what comes back: all of an event's effects, together, or none. When
 * the module traps, overruns its time or its thread dies, the instance is cut out, its requests and timers go with it (life.ts), and a
 * new instance grows after a delay and has its handles; after too many failures in a row the cell stays down.
 *
 * It can be given another version of its module while it runs (`save`, `replace`): that one is on trial (trial.ts) until somebody
 * keeps it or has the old one go on. The order of these steps, for one module or several, is supervisor/swap's.
 *
 * The danger: this runs in PID 1's main thread and is driven by what a module says. Everything a module can cause here has a
 * limit with a name, and nothing waits for a module without a deadline.
 */
import { EftError } from '../errors/eft-error.ts';
import { Histogram } from '../metrics/histogram.ts';
import { type CellCounters, newCellCounters } from './cell-counters.ts';
import type { FromCell, LeftBehind, SentError } from './cell-messages.ts';
import { CellPace } from './cell-pace.ts';
import type { CellModule, CellWorld } from './cell-world.ts';
import { DenialLog } from './denial-log.ts';
import { type FlightRecord, FlightRecorder, type RecordEnd } from './flight-recorder.ts';
import { HandleTable } from './handle-table.ts';
import { type Legacy, Life } from './life.ts';
import type { Boot, CallOutput, HealthState, SavedState } from './module-events.ts';
import type { PreparedInstance } from './prepared-instance.ts';
import type { Carried } from './request-table.ts';
import { RestartPlan } from './restart-plan.ts';
import { Trial, type TrialJudge } from './trial.ts';

/** Milliseconds on top of the event limit for a thread to begin, load and start a module. */
const startAllowanceMs = 10_000;
/** Milliseconds on top of the event limit for a module to come to rest, so that it can be replaced. */
const restAllowanceMs = 10_000;
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

/** A new version for `replace`. */
export type Replacement = {
  readonly prepared: PreparedInstance;
  readonly reason: 'swap' | 'roll-back';
  /** Whether the new version reads the format of the saved state; otherwise it begins without. */
  readonly readsState: boolean;
  readonly judge: TrialJudge;
};

/** How a life begins. */
type Beginning = {
  readonly reason: Boot['reason'];
  readonly left?: LeftBehind | undefined;
  readonly saved?: SavedState | undefined;
  readonly prepared?: PreparedInstance;
  readonly legacy?: Legacy | undefined;
};

export class Cell {
  readonly counters: CellCounters = newCellCounters();
  /** Seconds from giving the module an event until its effects are carried out. */
  readonly eventSeconds = new Histogram();
  readonly #world: CellWorld;
  #module: CellModule;
  #plan: RestartPlan;
  readonly #pace: CellPace;
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
  #saving: PromiseWithResolvers<LeftBehind> | undefined;
  /** What the module has given for its successor, while it is in `saved`. */
  #left: LeftBehind | undefined;
  /** When the module was told to save its state. */
  #stoppedAt: bigint | undefined;
  /** While the module is a new version that is on trial. */
  #trial: Trial | undefined;

  constructor(module: CellModule, world: CellWorld) {
    this.#module = module;
    this.#world = world;
    this.#pace = new CellPace(world);
    this.#recorder = new FlightRecorder(world.checkpoints);
    this.#plan = new RestartPlan(module.manifest.restart);
  }

  /** What runs here: another version after `replace`. */
  get module(): CellModule {
    return this.#module;
  }

  get name(): string {
    return this.module.manifest.name;
  }

  /** The trial that the version which runs here is on. */
  get trial(): Trial | undefined {
    return this.#trial;
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
    this.#begin({ reason: 'cold' });
  }

  /** Stops the module, whatever it is doing, and closes all that it has open. Resolves when its thread is gone. */
  async stop(): Promise<void> {
    this.#cancelRestart();
    const gone = this.#life === undefined ? undefined : this.#end(this.#life, this.#notRunning());
    this.#handles.closeAll();
    // At once, so that neither a restart that is due nor somebody's `start` comes in between.
    this.#enter('stopped');
    const trial = this.#trial;
    this.#trial = undefined;
    trial?.judge.onFailed(this.#notRunning());
    await gone;
  }

  /**
   * Has the module give what a successor needs, when it has done what it is doing. It is the last that the instance does; what it
   * has open stays open, and what comes meanwhile waits, until `replace`, `goOn` or `stop`. One that does not come to it is cut out, as one
   * that overruns an event. Rejects with the `SentError` of an instance that ends before, and with `cell.not-running`.
   */
  save(): Promise<LeftBehind> {
    const life = this.#life;
    if (life === undefined) return Promise.reject(this.#notRunning());
    if (this.#saving === undefined) {
      const saving = Promise.withResolvers<LeftBehind>();
      this.#saving = saving;
      const limitMs = restAllowanceMs + this.module.manifest.limits.eventMilliseconds;
      const cancel = this.#world.after(limitMs, () => {
        if (this.#saving !== saving) return;
        this.#fail(
          life,
          EftError.of('cell.time', { module: this.name, limitMs, what: 'coming to rest' }),
          'stopped',
        );
      });
      saving.promise.catch(() => undefined).finally(cancel);
    }
    if (this.#phase === 'idle' || this.#phase === 'waiting') this.#pace.account(() => this.#proceed(life));
    return this.#saving.promise;
  }

  /** Takes `save` back. If the state was given already, an instance afresh goes on from it. */
  goOn(): void {
    const saving = this.#saving;
    this.#saving = undefined;
    saving?.promise.catch(() => undefined);
    saving?.reject(this.#notRunning());
    const left = this.#left;
    if (this.#phase !== 'saved' || left === undefined) return;
    const legacy = this.#life?.release();
    this.#begin({ reason: 'roll-back', left, legacy, saved: left.saved });
  }

  /**
   * Puts another version in the place of the one that has saved its state, or of one that does not run (`left` is undefined then), and
   * starts it, on trial.
   */
  replace({ prepared, reason, readsState, judge }: Replacement): void {
    this.#cancelRestart();
    const left = this.#left;
    const wasQuarantined = this.#phase === 'quarantined';
    const health = this.#health;
    const legacy = this.#life?.release();
    const time = this.#world.time().now;
    const begin = {
      module: this.#module,
      plan: this.#plan,
      left,
      health,
      wasQuarantined,
      nextRequest: this.#nextRequest,
      handles: this.#handles.names(),
      legacy,
      stoppedAt: this.#stoppedAt ?? time,
    };
    this.#trial = new Trial(begin, judge);
    this.#module = prepared.module;
    this.#plan = new RestartPlan(prepared.module.manifest.restart);
    this.#begin({ reason, left, prepared, legacy, saved: readsState ? left?.saved : undefined });
  }

  /** Ends the trial: the new version stays. */
  keep(): void {
    this.#trial = undefined;
    this.#enter(this.#phase);
  }

  /** Ends the instance that is on trial, and keeps what it leaves. Does nothing if there is none. */
  halt(): void {
    if (this.#trial === undefined || this.#life === undefined) return;
    this.#trial.after = this.#life.release();
    this.#life = undefined;
  }

  /** Ends the trial: the old version goes on, afresh, from what it left, and is told what the new one was told in its place. */
  goBack(): void {
    const trial = this.#trial;
    if (trial === undefined) return;
    this.halt();
    this.#trial = undefined;
    const { after } = trial;
    const { module, plan, left, handles, wasQuarantined, health } = trial.begin;
    this.#module = module;
    this.#plan = plan;
    for (const name of this.#handles.names()) if (!handles.includes(name)) this.#handles.close(name);
    if (wasQuarantined) {
      after?.requests.abandon();
      this.#handles.closeAll();
      this.#health = health;
      this.#enter('quarantined');
      return;
    }
    for (const arrival of trial.taken()) this.#handles.putBack(arrival);
    const legacy = after && trial.legacy(after, this.#handles.waiting());
    this.#begin({ reason: left === undefined ? 'restart' : 'roll-back', left, legacy, saved: left?.saved });
  }

  /** What has happened in the cell since the last checkpoint. */
  record(): FlightRecord | undefined {
    return this.#recorder.record();
  }

  #begin({ reason, left, saved, prepared, legacy }: Beginning): void {
    const { module } = this;
    this.#health = { tag: 'starting' };
    this.#eventBegan = undefined;
    this.#stoppedAt = undefined;
    this.#saving = undefined;
    this.#left = undefined;
    // A version that takes another's place, or its own again, was not started because something had failed.
    if (reason === 'cold' || reason === 'restart') this.counters.starts += 1;
    const life = new Life({
      module,
      world: this.#world,
      handles: this.#handles,
      carried: this.#carried,
      counters: this.counters,
      onMessage: (from, message) => this.#pace.account(() => this.#take(from, message)),
      onBroken: (of, error) => this.#fail(of, error, 'lost'),
      onLost: (of, why, heapLimitMb) => this.#onLost(of, why, heapLimitMb),
      onNews: (of) => this.#wake(of),
      onDenied: (request, why) => this.#denials.note(request, why, this.#world.time().now),
      prepared,
      legacy,
    });
    this.#life = life;
    this.#enter('starting');
    this.#deadline(life, startAllowanceMs + module.manifest.limits.eventMilliseconds, 'its start');
    const boot = { reason, saved, handles: [...this.#handles.names()] };
    this.#recorder.started(life.start(boot, this.#nextRequest, left?.requests));
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
        this.#enter('saved', false);
        this.#left = { saved: message.saved, requests: message.requests };
        if (this.#saving === undefined) this.goOn();
        else this.#saving.resolve(this.#left);
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
    if (store.length > 0) this.#pace.noteCommit(isDone);
    if (isDone && health !== undefined) this.#health = health;
    if (wasStarting && this.#health.tag === 'starting' && health === undefined)
      this.#health = { tag: 'healthy' };
    this.#proceed(life, wasStarting || health !== undefined);
    const trial = this.#trial;
    if (trial === undefined) return;
    trial.hasStarted = true;
    if (!wasStarting) trial.handled += 1;
    else if (this.#phase === 'idle') trial.resumedAt ??= this.#world.time().now;
    trial.judge.onSettled();
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
    if (this.#phase === 'idle') this.#pace.account(() => this.#proceed(life));
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
    // What conflicted has not been done, and the module believes that it has: it must not be saved before it knows.
    if (this.#saving !== undefined && !life.feed.queue.hasConflict) {
      const input = life.feed.save();
      this.#stoppedAt = input.time.now;
      this.#recorder.saving(input);
      this.#busy(life, 'saving its state', isNews);
      life.transport.send({ type: 'save', input });
      return;
    }
    if (this.#recorder.isCheckpointDue(life.feed.hasNews)) {
      this.#recorder.markCheckpoint();
      this.#busy(life, 'a checkpoint', isNews);
      life.transport.send({ type: 'checkpoint' });
      return;
    }
    const waitMs = this.#pace.waitMs();
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
    this.#trial?.took(input, input.time.now);
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
    // One that has saved its state is not needed any more.
    if (life.isOver || this.#phase === 'saved') return;
    const { code, message, act, frames = [] } = error;
    const record = this.#recorder.record({ end, error: { code, message, act, frames } });
    // The time of the call that failed does not count as running well: a hang would be its own excuse.
    const ranMs = Number((life.wellAt - life.startedAt) / 1_000_000n);
    this.counters.failures += 1;
    this.#lastError = { code, message, act };
    const trial = this.#trial;
    if (trial !== undefined) {
      this.halt();
      this.#world.events.onFailure(this, this.#lastError, record);
      trial.judge.onFailed(this.#lastError);
      return;
    }
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
            this.#begin({ reason: 'restart' });
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
    this.#left = undefined;
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
