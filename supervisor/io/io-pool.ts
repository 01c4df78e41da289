/**
 * The io processes, from the supervisor's side: system calls that may block are made in them, one job at a time in each.
 *
 * A disk that hangs holds up its own jobs and nothing else. So a directory has one process at a time, and a disk two: however many jobs
 * wait for a disk that hangs, they take two processes, and the other places are free for other disks. As a by-product, what one
 * module asks of one directory is done in the order of its asking. Which disk a directory is on only the kernel knows, and asking
 * may block; a process tells it with its first answer, and directories that never gave one share the places for those.
 *
 * A job has a deadline from the moment it is asked for. When it passes, the caller is told at once. If the job is in a process, that process is
 * stuck: it is killed, and its place is free again when it is gone. The kernel may not let go of it for as long as the disk hangs; until then its
 * directory's jobs wait, up to their own deadlines, instead of getting stuck one by one. A caller that only loses interest kills nothing.
 *
 * When a process dies by itself, its job is done again once, if doing it twice is the same as once; else it fails, and says that it may have
 * taken effect. What a write that was cut off has left is removed.
 *
 * The danger: a caller that was told `deadline` or `cancelled` does not know whether a write or removal was done, or will yet be.
 */

import { RequestFailure } from '../cells/request-table.ts';
import { RestartPlan } from '../cells/restart-plan.ts';
import { EftError } from '../errors/eft-error.ts';
import {
  bytesOf,
  clearingUp,
  type FileAnswer,
  type FileJob,
  type FileResult,
  isRepeatable,
} from './file-job.ts';
import { IoQueue } from './io-queue.ts';
import { type IoTransport, ioProcesses, type OpenIoProcess } from './io-transport.ts';

/** Processes there may be, those that the kernel does not let go of included. */
export const processesLimit = 8;
/** Processes that may work for directories on the same disk. */
export const processesPerDiskLimit = 2;
/** Processes that may work for directories that have never given an answer. */
export const untriedLimit = 4;
/** Processes that stay when there is nothing to do, and how long the others wait for something. */
const spareProcesses = 1;
const idleMs = 10_000;
/** Milliseconds that a job may be in a process, however short its deadline: killing a process costs more than waiting for it. */
export const leastRunMs = 1_000;
/** Milliseconds in which what a write that was cut off has left must be removed. */
const clearingUpMs = 60_000;
/** How often a job is given to a process. */
const attemptsLimit = 2;
/** Milliseconds that `close` waits for processes to be gone. */
const closeLimitMs = 5_000;
/** Directories whose disk is remembered: more than all modules of a node are granted. */
const disksLimit = 4_096;
/** After a process that died without an answer, the next one is started later and later. */
const restartPolicy = {
  initialMilliseconds: 100,
  maximumMilliseconds: 10_000,
  quarantineAfter: Number.POSITIVE_INFINITY,
};

/** What a pool needs of the world; all of it can be played by a test. */
export type IoWorld = {
  readonly open: OpenIoProcess;
  /** Calls `fire` after `delayMs`; gives a function that calls it off. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
};

export type IoCaller = {
  /** The module, for fairness. */
  readonly owner: string;
  /** Tells when nobody wants the result any more. */
  readonly signal: AbortSignal;
  /** From now on, the wait for a process included. */
  readonly deadlineMs: number;
};

export type IoCounters = {
  /** Processes started. */
  started: number;
  /** Processes that ended by themselves. */
  lost: number;
  /** Jobs whose deadline passed in a process, which was killed for it. */
  stuck: number;
  /** Jobs that were given to a second process. */
  repeated: number;
};

type Task = {
  readonly owner: string;
  readonly bytes: number;
  readonly job: FileJob;
  readonly settle: (result: FileResult | Error) => void;
  cancelDeadline: () => void;
  isSettled: boolean;
  attempts: number;
};

type Member = {
  readonly transport: IoTransport;
  readonly startedAtMs: number;
  state: 'working' | 'idle' | 'stuck' | 'ending';
  task: Task | undefined;
  taskBeganMs: number;
  hasAnswered: boolean;
  cancelTimer: () => void;
};

const realWorld: IoWorld = {
  open: ioProcesses(),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
  nowMs: () => performance.now(),
  random: Math.random,
};

