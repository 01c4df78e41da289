/** Runs what was found on the bytes as they are, without counters, compiled as on a node: the same calls must give the same, and end in the same way. */
import { encodeRecordValue } from '../../../supervisor/cells/record-writer.ts';
import { wasmFrames } from '../../../supervisor/cells/wasm-frames.ts';
import { Component } from '../../../supervisor/component/component.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import { type Failure, fuelLimit } from '../execute.ts';
import { functionsStayedIn, withoutOffset } from '../hang-frames.ts';
import type { CallInput } from './call-input.ts';
import type { CallComponent } from './call-surface.ts';
import { type CallTarget, functionOf } from './call-target.ts';

export type ConfirmedCalls = {
  /** Its frames are those of the shipped bytes, where they can be known. */
  readonly failure: Failure;
  readonly isConfirmed: boolean;
};

/** Undefined if the input does not fail when calls may take all that a call may. */
export function confirmCalls(
  target: CallTarget,
  { bytes }: CallComponent,
  input: CallInput,
): ConfirmedCalls | undefined {
  const expected: unknown[] = [];
  const { failure } = target.run(input, undefined, fuelLimit, (result) => expected.push(result));
  if (failure === undefined) return undefined;
  const instance = Component.compile(bytes).instantiate({});
  const found: unknown[] = [];
  let thrown: unknown;
  // The call that does not end is not made again: nobody could end it.
  const made = failure.oracle === 'time' ? input.slice(0, expected.length) : input;
  for (const call of made) {
    try {
      found.push(functionOf(instance, call)?.(...call.parameters));
    } catch (error) {
      thrown = error;
      break;
    }
  }
  const isSame =
    found.length === expected.length &&
    Buffer.compare(encodeRecordValue(found), encodeRecordValue(expected)) === 0;
  if (failure.oracle !== 'trap') {
    const frames = failure.oracle === 'time' ? framesOfHang(target, input, failure) : failure.frames;
    return { failure: { ...failure, frames }, isConfirmed: isSame && thrown === undefined };
  }
  const isConfirmed = isSame && thrown instanceof EftError && thrown.code === failure.code;
  return { failure: { ...failure, frames: wasmFrames(thrown) }, isConfirmed };
}

/** The functions that the last call stays in, whichever its fuel is used up in. */
function framesOfHang(target: CallTarget, input: CallInput, { frames }: Failure): readonly string[] {
  const staysIn = functionsStayedIn({
    sites: target.instrumented.instrumented.sites,
    counters: () => target.counters,
    stackAt: (fuel) => target.stackAt(input, fuel),
  });
  return staysIn.length > 0 ? staysIn : frames.map(withoutOffset);
}
