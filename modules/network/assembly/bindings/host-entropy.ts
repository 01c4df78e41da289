// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/entropy@0.1.0
 *
 * Random bytes from the kernel's generator (getrandom(2)), drawn when the event was given to the module and
 * recorded with it, so that an event replays exactly.
 */

import { adoptList } from 'eft/memory';

@external('cm32p2|eft:host/entropy@0.1', 'bytes')
declare function host_bytes(c0: i32, c1: i32): void;

/** `count` random bytes, at most 256 a call. */
export function bytes(count: u32): StaticArray<u8> {
  host_bytes(count, _area);
  return adoptList<u8>(load<usize>(_area), load<i32>(_area, 4));
}

@external('cm32p2|eft:host/entropy@0.1', 'number')
declare function host_number(): i64;

/** A random integer, every value equally likely. */
export function number_(): u64 {
  return <u64>host_number();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(8, 8);
