import { expect, test } from 'vitest';
import { eftKinds } from '../../store/eft-kinds.ts';
import type { Field, FieldDeclarations } from '../field-record.ts';
import { configType } from '../machine-schema.ts';
import { fieldEffects } from './field-effects.ts';

/** Every field that has no fields within, by its path. */
function leaves(path: string, fields: FieldDeclarations): readonly (readonly [string, Field<unknown>])[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const own = path === '' ? name : `${path}.${name}`;
    const { inside } = field.type;
    return inside === undefined ? [[own, field] as const] : leaves(`${own}${inside.step}`, inside.fields);
  });
}

const schema = new Map(leaves('', configType.inside?.fields ?? {}));

test('every field of the schema says what a change of it does, and no other does', () => {
  expect([...fieldEffects.keys()].sort()).toEqual([...schema.keys()].sort());
  expect(schema.size).toBeGreaterThan(70);
});

test('who acts on a change is who acts on the field by the reference', () => {
  const wrong = [...fieldEffects].filter(([path, { acts }]) => {
    const by = schema.get(path)?.by.replaceAll('`', '').replace(/^the /, '') ?? '';
    return !acts.every((act) => by.startsWith(act));
  });
  expect(wrong.map(([path]) => path)).toEqual([]);
});

test('the kinds that change are kinds of Eft', () => {
  const known = new Set(eftKinds().map(({ name }) => name));
  const named = new Set([...fieldEffects.values()].flatMap(({ kinds }) => kinds));
  expect([...named].filter((kind) => !known.has(kind))).toEqual([]);
});
