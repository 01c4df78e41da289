/**
 * A module that is fuzzed: an instance of its shipped bytes with counters (instrumented-instance.ts), its runner, and a short way back to an
 * earlier state of both.
 *
 * Everything that a call changes is put back: what is in the instance, and what the runner keeps around it. An instance that has failed, or whose memory has grown, is given up and a new one made.
 *
 * The danger is a reset that leaves something behind: then a finding would not replay, and nobody would know why. So every finding is run
 * again on the shipped bytes (confirm-finding.ts), and a test compares all of memory.
 */
import { effectCount } from '../../supervisor/cells/call-output-text.ts';
import type {
  CallInput,
  CallOutput,
  EventInput,
  LogLine,
  SavedState,
  StartInput,
  StartOutput,
} from '../../supervisor/cells/module-events.ts';
import { ModuleRunner, type RunnerState } from '../../supervisor/cells/module-runner.ts';
import type { ComponentDefinition } from '../../supervisor/component/definition.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { withoutVersion } from '../../supervisor/manifest/names.ts';
import {
  type CoreSnapshot,
  type InstrumentedComponent,
  InstrumentedInstance,
  instrumentComponent,
} from './instrumented-instance.ts';
import type { Checked } from './oracles.ts';
import type { Reached } from './reached.ts';

/** What is fuzzed: the bytes as they are shipped, and what they say of themselves. */
export type FuzzModule = {
  readonly manifest: Manifest;
  readonly component: Uint8Array;
  readonly definition: ComponentDefinition;
  readonly digest: string;
};

/** A module with counters in the one core module of it that has a memory. */
export type InstrumentedModule = InstrumentedComponent & { readonly module: FuzzModule };

/** Puts counters in. Error: `fuzz.cannot-instrument`. */
export function instrumentModule(module: FuzzModule, comparisons: boolean): InstrumentedModule {
  return { module, ...instrumentComponent(module.definition, module.manifest.name, comparisons) };
}

/** A state to go back to. */
export type Snapshot = CoreSnapshot & {
  readonly surroundings: Omit<RunnerState, 'core'> | undefined;
};

const firstRequest = 1n;
const invariantsName = 'eft:module/invariants';

export class Target {
  readonly instrumented: InstrumentedModule;
  /** Whether the module states invariants of itself. */
  readonly statesInvariants: boolean;
  /** What the module has logged since it was last emptied, if it is kept. */
  readonly log: LogLine[] = [];
  /** Whether log lines are kept. */
  keepsLog = false;
  /** Instances that have been made: the others were gone back with. */
  instances = 0;
  readonly #fresh: Snapshot;
  #runner: ModuleRunner;
  #insides: InstrumentedInstance;
  #base: Snapshot | undefined;
  #hasFailed = false;
  #hasMirrorChanged = false;

  constructor(instrumented: InstrumentedModule) {
    this.instrumented = instrumented;
    const { exports } = instrumented.module.definition.world;
    this.statesInvariants = [...exports.keys()].some((name) => withoutVersion(name) === invariantsName);
    this.#runner = this.#run();
    this.#insides = new InstrumentedInstance(instrumented, this.#runner.instance);
    this.#fresh = { ...this.#insides.take(), surroundings: undefined };
    this.#base = this.#fresh;
  }

  /** The state before the first call. */
  get fresh(): Snapshot {
    return this.#fresh;
  }

  /** One byte for each site. */
  get counters(): Uint8Array {
    return this.#insides.counters;
  }

  /** Pages that the memory has now, as the module sees it. */
  get pages(): number {
    return this.#insides.pages;
  }

  /** Requests that have been made and not been taken, and the id of the next: a successor takes them over. */
  get openRequests(): Pick<RunnerState, 'nextRequest' | 'requests'> {
    return this.#runner.surroundings;
  }

  /** Handles of resources that the instance holds. */
  get heldHandles(): number {
    return this.#insides.heldHandles;
  }

