/**
 * Older and newer versions of one kind living together.
 *
 * A later version of a kind may add fields, as options, and nothing else (wit/resources/resource.wit); here that
 * goes for the records inside it too, and for flags, which are as good as fields that are false when they are missing.
 * That is what the loader finds harmless in both directions (component/compatible-type.ts); what it finds harmless in
 * one only is not enough, for a value that one module puts is read by others. The store keeps values in the newest version it has met; the versions of one
 * kind form a chain, and a module that does not fit on it is refused.
 *
 * Reading with an older type ignores the fields it does not know (`project`).
 *
 * Putting with an older type: a field the writer does not know
 * - is kept, if somebody else owns the resource. The older module adds its part to something whose author it is not
 *   (it claims an operation): what the author said with a newer vocabulary must survive that.
 * - is none, if the writer owns the resource. It is then the only author, and only a newer version of itself, since
 *   rolled back, can have written the field. Nobody maintains it any more: kept, it would be read as true.
 * Keeping works through records, flags, tuples, options, and variants and results of the same case. Elements of lists have
 * no identity: a field kept by index could land in another element, so in lists unknown fields become none.
 */

import { isOmittable } from '../component/compatible-type.ts';
import { camelCase } from '../component/host-name.ts';
import type { Field, FlagsType, RecordType, ValueType } from '../component/types.ts';
import type { RecordValue, Value } from './resource.ts';

/**
 * Where `newer` is not `older` plus optional fields, as `value.unmet[].name`; undefined if it is that, or the same.
 */
export function findBreak(newer: ValueType, older: ValueType, path = 'value'): string | undefined {
  if (newer === older) return undefined;
  switch (older.kind) {
    case 'record': {
      if (newer.kind !== 'record') return path;
      const added = new Map(newer.fields.map((field) => [field.name, field]));
      for (const field of older.fields) {
        const inside = `${path}.${camelCase(field.name)}`;
        const counterpart = added.get(field.name);
        if (counterpart === undefined) return inside;
        const found = findBreak(counterpart.type, field.type, inside);
        if (found !== undefined) return found;
        added.delete(field.name);
      }
      // The none of an option within an option is not undefined, so a field of that type cannot be left out.
      const bad = [...added.values()].find((field) => !isOmittable(field.type));
      return bad === undefined ? undefined : `${path}.${camelCase(bad.name)}`;
    }
    case 'list':
      return newer.kind === 'list' ? findBreak(newer.element, older.element, `${path}[]`) : path;
    case 'tuple':
      if (newer.kind !== 'tuple' || newer.elements.length !== older.elements.length) return path;
      return first(older.elements, (element, at) =>
        findBreakAt(newer.elements[at], element, `${path}[${at}]`),
      );
    case 'variant':
      if (newer.kind !== 'variant' || newer.cases.length !== older.cases.length) return path;
      return first(older.cases, (one) => {
        const inside = `${path}.${one.name}`;
        const counterpart = newer.cases.find(({ name }) => name === one.name);
        return counterpart === undefined ? inside : findBreakAt(counterpart.type, one.type, inside);
      });
    case 'enum':
      if (newer.kind !== 'enum' || newer.labels.length !== older.labels.length) return path;
      return older.labels.every((label) => newer.labels.includes(label)) ? undefined : path;
    case 'flags':
      if (newer.kind !== 'flags') return path;
      return older.labels.every((label) => newer.labels.includes(label)) ? undefined : path;
    case 'option':
      return newer.kind === 'option' ? findBreak(newer.some, older.some, path) : path;
    case 'result':
      if (newer.kind !== 'result') return path;
      return (
        findBreakAt(newer.ok, older.ok, `${path}.ok`) ?? findBreakAt(newer.err, older.err, `${path}.err`)
      );
    default:
      return newer.kind === older.kind ? undefined : path;
  }
}

function findBreakAt(
  newer: ValueType | undefined,
  older: ValueType | undefined,
  path: string,
): string | undefined {
  if (newer === undefined || older === undefined) return newer === older ? undefined : path;
  return findBreak(newer, older, path);
}

