/**
 * The types that a field of the machine configuration can have. Each says three things in one place: how a value is read from a document,
 * what its JSON Schema is, and what it is called in the reference. So validation, schema and reference cannot drift apart, and a test
 * with generated documents holds the first two together.
 *
 * Records and lists are in field-record.ts.
 */
import {
  type DocumentNode,
  type NameForm,
  readBoolean,
  readChoice,
  readInteger,
  readName,
  readText,
} from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import type { FieldDeclarations } from './field-record.ts';
import type { Reading, SecretHandle } from './reading.ts';

/** A JSON Schema, draft-07: the newest that editors understand. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export type FieldType<Value> = {
  /** Nobody may see the text; what is read is a handle. */
  readonly isSecret?: true;
  /** In a few words: `whole number, 68 to 65535`. */
  readonly summary: string;
  readonly schema: JsonSchema;
  /** The value, or undefined if a fault was found in it. */
  readonly read: (node: DocumentNode, reading: Reading) => Value | undefined;
  /** The fields within, and how one gets to them from this one: at once, by an entry of the list, or by a name. */
  readonly inside?: { readonly step: '' | '[]' | '.NAME'; readonly fields: FieldDeclarations };
};

/** The value of a field type. */
export type ValueOf<Type> = Type extends FieldType<infer Value> ? Value : never;

/** A whole number from `minimum` to `maximum`; `unit` in the plural: `bytes`. */
export function integer(minimum: number, maximum: number, unit?: string): FieldType<number> {
  return {
    summary: `whole number, ${minimum} to ${maximum}${unit === undefined ? '' : ` ${unit}`}`,
    schema: { type: 'integer', minimum, maximum },
    read: (node, reading) => reading.attempt(() => readInteger(node, minimum, maximum)),
  };
}

/** `true` or `false`. */
export const boolean: FieldType<boolean> = {
  summary: '`true` or `false`',
  schema: { type: 'boolean' },
  read: (node, reading) => reading.attempt(() => readBoolean(node)),
};

/** Text of a form, such as an address. */
export function name(form: NameForm): FieldType<string> {
  return {
    summary: form.expected,
    schema: { type: 'string', pattern: form.pattern.source, maxLength: form.limit },
    read: (node, reading) => reading.attempt(() => readName(node, form)),
  };
}

/** One of a few words. */
export function choice<const Choice extends string>(choices: readonly Choice[]): FieldType<Choice> {
  return {
    summary: choices.map((word) => `\`${word}\``).join(', '),
    schema: { type: 'string', enum: choices },
    read: (node, reading) => reading.attempt(() => readChoice(node, choices)),
  };
}

/** One line of text or a whole number, as text: what is written to a file of the kernel. */
export function setting(limit: number): FieldType<string> {
  return {
    summary: `a whole number, or one line of text, 1 to ${limit} characters`,
    schema: { anyOf: [{ type: 'integer' }, lineSchema(limit)] },
    read: (node, reading) =>
      node.kind === 'integer' ? String(node.value) : reading.attempt(() => readText(node, limit)),
  };
}

/** The JSON Schema of what `readText` reads. */
export function lineSchema(limit: number): JsonSchema {
  return {
    type: 'string',
    minLength: 1,
    maxLength: limit,
    pattern: '^[^\\s\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$',
  };
}

/**
 * Text that nobody may see: what is read is a handle. No error quotes it, not even one that says that it is wrong.
 * Errors: `config.secret`.
 */
export function secret(minimum: number, limit: number): FieldType<SecretHandle> {
  return {
    isSecret: true,
    summary: `secret text, ${minimum} to ${limit} characters`,
    schema: { type: 'string', minLength: minimum, maxLength: limit, writeOnly: true },
    read: (node, reading) => {
      const { path, place } = node.where;
      if (node.kind === 'text' && node.value.length >= minimum && node.value.length <= limit) {
        return reading.keep(path, node.value);
      }
      reading.add(EftError.of('config.secret', { path, minimum, limit }, { place }));
      return undefined;
    },
  };
}