  /** Whether the last call was ended because its fuel was used up. */
  get isOutOfFuel(): boolean {
    return this.#insides.fuel < 0;
  }

  /** Blocks that may still be entered. */
  get fuel(): number {
    return this.#insides.fuel;
  }

  /** The comparisons since the last `clearComparisons`: bytes of the map, of instrument.ts. */
  get comparisons(): DataView {
    return this.#insides.comparisons;
  }

  clearComparisons(): void {
    this.#insides.clearComparisons();
  }

  clearCounters(): void {
    this.#insides.clearCounters();
  }

  /** Takes the counters in and clears them. True if there is something that `reached` has not seen. */
  look(reached: Reached): boolean {
    return this.#insides.look(reached);
  }

  /** Runs `start`. Errors: as `ModuleRunner.start`. `fuel` is the number of blocks that it may enter. */
  start(input: StartInput, fuel: number): StartOutput {
    return this.#call(fuel, (runner) => runner.start(input), true);
  }

  handle(input: EventInput, fuel: number): CallOutput {
    return this.#call(fuel, (runner) => runner.handle(input), input.batches.length > 0);
  }

  save(input: CallInput, fuel: number): SavedState {
    return this.#call(fuel, (runner) => runner.save(input), input.batches.length > 0);
  }

  /** Asks the module whether its invariants hold. The state afterwards is of no use. Errors: `trap.*`. */
  check(fuel: number): Checked {
    const { keepsLog } = this;
    const lines = this.log.length;
    this.keepsLog = true;
    try {
      return this.#call(
        fuel,
        (runner) => {
          const { broken, effects } = runner.check();
          return { broken, deeds: effectCount({ effects }) + this.log.length - lines };
        },
        false,
      );
    } finally {
      this.keepsLog = keepsLog;
      this.log.length = lines;
    }
  }

  #call<Result>(fuel: number, run: (runner: ModuleRunner) => Result, changesMirror: boolean): Result {
    if (changesMirror) this.#hasMirrorChanged = true;
    this.#insides.fuel = fuel;
    this.#hasFailed = true;
    const result = run(this.#runner);
    this.#insides.checkStores();
    this.#hasFailed = false;
    return result;
  }

  /** The state now, between two calls. It becomes what the next reset is cheap to. */
  snapshot(): Snapshot {
    const snapshot = { ...this.#insides.take(), surroundings: this.#runner.surroundings };
    this.#base = snapshot;
    this.#hasMirrorChanged = false;
    return snapshot;
  }

  /** Goes on from a state that a node has recorded. Errors: as `restoreCheckpoint`. */
  restore(state: RunnerState): void {
    this.#runner.restore(state);
    const core = state.core.find(({ step }) => step === this.instrumented.step);
    if (core !== undefined) this.#insides.notePages(core.pages);
    this.#base = undefined;
    this.#hasMirrorChanged = true;
  }

  /** Goes back. Cheap if it is the state that was last gone back to, or taken. */
  reset(to: Snapshot): void {
    if (this.#hasFailed || !this.#insides.canGoBack(to)) {
      this.#runner = this.#run();
      this.#insides = new InstrumentedInstance(this.instrumented, this.#runner.instance);
      this.#base = undefined;
      this.#hasFailed = false;
    }
    if (this.#base === to) this.#insides.undo();
    else this.#insides.load(to);
    const runner = this.#runner;
    if (to.surroundings === undefined) {
      runner.rewind({ nextRequest: firstRequest, requests: [] });
    } else if (this.#base === to && !this.#hasMirrorChanged) {
      const { nextRequest, requests } = to.surroundings;
      runner.rewind({ nextRequest, requests });
    } else {
      runner.rewind(to.surroundings);
    }
    this.#base = to;
    this.#hasMirrorChanged = false;
  }

  #run(): ModuleRunner {
    const { component, module } = this.instrumented;
    this.instances += 1;
    return new ModuleRunner(component, module.manifest, (line) => {
      if (this.keepsLog) this.log.push(line);
    });
  }
}
