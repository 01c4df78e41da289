/**
 * A component with counters (instrument.ts), and a short way back to an earlier state of it.
 *
 * What a call changes is put back: the parts of memory in which a store began, and the globals. An instance that has failed, or of which the
 * memory has grown much, is of no use any more.
 */
import { Component, type Instance } from '../../supervisor/component/component.ts';
import type { ComponentDefinition, CoreModule } from '../../supervisor/component/definition.ts';
import { compatibleName } from '../../supervisor/component/host-name.ts';
import { flatResultLimit, layoutOf } from '../../supervisor/component/layout.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
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
import type { Reached } from './reached.ts';

/** A component with counters in the one core module of it that has a memory. */
export type InstrumentedComponent = {
  readonly component: Component;
  /** The step of instantiation that the core module with counters is. */
  readonly step: number;
  readonly core: CoreModule;
  readonly instrumented: Instrumented;
};

/** Puts counters in; `name` is for people. Error: `fuzz.cannot-instrument`. */
export function instrumentComponent(
  definition: ComponentDefinition,
  name: string,
  comparisons: boolean,
): InstrumentedComponent {
  const refuse = (reason: string) => EftError.of('fuzz.cannot-instrument', { module: name, reason });
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
    return { component: Component.of(definition, modules), step: step.step, core, instrumented };
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

/** A state of an instance to go back to. */
export type CoreSnapshot = {
  readonly pages: number;
  readonly memory: Uint8Array;
  readonly globals: Uint8Array;
};

const pageSize = 65_536;
/** Pages that a memory may have beyond those of the state it goes back to: more is looked through for nothing each time. */
const sparePages = 64;
const partSize = 1 << dirtyPageShift;

export class InstrumentedInstance {
  readonly instance: Instance;
  /** One byte for each site. */
  readonly counters: Uint8Array;
  readonly #layout: Instrumented['map'];
  readonly #memory: WebAssembly.Memory;
  /** What the engine gives for the memory: another one when it has grown. To ask for it takes longer than to look at it. */
  #bytes: ArrayBuffer;
  readonly #map: ArrayBuffer;
  readonly #fuel: WebAssembly.Global;
  readonly #cursor: WebAssembly.Global;
  /** Pages that the module knows of; the memory may have more. */
  readonly #pages: WebAssembly.Global;
  readonly #counterWords: Uint32Array;
  readonly #fresh: Uint32Array;
  readonly #dirty: Uint8Array;
  readonly #globals: Uint8Array;
  /** The state to go back to, in the map: as much as the memory may become, with zeros at the end. */
  readonly #base: Uint8Array;
  readonly #look: () => unknown;
  readonly #saveGlobals: () => unknown;
  readonly #undo: () => unknown;
  #baseBytes = 0;
  /** What has been seen, in the map, and of whom that is a copy. */
  readonly #seen: Uint8Array;
  #seenOf: Reached | undefined;
  #seenVersion = 0;

  /** Of an instance of the component. */
  constructor({ step, instrumented }: InstrumentedComponent, instance: Instance) {
    this.instance = instance;
    const exports = instance.coreExports(step);
    const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
    const { [mapExport]: map, [fuelExport]: fuel, [cursorExport]: cursor, [pagesExport]: pages } = exports;
    const { [saveGlobalsExport]: saveGlobals, [undoExport]: undo, [lookExport]: look } = exports;
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
    [this.#memory, this.#fuel, this.#cursor, this.#pages] = [memory, fuel, cursor, pages];
    this.#bytes = memory.buffer;
    this.#look = () => look();
    this.#undo = () => undo();
    this.#saveGlobals = () => saveGlobals();
    const { buffer } = map;
    const layout = instrumented.map;
    this.#layout = layout;
    this.#map = buffer;
    this.counters = new Uint8Array(buffer, 0, layout.counters);
    this.#counterWords = new Uint32Array(buffer, 0, layout.counters / 4);
    this.#seen = new Uint8Array(buffer, layout.seen, layout.counters);
    this.#fresh = new Uint32Array(buffer, layout.fresh, layout.counters);
    this.#dirty = new Uint8Array(buffer, layout.dirty, layout.dirtyPages);
    this.#globals = new Uint8Array(buffer, layout.globals, 8 * layout.globalCount);
    this.#base = new Uint8Array(buffer, layout.snapshot);
  }

  /** Pages that the memory has now, as the module sees it. */
  get pages(): number {
    return Number(this.#pages.value);
  }

  /** Handles of resources that the instance holds. */
  get heldHandles(): number {
    return this.instance.state.handles.count;
  }

  /** Blocks that may still be entered; below 0 the last call was ended for it. */
  get fuel(): number {
    return Number(this.#fuel.value);
  }

  set fuel(blocks: number) {
    this.#fuel.value = blocks;
  }

  /** The comparisons since the last `clearComparisons`: bytes of the map, of instrument.ts. */
  get comparisons(): DataView {
    return new DataView(this.#map, this.#layout.comparisons, Number(this.#cursor.value));
  }

  clearComparisons(): void {
    this.#cursor.value = 0;
  }

  clearCounters(): void {
    this.#counterWords.fill(0);
  }

  /** Takes the counters in and clears them. True if there is something that `reached` has not seen. */
  look(reached: Reached): boolean {
    if (this.#seenOf !== reached || this.#seenVersion !== reached.version) {
      this.#seen.set(reached.seen);
      this.#seenOf = reached;
      this.#seenVersion = reached.version;
    }
    const found = Number(this.#look());
    if (found === 0) return false;
    reached.take(this.#fresh.subarray(0, found));
    this.#seenVersion = reached.version;
    return true;
  }

  /** The memory now: the one before is empty when it has grown. */
  get #buffer(): ArrayBuffer {
    if (this.#bytes.byteLength === 0) this.#bytes = this.#memory.buffer;
    return this.#bytes;
  }

  /** Fails as the engine would have if the module has stored beyond the memory that it knows of. Error: `trap.core`. */
  checkStores(): void {
    const last = this.#buffer.byteLength / partSize;
    for (let part = this.pages * (pageSize / partSize); part < last; part += 1) {
      if (this.#dirty[part] !== 0)
        throw EftError.of('trap.core', { function: 'handle', reason: 'memory access out of bounds' });
    }
  }

  /** Whether it can go back to this state, if no call of it has failed. */
  canGoBack(to: CoreSnapshot): boolean {
    return this.heldHandles === 0 && this.#buffer.byteLength / pageSize <= to.pages + sparePages;
  }

  /** Goes back to the state that was last taken or loaded. */
  undo(): void {
    this.#undo();
  }

  /** Goes to a state that was taken, maybe of another instance. */
  load({ pages, memory, globals }: CoreSnapshot): void {
    const missing = pages - this.#buffer.byteLength / pageSize;
    if (missing > 0) this.#memory.grow(missing);
    const bytes = new Uint8Array(this.#buffer);
    bytes.set(memory);
    bytes.fill(0, memory.length);
    this.#setBase(memory);
    this.#dirty.fill(0);
    this.#globals.set(globals);
    // With no part dirty it only loads the globals.
    this.#undo();
  }

  /** The state now, between two calls; `undo` goes back to it. */
  take(): CoreSnapshot {
    this.#saveGlobals();
    this.#dirty.fill(0);
    const memory = new Uint8Array(this.#buffer).slice(0, this.pages * pageSize);
    this.#setBase(memory);
    return { pages: memory.length / pageSize, memory, globals: this.#globals.slice() };
  }

  /** Says how large the memory is after somebody else has put a state there. */
  notePages(pages: number): void {
    this.#pages.value = pages;
  }

  #setBase(memory: Uint8Array): void {
    this.#base.set(memory);
    if (this.#baseBytes > memory.length) this.#base.fill(0, memory.length, this.#baseBytes);
    this.#baseBytes = memory.length;
  }
}
