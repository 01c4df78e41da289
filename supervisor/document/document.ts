/**
 * A document: what YAML text or CBOR says, with the place of every value, before anyone has said what it should say.
 *
 * Manifest, trust policy and machine configuration are read from this one form, so a rule is written once and holds for the source that a person
 * writes and for the bytes that are signed. A reader takes fields out one by one and fails with the place at hand; what
 * it does not know, it refuses.
 */
import { EftError, type Place } from '../errors/eft-error.ts';
import { nearestName } from './nearest-name.ts';
import { visibleText } from './visible-text.ts';

/** Where a value stands: `grants[0].interface`, or the noun of the document for the whole, and its place in the file. */
export type Where = { readonly path: string; readonly place: Place };

export type DocumentField = { readonly key: Where; readonly value: DocumentNode };

export type DocumentNode =
  | { readonly kind: 'map'; readonly fields: ReadonlyMap<string, DocumentField>; readonly where: Where }
  | { readonly kind: 'list'; readonly items: readonly DocumentNode[]; readonly where: Where }
  | { readonly kind: 'text'; readonly value: string; readonly where: Where }
  | { readonly kind: 'integer'; readonly value: number; readonly where: Where }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly where: Where }
  /** Something that no field takes, in words: `the fraction 1.5`. */
  | { readonly kind: 'other'; readonly description: string; readonly where: Where };

/** A value and where it stands, to complain about it later. */
export type Located<Value> = { readonly value: Value; readonly where: Where };

/** The fields of a map, all known and all there. */
export class DocumentRecord<Required extends string, Optional extends string> {
  readonly where: Where;
  readonly #fields: ReadonlyMap<string, DocumentField>;

  /**
   * Fails unless `node` is a map with all of the `required` fields and none but these and the `optional` ones.
   * Errors: `document.wrong-type`, `document.unknown-field`, `document.missing-field`.
   */
  constructor(node: DocumentNode, required: readonly Required[], optional: readonly Optional[]) {
    if (node.kind !== 'map') throw wrongType(node, 'a map of fields');
    this.where = node.where;
    this.#fields = node.fields;
    const [fault] = fieldFaults(node, required, [...required, ...optional]);
    if (fault !== undefined) throw fault;
  }

  /** The value of a required field. */
  get(field: Required): DocumentNode {
    const found = this.#fields.get(field);
    if (found === undefined) throw new Error(`the constructor let the field ${field} be missing`);
    return found.value;
  }

  /** The value of an optional field, or undefined if it is not there. */
  find(field: Optional): DocumentNode | undefined {
    return this.#fields.get(field)?.value;
  }
}

/**
 * What is wrong with the names of a map's fields: those that are not `known`, in the order of the document, and then those that are
 * `required` and not there.
 */
export function fieldFaults(
  { fields, where }: Extract<DocumentNode, { kind: 'map' }>,
  required: readonly string[],
  known: readonly string[],
): readonly EftError[] {
  const unknown = [...fields].flatMap(([field, { key }]) => {
    if (known.includes(field)) return [];
    const nearest = nearestName(field, known);
    return EftError.of(
      'document.unknown-field',
      {
        path: where.path,
        field: quotable(field),
        hint: nearest === undefined ? '' : `did you mean \`${nearest}\`? `,
        fields: known.map((name) => `\`${name}\``).join(', '),
      },
      { place: key.place },
    );
  });
  const missing = required
    .filter((field) => !fields.has(field))
    .map((field) =>
      EftError.of('document.missing-field', { path: where.path, field }, { place: where.place }),
    );
  return [...unknown, ...missing];
}

/** `true` or `false`. Errors: `document.wrong-type`. */
export function readBoolean(node: DocumentNode): boolean {
  if (node.kind !== 'boolean') throw wrongType(node, '`true` or `false`');
  return node.value;
}

/** A whole number from `minimum` to `maximum`. Errors: `document.wrong-type`, `document.out-of-range`. */
export function readInteger(node: DocumentNode, minimum: number, maximum: number): number {
  if (node.kind !== 'integer') throw wrongType(node, 'a whole number');
  if (node.value < minimum || node.value > maximum) {
    throw EftError.of(
      'document.out-of-range',
      { path: node.where.path, value: node.value, minimum, maximum },
      { place: node.where.place },
    );
  }
  return node.value;
}

