// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:resources/resource@0.1.0
 *
 * What all resources have in common.
 *
 * A kind is an interface of its own, of the same name, with a record of that name, a record `entry`, and of these
 * functions those that a module may need: `get`, `list`, `put`, `remove` for owners, `hold` and `release` for readers.
 * Reading functions see the module's mirror, which stands still while an event is handled. Writing functions take
 * effect when the event is done. A later version of a kind may add fields, as `option`s, and nothing else.
 */

import { adoptString } from 'eft/memory';

export enum Phase {
  /** In use. */
  Running,
  /** Its owner wants it gone; it goes when the last finalizer is released. */
  TearingDown,
}

@final
export class Metadata {
  constructor(
    /** Unique within the kind. At most 253 bytes. */
    public id: string,
    /**
     * Counts up with every change, and is never the same twice for one id, not even after the resource was gone: one that comes
     * anew may begin with any number from 1.
     */
    public version: u64,
    public phase: Phase,
    /** The module that put it, or `supervisor`, `config` or `api`. */
    public owner: string,
    /** Who must let go before it is gone. */
    public finalizers: StaticArray<string>,
  ) {}
}

// The canonical ABI: how these types lie in memory.

export function _loadMetadata(pointer: usize): Metadata {
  return new Metadata(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    load<u64>(pointer, 8),
    <i32>load<u8>(pointer, 16),
    adoptString(load<usize>(pointer, 20), load<i32>(pointer, 24)),
    _loadListOfString(load<usize>(pointer, 28), load<i32>(pointer, 32)),
  );
}

function _loadListOfString(pointer: usize, length: i32): StaticArray<string> {
  const list = new StaticArray<string>(length);
  for (let index = 0; index < length; ++index, pointer += 8) {
    unchecked((list[index] = adoptString(load<usize>(pointer), load<i32>(pointer, 4))));
  }
  return list;
}
