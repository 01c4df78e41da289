/**
 * A module instance with the cell's side of its host interfaces: from `CallInput` to `CallOutput` and nothing else. It makes no
 * system call and knows no thread, so the same code runs in a cell, under the fuzzer and in a replay.
 *
 * What a call wants done is collected and handed out only when the call returns. If it traps, the error is thrown and all of
 * it is dropped; only log lines have left already.
 */
import { cutText } from '../capabilities/cut-text.ts';
import { SeededBytes } from '../capabilities/entropy.ts';
import type { InvariantsInterface } from '../capabilities/generated/module-invariants.ts';
import type { LifecycleInterface } from '../capabilities/generated/module-lifecycle.ts';
import { kindInterface } from '../capabilities/kinds.ts';
import { type LocalContext, Outbox } from '../capabilities/local-context.ts';
import { localInterfaces } from '../capabilities/local-interfaces.ts';
import type { Component, GuestInterface, HostInterface, Instance } from '../component/component.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { withoutVersion } from '../manifest/names.ts';
import { Mirror } from '../store/mirror.ts';
import type { Batch } from '../store/watch.ts';
import {
  type Checkpoint,
  canCheckpoint,
  checkpointMemoryBytes,
  memoryPages,
  restoreCheckpoint,
  takeCheckpoint,
} from './checkpoint.ts';
import { checkpointBytesLimit } from './checkpoint-budget.ts';
import type {
  Arrival,
  CallInput,
  CallOutput,
  Effects,
  EventInput,
  EventTime,
  LogLine,
  SavedState,
  StartInput,
  StartOutput,
} from './module-events.ts';
import { type Pending, PendingRequests } from './pending-requests.ts';

const lifecycleName = 'eft:module/lifecycle';
const invariantsName = 'eft:module/invariants';

/** Bytes that `save` may give. */
export const savedStateLimit = 1024 * 1024;

/** Everything a runner is in the middle of, to go on from in another one. */
export type RunnerState = {
  readonly core: Checkpoint;
  readonly mirror: Batch;
  readonly nextRequest: bigint;
  /** Requests that have been made and not been taken, with their answer if it has come. */
  readonly requests: readonly Pending[];
};

const noTime: EventTime = { now: 0n, wall: 0n, isSynchronized: false };

export class ModuleRunner {
  readonly #component: Component;
  readonly #manifest: Manifest;
  readonly #instance: Instance;
  readonly #lifecycle: LifecycleInterface;
  readonly #invariants: InvariantsInterface | undefined;
  readonly #mirror = new Mirror();
  readonly #requests = new PendingRequests();
  #nextRequest = 1n;
  #outbox = new Outbox();
  #time = noTime;
  #random: SeededBytes | undefined;
  /** What came by handles with the event in hand, and has not been taken. */
  #arrivals: readonly Arrival[] = [];

