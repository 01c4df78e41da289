/**
 * Reads a machine configuration of the reference system, v1alpha1 or a stream of documents, and makes an Eft configuration of what both
 * have. It says of every line what became of it, and never what stood there: such a file holds the keys of a cluster.
 */
import { stringify } from 'yaml';
import type { DocumentNode } from '../../document/document.ts';
import { quotable } from '../../document/document.ts';
import { readYamlStream } from '../../document/yaml-document.ts';
import { EftError } from '../../errors/eft-error.ts';
import { apiVersion, kind as configKind } from '../machine-schema.ts';
import { readMachineConfig } from '../read-config.ts';
import { sysctlName } from '../sysctl-names.ts';
import { documentFields, documentNames, nameOfVlan, takeHostName } from './documents.ts';
import { Draft, type ImportLine, plainOf, textOf } from './draft.ts';
import { type Rule, ruleOfKind, rules } from './rules.ts';

export type { ImportLine, Verdict } from './draft.ts';

export type Import = {
  /** In the order of the file. */
  readonly lines: readonly ImportLine[];
  /** The Eft configuration, as YAML. */
  readonly config: string;
  /** What a node would say of it: a value that Eft takes less of than the reference system. */
  readonly faults: readonly EftError[];
};

const noun = 'reference configuration';

/** The form that both kinds of documents of the reference system have. */
const referenceVersion = 'v1alpha1';

/** Imports `text`; `file` is what errors call it. Errors: `document.*` if it is no YAML, `config.import-nothing`. */
export function importReferenceConfig(text: string, file: string): Import {
  const draft = new Draft();
  const documents = readYamlStream(text, noun, file);
  if (documents.length === 0) throw nothing('the file is empty', file);
  for (const document of documents) importDocument(document, draft, file);
  if (draft.machine['type'] === undefined) {
    const note = 'the file does not say what the machine is for; the configuration says `worker`';
    draft.lines.push({ line: 1, path: 'machine.type', verdict: 'none', note });
  }
  const machine = { type: 'worker', ...draft.machine };
  const config = stringify({ apiVersion, kind: configKind, machine }, { lineWidth: 0 });
  const { faults } = readMachineConfig(new Uint8Array(Buffer.from(config)), 'the imported configuration');
  return { lines: draft.lines.toSorted((left, right) => left.line - right.line), config, faults };
}

function nothing(reason: string, file: string): EftError {
  return EftError.of('config.import-nothing', { reason }, { place: { file } });
}

function importDocument(document: DocumentNode, draft: Draft, file: string): void {
  if (document.kind !== 'map') throw nothing('a document of it is no map', file);
  const version = textOf(document.fields.get('version')?.value);
  if (version === referenceVersion) {
    walk(document, '', [], draft);
    return;
  }
  const kind = textOf(document.fields.get('kind')?.value);
  const api = textOf(document.fields.get('apiVersion')?.value);
  if (api !== referenceVersion || kind === undefined) {
    throw nothing(`a document of it is \`${quotable(kind ?? 'something else')}\``, file);
  }
  importKind(document, kind, draft);
}

type MapNode = Extract<DocumentNode, { kind: 'map' }>;

function importKind(document: MapNode, kind: string, draft: Draft): void {
  const fields = Object.hasOwn(documentFields, kind) ? documentFields[kind] : undefined;
  const shown = quotable(kind);
  if (fields === undefined) {
    tellRule(draft, document, ruleOfKind(kind), shown);
    return;
  }
  const name =
    kind === 'VLANConfig' ? nameOfVlan(document) : (textOf(document.fields.get('name')?.value) ?? '');
  const named = document.fields.get('name')?.value;
  const note = documentNames[kind]?.(draft, name);
  if (named !== undefined && note !== undefined) draft.tell(named, 'renamed', note, `${shown}.name`);
  for (const [field, { value }] of document.fields) {
    if (field === 'apiVersion' || field === 'kind' || (field === 'name' && note !== undefined)) continue;
    const path = `${shown}.${quotable(field)}`;
    const take = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const taken = take?.(draft, value, name, document) ?? false;
    if (taken === false) draft.tell(value, 'none', 'nothing in Eft does this', path);
    else if (taken !== true)
      for (const target of taken) draft.tell(value, 'renamed', `machine.${target}`, path);
    else if (value.kind !== 'list') draft.tell(value, 'taken', 'as it is', path);
  }
}

/** Goes down to where a rule says what becomes of a node. `pattern` is its path with `[]` and `*`, `path` where it would go. */
function walk(node: DocumentNode, pattern: string, path: readonly (string | number)[], draft: Draft): void {
  const rule = ruleFor(pattern);
  const hasInner = [...rules.keys()].some(
    (other) => other.startsWith(`${pattern}.`) || other.startsWith(`${pattern}[]`),
  );
  if (rule !== undefined && !(hasInner && !('to' in rule) && node.kind === 'map')) {
    take(node, rule, path, draft);
    return;
  }
  if (node.kind === 'map' && (pattern === '' || hasInner)) {
    for (const [field, { value }] of node.fields) {
      const inner = pattern === '' ? field : `${pattern}.${field}`;
      walk(value, rules.has(`${pattern}.*`) ? `${pattern}.*` : inner, [...path, field], draft);
    }
  } else if (node.kind === 'list' && hasInner) {
    for (const [index, item] of node.items.entries()) walk(item, `${pattern}[]`, [...path, index], draft);
  } else draft.tell(node, 'none', 'nothing in Eft does this');
}

/** The rule for a path, or that of the nearest path above it that says something of all below. */
function ruleFor(pattern: string): Rule | undefined {
  const own = rules.get(pattern);
  if (own !== undefined) return own;
  for (let end = pattern.lastIndexOf('.'); end > 0; end = pattern.lastIndexOf('.', end - 1)) {
    const above = rules.get(pattern.slice(0, end));
    if (above !== undefined && !('to' in above)) return above;
  }
  return undefined;
}

function take(node: DocumentNode, rule: Rule, path: readonly (string | number)[], draft: Draft): void {
  if (!('to' in rule)) {
    tellRule(draft, node, rule);
    return;
  }
  const [, ...inner] = path;
  const [field, name] = inner;
  if (field === 'sysctls' && typeof name === 'string' && !sysctlName.pattern.test(name)) {
    draft.tell(node, 'none', 'this sysctl is fixed, or nothing that a configuration sets');
    return;
  }
  if (rule.to === 'machine.network.hostname') {
    const full = textOf(node) ?? '';
    takeHostName(draft, full);
    const isSplit = full.includes('.');
    draft.tell(
      node,
      isSplit ? 'renamed' : 'taken',
      isSplit ? 'machine.network.hostname and .domain' : 'as it is',
    );
    return;
  }
  if (rule.to === 'machine.type') {
    const older: Readonly<Record<string, string>> = { init: 'controlplane', join: 'worker' };
    const type = textOf(node) ?? '';
    const own = Object.hasOwn(older, type) ? older[type] : undefined;
    draft.put(inner, own ?? type);
    draft.tell(
      node,
      own === undefined ? 'taken' : 'renamed',
      own === undefined ? 'as it is' : `type: ${own}`,
    );
    return;
  }
  draft.put(inner, plainOf(node));
  draft.tell(node, 'taken', 'as it is');
}

function tellRule(draft: Draft, node: DocumentNode, rule: Rule, path?: string): void {
  if ('later' in rule) draft.tell(node, 'later', rule.later, path);
  else if ('none' in rule) draft.tell(node, 'none', rule.none, path);
}
