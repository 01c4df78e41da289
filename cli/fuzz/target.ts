/**
 * A module that is fuzzed: an instance of its shipped bytes with counters (instrument.ts), and a short way back to an earlier state.
 *
 * Everything that a call changes is put back: the parts of memory in which a store began, the globals, and what the runner keeps around the
 * instance. An instance that has failed, or whose memory has grown, is given up and a new one made.
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
import { Component } from '../../supervisor/component/component.ts';
import type { ComponentDefinition, CoreModule } from '../../supervisor/component/definition.ts';
import { compatibleName } from '../../supervisor/component/host-name.ts';
import { flatResultLimit, layoutOf } from '../../supervisor/component/layout.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { withoutVersion } from '../../supervisor/manifest/names.ts';
import { compileForSpeed } from './fuzz-engine.ts';
import {
  CannotInstrument,
  cursorExport,
  dirtyPageShift,
  fuelExport,
  lookExport,
  mapExport,
  pagesExport,
  saveGlobalsExport,
  undoExport,
} from './fuzz-map.ts';
import { type Instrumented, instrument } from './instrument.ts';
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
export type InstrumentedModule = {
  readonly module: FuzzModule;
  readonly component: Component;
  /** The step of instantiation that the core module with counters is. */
  readonly step: number;
  readonly core: CoreModule;
  readonly instrumented: Instrumented;
};

/** Puts counters in. Error: `fuzz.cannot-instrument`. */
export function instrumentModule(module: FuzzModule, comparisons: boolean): InstrumentedModule {
  const { definition, manifest } = module;
  const refuse = (reason: string) => EftError.of('fuzz.cannot-instrument', { module: manifest.name, reason });
  const steps = definition.steps.filter((step) => step.module.shape.memories.length > 0);
  const [step] = steps;
  if (step === undefined || steps.length > 1)
    throw refuse('not exactly one of its core modules has a memory');
  const core = step.module;
  try {
    const realloc = [...core.shape.exports.keys()].find(
      (name) => name === 'cm32p2_realloc' || name === 'cabi_realloc',
    );
    const instrumented = instrument(core.bytes, core.shape, {
      comparisons,
      realloc,
      resultSizes: resultSizes(definition, core),
    });
    const modules = definition.coreModules.map(({ index, bytes }) =>
      index === core.index
        ? compileForSpeed(instrumented.bytes)
        : new WebAssembly.Module(new Uint8Array(bytes)),
    );
    return { module, component: Component.of(definition, modules), step: step.step, core, instrumented };
  } catch (error) {
    if (error instanceof CannotInstrument) throw refuse(error.message);
    throw error;
  }
}

/** The bytes that the host stores as the result of an imported function, where they go through memory. */
function resultSizes(definition: ComponentDefinition, core: CoreModule): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  const functions = core.shape.imports.filter(({ extern }) => extern.kind === 'function');
  for (const [index, { module, name }] of functions.entries()) {
    const wanted = compatibleName(module.replace(/^cm32p2\|/, ''));
    for (const [interfaceName, item] of definition.world.imports) {
      if (item.kind !== 'instance' || compatibleName(interfaceName) !== wanted) continue;
      const found = item.items.get(name);
      if (found?.kind !== 'function' || found.result === undefined) continue;
      const { flat, size } = layoutOf(found.result);
      if (flat.length > flatResultLimit) sizes.set(index, size);
    }
  }
  return sizes;
}

/** A state to go back to. */
export type Snapshot = {
  readonly pages: number;
  readonly memory: Uint8Array;
  readonly globals: Uint8Array;
  readonly surroundings: Omit<RunnerState, 'core'> | undefined;
};

const pageSize = 65_536;
/** Pages that a memory may have beyond those of the state it goes back to: more is looked through for nothing each time. */
const sparePages = 64;
const partSize = 1 << dirtyPageShift;

