/**
 * What differs between two machine configurations, field by field as the schema has them: who acts on it, and whether it takes a reboot
 * (field-effects.ts). Entries of lists are compared with those of the same name (entry-name.ts); a value that is left out is its default.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DocumentNode } from '../../document/document.ts';
import type { Field, FieldDeclarations } from '../field-record.ts';
import { configType } from '../machine-schema.ts';
import { entriesByName } from './entry-name.ts';
import { fieldEffects, madeLinks, type Remedy } from './field-effects.ts';
import { oneLine, plainValue } from './one-line.ts';

export type ConfigChange = {
  /** Such as `machine.network.interfaces[eth0].mtu`. */
  readonly path: string;
  /** In one line of YAML, without secrets; empty if there was none, or is none. */
  readonly before: string;
  readonly after: string;
  readonly acts: readonly string[];
  readonly kinds: readonly string[];
  readonly needsReboot: boolean;
};

/** One side or both are there. */
type Sides = { readonly before: DocumentNode | undefined; readonly after: DocumentNode | undefined };

/** Where the sides stand: by name for people, and in the schema. */
type At = { readonly path: string; readonly schema: string; readonly isLinkGone: boolean };

/** Both documents must be sound; none stands for no configuration. */
export function diffConfigs(
  before: DocumentNode | undefined,
  after: DocumentNode | undefined,
): readonly ConfigChange[] {
  const at = { path: '', schema: '', isLinkGone: false };
  return ofRecord(configType.inside?.fields ?? {}, { before, after }, at);
}

function ofRecord(fields: FieldDeclarations, sides: Sides, at: At): readonly ConfigChange[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const inner = { before: fieldOf(sides.before, name), after: fieldOf(sides.after, name) };
    if (inner.before === undefined && inner.after === undefined) return [];
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const schema = at.schema === '' ? name : `${at.schema}.${name}`;
    return ofField(field, inner, { ...at, path, schema });
  });
}

function ofField(field: Field<unknown>, sides: Sides, at: At): readonly ConfigChange[] {
  const { inside, schema } = field.type;
  if (inside === undefined) {
    return schema['propertyNames'] === undefined ? ofValue(field, sides, at) : ofMap(field, sides, at);
  }
  switch (inside.step) {
    case '':
      return ofRecord(inside.fields, sides, at);
    case '.NAME':
      return namesOf(sides).flatMap((name) => {
        const entry = { before: fieldOf(sides.before, name), after: fieldOf(sides.after, name) };
        return ofRecord(inside.fields, entry, {
          ...at,
          path: `${at.path}.${name}`,
          schema: `${at.schema}.NAME`,
        });
      });
    case '[]':
      return ofList(field, inside.fields, sides, at);
  }
}

/** A map from names to values that have no fields within: each name is a change of its own. */
function ofMap(field: Field<unknown>, sides: Sides, at: At): readonly ConfigChange[] {
  return namesOf(sides).flatMap((name) => {
    const entry = { before: fieldOf(sides.before, name), after: fieldOf(sides.after, name) };
    const { default: _, ...plain } = field;
    return ofValue(plain, entry, { ...at, path: `${at.path}.${name}` });
  });
}

function ofList(
  field: Field<unknown>,
  fields: FieldDeclarations,
  sides: Sides,
  at: At,
): readonly ConfigChange[] {
  const before = entriesByName(sides.before, fields);
  const after = entriesByName(sides.after, fields);
  const schema = `${at.schema}[]`;
  if (before === undefined || after === undefined) {
    if (isDeepStrictEqual(given(field, sides.before), given(field, sides.after))) return [];
    const within = [...fieldEffects].filter(([path]) => path.startsWith(`${schema}.`));
    const effects = within.map(([, { acts, kinds, change, removal }]) => ({
      acts,
      kinds,
      needsReboot: change !== 'at-once' || removal !== 'at-once',
    }));
    return [changeOf(field, sides, at, effects)];
  }
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((name) => {
    const entry = { before: before.get(name), after: after.get(name) };
    const path = `${at.path}[${name}]`;
    if (entry.before !== undefined && entry.after !== undefined) {
      return ofRecord(fields, entry, { ...at, path, schema });
    }
    const isLinkGone = at.isLinkGone || (entry.after === undefined && isMadeLink(schema, entry.before));
    const within = ofRecord(fields, entry, { path, schema, isLinkGone });
    const item = { ...field, type: { ...field.type, inside: { step: '' as const, fields } } };
    return [changeOf(item, entry, { ...at, path }, within)];
  });
}

/** Whether Eft has made the link that this entry declares, so that it goes with the entry. */
function isMadeLink(schema: string, node: DocumentNode | undefined): boolean {
  if (schema === madeLinks.list) return true;
  return (
    schema === madeLinks.entries &&
    madeLinks.fields.some((name) => {
      const value = fieldOf(node, name);
      return value !== undefined && !(value.kind === 'boolean' && !value.value);
    })
  );
}

function ofValue(field: Field<unknown>, sides: Sides, at: At): readonly ConfigChange[] {
  if (isDeepStrictEqual(given(field, sides.before), given(field, sides.after))) return [];
  const effect = fieldEffects.get(at.schema);
  if (effect === undefined) throw new TypeError(`nobody says what a change of ${at.schema} does`);
  const { acts, kinds, change, removal } = effect;
  const isNew = sides.before === undefined;
  const remedy: Remedy = isNew ? 'at-once' : sides.after === undefined ? removal : change;
  const needsReboot = remedy === 'reboot' || (remedy === 'link-stays' && !at.isLinkGone);
  return [changeOf(field, sides, at, [{ acts, kinds, needsReboot }])];
}

function changeOf(
  field: Field<unknown>,
  { before, after }: Sides,
  { path }: At,
  effects: readonly Pick<ConfigChange, 'acts' | 'kinds' | 'needsReboot'>[],
): ConfigChange {
  return {
    path,
    before: before === undefined ? '' : oneLine(before, field.type),
    after: after === undefined ? '' : oneLine(after, field.type),
    acts: [...new Set(effects.flatMap(({ acts }) => acts))],
    kinds: [...new Set(effects.flatMap(({ kinds }) => kinds))],
    needsReboot: effects.some(({ needsReboot }) => needsReboot),
  };
}

/** What stands there, or its default. */
function given(field: Field<unknown>, node: DocumentNode | undefined): unknown {
  return node === undefined ? field.default : plainValue(node);
}

function fieldOf(node: DocumentNode | undefined, name: string): DocumentNode | undefined {
  return node?.kind === 'map' ? node.fields.get(name)?.value : undefined;
}

function namesOf({ before, after }: Sides): readonly string[] {
  const names = (node: DocumentNode | undefined) => (node?.kind === 'map' ? [...node.fields.keys()] : []);
  return [...new Set([...names(after), ...names(before)])];
}
