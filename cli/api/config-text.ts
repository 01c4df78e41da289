/**
 * Changes the text of a machine configuration as a person has laid it out: comments, order and layout of what is not changed stay.
 *
 * A patch is one of two, by its form. A list is a JSON Patch (RFC 6902). A map is a strategic merge:
 *
 *   maps       are merged, field by field; a field that is null is taken out
 *   lists      whose entries have a name (`mergeKeys`) are merged by it: an entry with a name that is there is merged into it, another one is added at the
 *              end, and one with `$patch: delete` takes the entry of its name out
 *   all else   takes the place of what was there
 */
import { isDeepStrictEqual } from 'node:util';
import rfc6902, { type Operation } from 'rfc6902';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { readYaml } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { NodeClient } from './client.ts';

/** What an entry of a list is called by. The first that it has counts. */
const mergeKeys = ['interface', 'name', 'publicKey'] as const;
/** The field that takes an entry out. */
const directive = '$patch';

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [field: string]: Plain };
type PlainMap = { readonly [field: string]: Plain };

/** The configuration `text` after `patch`. Errors: `document.*` of either, `client.patch`. */
export function patchConfig(text: string, patch: string, patchFile: string): string {
  readYaml(text, 'machine configuration', 'the configuration of the node');
  const kind = readYaml(patch, 'patch', patchFile).kind;
  const document = parseDocument(text, parseOptions);
  const before = plainOf(document);
  const wanted = plainOf(parseDocument(patch, parseOptions));
  if (Array.isArray(wanted)) sync(document, jsonPatched(before, wanted, patchFile));
  else if (kind === 'map') sync(document, merged(before, wanted));
  else {
    const reason = 'it is neither a list of operations (RFC 6902) nor a map of fields to merge';
    throw EftError.of('client.patch', { reason }, { place: { file: patchFile } });
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** That nobody has given the node another configuration meanwhile. Errors: `client.config-changed`. */
export async function checkUnchanged({ machine, target }: NodeClient, digest: string): Promise<void> {
  const now = await machine.getConfig({});
  if (now.digest !== digest) throw EftError.of('client.config-changed', { node: target.name });
}

const parseOptions = { schema: 'core' } as const;

function plainOf(document: Document): Plain {
  const value: Plain = JSON.parse(JSON.stringify(document.toJS() ?? null));
  return value;
}

function jsonPatched(before: Plain, operations: readonly Plain[], file: string): Plain {
  const after: Plain = structuredClone(before);
  for (const [index, operation] of operations.entries()) {
    const fault = isOperation(operation)
      ? rfc6902.applyPatch(after, [operation])[0]
      : new Error(
          'it is no operation: it needs `op` and `path`, and `value` or `from` where that belongs to it',
        );
    if (fault === null) continue;
    const reason = `operation ${index + 1}: ${visibleText(fault?.message || fault?.name || 'it cannot be done', 200)}`;
    throw EftError.of('client.patch', { reason }, { place: { file } });
  }
  return after;
}

function isOperation(value: unknown): value is Operation {
  if (typeof value !== 'object' || value === null || !('op' in value) || !('path' in value)) return false;
  if (typeof value.path !== 'string' || (value.path !== '' && !value.path.startsWith('/'))) return false;
  switch (value.op) {
    case 'add':
    case 'replace':
    case 'test':
      return 'value' in value;
    case 'move':
    case 'copy':
      return 'from' in value && typeof value.from === 'string';
    default:
      return value.op === 'remove';
  }
}

/** The strategic merge of `patch` into `before`. */
function merged(before: Plain, patch: Plain): Plain {
  if (isPlainMap(patch)) {
    const base = isPlainMap(before) ? before : {};
    const result: Record<string, Plain> = { ...base };
    for (const [field, value] of Object.entries(patch)) {
      if (field === directive) continue;
      if (value === null) delete result[field];
      else result[field] = merged(base[field] ?? null, value);
    }
    return result;
  }
  if (Array.isArray(patch) && Array.isArray(before)) return mergedLists(before, patch) ?? patch;
  return patch;
}

function mergedLists(before: readonly Plain[], patch: readonly Plain[]): readonly Plain[] | undefined {
  if (patch.length === 0 || ![...before, ...patch].every((item) => nameOf(item) !== undefined))
    return undefined;
  const result = [...before];
  for (const item of patch) {
    const at = result.findIndex((entry) => nameOf(entry) === nameOf(item));
    const isGone = isPlainMap(item) && item[directive] === 'delete';
    if (isGone && at >= 0) result.splice(at, 1);
    else if (!isGone && at >= 0) result[at] = merged(result[at] ?? null, item);
    else if (!isGone) result.push(merged(null, item));
  }
  return result;
}

/** `interface=eth0`, or undefined for what has no name. */
function nameOf(value: Plain): string | undefined {
  if (!isPlainMap(value)) return undefined;
  const key = mergeKeys.find((name) => typeof value[name] === 'string');
  return key === undefined ? undefined : `${key}=${value[key]}`;
}

/** Changes the document so that it says `wanted`, and touches nothing that says it already. */
function sync(document: Document, wanted: Plain): void {
  const root = syncNode(document, document.contents, wanted);
  if (root !== document.contents) document.contents = document.createNode(wanted);
}

/** The node that says `wanted`: the same one, changed, where its form allows. */
function syncNode(document: Document, node: unknown, wanted: Plain): unknown {
  if (isMap(node) && isPlainMap(wanted)) return syncMap(document, node, wanted);
  if (isSeq(node) && Array.isArray(wanted)) return syncList(document, node, wanted);
  if (isScalar(node) && (typeof wanted !== 'object' || wanted === null)) {
    // The comment behind a value is the scalar's.
    if (!isDeepStrictEqual(node.toJSON(), wanted)) node.value = wanted;
    return node;
  }
  return document.createNode(wanted);
}

function syncMap(document: Document, node: YAMLMap, wanted: PlainMap): Node {
  for (const { key } of [...node.items]) {
    if (!Object.hasOwn(wanted, keyText(key))) node.delete(key);
  }
  for (const [field, value] of Object.entries(wanted)) {
    const pair = node.items.find(({ key }) => keyText(key) === field);
    if (pair === undefined) node.set(field, document.createNode(value));
    else pair.value = syncNode(document, pair.value, value);
  }
  return node;
}

/** An entry goes on from the one that said the same, or had the same name; else it is a new one. */
function syncList(document: Document, node: YAMLSeq, wanted: readonly Plain[]): Node {
  const left = node.items.map((item) => ({ item, value: plainItem(item) }));
  const take = (isMeant: (value: Plain) => boolean): unknown => {
    const at = left.findIndex(({ value }) => isMeant(value));
    return at < 0 ? undefined : left.splice(at, 1)[0]?.item;
  };
  const same = wanted.map((value) => take((other) => isDeepStrictEqual(other, value)));
  node.items = wanted.map((value, index) => {
    if (same[index] !== undefined) return same[index];
    const name = nameOf(value);
    const named = name === undefined ? undefined : take((other) => nameOf(other) === name);
    return named === undefined ? document.createNode(value) : syncNode(document, named, value);
  });
  return node;
}

function plainItem(item: unknown): Plain {
  return isMap(item) || isSeq(item) || isScalar(item) ? JSON.parse(JSON.stringify(item)) : null;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function isPlainMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