/**
 * Text in one line of 1 to `limit` UTF-16 code units, without control and formatting characters: it is shown on terminals
 * and must not be able to move the cursor or to turn the writing direction. Errors: `document.wrong-type`, `document.text`.
 */
export function readText(node: DocumentNode, limit: number): string {
  if (node.kind !== 'text') throw wrongType(node, 'text');
  const reason = textFault(node.value, limit);
  if (reason === undefined) return node.value;
  throw EftError.of('document.text', { path: node.where.path, reason, limit }, { place: node.where.place });
}

function textFault(text: string, limit: number): string | undefined {
  if (text === '') return 'is empty';
  if (text.length > limit) return `has ${text.length} characters`;
  const hostile = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.exec(text);
  if (hostile !== null) {
    const code = (hostile[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `holds the control character U+${code}`;
  }
  if (text.trim() !== text) return 'begins or ends with a space';
  return undefined;
}

/** What a name must look like: `expected` and `form` end the sentences "is not …" and "write …". */
export type NameForm = {
  readonly pattern: RegExp;
  readonly limit: number;
  readonly expected: string;
  readonly form: string;
};

/** Text of a certain form. Errors: `document.wrong-type`, `document.name`. */
export function readName(node: DocumentNode, form: NameForm): string {
  if (node.kind !== 'text') throw wrongType(node, 'text');
  if (node.value.length <= form.limit && form.pattern.test(node.value)) return node.value;
  throw EftError.of(
    'document.name',
    { path: node.where.path, value: quotable(node.value), expected: form.expected, form: form.form },
    { place: node.where.place },
  );
}

/** One of `choices`. Errors: `document.wrong-type`, `document.not-one-of`. */
export function readChoice<Choice extends string>(node: DocumentNode, choices: readonly Choice[]): Choice {
  if (node.kind !== 'text') throw wrongType(node, 'text');
  const choice = choices.find((candidate) => candidate === node.value);
  if (choice !== undefined) return choice;
  const nearest = nearestName(node.value, choices);
  throw EftError.of(
    'document.not-one-of',
    {
      path: node.where.path,
      value: quotable(node.value),
      hint: nearest === undefined ? '' : `did you mean \`${nearest}\`? `,
      choices: choices.map((name) => `\`${name}\``).join(', '),
    },
    { place: node.where.place },
  );
}

/** A list of `minimum` to `maximum` entries. Errors: `document.wrong-type`, `document.list-length`. */
export function readList<Item>(
  node: DocumentNode,
  minimum: number,
  maximum: number,
  readItem: (item: DocumentNode) => Item,
): readonly Located<Item>[] {
  if (node.kind !== 'list') throw wrongType(node, 'a list');
  if (node.items.length < minimum || node.items.length > maximum) {
    throw EftError.of(
      'document.list-length',
      { path: node.where.path, count: node.items.length, minimum, maximum },
      { place: node.where.place },
    );
  }
  return node.items.map((item) => ({ value: readItem(item), where: item.where }));
}

/** The values of a list in which no two have the same `key`. Errors: `document.duplicate-entry` at the second. */
export function distinct<Item>(
  items: readonly Located<Item>[],
  key: (item: Item) => string | number,
): readonly Item[] {
  const seen = new Set<string | number>();
  for (const { value, where } of items) {
    const entry = key(value);
    if (seen.has(entry)) {
      throw EftError.of('document.duplicate-entry', { path: where.path, entry }, { place: where.place });
    }
    seen.add(entry);
  }
  return items.map(({ value }) => value);
}

/** That `node` is not what is `expected`: `a list`. */
export function wrongType(node: DocumentNode, expected: string): EftError {
  const correction = expected === 'text' ? 'text, in quotes if YAML takes it for something else' : expected;
  return EftError.of(
    'document.wrong-type',
    { path: node.where.path, found: describe(node), expected, correction },
    { place: node.where.place },
  );
}

function describe(node: DocumentNode): string {
  switch (node.kind) {
    case 'map':
      return 'a map of fields';
    case 'list':
      return 'a list';
    case 'text':
      return 'text';
    case 'integer':
      return `the number ${node.value}`;
    case 'boolean':
      return `the boolean ${node.value}`;
    case 'other':
      return node.description;
  }
}

/** A stranger's text made fit for an error message: no control characters, and not long. */
export function quotable(text: string): string {
  return visibleText(text, 80);
}