/** The parts of one instance that are looked at after every call. */
type Insides = {
  readonly runner: ModuleRunner;
  readonly memory: WebAssembly.Memory;
  readonly fuel: WebAssembly.Global;
  readonly cursor: WebAssembly.Global;
  /** Pages that the module knows of; the memory may have more. */
  readonly pages: WebAssembly.Global;
  readonly counters: Uint8Array;
  readonly counterWords: Uint32Array;
  /** What has been seen, in the map, and of whom that is a copy. */
  readonly seen: { readonly bytes: Uint8Array; of: Reached | undefined; version: number };
  readonly fresh: Uint32Array;
  readonly look: () => number;
  readonly dirty: Uint8Array;
  readonly globals: Uint8Array;
  readonly map: ArrayBuffer;
  readonly saveGlobals: () => void;
  /** The state to go back to, in the map, as long as the memory may become. */
  readonly base: Uint8Array;
  baseBytes: number;
  /** Puts back what has been written to since. */
  readonly undo: () => void;
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
  #insides: Insides;
  #base: Snapshot | undefined;
  #hasFailed = false;
  #hasMirrorChanged = false;

  constructor(instrumented: InstrumentedModule) {
    this.instrumented = instrumented;
    const { exports } = instrumented.module.definition.world;
    this.statesInvariants = [...exports.keys()].some((name) => withoutVersion(name) === invariantsName);
    this.#insides = this.#instantiate();
    this.#fresh = this.#take(undefined);
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
    return Number(this.#insides.pages.value);
  }

  /** Requests that have been made and not been taken, and the id of the next: a successor takes them over. */
  get openRequests(): Pick<RunnerState, 'nextRequest' | 'requests'> {
    return this.#insides.runner.surroundings;
  }

  /** Handles of resources that the instance holds. */
  get heldHandles(): number {
    return this.#insides.runner.instance.state.handles.count;
  }

  /** Whether the last call was ended because its fuel was used up. */
  get isOutOfFuel(): boolean {
    return Number(this.#insides.fuel.value) < 0;
  }

  /** Blocks that the calls since the fuel was set have entered. */
  get fuel(): number {
    return Number(this.#insides.fuel.value);
  }

  /** The comparisons since the last `clearComparisons`: bytes of the map, of instrument.ts. */
  get comparisons(): DataView {
    const { map, cursor } = this.#insides;
    return new DataView(map, this.instrumented.instrumented.map.comparisons, Number(cursor.value));
  }

  clearComparisons(): void {
    this.#insides.cursor.value = 0;
  }

  clearCounters(): void {
    this.#insides.counterWords.fill(0);
  }

  /** Takes the counters in and clears them. True if there is something that `reached` has not seen. */
  look(reached: Reached): boolean {
    const insides = this.#insides;
    const { seen } = insides;
    if (seen.of !== reached || seen.version !== reached.version) {
      seen.bytes.set(reached.seen);
      seen.of = reached;
      seen.version = reached.version;
    }
    const found = insides.look();
    if (found === 0) return false;
    reached.take(insides.fresh.subarray(0, found));
    seen.version = reached.version;
    return true;
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
    this.#insides.fuel.value = fuel;
    this.#hasFailed = true;
    const result = run(this.#insides.runner);
    this.#checkStores();
    this.#hasFailed = false;
    return result;
  }

  /** Fails as the engine would have if the module has stored beyond the memory that it knows of. */
  #checkStores(): void {
    const { dirty, memory } = this.#insides;
    const last = memory.buffer.byteLength / partSize;
    for (let part = this.pages * (pageSize / partSize); part < last; part += 1) {
      if (dirty[part] !== 0)
        throw EftError.of('trap.core', { function: 'handle', reason: 'memory access out of bounds' });
    }
  }

  /** The state now, between two calls. It becomes what the next reset is cheap to. */
  snapshot(): Snapshot {
    const snapshot = this.#take(this.#insides.runner.surroundings);
    this.#base = snapshot;
    this.#hasMirrorChanged = false;
    return snapshot;
  }

  /** Goes on from a state that a node has recorded. Errors: as `restoreCheckpoint`. */
  restore(state: RunnerState): void {
    const { runner, pages } = this.#insides;
    runner.restore(state);
    const core = state.core.find(({ step }) => step === this.instrumented.step);
    pages.value = core?.pages ?? Number(pages.value);
    this.#base = undefined;
    this.#hasMirrorChanged = true;
  }

  /** Goes back. Cheap if it is the state that was last gone back to, or taken. */
  reset(to: Snapshot): void {
    const pages = this.#insides.memory.buffer.byteLength / pageSize;
    const isGone = this.#hasFailed || this.heldHandles > 0 || pages > to.pages + sparePages;
    if (isGone) {
      this.#insides = this.#instantiate();
      this.#base = undefined;
      this.#hasFailed = false;
    }
    if (this.#base === to) this.#insides.undo();
    else this.#load(to);
    const { runner } = this.#insides;
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

  #load(to: Snapshot): void {
    const { memory, dirty, globals, undo } = this.#insides;
    const missing = to.pages - memory.buffer.byteLength / pageSize;
    if (missing > 0) memory.grow(missing);
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(to.memory);
    bytes.fill(0, to.memory.length);
    this.#setBase(to.memory);
    dirty.fill(0);
    globals.set(to.globals);
    undo();
  }

  #take(surroundings: Snapshot['surroundings']): Snapshot {
    const { memory, dirty, globals, saveGlobals } = this.#insides;
    saveGlobals();
    dirty.fill(0);
    const bytes = new Uint8Array(memory.buffer).slice(0, this.pages * pageSize);
    this.#setBase(bytes);
    return { pages: bytes.length / pageSize, memory: bytes, globals: globals.slice(), surroundings };
  }

  /** Beyond it there are zeros. */
  #setBase(memory: Uint8Array): void {
    const insides = this.#insides;
    const { base, baseBytes } = insides;
    base.set(memory);
    if (baseBytes > memory.length) base.fill(0, memory.length, baseBytes);
    insides.baseBytes = memory.length;
  }

  #instantiate(): Insides {
    const { component, step, instrumented, module } = this.instrumented;
    const runner = new ModuleRunner(component, module.manifest, (line) => {
      if (this.keepsLog) this.log.push(line);
    });
    this.instances += 1;
    const exports = runner.instance.coreExports(step);
    const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
    const [map, fuel, cursor, pages] = [
      exports[mapExport],
      exports[fuelExport],
      exports[cursorExport],
      exports[pagesExport],
    ];
    const [saveGlobals, undo] = [exports[saveGlobalsExport], exports[undoExport]];
    const look = exports[lookExport];
    if (
      memory === undefined ||
      !(map instanceof WebAssembly.Memory) ||
      !(fuel instanceof WebAssembly.Global) ||
      !(cursor instanceof WebAssembly.Global) ||
      !(pages instanceof WebAssembly.Global) ||
      typeof saveGlobals !== 'function' ||
      typeof undo !== 'function' ||
      typeof look !== 'function'
    )
      throw new TypeError('an instrumented module lacks what was added');
    const { buffer } = map;
    const layout = instrumented.map;
    return {
      runner,
      memory,
      fuel,
      cursor,
      pages,
      map: buffer,
      counters: new Uint8Array(buffer, 0, layout.counters),
      counterWords: new Uint32Array(buffer, 0, layout.counters / 4),
      seen: { bytes: new Uint8Array(buffer, layout.seen, layout.counters), of: undefined, version: 0 },
      fresh: new Uint32Array(buffer, layout.fresh, layout.counters),
      look: () => Number(look()),
      dirty: new Uint8Array(buffer, layout.dirty, layout.dirtyPages),
      globals: new Uint8Array(buffer, layout.globals, 8 * layout.globalCount),
      saveGlobals: () => saveGlobals(),
      base: new Uint8Array(buffer, layout.snapshot),
      baseBytes: 0,
      undo: () => undo(),
    };
  }
}
