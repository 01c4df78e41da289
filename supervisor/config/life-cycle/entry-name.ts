/**
 * What tells an entry of a list from the others when two configurations are laid side by side: the value of its first field, as `interface`, `name` or
 * `network`. So an entry is the same one after another has been put before it.
 */
import type { DocumentNode } from '../../document/document.ts';
import type { FieldDeclarations } from '../field-record.ts';

/** The entries of a list of records by their names; undefined if they have none, or two have the same. A missing list has no entries. */
export function entriesByName(
  node: DocumentNode | undefined,
  fields: FieldDeclarations,
): ReadonlyMap<string, DocumentNode> | undefined {
  const [first] = Object.keys(fields);
  if (first === undefined || (node !== undefined && node.kind !== 'list')) return undefined;
  const entries = new Map<string, DocumentNode>();
  for (const item of node?.items ?? []) {
    const named = item.kind === 'map' ? item.fields.get(first)?.value : undefined;
    if (named?.kind !== 'text' && named?.kind !== 'integer') return undefined;
    const name = String(named.value);
    if (entries.has(name)) return undefined;
    entries.set(name, item);
  }
  return entries;
}
