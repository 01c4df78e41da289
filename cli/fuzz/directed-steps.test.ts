import { describe, expect, it } from 'vitest';
import { type Comparison, Dictionary } from './dictionary.ts';
import { directedSteps } from './directed-steps.ts';
import type { Step } from './fuzz-input.ts';

const now = 70_000_000_000n;
const types = { answers: new Map(), sources: new Map(), kinds: new Map() };
const timer: Step = { afterMs: 5, changes: [], deed: { deed: 'timer', timer: 0 } };

function comparing(...comparisons: readonly Comparison[]): Dictionary {
  const dictionary = new Dictionary();
  dictionary.noteComparisons(comparisons);
  return dictionary;
}

describe('a clock that was compared', () => {
  it('is turned to just before the instant, to it, and to just after it', () => {
    const dictionary = comparing({ width: 8, one: now, other: now + 60_000_400_000n });
    expect(dictionary.waitsMs).toEqual([60_001]);
    const steps = directedSteps(timer, dictionary, types);
    expect(steps.map(({ afterMs }) => afterMs)).toEqual([60_005, 60_006, 60_007]);
    expect(steps.every(({ deed }) => deed === timer.deed)).toBe(true);
  });

  it('is known whichever of the two it is, and once', () => {
    const later = now + 1_000_000n;
    const both = comparing({ width: 8, one: later, other: now }, { width: 8, one: now, other: later });
    expect(both.waitsMs).toEqual([1]);
  });

  it('is not taken for one where nothing is later, never comes, is years away, or is no instant', () => {
    const dictionary = comparing(
      { width: 8, one: now, other: now },
      { width: 8, one: now, other: 0xffff_ffff_ffff_ffffn },
      { width: 8, one: now, other: now + 10n ** 17n },
      { width: 8, one: 3n, other: 90n },
      { width: 4, one: 2_000_000_000n, other: 3_000_000_000n },
    );
    expect(dictionary.waitsMs).toEqual([]);
    expect(directedSteps(timer, dictionary, types)).toEqual([]);
  });

  it('is forgotten with what was compared', () => {
    const dictionary = comparing({ width: 8, one: now, other: now + 1_000_000n });
    expect(dictionary.waitsMs).toEqual([1]);
    dictionary.noteComparisons([]);
    expect(dictionary.waitsMs).toEqual([]);
  });
});
