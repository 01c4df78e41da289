/**
 * Makes an input that leads to a failure as small as it can while it leads to the same one: fewer steps first (Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", 2002), then shorter values.
 */
import type { Boot } from '../../supervisor/cells/module-events.ts';
import type { Value } from '../../supervisor/store/resource.ts';
import type { Executor } from './execute.ts';
import { coldStart, type Deed, type FuzzInput, type Step } from './fuzz-input.ts';
import { suspectKey } from './lane.ts';

/** Runs that one failure is worth. */
const runsLimit = 600;

/** The smallest input found that fails with `key`; `input` itself if it does not fail when it is run from its start. */
export function minimiseInput(executor: Executor, input: FuzzInput, key: string): FuzzInput {
  return smallestInput(input, (candidate) => {
    const { failure } = executor.run(candidate, undefined);
    return failure !== undefined && suspectKey(failure) === key;
  });
}

/** The smallest input found that `shows` what this one does; `input` itself if it does not. */
export function smallestInput(input: FuzzInput, shows: (candidate: FuzzInput) => boolean): FuzzInput {
  let runs = 0;
  const fails = (candidate: FuzzInput): boolean => {
    if (runs >= runsLimit) return false;
    runs += 1;
    return shows(candidate);
  };
  if (!fails(input)) return input;
  let best = input;
  const attempt = (candidate: FuzzInput): boolean => {
    if (!fails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.steps.length; ) {
      const steps = [...best.steps.slice(0, at), ...best.steps.slice(at + size)];
      if (!attempt({ ...best, steps })) at += size;
    }
  }
  for (const boot of simplerBoots(best.boot)) if (attempt({ ...best, boot })) break;
  for (let index = 0; index < best.present.length; )
    if (!attempt({ ...best, present: best.present.filter((_, other) => other !== index) })) index += 1;
  for (let index = 0; index < best.steps.length; index += 1) {
    for (let isSmaller = true; isSmaller; ) {
      isSmaller = simplerSteps(best.steps[index]).some((step) =>
        attempt({ ...best, steps: best.steps.map((old, other) => (other === index ? step : old)) }),
      );
    }
  }
  return best;
}

/** Starts that say less than this one, that which says least first. */
function simplerBoots({ reason, saved, handles }: Boot): readonly Boot[] {
  return [
    coldStart.boot,
    { reason, saved: undefined, handles: [] },
    { reason, saved, handles: [] },
    { reason, saved: undefined, handles },
  ];
}

/** Steps that say less than this one, those that say much less first. */
function simplerSteps(step: Step | undefined): readonly Step[] {
  if (step === undefined) return [];
  const { afterMs, changes, deed } = step;
  return [
    ...(changes.length > 0 ? [{ ...step, changes: [] }] : []),
    ...(changes.length > 1
      ? changes.map((_, index) => ({ ...step, changes: changes.filter((_, other) => other !== index) }))
      : []),
    ...(afterMs > 0 ? [{ ...step, afterMs: 0 }] : []),
    ...simplerDeeds(deed).map((simpler) => ({ ...step, deed: simpler })),
  ];
}

function simplerDeeds(deed: Deed): readonly Deed[] {
  if (deed.deed === 'arrive') {
    return [
      ...(deed.missed > 0 ? [{ ...deed, missed: 0 }] : []),
      ...deed.items.map((_, index) => ({ ...deed, items: deed.items.filter((_, other) => other !== index) })),
      ...deed.items.flatMap((item, index) =>
        shorterValues(item).map((value) => ({
          ...deed,
          items: deed.items.map((old, other) => (other === index ? value : old)),
        })),
      ),
    ];
  }
  return deed.deed === 'answer' ? shorterValues(deed.result).map((result) => ({ ...deed, result })) : [];
}

/** The same value with less in its byte strings: without their ends, without parts. */
export function shorterValues(value: Value): readonly Value[] {
  if (value instanceof Uint8Array) {
    const cuts: Uint8Array[] = [];
    for (let size = Math.ceil(value.length / 2); size >= 4; size = Math.floor(size / 2)) {
      cuts.push(value.slice(0, value.length - size));
      for (let at = 0; at + size <= value.length && cuts.length < 64; at += size)
        cuts.push(new Uint8Array(Buffer.concat([value.subarray(0, at), value.subarray(at + size)])));
    }
    return cuts;
  }
  if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    shorterValues(inner).map((shorter) => ({ ...value, [key]: shorter })),
  );
}
