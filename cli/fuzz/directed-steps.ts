/**
 * Steps in which something that the module has compared has become what it was compared with: few, and far more likely to go another way than
 * what chance makes (dictionary.ts). They are tried once on each input that has reached something new.
 */
import type { Value } from '../../supervisor/store/resource.ts';
import type { Dictionary } from './dictionary.ts';
import type { Deed, Step } from './fuzz-input.ts';

/** Steps that are tried of one. */
const stepsLimit = 384;
/** UTF-16 code units of a text that is looked into. */
const textLimit = 256;

export function directedSteps(step: Step, dictionary: Dictionary): readonly Step[] {
  const leaf = (value: Value): readonly Value[] => leafVariants(value, dictionary);
  const steps: Step[] = deedVariants(step.deed, leaf).map((deed) => ({ ...step, deed }));
  for (const [index, change] of step.changes.entries()) {
    for (const value of variants(change.value, leaf)) {
      if (!isFields(value)) continue;
      steps.push({ ...step, changes: step.changes.with(index, { ...change, value }) });
    }
  }
  return steps.slice(0, stepsLimit);
}

function deedVariants(deed: Deed, leaf: (value: Value) => readonly Value[]): readonly Deed[] {
  switch (deed.deed) {
    case 'answer':
      return variants(deed.result, leaf).map((result) => ({ ...deed, result }));
    case 'arrive':
      return deed.items.flatMap((item, index) =>
        variants(item, leaf).map((changed) => ({ ...deed, items: deed.items.with(index, changed) })),
      );
    default:
      return [];
  }
}

/** The value with one of its leaves changed, in all ways that `leaf` knows. */
function variants(value: Value, leaf: (value: Value) => readonly Value[]): readonly Value[] {
  if (isList(value))
    return value.flatMap((item, index) => variants(item, leaf).map((changed) => value.with(index, changed)));
  if (!isFields(value)) return leaf(value);
  return Object.entries(value).flatMap(([key, inner]) =>
    // Which case of a variant it is decides what it has; that is changed elsewhere (mutate-value.ts).
    key === 'tag' ? [] : variants(inner, leaf).map((changed) => ({ ...value, [key]: changed })),
  );
}

function leafVariants(value: Value, dictionary: Dictionary): readonly Value[] {
  if (value instanceof Uint8Array) return dictionary.replacements(value);
  if (typeof value === 'string') {
    // AssemblyScript compares texts as it keeps them, several code units at a time.
    const bytes = new Uint8Array(Buffer.from(value.slice(0, textLimit), 'utf16le'));
    return dictionary
      .replacements(bytes)
      .map((changed) => Buffer.from(changed).toString('utf16le').toWellFormed());
  }
  return [];
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isFields(value: Value): value is { readonly [field: string]: Value } {
  return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
