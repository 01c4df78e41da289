// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Exported: eft:module/invariants@0.1.0
 *
 * What a module states of itself: what holds between any two of its events, whatever they are and in whatever order they come. A module
 * need not export it. No node calls it: the fuzzer does, at the end of each run, and what does not hold is a finding.
 */

import { check } from '../invariants';
import { finishCall } from 'eft/collector';
import { releaseAllScratch, scratch } from 'eft/scratch';

/** `check`, as the host calls it. */
@canonical('cm32p2|eft:module/invariants@0.1|check')
export function export_check(): i32 {
  const result: StaticArray<string> = check();
  store<usize>(_area, _layOutListOfString(result));
  store<i32>(_area, result.length, 4);
  return _area;
}

@canonical('cm32p2|eft:module/invariants@0.1|check_post')
export function _afterI32WithScratch(result: i32): void {
  releaseAllScratch();
  finishCall();
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(8, 8);

function _layOutListOfString(list: StaticArray<string>): usize {
  const start = scratch(list.length, 8);
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += 8) {
    const element = unchecked(list[index]);
    store<usize>(pointer, changetype<usize>(element));
    store<i32>(pointer, element.length, 4);
  }
  return start;
}
