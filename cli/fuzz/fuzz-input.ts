/**
 * One input of the fuzzer: how a module is started, and what happens to it then, step by step. Steps name what they answer by what it is
 * (`the second request of netlink's exchange that is open`) and not by its number, so that an input stays one when a step before is
 * changed or left out. `host-model.ts` makes events out of them, in the terms of module-events.ts.
 */

import type { Boot, Event } from '../../supervisor/cells/module-events.ts';
import { decodeRecordValue } from '../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { RecordValue, Value } from '../../supervisor/store/resource.ts';

/** What a resource of an input kind becomes; `value` undefined: it is gone. */
export type ResourceChange = {
  readonly kind: string;
  readonly id: string;
  readonly value: RecordValue | undefined;
  readonly isTearingDown: boolean;
};

/** What happens. What cannot happen, since nothing like it is open, does not. */
export type Deed =
  /** The module is told of the changes that come with the step. */
  | { readonly deed: 'change' }
  /** The effects of the event before came to nothing. */
  | { readonly deed: 'conflict' }
  /** The timer fires; of those armed, counted from the one due first. */
  | { readonly deed: 'timer'; readonly timer: number }
  /** A request of this kind is answered; of those open, counted from the oldest. `asked`: its interface and call. */
  | { readonly deed: 'answer'; readonly asked: string; readonly request: number; readonly result: Value }
  /** Something comes by a handle; of those of this kind, counted from the oldest. `source`: see `sourceOf` in module-types.ts. */
  | {
      readonly deed: 'arrive';
      readonly source: string;
      readonly handle: number;
      readonly items: readonly Value[];
      readonly missed: number;
    }
  /** The module saves its state, and the same version of it is started anew with that, as in a swap: what is open stays open. */
  | { readonly deed: 'swap' }
  /** An event that nothing has led to: a timer of an earlier version, a handle of another. */
  | { readonly deed: 'stray'; readonly event: Event };

export type Step = {
  /** Milliseconds since the step before; for a timer, since it was due. */
  readonly afterMs: number;
  readonly changes: readonly ResourceChange[];
  readonly deed: Deed;
};

export type FuzzInput = {
  readonly boot: Boot;
  /** What there is at the start. */
  readonly present: readonly ResourceChange[];
  readonly steps: readonly Step[];
};

export const coldStart: FuzzInput = {
  boot: { reason: 'cold', saved: undefined, handles: [] },
  present: [],
  steps: [{ afterMs: 0, changes: [], deed: { deed: 'change' } }],
};

/** The format of files with inputs. */
const inputFormat = 1;
/** Bytes that a file with an input may take when it is read. */
const inputMemoryLimit = 64 * 1024 * 1024;

/** An input as bytes: the encoding of records. */
export function encodeInput(input: FuzzInput): Uint8Array<ArrayBuffer> {
  return encodeRecordValue({ format: inputFormat, input });
}

/** The input in a file that this program has written. Errors: `record.*`, `fuzz.input`. */
export function decodeInput(bytes: Uint8Array, file: string): FuzzInput {
  const value = decodeRecordValue(bytes, file, inputMemoryLimit);
  if (isWritten(value)) return value.input;
  throw EftError.of('fuzz.input', {}, { place: { file } });
}

/** The corpus is written by this program for itself: its values are held against their types when they are lowered. */
function isWritten(value: unknown): value is { readonly format: number; readonly input: FuzzInput } {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== inputFormat)
    return false;
  if (!('input' in value) || typeof value.input !== 'object' || value.input === null) return false;
  const { input } = value;
  return 'boot' in input && 'present' in input && 'steps' in input && Array.isArray(input.steps);
}
