/**
 * Records, lists and maps by name: the field types that others are put together with, and what is declared of each field.
 *
 * The TypeScript type of a configuration follows from its declarations, so there is no second list of fields to keep in step.
 */
import {
  type DocumentNode,
  distinct,
  fieldFaults,
  type NameForm,
  quotable,
  wrongType,
} from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import type { FieldType, JsonSchema, ValueOf } from './field-type.ts';
import type { Reading } from './reading.ts';

/** What is said of a field, beside its type. */
export type FieldNotes = {
  /** One or two sentences: what it says. */
  readonly doc: string;
  /** Who acts on it: a phase of the boot or a module. */
  readonly by: string;
  /** A value, as YAML: in one line, if it is no key or certificate. */
  readonly example: string;
  /** The first version of Eft that reads it. */
  readonly since: string;
  /** What holds where it is left out, unless there is a default value. */
  readonly otherwise?: string;
};

/** `defaulted`: it may be left out, and is there all the same once it is read. */
type Presence = 'required' | 'optional' | 'defaulted';

export type Field<Value, Present extends Presence = Presence> = FieldNotes & {
  readonly type: FieldType<Value>;
  readonly presence: Present;
  readonly default?: Value;
};

export type FieldDeclarations = { readonly [name: string]: Field<unknown> };

type Named<Fields, Present extends Presence> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly presence: Present } ? Name : never;
}[keyof Fields];

type FieldValue<Declared> = Declared extends { readonly type: infer Type } ? ValueOf<Type> : never;

/** The value of a record: what is required or has a default is there, the rest may not be. */
export type RecordOf<Fields> = {
  readonly [Name in Named<Fields, 'required' | 'defaulted'>]: FieldValue<Fields[Name]>;
} & {
  readonly [Name in Named<Fields, 'optional'>]?: FieldValue<Fields[Name]>;
};

export function required<Value>(type: FieldType<Value>, notes: FieldNotes): Field<Value, 'required'> {
  return { ...notes, type, presence: 'required' };
}

export function optional<Value>(type: FieldType<Value>, notes: FieldNotes): Field<Value, 'optional'> {
  return { ...notes, type, presence: 'optional' };
}

export function defaulted<Value>(
  type: FieldType<Value>,
  value: Value,
  notes: FieldNotes,
): Field<Value, 'defaulted'> {
  return { ...notes, type, presence: 'defaulted', default: value };
}

/** Looks at a sound record as a whole, with the nodes that it was read from, and takes down what is wrong between its fields. */
export type RecordCheck<Value> = (value: Value, node: DocumentNode, reading: Reading) => void;

/** A map of the declared fields and no others. `check` holds what no single field can say. */
export function record<const Fields extends FieldDeclarations>(
  fields: Fields,
  check?: RecordCheck<RecordOf<Fields>>,
): FieldType<RecordOf<Fields>> {
  const names = Object.keys(fields);
  const needed = names.filter((field) => fields[field]?.presence === 'required');
  return {
    summary: 'a map of fields',
    schema: recordSchema(fields, needed),
    inside: { step: '', fields },
    read: (node, reading) => {
      if (node.kind !== 'map') {
        reading.add(wrongType(node, 'a map of fields'));
        return undefined;
      }
      const wrong = fieldFaults(node, needed, names);
      for (const fault of wrong) reading.add(fault);
      let isSound = wrong.length === 0;
      const values: Record<string, unknown> = {};
      for (const [field, declared] of Object.entries(fields)) {
        const given = node.fields.get(field)?.value;
        if (given === undefined) {
          if (declared.default !== undefined) values[field] = declared.default;
          continue;
        }
        const value = declared.type.read(given, reading);
        if (value === undefined) isSound = false;
        else values[field] = value;
      }
      if (!isSound) return undefined;
      // The loop above has put in exactly the declared fields, each read by its own type.
      const value = values as RecordOf<Fields>;
      const before = reading.faults.length;
      check?.(value, node, reading);
      return reading.faults.length === before ? value : undefined;
    },
  };
}

