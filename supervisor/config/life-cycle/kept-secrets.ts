/**
 * The text of a configuration as it is shown: every secret is a placeholder, and whoever sends the text back with the placeholder means the secret that
 * the node has. Both work on the text, so that comments and layout are kept.
 */
import type { DocumentNode } from '../../document/document.ts';
import { EftError } from '../../errors/eft-error.ts';
import { rewriteScalars } from './rewrite-scalars.ts';
import { secretPlaces } from './secret-places.ts';

/** Stands for a secret that the node has. No secret can be this text. */
export const secretPlaceholder = '(secret kept)';

/** `text` with every secret replaced; `document` is what was read from it. */
export function hideSecrets(text: string, document: DocumentNode): string {
  const places = secretPlaces(document).filter(({ node }) => node.kind !== 'map' && node.kind !== 'list');
  return rewriteScalars(
    text,
    places.map(({ steps }) => ({ steps, text: secretPlaceholder })),
  );
}

/** A configuration with its secrets: the text, and the same as a document with the places of what was sent. */
export type Restored = {
  readonly text: string;
  readonly document: DocumentNode;
  readonly faults: readonly EftError[];
};

/**
 * `text` with the secrets of `current` in place of the placeholders, each from the field of the same name, with entries of lists known by their first field; and
 * a fault for each placeholder that stands for nothing: `config.secret-kept`.
 */
export function restoreSecrets(
  text: string,
  document: DocumentNode,
  current: DocumentNode | undefined,
): Restored {
  const known = new Map(
    (current === undefined ? [] : secretPlaces(current)).flatMap(({ id, node }) =>
      node.kind === 'text' ? [[id, node.value] as const] : [],
    ),
  );
  const kept = secretPlaces(document).filter(
    ({ node }) => node.kind === 'text' && node.value === secretPlaceholder,
  );
  const faults = kept
    .filter(({ id }) => !known.has(id))
    .map(({ id, node: { where } }) =>
      EftError.of('config.secret-kept', { path: id }, { place: where.place }),
    );
  if (faults.length > 0 || kept.length === 0) return { text, document, faults };
  const scalars = kept.map(({ id, steps }) => ({ steps, text: known.get(id) ?? '' }));
  const values = new Map(kept.map(({ id, node }) => [node, known.get(id) ?? '']));
  return { text: rewriteScalars(text, scalars), document: withTexts(document, values), faults };
}

/** The same document with other texts in some of its nodes, which stand where they stood. */
function withTexts(node: DocumentNode, texts: ReadonlyMap<DocumentNode, string>): DocumentNode {
  const value = texts.get(node);
  if (value !== undefined) return { kind: 'text', value, where: node.where };
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => withTexts(item, texts)) };
  if (node.kind !== 'map') return node;
  const fields = [...node.fields].map(
    ([name, field]) => [name, { ...field, value: withTexts(field.value, texts) }] as const,
  );
  return { ...node, fields: new Map(fields) };
}
