/** The fields in which a variant's class keeps the payloads of its cases: one for each type, not one for each case. */
import type { ValueType } from '../../../supervisor/component/types.ts';
import type { Bindings } from './bindings.ts';
import type { SourceFile } from './source-file.ts';

export type Slot = {
  /** `_payload0`. */
  readonly field: string;
  readonly type: string;
  /** What it holds in the other cases. */
  readonly zero: string;
};

/** The slots, and for each case the index of its slot. */
export function caseSlots(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'variant' },
): { readonly slots: readonly Slot[]; readonly slotOf: readonly (number | undefined)[] } {
  const slots: Slot[] = [];
  const slotOf = type.cases.map((item) => {
    const payload = item.type;
    if (payload === undefined) return undefined;
    const own = bindings.typeIn(file, payload);
    const known = slots.findIndex((slot) => slot.type === own);
    if (known >= 0) return known;
    slots.push({ field: `_payload${slots.length}`, type: own, zero: bindings.zeroIn(file, payload) });
    return slots.length - 1;
  });
  return { slots, slotOf };
}
