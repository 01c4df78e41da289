// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Exported: eft:everything/control@0.1.0
 *
 * How the guest answers `echo`.
 */

import { litter, pages, relay } from '../control';
import { finishCall } from 'eft/collector';

/** `relay`, as the host calls it. */
@canonical('cm32p2|eft:everything/control@0.1|relay')
export function export_relay(c0: i32): void {
  relay(c0 != 0);
  finishCall();
}

/** `litter`, as the host calls it. */
@canonical('cm32p2|eft:everything/control@0.1|litter')
export function export_litter(c0: i32): void {
  litter(<u32>c0);
  finishCall();
}

/** `pages`, as the host calls it. */
@canonical('cm32p2|eft:everything/control@0.1|pages')
export function export_pages(): i32 {
  const result: u32 = pages();
  const lowered: i32 = result;
  finishCall();
  return lowered;
}
