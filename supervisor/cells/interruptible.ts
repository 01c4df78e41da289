/**
 * Refuses, when a module is loaded, code that its cell could not stop, or that could hurt more than its cell.
 *
 * A cell is stopped by terminating its thread, and the engine looks for that at the head of every loop and of every function, once
 * it is set up as thread-transport.ts says. Tried on V8 14.6, by terminating a worker that does nothing else:
 * - Tail calls loop without passing either: they never stop.
 * - Bulk memory instructions one after the other, in no loop, pass neither. Each takes time by the size of the memory, so how
 *   many one function may hold depends on that.
 * - Tables live in the engine's heap. A large table, or growing one, ends the whole process when that heap is full; and what a
 *   module does to a table is in no checkpoint.
 * - Objects of the garbage-collecting instructions live there too, and stopping takes seconds while they are made.
 * - Code that can catch exceptions can catch those that end the instance (instance-state.ts).
 * - The optimising compiler works by the function, takes memory by the square of its size, and goes on when its cell is gone.
 */
import type { ComponentDefinition, CoreModule } from '../component/definition.ts';
import { EftError } from '../errors/eft-error.ts';
import { type CodeVisitor, type Opcode, prefixed, walkCode } from './core-code.ts';

/** Bytes of code of one function. A large parser of a module takes a tenth of it. */
export const functionBytesLimit = 128 * 1024;
/** Bytes of code of all functions of a component. */
export const codeBytesLimit = 2 * 1024 * 1024;
/** Entries of all tables of a component together; each is a pointer in the engine's heap. */
export const tableEntriesLimit = 16_384;
/** Bytes that the bulk memory instructions of one function may touch together: some tenths of a second. */
export const bulkBytesLimit = 1024 * 1024 * 1024;

const pageSize = 65_536;
const bulkMemory: ReadonlySet<Opcode> = new Set([8, 10, 11].map((number) => prefixed(0xfc, number)));

type Refusal = { readonly name: string; readonly reason: string };

const reasons = {
  endless: 'never looks whether it is to stop',
  table: 'changes a table, which no memory limit bounds and no checkpoint holds',
  exception: 'could catch what ends the instance',
  heap: "takes memory of the engine's heap, which no memory limit bounds",
  shared: 'is for shared memory, which cells do not have',
  unknown: 'is not part of WebAssembly as cells run it',
} as const;

const refused: ReadonlyMap<Opcode, Refusal> = new Map([
  ...refusals(reasons.endless, [
    [0x12, 'return_call'],
    [0x13, 'return_call_indirect'],
    [0x15, 'return_call_ref'],
  ]),
  ...refusals(reasons.exception, [
    [0x06, 'try'],
    [0x07, 'catch'],
    [0x08, 'throw'],
    [0x09, 'rethrow'],
    [0x0a, 'throw_ref'],
    [0x18, 'delegate'],
    [0x19, 'catch_all'],
    [0x1f, 'try_table'],
  ]),
  ...refusals(reasons.table, [
    [0x26, 'table.set'],
    [prefixed(0xfc, 12), 'table.init'],
    [prefixed(0xfc, 14), 'table.copy'],
    [prefixed(0xfc, 15), 'table.grow'],
    [prefixed(0xfc, 17), 'table.fill'],
  ]),
]);

function refusals(reason: string, codes: readonly (readonly [Opcode, string])[]): [Opcode, Refusal][] {
  return codes.map(([code, name]) => [code, { name, reason }]);
}

/**
 * Checks all code of a component. Errors: `cell.unstoppable`, `cell.bulk-memory`, `cell.function-too-large`,
 * `cell.code-too-large`, `cell.table-too-large`.
 */
export function checkInterruptible(definition: ComponentDefinition): void {
  let codeBytes = 0;
  let tableEntries = 0;
  const pages = definition.steps
    .flatMap(({ module }) => module.shape.memories)
    .reduce((sum, { maximum = 65_536 }) => sum + maximum, 0);
  const bulkLimit = Math.floor(bulkBytesLimit / (Math.max(pages, 1) * pageSize));
  const instances = new Map<CoreModule, number>();
  for (const { module } of definition.steps) instances.set(module, (instances.get(module) ?? 0) + 1);
  for (const module of definition.coreModules) {
    const inspection = inspect(module, bulkLimit, pages);
    codeBytes += inspection.codeBytes;
    tableEntries += inspection.tableEntries * (instances.get(module) ?? 0);
  }
  if (codeBytes > codeBytesLimit) {
    throw EftError.of('cell.code-too-large', { bytes: codeBytes, limit: codeBytesLimit });
  }
  if (tableEntries > tableEntriesLimit) {
    throw EftError.of('cell.table-too-large', { entries: tableEntries, limit: tableEntriesLimit });
  }
}

type Inspection = { readonly codeBytes: number; readonly tableEntries: number };

function inspect({ index, bytes, shape }: CoreModule, bulkLimit: number, pages: number): Inspection {
  let codeBytes = 0;
  let tableEntries = 0;
  let bulkCount = 0;
  let where = 'a section';
  const refuse = ({ name, reason }: Refusal): EftError =>
    EftError.of('cell.unstoppable', { module: index, where, instruction: name, reason });
  const visitor: CodeVisitor = {
    onFunction: (functionIndex, length) => {
      where = `function ${functionIndex}`;
      codeBytes += length;
      bulkCount = 0;
      if (length > functionBytesLimit) {
        const limit = functionBytesLimit;
        throw EftError.of('cell.function-too-large', { module: index, where, bytes: length, limit });
      }
    },
    onInitialisers: (section) => {
      where = section;
    },
    onInstruction: (opcode) => {
      const refusal = refused.get(opcode);
      if (refusal !== undefined) throw refuse(refusal);
      if (opcode >= prefixed(0xfb, 0) && opcode < prefixed(0xfc, 0)) {
        throw refuse({ name: 'a garbage-collecting instruction', reason: reasons.heap });
      }
      if (opcode >= prefixed(0xfe, 0))
        throw refuse({ name: 'an atomic instruction', reason: reasons.shared });
      if (!bulkMemory.has(opcode)) return;
      bulkCount += 1;
      if (bulkCount > bulkLimit) {
        throw EftError.of('cell.bulk-memory', { module: index, where, limit: bulkLimit, pages });
      }
    },
    onTable: (entries) => {
      tableEntries += entries;
    },
    onUnknown: (what) => refuse({ name: what, reason: reasons.unknown }),
  };
  const importedFunctions = shape.imports.filter(({ extern }) => extern.kind === 'function').length;
  walkCode(bytes, importedFunctions, visitor);
  return { codeBytes, tableEntries };
}
