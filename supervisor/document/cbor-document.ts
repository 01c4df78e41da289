/** Decoded CBOR as a document. Its places are paths, and the place of the whole: bytes have no lines. */
import type { Place } from '../errors/eft-error.ts';
import type { CborValue } from '../trust/deterministic-cbor.ts';
import type { DocumentField, DocumentNode } from './document.ts';

/** Reads `value`; `noun` names the document (`manifest`) in errors, `place` is where its bytes stand. */
export function readCborDocument(value: CborValue, noun: string, place: Place): DocumentNode {
  return nodeOf(value, noun, place, noun);
}

function nodeOf(value: CborValue, path: string, place: Place, noun: string): DocumentNode {
  const where = { path, place };
  const isRoot = path === noun;
  if (typeof value === 'number') return { kind: 'integer', value, where };
  if (typeof value === 'string') return { kind: 'text', value, where };
  if (value === null) return { kind: 'other', description: 'nothing', where };
  if (typeof value === 'boolean') return { kind: 'boolean', value, where };
  if (value instanceof Uint8Array) return { kind: 'other', description: 'a byte string', where };
  if (value instanceof Map) return mapNode(value, path, place, noun);
  if (Array.isArray(value)) {
    const items = value.map((item: CborValue, index) =>
      nodeOf(item, `${isRoot ? '' : path}[${index}]`, place, noun),
    );
    return { kind: 'list', items, where };
  }
  throw new TypeError('a CBOR value of no known type');
}

function mapNode(
  map: ReadonlyMap<number | string, CborValue>,
  path: string,
  place: Place,
  noun: string,
): DocumentNode {
  const fields = new Map<string, DocumentField>();
  for (const [key, item] of map) {
    if (typeof key !== 'string') {
      return { kind: 'other', description: 'a map with a number as a key', where: { path, place } };
    }
    const inner = path === noun ? key : `${path}.${key}`;
    fields.set(key, { key: { path: inner, place }, value: nodeOf(item, inner, place, noun) });
  }
  return { kind: 'map', fields, where: { path, place } };
}
