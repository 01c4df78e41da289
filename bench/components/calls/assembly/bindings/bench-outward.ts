// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Exported: eft:bench/outward@0.1.0
 *
 * Calls of `calls` that the guest makes, `count` times in a row.
 */

import { add, echo, nothing } from '../outward';
import { finishCall } from 'eft/collector';
import { adoptString } from 'eft/memory';

/** `nothing`, as the host calls it. */
@canonical('cm32p2|eft:bench/outward@0.1|nothing')
export function export_nothing(c0: i32): void {
  nothing(<u32>c0);
  finishCall();
}

/** `add`, as the host calls it. */
@canonical('cm32p2|eft:bench/outward@0.1|add')
export function export_add(c0: i32): i32 {
  const result: u32 = add(<u32>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}

/** `echo`, as the host calls it. */
@canonical('cm32p2|eft:bench/outward@0.1|echo')
export function export_echo(c0: i32, c1: i32, c2: i32): i32 {
  const result: u32 = echo(<u32>c0, adoptString(<usize>c1, c2));
  const lowered: i32 = result;
  finishCall();
  return lowered;
}
