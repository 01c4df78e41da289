/**
 * YAML text as a document with line and column of every value.
 *
 * Only plain YAML is read: maps, lists, text, whole numbers in decimal. Anchors, aliases, tags, merge keys and several
 * documents in one file are refused, because each lets a file say something that a reader of the line does not see.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import { EftError, type Place } from '../errors/eft-error.ts';
import { type DocumentField, type DocumentNode, quotable } from './document.ts';

/** Bytes of one YAML document. */
export const maximumYamlBytes = 256 * 1024;
/** Maps and lists within each other. */
const maximumYamlDepth = 16;

/**
 * Reads `text`; `noun` names the document (`manifest`) in errors, `file` the file.
 * Errors: `document.yaml`, `document.yaml-feature`, `document.duplicate-field`, `document.too-large`.
 */
export function readYaml(text: string, noun: string, file: string): DocumentNode {
  checkSize(text, noun, file);
  const lines = new LineCounter();
  const reader = new YamlReader(lines, noun, file);
  return contentsOf(parseDocument(text, { lineCounter: lines, ...parseOptions }), reader, noun);
}

/** Reads text of one document after the other, with `---` between: the format of another system. Errors: as `readYaml`. */
export function readYamlStream(text: string, noun: string, file: string): readonly DocumentNode[] {
  checkSize(text, noun, file);
  const lines = new LineCounter();
  const reader = new YamlReader(lines, noun, file);
  const documents = parseAllDocuments(text, { lineCounter: lines, ...parseOptions });
  return (Array.isArray(documents) ? documents : []).map((document) => contentsOf(document, reader, noun));
}

const parseOptions = {
  prettyErrors: false,
  schema: 'core',
  // The library compares each key with all before it; `node` does it once.
  uniqueKeys: false,
} as const;

function checkSize(text: string, noun: string, file: string): void {
  const size = Buffer.byteLength(text);
  if (size <= maximumYamlBytes) return;
  throw EftError.of(
    'document.too-large',
    { document: noun, size, limit: maximumYamlBytes },
    { place: { file } },
  );
}

function contentsOf(document: Document.Parsed, reader: YamlReader, noun: string): DocumentNode {
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    const place = reader.place(fault.pos[0]);
    if (fault.code === 'MULTIPLE_DOCS') throw reader.feature('several documents in one file', place);
    // The library goes down with the nesting of the text until the stack is full; where that is says nothing to anybody.
    if (fault.message.includes('call stack')) {
      throw reader.feature(`more than ${maximumYamlDepth} levels of nesting`, reader.place(0));
    }
    const [reason = ''] = fault.message.split('\n');
    throw EftError.of('document.yaml', { reason }, { place });
  }
  return reader.node(document.contents, noun, reader.place(0), 0);
}

class YamlReader {
  readonly #lines: LineCounter;
  readonly #noun: string;
  readonly #file: string;

  constructor(lines: LineCounter, noun: string, file: string) {
    this.#lines = lines;
    this.#noun = noun;
    this.#file = file;
  }

  place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  feature(feature: string, place: Place): EftError {
    return EftError.of('document.yaml-feature', { document: this.#noun, feature }, { place });
  }

  node(node: unknown, path: string, parent: Place, depth: number): DocumentNode {
    if (!isNode(node)) return { kind: 'other', description: 'nothing', where: { path, place: parent } };
    const place = node.range ? this.place(node.range[0]) : parent;
    const where = { path, place };
    if (isAlias(node)) throw this.feature('an alias', place);
    if (node.tag !== undefined) throw this.feature(`the tag ${quotable(node.tag)}`, place);
    if ('anchor' in node && node.anchor !== undefined) throw this.feature('an anchor', place);
    if (depth > maximumYamlDepth)
      throw this.feature(`more than ${maximumYamlDepth} levels of nesting`, place);
    if (isMap(node)) {
      const fields = new Map<string, DocumentField>();
      for (const { key, value } of node.items) {
        const name = this.#key(key, place);
        const inner = join(path, this.#noun, quotable(name.text));
        if (fields.has(name.text)) {
          throw EftError.of(
            'document.duplicate-field',
            { path, field: quotable(name.text) },
            { place: name.place },
          );
        }
        fields.set(name.text, {
          key: { path: inner, place: name.place },
          value: this.node(value, inner, name.place, depth + 1),
        });
      }
      return { kind: 'map', fields, where };
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => {
        const inner = path === this.#noun ? `[${index}]` : `${path}[${index}]`;
        return this.node(item, inner, place, depth + 1);
      });
      return { kind: 'list', items, where };
    }
    return scalarNode(node.value, node.source, where);
  }

  #key(key: unknown, parent: Place): { readonly text: string; readonly place: Place } {
    if (!isNode(key)) throw this.feature('an empty key', parent);
    const place = key.range ? this.place(key.range[0]) : parent;
    if (!isScalar(key)) throw this.feature('a key that is not plain text', place);
    if (key.source === '<<') throw this.feature('a merge key', place);
    if (key.anchor !== undefined || key.tag !== undefined)
      throw this.feature('a key with an anchor or a tag', place);
    return { text: key.source ?? String(key.value), place };
  }
}

type YamlNode = Node;

function isNode(value: unknown): value is YamlNode {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function scalarNode(value: unknown, source: string | undefined, where: DocumentNode['where']): DocumentNode {
  if (typeof value === 'string') return { kind: 'text', value, where };
  if (typeof value === 'number' && Number.isSafeInteger(value) && /^-?(0|[1-9][0-9]*)$/.test(source ?? '')) {
    return { kind: 'integer', value, where };
  }
  if (value === null) return { kind: 'other', description: 'nothing', where };
  if (typeof value === 'boolean') return { kind: 'boolean', value, where };
  const description =
    typeof value === 'number' ? `the number ${source ?? value}` : `the ${typeof value} ${source}`;
  return { kind: 'other', description, where };
}

function join(path: string, noun: string, field: string): string {
  return path === noun ? field : `${path}.${field}`;
}
