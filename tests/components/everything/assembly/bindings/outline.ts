// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Exported: outline. */

import { fourTimes } from '../outline';
import { finishCall } from 'eft/collector';

/** `fourTimes`, as the host calls it. */
@canonical('cm32p2|outline|four-times')
export function export_fourTimes(c0: i32): i32 {
  const result: u32 = fourTimes(<u32>c0);
  const lowered: i32 = result;
  finishCall();
  return lowered;
}