function recordSchema(fields: FieldDeclarations, needed: readonly string[]): JsonSchema {
  const properties = Object.entries(fields).map(([field, { type, doc, default: value }]) => {
    const notes = { description: doc, ...(value === undefined ? {} : { default: value }) };
    return [field, { ...type.schema, ...notes }] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
}

/** How a list is to be: its length, and what must not be there twice. */
export type ListRule<Item> = {
  readonly minimum: number;
  readonly maximum: number;
  /** What tells one entry from the other; left out, entries may be the same. */
  readonly key?: (item: Item) => string;
};

/** A list of `minimum` to `maximum` entries. */
export function list<Item>(item: FieldType<Item>, rule: ListRule<Item>): FieldType<readonly Item[]> {
  const { minimum, maximum, key } = rule;
  const isOfText = item.schema['type'] === 'string';
  return {
    summary: `a list, ${minimum} to ${maximum} entries${item.inside === undefined ? `: ${item.summary}` : ''}`,
    schema: {
      type: 'array',
      items: item.schema,
      minItems: minimum,
      maxItems: maximum,
      ...(isOfText && key !== undefined ? { uniqueItems: true } : {}),
    },
    ...(item.inside === undefined ? {} : { inside: { step: '[]', fields: item.inside.fields } }),
    read: (node, reading) => {
      if (node.kind !== 'list') {
        reading.add(wrongType(node, 'a list'));
        return undefined;
      }
      const count = node.items.length;
      if (count < minimum || count > maximum) {
        const { path, place } = node.where;
        reading.add(EftError.of('document.list-length', { path, count, minimum, maximum }, { place }));
        return undefined;
      }
      const items = node.items.flatMap((entry) => {
        const value = item.read(entry, reading);
        return value === undefined ? [] : [{ value, where: entry.where }];
      });
      if (key !== undefined && reading.attempt(() => distinct(items, key)) === undefined) return undefined;
      return items.length === count ? items.map(({ value }) => value) : undefined;
    },
  };
}

/** A map whose keys are names of a form, at most `maximum`. Errors: `config.too-many`. */
export function byName<Item>(
  form: NameForm,
  item: FieldType<Item>,
  maximum: number,
): FieldType<Readonly<Record<string, Item>>> {
  return {
    summary: `a map from ${form.expected}${item.inside === undefined ? ` to ${item.summary}` : ''}, at most ${maximum}`,
    schema: {
      type: 'object',
      propertyNames: { pattern: form.pattern.source, maxLength: form.limit },
      additionalProperties: item.schema,
      maxProperties: maximum,
    },
    ...(item.inside === undefined ? {} : { inside: { step: '.NAME', fields: item.inside.fields } }),
    read: (node, reading) => {
      if (node.kind !== 'map') {
        reading.add(wrongType(node, 'a map by name'));
        return undefined;
      }
      const { path, place } = node.where;
      if (node.fields.size > maximum) {
        reading.add(EftError.of('config.too-many', { path, count: node.fields.size, maximum }, { place }));
        return undefined;
      }
      const entries: [string, Item][] = [];
      for (const [key, { key: where, value: given }] of node.fields) {
        const isName = key.length <= form.limit && form.pattern.test(key);
        if (!isName) reading.add(keyFault(path, key, form, where.place));
        const value = item.read(given, reading);
        if (isName && value !== undefined) entries.push([key, value]);
      }
      return entries.length === node.fields.size ? Object.fromEntries(entries) : undefined;
    },
  };
}

function keyFault(path: string, key: string, form: NameForm, place: EftError['place']): EftError {
  const { expected } = form;
  return EftError.of('document.name', { path, value: quotable(key), expected, form: form.form }, { place });
}

/** The node at `path` below `node`, for the place of an error; the nearest above it that is there. */
export function nodeAt(node: DocumentNode, path: readonly (string | number)[]): DocumentNode {
  let here = node;
  for (const step of path) {
    const next =
      here.kind === 'map' && typeof step === 'string'
        ? here.fields.get(step)?.value
        : here.kind === 'list' && typeof step === 'number'
          ? here.items[step]
          : undefined;
    if (next === undefined) return here;
    here = next;
  }
  return here;
}
