/** A thread of a campaign, from outside. It has the stack of a cell, so that a recursion goes as deep as on a node. */
import { Worker } from 'node:worker_threads';
import { stackLimitMb } from '../../supervisor/cells/thread-transport.ts';
import type { FuzzInput } from './fuzz-input.ts';
import type { Confirmed, FuzzAnswer, FuzzGiven, FuzzOrder, Reduced } from './fuzz-orders.ts';
import type { Discovery, LaneOrder, LaneResult } from './lane.ts';

/** Megabytes of JavaScript heap. */
const heapLimitMb = 1024;

type Waiting = { readonly resolve: (answer: FuzzAnswer) => void; readonly reject: (error: Error) => void };

export class FuzzThread {
  readonly #given: FuzzGiven;
  #worker: Worker | undefined;
  readonly #waiting: Waiting[] = [];
  #lost: Error | undefined;

  constructor(given: FuzzGiven) {
    this.#given = given;
  }

  /** Starts it. Resolves to how many counters the module has. Errors: as `openFuzzModule` and `instrumentModule`. */
  async start(): Promise<number> {
    const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
      name: 'fuzz',
      env: {},
      argv: [],
      workerData: this.#given,
      resourceLimits: { maxOldGenerationSizeMb: heapLimitMb, stackSizeMb: stackLimitMb },
    });
    worker.on('message', (answer: FuzzAnswer) => this.#waiting.shift()?.resolve(answer));
    worker.on('error', (error) => this.#lose(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#lose(new Error('a fuzzing thread has ended')));
    this.#worker = worker;
    const answer = await this.#next();
    if (answer.answer !== 'ready') throw new TypeError('a fuzzing thread says that it is ready first');
    return answer.sites;
  }

  adopt(discoveries: readonly Discovery[], keys: readonly string[]): void {
    this.#worker?.postMessage({ order: 'adopt', discoveries, keys } satisfies FuzzOrder);
  }

  async lane(lane: LaneOrder): Promise<LaneResult> {
    const answer = await this.#ask({ order: 'lane', lane });
    if (answer.answer !== 'lane') throw new TypeError('a fuzzing thread has answered something else');
    return answer.result;
  }

  async reduce(inputs: readonly FuzzInput[]): Promise<Reduced> {
    const answer = await this.#ask({ order: 'reduce', inputs });
    if (answer.answer !== 'reduced') throw new TypeError('a fuzzing thread has answered something else');
    return answer.reduced;
  }

  async confirm(input: FuzzInput): Promise<Confirmed | undefined> {
    const answer = await this.#ask({ order: 'confirm', input });
    if (answer.answer !== 'confirmed') throw new TypeError('a fuzzing thread has answered something else');
    return answer.confirmed;
  }

  async end(): Promise<void> {
    this.#lost = new Error('the fuzzing thread was ended');
    await this.#worker?.terminate();
  }

  #ask(order: FuzzOrder): Promise<FuzzAnswer> {
    this.#worker?.postMessage(order);
    return this.#next();
  }

  #next(): Promise<FuzzAnswer> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
