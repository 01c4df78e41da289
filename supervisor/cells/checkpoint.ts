/**
 * The state of an instance between two calls, taken out and put back: linear memory and mutable globals. The one snapshot
 * mechanism that the flight recorder, replays and the fuzzer use.
 *
 * The toolchain exports every mutable global of a module under `eft:global|INDEX`; a module built otherwise has none of these
 * and cannot be restored faithfully, which `canCheckpoint` tells. Tables do not change in what the toolchain makes,
 * and handles of resources are refused while the instance holds any.
 */
import type { Instance } from '../component/component.ts';
import type { ComponentDefinition } from '../component/definition.ts';

const globalPrefix = 'eft:global|';
const pageSize = 65_536;

export type CoreState = {
  /** The step of instantiation that the core instance is. */
  readonly step: number;
  /** Pages that the memory has, and its bytes up to the last that is not zero. */
  readonly pages: number;
  readonly memory: Uint8Array<ArrayBuffer>;
  /** Values of the mutable globals, by export name. */
  readonly globals: readonly (readonly [name: string, value: number | bigint])[];
};

/** The core instances of an instance that have a memory of their own. */
export type Checkpoint = readonly CoreState[];

/**
 * Whether the state that `instance` is in can be taken out whole: it holds no handles, and every core module has at most
 * one memory, and exports it and each of its mutable globals.
 */
export function canCheckpoint(definition: ComponentDefinition, instance: Instance): boolean {
  if (instance.state.handles.count > 0) return false;
  return definition.steps.every(({ module: { shape } }) => {
    const exported = [...shape.exports];
    const globals = exported.filter(([name, { kind }]) => kind === 'global' && name.startsWith(globalPrefix));
    if (globals.length !== shape.mutableGlobals) return false;
    if (shape.memories.length === 0) return globals.length === 0;
    return shape.memories.length === 1 && exported.some(([, { kind }]) => kind === 'memory');
  });
}

/** Bytes of memory that a checkpoint of `instance` has now. */
export function checkpointMemoryBytes(definition: ComponentDefinition, instance: Instance): number {
  return definition.steps.reduce((sum, { step, module }) => {
    if (module.shape.memories.length === 0) return sum;
    return sum + usedLength(new Uint8Array(memoryOf(instance.coreExports(step)).buffer));
  }, 0);
}

/** Pages of 64 KiB that the memories of `instance` have grown to; a memory that is not exported does not count. */
export function memoryPages(definition: ComponentDefinition, instance: Instance): number {
  return definition.steps.reduce((sum, { step }) => {
    const memory = Object.values(instance.coreExports(step)).find(
      (value) => value instanceof WebAssembly.Memory,
    );
    return sum + (memory === undefined ? 0 : memory.buffer.byteLength / pageSize);
  }, 0);
}

/** Takes the state out. The instance must be between two calls, and `canCheckpoint` true of it. */
export function takeCheckpoint(definition: ComponentDefinition, instance: Instance): Checkpoint {
  if (!canCheckpoint(definition, instance)) throw new TypeError('this instance has no checkpoint');
  return definition.steps.flatMap(({ step, module }) => {
    if (module.shape.memories.length === 0) return [];
    const exports = instance.coreExports(step);
    const memory = memoryOf(exports);
    const bytes = new Uint8Array(memory.buffer);
    return [
      {
        step,
        pages: bytes.length / pageSize,
        memory: bytes.slice(0, usedLength(bytes)),
        globals: mutableGlobals(exports).map(([name, global]) => [name, global.value] as const),
      },
    ];
  });
}

/**
 * Puts a state into a fresh instance of the same component. Error: TypeError or RangeError if it is not a state of this component;
 * the instance is of no use then.
 */
export function restoreCheckpoint(instance: Instance, checkpoint: Checkpoint): void {
  for (const { step, pages, memory: bytes, globals } of checkpoint) {
    const exports = instance.coreExports(step);
    const memory = memoryOf(exports);
    const missing = pages - memory.buffer.byteLength / pageSize;
    if (missing > 0) memory.grow(missing);
    const target = new Uint8Array(memory.buffer);
    target.set(bytes);
    target.fill(0, bytes.length);
    const found = new Map(mutableGlobals(exports));
    if (found.size !== globals.length)
      throw new TypeError(`the checkpoint has ${globals.length} globals, and the component ${found.size}`);
    for (const [name, value] of globals) {
      const global = found.get(name);
      if (global === undefined)
        throw new TypeError(`the checkpoint has a global ${name} that the component has not`);
      global.value = value;
    }
  }
}

function memoryOf(exports: Readonly<Record<string, WebAssembly.ExportValue>>): WebAssembly.Memory {
  for (const value of Object.values(exports)) {
    if (value instanceof WebAssembly.Memory) return value;
  }
  throw new TypeError('a core instance does not export its memory');
}

function mutableGlobals(
  exports: Readonly<Record<string, WebAssembly.ExportValue>>,
): readonly (readonly [string, WebAssembly.Global])[] {
  return Object.entries(exports).flatMap(([name, value]) =>
    name.startsWith(globalPrefix) && value instanceof WebAssembly.Global ? [[name, value] as const] : [],
  );
}

/** The length up to the last byte that is not zero. Looks at eight bytes at a time. */
function usedLength(bytes: Uint8Array): number {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  let word = words.length;
  while (word > 0 && words[word - 1] === 0n) word -= 1;
  return word * 8;
}
