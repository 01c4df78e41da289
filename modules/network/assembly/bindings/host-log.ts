// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/log@0.1.0
 *
 * Structured log lines. A line is taken when it is written, even if the event that wrote it is discarded
 * later: the log of a failed event is the one a person needs.
 */

import { releaseScratch, scratch, scratchMark } from 'eft/scratch';

/** How much a line matters. `warn` and `error` ask for a person's attention. */
export enum Level {
  Trace,
  Debug,
  Info,
  Warn,
  Error,
}

/** One named value of a line, as text. */
@final
export class Field {
  constructor(
    public name: string,
    public value: string,
  ) {}
}

@external('cm32p2|eft:host/log@0.1', 'write')
declare function host_write(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32): void;

/**
 * Writes one line. At most 4,096 UTF-16 code units of message and 32 fields are kept; what is longer is cut
 * and the cut is marked. Lines beyond the cell's rate are dropped and counted.
 */
export function write(level: Level, message: string, fields: StaticArray<Field>): void {
  const _mark = scratchMark();
  host_write(level, changetype<usize>(message), message.length, _layOutListOfField(fields), fields.length);
  releaseScratch(_mark);
}

// The canonical ABI: how these types lie in memory.

function _layOutListOfField(list: StaticArray<Field>): usize {
  const start = scratch(list.length, 16);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 16) {
    const element = unchecked(list[index]);
    _storeField(pointer, element);
  }
  return start;
}

export function _storeField(pointer: usize, value: Field): void {
  store<usize>(pointer, changetype<usize>(value.name));
  store<i32>(pointer, value.name.length, 4);
  store<usize>(pointer, changetype<usize>(value.value), 8);
  store<i32>(pointer, value.value.length, 12);
}