function first<Item>(
  items: readonly Item[],
  find: (item: Item, at: number) => string | undefined,
): string | undefined {
  for (const [at, item] of items.entries()) {
    const found = find(item, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `value` with the fields of the older `type` only. It must have been admitted with `type` or a newer one. */
export function project(value: RecordValue, type: RecordType): RecordValue {
  return Object.freeze(mapFields(type.fields, (name, field) => projectValue(value[name], field.type)));
}

function projectValue(value: Value, type: ValueType): Value {
  return rebuild(value, undefined, type, type, (_, inner, innerType) => projectValue(inner, innerType));
}

/**
 * `next`, which was admitted with the older `writerType`, as a value of `kindType`: fields the writer does not know
 * come from `previous`, or are none if there is no previous value or it has no such place.
 */
export function merge(
  next: RecordValue,
  previous: RecordValue | undefined,
  writerType: RecordType,
  kindType: RecordType,
): RecordValue {
  const writerFields = new Map(writerType.fields.map((field) => [field.name, field.type]));
  return Object.freeze(
    mapFields(kindType.fields, (name, field) => {
      const known = writerFields.get(field.name);
      if (known === undefined) return previous?.[name];
      return mergeValue(next[name], previous?.[name], known, field.type);
    }),
  );
}

function mergeValue(next: Value, previous: Value, writerType: ValueType, kindType: ValueType): Value {
  if (writerType === kindType) return next;
  if (writerType.kind === 'record' && kindType.kind === 'record') {
    return isFields(next)
      ? merge(next, isFields(previous) ? previous : undefined, writerType, kindType)
      : next;
  }
  return rebuild(next, previous, writerType, kindType, (before, inner, innerWriter, innerKind) =>
    mergeValue(inner, before, innerWriter, innerKind),
  );
}

/**
 * Builds a value anew from its parts, each with its counterpart in `previous` if that has the same shape there, and
 * with its types in both versions.
 */
function rebuild(
  value: Value,
  previous: Value,
  writerType: ValueType,
  kindType: ValueType,
  part: (before: Value, inner: Value, innerWriter: ValueType, innerKind: ValueType) => Value,
): Value {
  switch (writerType.kind) {
    case 'record': {
      if (kindType.kind !== 'record' || !isFields(value)) return value;
      return Object.freeze(
        mapFields(writerType.fields, (name, field) => part(undefined, value[name], field.type, field.type)),
      );
    }
    case 'flags':
      if (kindType.kind !== 'flags' || !isFields(value)) return value;
      return rebuildFlags(value, isFields(previous) ? previous : {}, writerType, kindType);
    case 'list': {
      if (kindType.kind !== 'list' || !isArray(value)) return value;
      return Object.freeze(
        value.map((inner) => part(undefined, inner, writerType.element, kindType.element)),
      );
    }
    case 'tuple': {
      if (kindType.kind !== 'tuple' || !isArray(value)) return value;
      const before = isArray(previous) ? previous : [];
      return Object.freeze(
        value.map((inner, at) => {
          const innerWriter = writerType.elements[at];
          const innerKind = kindType.elements[at];
          if (innerWriter === undefined || innerKind === undefined) return inner;
          return part(before[at], inner, innerWriter, innerKind);
        }),
      );
    }
    case 'option': {
      if (kindType.kind !== 'option' || value === undefined) return value;
      if (writerType.some.kind !== 'option') return part(previous, value, writerType.some, kindType.some);
      return rebuildTagged(value, previous, (before, inner) =>
        part(before, inner, writerType.some, kindType.some),
      );
    }
    case 'variant': {
      if (kindType.kind !== 'variant' || !isFields(value)) return value;
      const innerWriter = writerType.cases.find((one) => one.name === value['tag'])?.type;
      const innerKind = kindType.cases.find((one) => one.name === value['tag'])?.type;
      if (innerWriter === undefined || innerKind === undefined) return value;
      return rebuildTagged(value, previous, (before, inner) => part(before, inner, innerWriter, innerKind));
    }
    case 'result': {
      if (kindType.kind !== 'result' || !isFields(value)) return value;
      const innerWriter = value['tag'] === 'ok' ? writerType.ok : writerType.err;
      const innerKind = value['tag'] === 'ok' ? kindType.ok : kindType.err;
      if (innerWriter === undefined || innerKind === undefined) return value;
      return rebuildTagged(value, previous, (before, inner) => part(before, inner, innerWriter, innerKind));
    }
    default:
      return value;
  }
}

/** The flags of `kindType`; those that the writer does not know are as before, or false. */
function rebuildFlags(
  value: RecordValue,
  previous: RecordValue,
  writerType: FlagsType,
  kindType: FlagsType,
): RecordValue {
  const known = new Set(writerType.labels);
  const flags: Record<string, Value> = {};
  for (const label of kindType.labels) {
    const name = camelCase(label);
    flags[name] = ((known.has(label) ? value : previous)[name] ?? false) === true;
  }
  return Object.freeze(flags);
}

function rebuildTagged(value: Value, previous: Value, part: (before: Value, inner: Value) => Value): Value {
  if (!isFields(value) || value['tag'] === 'none') return value;
  const before = isFields(previous) && previous['tag'] === value['tag'] ? previous['val'] : undefined;
  return Object.freeze({ tag: value['tag'], val: part(before, value['val']) });
}

function mapFields(fields: readonly Field[], map: (name: string, field: Field) => Value): RecordValue {
  const result: Record<string, Value> = {};
  for (const field of fields) {
    const name = camelCase(field.name);
    result[name] = map(name, field);
  }
  return result;
}

function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isFields(value: Value): value is RecordValue {
  return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
