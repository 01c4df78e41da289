/**
 * Steps in which something that the module has compared has become what it was compared with: few, and far more likely to go another way than
 * what chance makes (dictionary.ts); and steps at the very time that the module has compared its clock with. They are tried once on each input that has reached something new.
 */
import type { ValueType } from '../../supervisor/component/types.ts';
import type { Value } from '../../supervisor/store/resource.ts';
import type { Dictionary } from './dictionary.ts';
import type { Deed, Step } from './fuzz-input.ts';
import { fieldKey, type ModuleTypes } from './module-types.ts';
import { payloadType } from './mutate-value.ts';

/** Steps that are tried of one. */
const stepsLimit = 384;
/** Milliseconds before an instant, at it, and after it. */
const besides = [-1, 0, 1] as const;
/** UTF-16 code units of a text that is looked into. */
const textLimit = 256;

export function directedSteps(step: Step, dictionary: Dictionary, types: ModuleTypes): readonly Step[] {
  const steps: Step[] = laterSteps(step, dictionary);
  steps.push(...deedVariants(step.deed, dictionary, types).map((deed) => ({ ...step, deed })));
  for (const [index, change] of step.changes.entries()) {
    for (const value of directedValues(types.kinds.get(change.kind), change.value, dictionary)) {
      if (!isFields(value)) continue;
      steps.push({ ...step, changes: step.changes.with(index, { ...change, value }) });
    }
  }
  return steps.slice(0, stepsLimit);
}

/** The same when the instant has come that the clock was compared with, or just before or after. */
function laterSteps(step: Step, { waitsMs }: Dictionary): Step[] {
  return waitsMs.flatMap((ms) =>
    besides.map((beside) => ({ ...step, afterMs: step.afterMs + Math.max(0, ms + beside) })),
  );
}

function deedVariants(deed: Deed, dictionary: Dictionary, types: ModuleTypes): readonly Deed[] {
  switch (deed.deed) {
    case 'answer':
      return directedValues(types.answers.get(deed.asked), deed.result, dictionary).map((result) => ({
        ...deed,
        result,
      }));
    case 'arrive': {
      const type = types.sources.get(deed.source)?.type;
      return deed.items.flatMap((item, index) =>
        directedValues(type, item, dictionary).map((changed) => ({
          ...deed,
          items: deed.items.with(index, changed),
        })),
      );
    }
    default:
      return [];
  }
}

/** The value with one of the texts or byte strings in it changed: others of its type. */
export function directedValues(
  type: ValueType | undefined,
  value: Value,
  dictionary: Dictionary,
): readonly Value[] {
  switch (type?.kind) {
    case 'string':
      return typeof value === 'string' ? textVariants(value, dictionary) : [];
    case 'list':
      if (value instanceof Uint8Array)
        return [...dictionary.resized(value), ...dictionary.replacements(value)];
      if (!isList(value)) return [];
      return value.flatMap((item, index) =>
        directedValues(type.element, item, dictionary).map((changed) => value.with(index, changed)),
      );
    case 'tuple':
      if (!isList(value)) return [];
      return type.elements.flatMap((element, index) =>
        directedValues(element, value[index], dictionary).map((changed) => value.with(index, changed)),
      );
    case 'record':
      if (!isFields(value)) return [];
      return type.fields.flatMap(({ name, type: of }) => {
        const key = fieldKey(name);
        return directedValues(of, value[key], dictionary).map((changed) => ({ ...value, [key]: changed }));
      });
    case 'option':
      return type.some.kind === 'option' ? [] : directedValues(type.some, value, dictionary);
    case 'variant':
    case 'result': {
      if (!isFields(value)) return [];
      const of = payloadType(type, value['tag']);
      return directedValues(of, value['val'], dictionary).map((val) => ({ ...value, val }));
    }
    default:
      return [];
  }
}

/** AssemblyScript compares texts as it keeps them, several code units at a time. */
function textVariants(text: string, dictionary: Dictionary): readonly string[] {
  const bytes = new Uint8Array(Buffer.from(text.slice(0, textLimit), 'utf16le'));
  const changed = dictionary.replacements(bytes);
  return changed.map((other) => Buffer.from(other).toString('utf16le').toWellFormed());
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isFields(value: Value): value is { readonly [field: string]: Value } {
  return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