  /** Instantiates `component`. Errors: `component.*`, `trap.*`. `writeLog` is called as lines are written. */
  constructor(component: Component, manifest: Manifest, writeLog: (line: LogLine) => void) {
    this.#component = component;
    this.#manifest = manifest;
    const runner = this;
    const context: LocalContext = {
      manifest,
      mirror: this.#mirror,
      writeLog,
      get outbox() {
        return runner.#outbox;
      },
      get time() {
        return runner.#time;
      },
      draw: (count) => runner.#draw(count),
      request: (interfaceName, call, parameters) => runner.#open(interfaceName, call, parameters),
      takeAnswer: (request, interfaceName, calls) => this.#requests.take(request, interfaceName, calls),
      takeArrival: (name, interfaceName) => this.#takeArrival(name, interfaceName),
    };
    this.#instance = component.instantiate(hostImports(component, manifest, () => context));
    this.#lifecycle = asLifecycle(findExport(this.#instance, lifecycleName));
    const stated = findExport(this.#instance, invariantsName);
    if (stated !== undefined && hasInvariants(stated)) this.#invariants = stated;
  }

  /** The first call. A refusal of the module is a result, not an error. */
  start(input: StartInput): StartOutput {
    this.#nextRequest = input.firstRequest;
    this.#requests.restore(input.requests ?? []);
    this.#begin(input);
    const result = this.#lifecycle.start(input.boot);
    return { ...this.#finish(), refusal: result.tag === 'err' ? cutText(result.val) : undefined };
  }

  /** Handles one event. Errors: `trap.*`, `cell.*`; the runner is of no use after one. */
  handle(input: EventInput): CallOutput {
    if (input.event.tag === 'conflicted') this.#requests.discardLatest();
    this.#begin(input);
    this.#arrivals = input.arrivals;
    this.#lifecycle.handle(input.event);
    return this.#finish();
  }

  /** What the successor needs: the last call. What it wants done comes to nothing. Errors: also `cell.saved-state`. */
  save(input: CallInput): SavedState {
    this.#begin(input);
    const saved = this.#lifecycle.save();
    const { name, savedState } = this.#manifest;
    const tell = (found: string, expected: string) =>
      EftError.of('cell.saved-state', { module: name, found, expected });
    if (saved.format !== savedState.writes)
      throw tell(`format ${saved.format}`, `format ${savedState.writes}`);
    if (saved.bytes.length > savedStateLimit)
      throw tell(`${saved.bytes.length} bytes`, `at most ${savedStateLimit}`);
    return saved;
  }

  /** What the module says that does not hold of itself; and what it wanted done meanwhile, which comes to nothing. For the fuzzer. Errors: `trap.*`. */
  check(): { readonly broken: readonly string[]; readonly effects: Effects } {
    this.#outbox = new Outbox();
    const broken = this.#invariants?.check() ?? [];
    return { broken, effects: this.#outbox.effects() };
  }

  /** The requests that have been made and not been taken, with the answers that have come: a successor takes them over under their ids. */
  get pending(): readonly Pending[] {
    return this.#requests.list();
  }

  /** Whether there is a checkpoint of the state that the instance is in, and it is not larger than all that there is room for. */
  get canCheckpoint(): boolean {
    const { definition } = this.#component;
    return (
      canCheckpoint(definition, this.#instance) &&
      checkpointMemoryBytes(definition, this.#instance) <= checkpointBytesLimit
    );
  }

  /** Whether the instance has all the memory that it may have, but a little: one that wants more traps. */
  get isMemoryFull(): boolean {
    const limit = this.#manifest.limits.memoryPages;
    return memoryPages(this.#component.definition, this.#instance) > limit - Math.max(1, limit / 16);
  }

  /** The state between two calls. */
  checkpoint(): RunnerState {
    return {
      core: takeCheckpoint(this.#component.definition, this.#instance),
      ...this.surroundings,
    };
  }

  /** All of the state between two calls but the core. */
  get surroundings(): Omit<RunnerState, 'core'> {
    return {
      mirror: this.#mirror.snapshot(),
      nextRequest: this.#nextRequest,
      requests: this.#requests.list(),
    };
  }

  /** Goes on from the state of another runner of the same module. */
  restore(state: RunnerState): void {
    restoreCheckpoint(this.#instance, state.core);
    this.rewind(state);
  }

  /** The instance, for the fuzzer, which puts its memory and globals back by a shorter way than `restore`. */
  get instance(): Instance {
    return this.#instance;
  }

  /** Goes back to all of a state but the core, which the caller has put back. Without `mirror` the mirror stays as it is. */
  rewind({
    mirror,
    nextRequest,
    requests,
  }: Pick<RunnerState, 'nextRequest' | 'requests'> & { readonly mirror?: Batch }): void {
    if (mirror !== undefined) this.#mirror.apply(mirror);
    this.#nextRequest = nextRequest;
    this.#requests.restore(requests);
  }

  #begin(input: CallInput): void {
    for (const batch of input.batches) this.#mirror.apply(batch);
    for (const answer of input.answers) this.#requests.answer(answer);
    this.#outbox = new Outbox();
    this.#time = input.time;
    this.#random = input.seed === undefined ? undefined : new SeededBytes(input.seed);
  }

  #finish(): CallOutput {
    const effects = this.#outbox.effects();
    this.#arrivals = [];
    this.#requests.add(effects.requests);
    return { effects, revision: this.#mirror.revision, nextRequest: this.#nextRequest };
  }

  #draw(count: number): Uint8Array {
    if (this.#random === undefined)
      throw new TypeError('an event came without a seed to a module that draws entropy');
    return this.#random.take(count);
  }

  #takeArrival(name: string, interfaceName: string): Arrival | undefined {
    const isIt = (arrival: Arrival): boolean =>
      arrival.handle === name && arrival.interface === interfaceName;
    const found = this.#arrivals.find(isIt);
    this.#arrivals = this.#arrivals.filter((arrival) => arrival !== found);
    return found;
  }

  #open(interfaceName: string, call: string, parameters: readonly unknown[]): bigint {
    this.#outbox.makeRoom(parameters);
    const request = this.#nextRequest;
    this.#nextRequest += 1n;
    this.#outbox.requests.push({ request, interface: interfaceName, call, parameters });
    return request;
  }
}

/** The host's side of every interface that the component imports: granted interfaces, and kinds. */
function hostImports(
  component: Component,
  manifest: Manifest,
  context: () => LocalContext,
): Record<string, HostInterface> {
  const imports: Record<string, HostInterface> = {};
  const kinds = new Set([...manifest.inputs, ...manifest.outputs].map(({ kind }) => kind));
  for (const name of component.world.imports.keys()) {
    const plain = withoutVersion(name);
    const grant = manifest.grants.find((candidate) => candidate.interface === plain);
    if (grant !== undefined) imports[name] = localInterfaces[grant.interface](context, grant);
    else if (kinds.has(plain)) imports[name] = kindInterface(plain, context);
  }
  return imports;
}

function findExport(instance: Instance, wanted: string): GuestInterface | undefined {
  for (const [name, functions] of instance.interfaces) if (withoutVersion(name) === wanted) return functions;
  return undefined;
}

/** The lifecycle's functions under their types. What they return has been lifted by these very types. */
function asLifecycle(functions: GuestInterface | undefined): LifecycleInterface {
  if (functions === undefined || !hasLifecycle(functions))
    throw new TypeError('a lifecycle lacks a function');
  return functions;
}

function hasLifecycle(functions: GuestInterface): functions is GuestInterface & LifecycleInterface {
  return ['start', 'handle', 'save'].every((name) => typeof functions[name] === 'function');
}

function hasInvariants(functions: GuestInterface): functions is GuestInterface & InvariantsInterface {
  return typeof functions['check'] === 'function';
}
