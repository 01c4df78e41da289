/**
 * Where a call does not end, whichever function its fuel is used up in: the call is made again and ended at other moments. The functions that are on the
 * stack each time, counted from the outermost, and that were not entered anew from one moment to the next, are those that it never
 * comes back from. The innermost of these has the loop.
 *
 * The moments are spread unevenly, since a loop that takes the same number of blocks each time round would be met in the same place again
 * and again. Counters of entries are bytes that go round: a function that was entered anew shows in one of the moments, if not in each.
 */
import { wasmFrames } from '../../supervisor/cells/wasm-frames.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Called, fuelLimit } from './execute.ts';
import type { Site } from './fuzz-map.ts';
import type { Target } from './target.ts';

/** Moments at which the call is ended. */
const moments = 8;
/** Blocks after which the first and the last of them may be: what takes fewer than the first is no part of a hang. */
const earliest = fuelLimit / 8;
const latest = fuelLimit / 4;
/** Part of the way from the earliest to the latest that each moment is after the one before: the golden ratio, which comes back to no place. */
const stride = (Math.sqrt(5) - 1) / 2;
/** Frames of a stack that are looked at. In deeper ones the outermost are not seen. */
const depthLimit = 256;

/** Code with counters in which a call can be made again, and ended after so many blocks. */
export type Hanging = {
  readonly sites: readonly Site[];
  /** As they are after the last call. */
  readonly counters: () => Uint8Array;
  /** The functions on the stack then, innermost first, such as `function 12`; undefined if the call ends by itself. */
  readonly stackAt: (fuel: number) => readonly string[] | undefined;
};

/** The functions in which the last of these calls stays: see `functionsStayedIn`. */
export function hangFrames(target: Target, calls: readonly Called[]): readonly string[] {
  return functionsStayedIn({
    sites: target.instrumented.instrumented.sites,
    counters: () => target.counters,
    stackAt: (fuel) => stackAt(target, calls, fuel),
  });
}

/**
 * The functions in which a call stays, innermost first, such as `function 12`. None if that cannot be told: the call does not run out of fuel
 * again, or its stack is too deep.
 */
export function functionsStayedIn({ sites, counters, stackAt: ended }: Hanging): readonly string[] {
  const linesBefore = Error.stackTraceLimit;
  Error.stackTraceLimit = 2 * depthLimit;
  try {
    const entries = new Map<string | undefined, number>(
      sites.flatMap(({ kind, function: index }, site) =>
        kind === 'function' ? [[`function ${index}`, site] as const] : [],
      ),
    );
    let common: readonly string[] | undefined;
    let counts: Uint8Array | undefined;
    for (let moment = 0; moment < moments; moment += 1) {
      const fuel = earliest + Math.floor((latest - earliest) * ((moment * stride) % 1));
      const stack = ended(fuel);
      if (stack === undefined || stack.length >= depthLimit) return [];
      const [now, before] = [counters().slice(), counts];
      counts = now;
      common = common === undefined ? stack : commonOuter(common, stack);
      if (before === undefined) continue;
      const isSame = (frame: string): boolean => {
        const site = entries.get(plainName(frame));
        return site === undefined || now[site] === before[site];
      };
      common = common.slice(common.findLastIndex((frame) => !isSame(frame)) + 1);
    }
    return common ?? [];
  } finally {
    Error.stackTraceLimit = linesBefore;
  }
}

/** The functions on the stack, innermost first, when the last call is ended after so many blocks. Undefined if it ends by itself. */
function stackAt(target: Target, calls: readonly Called[], fuel: number): readonly string[] | undefined {
  target.clearCounters();
  for (const [index, called] of calls.entries()) {
    const isLast = index === calls.length - 1;
    // Each start is of an instance of its own.
    if (called.call === 'start') target.reset(target.fresh);
    try {
      callTarget(target, called, isLast ? fuel : fuelLimit);
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      if (!isLast || !target.isOutOfFuel) return undefined;
      return stackOf(error);
    }
  }
  return undefined;
}

function callTarget(target: Target, called: Called, fuel: number): void {
  switch (called.call) {
    case 'start':
      target.start(called.input, fuel);
      break;
    case 'handle':
      target.handle(called.input, fuel);
      break;
    case 'save':
      target.save(called.input, fuel);
      break;
  }
}

/** The functions on the stack of an error, innermost first: of the code with counters, so without their offsets. */
export function stackOf(error: unknown): readonly string[] {
  return wasmFrames(error, depthLimit).map(withoutOffset);
}

/** `function 12` of `function 12, byte 0x34`. */
export function withoutOffset(frame: string): string {
  return frame.replace(/, byte 0x[0-9a-f]+$/, '');
}

/** A frame may have the name of its function too. */
function plainName(frame: string): string | undefined {
  return /function \d+$/.exec(frame)?.[0];
}

/** What two stacks, innermost first, have in common from the outermost on. */
export function commonOuter(one: readonly string[], other: readonly string[]): readonly string[] {
  let count = 0;
  while (count < Math.min(one.length, other.length) && one.at(-1 - count) === other.at(-1 - count))
    count += 1;
  return one.slice(one.length - count);
}
