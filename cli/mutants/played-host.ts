/**
 * Plays a host to a module, step by step, and writes down what happened as an input of the fuzzer: a way far into the module, which chance
 * would take very long to find. Requests are answered in the order in which they were made; what is not answered by somebody else is well.
 */
import type { CallOutput, OpenRequest } from '../../supervisor/cells/module-events.ts';
import type { RecordValue, Value } from '../../supervisor/store/resource.ts';
import { fuelLimit } from '../fuzz/execute.ts';
import type { Deed, FuzzInput, ResourceChange, Step } from '../fuzz/fuzz-input.ts';
import { HostModel } from '../fuzz/host-model.ts';
import { askedOf, moduleTypes } from '../fuzz/module-types.ts';
import type { Target } from '../fuzz/target.ts';

/** Steps in which a module must have come to rest. */
const restLimit = 400;

const ok: Value = { tag: 'ok', val: undefined };

/** Answers a request; undefined: well. */
export type Answerer = (request: OpenRequest) => Value | undefined;

export class PlayedHost {
  /** Requests that were made, also those that are answered. */
  readonly made: OpenRequest[] = [];
  answer: Answerer = () => undefined;
  /** What has come by a handle and was not told yet. */
  readonly news: { readonly source: string; readonly handle: number; readonly items: readonly Value[] }[] =
    [];
  readonly #target: Target;
  readonly #host: HostModel;
  readonly #start: Omit<FuzzInput, 'steps'>;
  readonly #steps: Step[] = [];
  #nowMs = 0;

  constructor(target: Target, start: Omit<FuzzInput, 'steps'>) {
    const { module } = target.instrumented;
    const { manifest, definition } = module;
    this.#target = target;
    const drawsEntropy = manifest.grants.some((grant) => grant.interface === 'eft:host/entropy');
    this.#host = new HostModel(moduleTypes(definition.world, manifest), manifest.name, drawsEntropy);
    this.#start = start;
    target.reset(target.fresh);
    const input = this.#host.start({ ...start, steps: [] });
    this.#take(target.start(input, fuelLimit), input.time.now);
  }

  /** What has happened so far. */
  get input(): FuzzInput {
    return { ...this.#start, steps: [...this.#steps] };
  }

  /** Milliseconds on the module's clock. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get timers(): readonly string[] {
    return this.#host.timers;
  }

  /** Names of open handles. */
  get handles(): readonly string[] {
    return this.#host.handles.map(({ name }) => name);
  }

  /** Steps that have happened. */
  get length(): number {
    return this.#steps.length;
  }

  /** All resources that there are: of others, and of the module itself. */
  get resources(): readonly ResourceChange[] {
    const { inputs, outputs } = this.#target.instrumented.module.manifest;
    const kinds = new Set([...inputs, ...outputs].map(({ kind }) => kind));
    return [...kinds].flatMap((kind) =>
      this.#host
        .ids(kind)
        .map((id) => ({ kind, id, value: this.#host.value(kind, id), isTearingDown: false })),
    );
  }

  /** The value of a resource, as the module sees it. */
  resource(kind: string, id: string): RecordValue | undefined {
    return this.#host.value(kind, id);
  }

  /** One step; nothing if nothing can be made of it. */
  step(deed: Deed, changes: readonly ResourceChange[] = [], afterMs = 0): this {
    const step: Step = { afterMs, changes, deed };
    if (deed.deed === 'swap') return this.#swap(step);
    const next = this.#host.next(step);
    if (next === undefined) return this;
    this.#steps.push(step);
    this.#take(this.#target.handle(next.input, fuelLimit), next.input.time.now);
    return this;
  }

  /** Tells of resources, and lets the module come to rest. */
  change(...changes: readonly ResourceChange[]): this {
    return this.step({ deed: 'change' }, changes).settle();
  }

  /** Answers, and tells what has come, until there is nothing more. */
  settle(): this {
    for (let count = 0; count < restLimit; count += 1) {
      const news = this.news.shift();
      if (news !== undefined) {
        this.step({ deed: 'arrive', ...news, missed: 0 });
        continue;
      }
      const [request] = this.#host.requests;
      if (request === undefined) return this;
      const asked = askedOf(request.interface, request.call);
      this.step({ deed: 'answer', asked, request: 0, result: this.answer(request) ?? ok });
    }
    return this;
  }

  /** Lets the timers fire that are due within the next milliseconds, and the module rest after each. */
  pass(ms: number, timersLimit = 32): this {
    const end = this.#nowMs + ms;
    for (let count = 0; count < timersLimit && this.#host.timers.length > 0; count += 1) {
      const due = this.#host.fork().next({ afterMs: 0, changes: [], deed: { deed: 'timer', timer: 0 } });
      if (due === undefined || Number(due.input.time.now / 1_000_000n) > end) break;
      this.step({ deed: 'timer', timer: 0 }).settle();
    }
    return this;
  }

  /** As `Executor` does it. */
  #swap(step: Step): this {
    this.#steps.push(step);
    const saved = this.#target.save(this.#host.save(step), fuelLimit);
    const { requests, nextRequest } = this.#target.openRequests;
    this.#target.reset(this.#target.fresh);
    const start = this.#host.restart(saved, requests, nextRequest);
    this.#take(this.#target.start(start, fuelLimit), start.time.now);
    return this;
  }

  #take(output: CallOutput, now: bigint): void {
    this.#nowMs = Number(now / 1_000_000n);
    this.made.push(...output.effects.requests);
    this.#host.carryOut(output);
  }
}
