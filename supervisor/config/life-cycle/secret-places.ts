/** Where the secrets of a machine configuration stand: found by the types of the schema, never by what a text looks like. */
import type { DocumentNode } from '../../document/document.ts';
import type { FieldDeclarations } from '../field-record.ts';
import { configType } from '../machine-schema.ts';
import { entriesByName } from './entry-name.ts';

/** A step down into a document: a key of a map or an index of a list. */
export type Step = string | number;

export type SecretPlace = {
  /** Names the field so that it is the same one in another configuration: entries of lists by their names. */
  readonly id: string;
  readonly steps: readonly Step[];
  readonly node: DocumentNode;
};

/** Every value of a secret type, in the order of the schema. What is not as the schema has it is passed over. */
export function secretPlaces(document: DocumentNode): readonly SecretPlace[] {
  return inRecord(document, configType.inside?.fields ?? {}, '', []);
}

function inRecord(
  node: DocumentNode,
  fields: FieldDeclarations,
  id: string,
  steps: readonly Step[],
): readonly SecretPlace[] {
  if (node.kind !== 'map') return [];
  return Object.entries(fields).flatMap(([name, { type }]) => {
    const value = node.fields.get(name)?.value;
    if (value === undefined) return [];
    const inner = { id: id === '' ? name : `${id}.${name}`, steps: [...steps, name] };
    if (type.isSecret) return [{ ...inner, node: value }];
    const { inside } = type;
    if (inside === undefined) return [];
    if (inside.step === '') return inRecord(value, inside.fields, inner.id, inner.steps);
    if (inside.step === '[]') return inList(value, inside.fields, inner.id, inner.steps);
    if (value.kind !== 'map') return [];
    return [...value.fields].flatMap(([key, entry]) =>
      inRecord(entry.value, inside.fields, `${inner.id}.${key}`, [...inner.steps, key]),
    );
  });
}

function inList(
  node: DocumentNode,
  fields: FieldDeclarations,
  id: string,
  steps: readonly Step[],
): readonly SecretPlace[] {
  if (node.kind !== 'list') return [];
  const names = [...(entriesByName(node, fields)?.keys() ?? [])];
  return node.items.flatMap((item, index) =>
    inRecord(item, fields, `${id}[${names[index] ?? index}]`, [...steps, index]),
  );
}
