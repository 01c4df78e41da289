/**
 * Functions of a module that only its invariants call (wit/module/invariants.wit): no node runs them, so they are no part of what a mutant could
 * change for anybody.
 */
import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import type { CoreModule } from '../../supervisor/component/definition.ts';
import { CoreParts } from '../fuzz/core-parts.ts';

const functionKind = 0;
const call = 0x10;
const invariants = '|eft:module/invariants@';

/** By index. What is called through a table counts as called by all. */
export function askedFunctions(core: CoreModule): ReadonlySet<number> {
  const parts = new CoreParts(core.bytes, core.shape);
  const calls = new Map(
    parts.bodies.map(({ index, reads }) => [
      index,
      reads.flatMap(({ opcode, start, end }) =>
        opcode === call ? [new ByteReader(core.bytes, start + 1, end, 'a call').u32()] : [],
      ),
    ]),
  );
  const called = new Set([...calls.values()].flat());
  const exported = parts.exports.filter(({ kind }) => kind === functionKind);
  const asked = exported.filter(({ name }) => name.includes(invariants)).map(({ index }) => index);
  const others = exported.filter(({ name }) => !name.includes(invariants)).map(({ index }) => index);
  // What nobody calls by its name is called through a table, or when the module is made.
  const roots = parts.bodies.flatMap(({ index }) =>
    called.has(index) || asked.includes(index) ? [] : [index],
  );
  const elsewhere = reachable(calls, [...others, ...roots]);
  return new Set([...reachable(calls, asked)].filter((index) => !elsewhere.has(index)));
}

function reachable(
  calls: ReadonlyMap<number, readonly number[]>,
  roots: readonly number[],
): ReadonlySet<number> {
  const reached = new Set(roots);
  for (const index of reached) for (const next of calls.get(index) ?? []) reached.add(next);
  return reached;
}
