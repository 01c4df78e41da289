/**
 * Changes a trust policy as a person wrote it: comments, order and layout stay. What comes out is read again before it is
 * given back, so no edit makes a policy that a node would refuse.
 */
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, YAMLSeq } from 'yaml';
import { EftError } from '../errors/eft-error.ts';
import { formatPublicKeyLine, type PublicKey } from './key-file.ts';
import { readTrustPolicy, type Threshold, type TrustPolicy } from './trust-policy.ts';

/** What to change. Fields that are left out stay as they are. */
export type ScopeChange = {
  readonly key: PublicKey;
  readonly comment?: string;
  readonly modules?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly thresholds: readonly Threshold[];
};

export type EditedPolicy = { readonly text: string; readonly policy: TrustPolicy };

/** The text of a policy that trusts nobody. */
export const emptyPolicyText = 'keys: []\n';

/**
 * Adds the key with its scope, or changes the scope that it has, and sets thresholds.
 * Errors: those of `readTrustPolicy`, for the text before the change and after it.
 */
export function setScope(text: string, file: string, change: ScopeChange): EditedPolicy {
  const { document, keys } = openPolicy(text, file);
  const line = formatPublicKeyLine(change.key);
  let entry = findKey(keys, line);
  if (entry === undefined) {
    entry = document.createNode({ publicKey: line });
    keys.add(entry);
    keys.flow = false;
  }
  if (change.comment !== undefined) entry.set('comment', document.createNode(change.comment));
  for (const field of ['modules', 'capabilities'] as const) {
    const names = change[field];
    if (names === undefined) continue;
    entry.set(field, document.createNode(names, { flow: true }));
  }
  for (const threshold of change.thresholds) setThreshold(document, threshold);
  return finish(document, file);
}

/** Takes the key out. Errors: those of `readTrustPolicy`, and `trust.key-not-listed`. */
export function removeKey(text: string, file: string, key: PublicKey): EditedPolicy {
  const { document, keys } = openPolicy(text, file);
  const entry = findKey(keys, formatPublicKeyLine(key));
  if (entry === undefined) {
    throw EftError.of('trust.key-not-listed', { kid: key.kid }, { place: { file } });
  }
  keys.items.splice(keys.items.indexOf(entry), 1);
  keys.flow = keys.items.length === 0;
  return finish(document, file);
}

function openPolicy(text: string, file: string): { readonly document: Document; readonly keys: YAMLSeq } {
  readTrustPolicy(text, file);
  const document = parseDocument(text);
  const keys = document.get('keys', true);
  if (!isSeq(keys)) throw new Error('a trust policy was read whose keys are no list');
  return { document, keys };
}

function findKey(keys: YAMLSeq, line: string): YAMLMap | undefined {
  return keys.items.filter((item) => isMap(item)).find((item) => item.get('publicKey') === line);
}

function setThreshold(document: Document, { module, signatures }: Threshold): void {
  let list = document.get('thresholds', true);
  if (!isSeq(list)) {
    list = new YAMLSeq();
    document.set('thresholds', list);
  }
  if (!isSeq(list)) throw new Error('a list was set and is none');
  list.flow = false;
  const entry = list.items.filter((item) => isMap(item)).find((item) => item.get('module') === module);
  if (entry === undefined) list.add(document.createNode({ module, signatures }));
  else entry.set('signatures', signatures);
}

function finish(document: Document, file: string): EditedPolicy {
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return { text, policy: readTrustPolicy(text, file) };
}
