/**
 * The processes that make system calls which may block, from the supervisor's side.
 *
 * Each process does one job at a time, so a job that hangs in the kernel holds up one process and nothing else; there are as many as
 * are needed, up to a limit. A job whose caller has given up may still be in the kernel: its process is killed and replaced, since a
 * process that was told to die does nothing more once the kernel lets go of it. Until then it counts towards the limit of those stuck.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RequestFailure } from '../cells/request-table.ts';
import type { FileJob, FileResult } from './file-job.ts';

/** Processes that work at the same time. */
export const processesLimit = 4;
/** Processes that were killed and have not ended: the kernel has not let go of them. */
export const stuckLimit = 8;
/** Jobs that wait for a process. */
export const waitingLimit = 256;

type Job = {
  readonly job: FileJob;
  readonly signal: AbortSignal;
  readonly settle: (result: FileResult | Error) => void;
};

type Member = { readonly child: ChildProcess; current: Job | undefined };

export class IoPool {
  readonly #entry: string;
  readonly #members = new Set<Member>();
  readonly #waiting: Job[] = [];
  readonly #stuck = new Set<ChildProcess>();
  #isClosed = false;

  /** `entry` is the program of the processes. */
  constructor(entry: URL = new URL('./io-process.ts', import.meta.url)) {
    this.#entry = fileURLToPath(entry);
  }

  /** Processes that work or are ready to, those that the kernel does not let go, and jobs that wait. */
  get counts(): { readonly processes: number; readonly stuck: number; readonly waiting: number } {
    return { processes: this.#members.size, stuck: this.#stuck.size, waiting: this.#waiting.length };
  }

  /**
   * Does a job. `signal` says that nobody wants the result any more. Rejects with `RequestFailure`: `too-many` when too much
   * waits or is stuck, `kernel` (EIO) when the process ended in the middle of the job.
   */
  run(job: FileJob, signal: AbortSignal): Promise<FileResult> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= waitingLimit || this.#stuck.size >= stuckLimit || this.#isClosed) {
        reject(new RequestFailure({ tag: 'too-many' }));
        return;
      }
      const settle = (result: FileResult | Error): void => {
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      this.#waiting.push({ job, signal, settle });
      this.#assign();
    });
  }

  /** Ends all processes. Resolves when those that the kernel lets go of are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ending = [...this.#members].map(
      ({ child }) => new Promise<void>((resolve) => child.once('exit', () => resolve())),
    );
    for (const { child } of this.#members) child.kill('SIGKILL');
    await Promise.all(ending);
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const member = [...this.#members].find(({ current }) => current === undefined) ?? this.#grow();
      if (member === undefined) return;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.signal.aborted) {
        next.settle(new RequestFailure({ tag: 'cancelled' }));
        continue;
      }
      this.#start(member, next);
    }
  }

  #start(member: Member, job: Job): void {
    member.current = job;
    job.signal.addEventListener('abort', () => this.#giveUp(member, job), { once: true });
    member.child.send(job.job);
  }

  /** The caller has given up on a job that is being done. */
  #giveUp(member: Member, job: Job): void {
    if (member.current !== job) return;
    member.current = undefined;
    this.#members.delete(member);
    this.#stuck.add(member.child);
    member.child.kill('SIGKILL');
    job.settle(new RequestFailure({ tag: 'cancelled' }));
    this.#assign();
  }

  #grow(): Member | undefined {
    if (this.#members.size >= processesLimit || this.#isClosed) return undefined;
    const child = fork(this.#entry, [], {
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const member: Member = { child, current: undefined };
    child.on('message', (result: FileResult) => {
      const { current } = member;
      member.current = undefined;
      current?.settle(result);
      this.#assign();
    });
    child.on('error', () => undefined);
    child.on('exit', () => {
      this.#members.delete(member);
      this.#stuck.delete(child);
      const { current } = member;
      member.current = undefined;
      // EIO: whether the job was done is not known.
      current?.settle(
        new RequestFailure({ tag: 'kernel', val: [5, 'the io process ended in the middle of the call'] }),
      );
      this.#assign();
    });
    this.#members.add(member);
    return member;
  }
}