export class IoPool {
  readonly counters: IoCounters = { started: 0, lost: 0, stuck: 0, repeated: 0 };
  readonly #world: IoWorld;
  readonly #queue = new IoQueue<Task>();
  readonly #members = new Set<Member>();
  /** The disk of each directory that has given an answer. */
  readonly #disks = new Map<string, string>();
  readonly #plan = new RestartPlan(restartPolicy);
  /** Set while no process may be started. */
  #cancelPause: (() => void) | undefined;
  #isClosed = false;
  #onEmpty: () => void = () => undefined;

  /** `world` replaces parts of the real one. */
  constructor(world: Partial<IoWorld> = {}) {
    this.#world = { ...realWorld, ...world };
  }

  /** Processes that work or are ready to, those that were killed and are not gone yet, and jobs that wait for a process. */
  get counts(): { readonly processes: number; readonly stuck: number; readonly waiting: number } {
    const stuck = [...this.#members].filter(({ state }) => state === 'stuck').length;
    return { processes: this.#members.size - stuck, stuck, waiting: this.#queue.length };
  }

  /** The ids of all processes there are. */
  get pids(): readonly number[] {
    return [...this.#members].flatMap(({ transport: { pid } }) => (pid === undefined ? [] : [pid]));
  }

  /**
   * Has a job done. Rejects with a `RequestFailure`: `deadline`, `cancelled` (`signal`), `too-many` (see io-queue.ts); or with
   * `io.lost` when its process died and it is not to be done again.
   */
  run(job: FileJob, { owner, signal, deadlineMs }: IoCaller): Promise<FileResult> {
    return new Promise((resolve, reject) => {
      const bytes = bytesOf(job);
      if (signal.aborted) {
        reject(new RequestFailure({ tag: 'cancelled' }));
        return;
      }
      if (this.#isClosed || !this.#queue.hasRoomFor({ owner, bytes })) {
        reject(new RequestFailure({ tag: 'too-many' }));
        return;
      }
      const onAbort = (): void => this.#giveUp(task, new RequestFailure({ tag: 'cancelled' }));
      const settle = (result: FileResult | Error): void => {
        signal.removeEventListener('abort', onAbort);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const task = this.#add(owner, job, deadlineMs, settle);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#dispatch();
    });
  }

  /** Ends all processes, whatever they are doing, and resolves when they are gone, or after five seconds. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelPause?.();
    for (const task of this.#queue.clear()) {
      task.cancelDeadline();
      this.#settle(task, new RequestFailure({ tag: 'cancelled' }));
    }
    for (const member of this.#members) this.#end(member, 'ending');
    if (this.#members.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#world.after(closeLimitMs, resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  #add(owner: string, job: FileJob, deadlineMs: number, settle: Task['settle']): Task {
    const task: Task = {
      owner,
      bytes: bytesOf(job),
      job,
      settle,
      cancelDeadline: () => undefined,
      isSettled: false,
      attempts: 0,
    };
    task.cancelDeadline = this.#world.after(deadlineMs, () => this.#onDeadline(task));
    this.#queue.add(task);
    return task;
  }

  #settle(task: Task, result: FileResult | Error): void {
    if (task.isSettled) return;
    task.isSettled = true;
    task.settle(result);
  }

  /** The caller is told `failure`. A job that waits is forgotten; one in a process goes on, and its deadline is kept. */
  #giveUp(task: Task, failure: RequestFailure): void {
    this.#settle(task, failure);
    if (!this.#queue.remove(task)) return;
    task.cancelDeadline();
    if (task.attempts > 0) this.#clearUp(task);
  }

  #onDeadline(task: Task): void {
    this.#giveUp(task, new RequestFailure({ tag: 'deadline' }));
    const member = [...this.#members].find((candidate) => candidate.task === task);
    if (member?.state !== 'working') return;
    const leftMs = member.taskBeganMs + leastRunMs - this.#world.nowMs();
    if (leftMs <= 0) this.#markStuck(member);
    else member.cancelTimer = this.#world.after(leftMs, () => this.#markStuck(member));
  }

  #markStuck(member: Member): void {
    this.counters.stuck += 1;
    this.#end(member, 'stuck');
  }

  #end(member: Member, state: 'stuck' | 'ending'): void {
    member.cancelTimer();
    member.task?.cancelDeadline();
    member.state = state;
    member.transport.kill();
  }

  /** Gives jobs to processes as long as there are both. */
  #dispatch(): void {
    while (!this.#isClosed) {
      const idle = [...this.#members].find(({ state }) => state === 'idle');
      if (idle === undefined && !this.#mayGrow) return;
      const task = this.#queue.take(({ job }) => this.#mayBegin(job));
      if (task === undefined) return;
      this.#begin(idle ?? this.#grow(), task);
    }
  }

  get #mayGrow(): boolean {
    return this.#members.size < processesLimit && this.#cancelPause === undefined;
  }

  /** Whether a process may be given to this job: see the head of this file. */
  #mayBegin({ directory }: FileJob): boolean {
    const disk = this.#disks.get(directory);
    let onSameDisk = 0;
    for (const { task } of this.#members) {
      if (task === undefined) continue;
      if (task.job.directory === directory) return false;
      if (this.#disks.get(task.job.directory) === disk) onSameDisk += 1;
    }
    return onSameDisk < (disk === undefined ? untriedLimit : processesPerDiskLimit);
  }

  #begin(member: Member, task: Task): void {
    member.cancelTimer();
    member.cancelTimer = () => undefined;
    member.state = 'working';
    member.task = task;
    member.taskBeganMs = this.#world.nowMs();
    task.attempts += 1;
    member.transport.send(task.job);
  }

  #grow(): Member {
    this.counters.started += 1;
    const transport = this.#world.open({
      onAnswer: (answer) => this.#onAnswer(member, answer),
      onEnd: (reason) => this.#onEnd(member, reason),
    });
    const member: Member = {
      transport,
      startedAtMs: this.#world.nowMs(),
      state: 'idle',
      task: undefined,
      taskBeganMs: 0,
      hasAnswered: false,
      cancelTimer: () => undefined,
    };
    this.#members.add(member);
    return member;
  }

  #onAnswer(member: Member, { result, disk }: FileAnswer): void {
    const { task } = member;
    if (task === undefined) return;
    member.task = undefined;
    member.hasAnswered = true;
    this.#plan.reset();
    this.#learn(task.job.directory, disk);
    task.cancelDeadline();
    this.#settle(task, result);
    if (member.state === 'working') this.#rest(member);
    this.#dispatch();
  }

  #learn(directory: string, disk: string | undefined): void {
    if (disk === undefined) return;
    if (this.#disks.size >= disksLimit) this.#disks.clear();
    this.#disks.set(directory, disk);
  }

  /** The process has nothing to do; if that lasts, and there are enough others, it ends. */
  #rest(member: Member): void {
    member.cancelTimer();
    member.state = 'idle';
    member.cancelTimer = this.#world.after(idleMs, () => {
      const idle = [...this.#members].filter(({ state }) => state === 'idle').length;
      if (idle > spareProcesses) this.#end(member, 'ending');
    });
  }

  #onEnd(member: Member, reason: string): void {
    const { task, state } = member;
    member.cancelTimer();
    member.task = undefined;
    this.#members.delete(member);
    if (state === 'working' || state === 'idle') this.#onLoss(member);
    if (task !== undefined) this.#onLostTask(task, reason);
    if (this.#members.size === 0) this.#onEmpty();
    this.#dispatch();
  }

  /** A process has died by itself. One that never did anything would not be the last: the next one has to wait. */
  #onLoss(member: Member): void {
    this.counters.lost += 1;
    if (member.hasAnswered || this.#isClosed) return;
    const plan = this.#plan.fail(this.#world.nowMs() - member.startedAtMs, this.#world.random());
    if (plan.decision === 'quarantine') return;
    this.#cancelPause?.();
    this.#cancelPause = this.#world.after(plan.delayMs, () => {
      this.#cancelPause = undefined;
      this.#dispatch();
    });
  }

  #onLostTask(task: Task, reason: string): void {
    const { job, attempts } = task;
    if (!task.isSettled && !this.#isClosed && isRepeatable(job) && attempts < attemptsLimit) {
      this.counters.repeated += 1;
      this.#queue.add(task, 'first');
      return;
    }
    task.cancelDeadline();
    this.#settle(task, EftError.of('io.lost', { call: job.operation, place: job.directory, reason }));
    this.#clearUp(task);
  }

  /** Has removed what a write that was cut off may have left. If that fails, the next life of the supervisor sweeps it up. */
  #clearUp({ job }: Task): void {
    const rest = clearingUp(job);
    if (rest !== undefined && !this.#isClosed) this.#add('', rest, clearingUpMs, () => undefined);
  }
}
