/** A value of a machine configuration as YAML in one line, for people: no secret is in it, and nothing that a terminal would obey. */
import { stringify } from 'yaml';
import type { DocumentNode } from '../../document/document.ts';
import { visibleText } from '../../document/visible-text.ts';
import type { FieldType } from '../field-type.ts';

/** Characters of a value that are shown. */
const shownLength = 400;
/** What stands for a secret, whatever it is. */
const hidden = '(secret)';

/** `type` says what is secret in it. */
export function oneLine(node: DocumentNode, type: FieldType<unknown>): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' } as const;
  const text = stringify(shownValue(node, type), options).trimEnd();
  // A text of several lines that is alone would be a block.
  const isBlock = text.includes('\n');
  return visibleText(isBlock ? JSON.stringify(plainValue(node)) : text, shownLength);
}

function shownValue(node: DocumentNode, type: FieldType<unknown>): unknown {
  if (type.isSecret) return hidden;
  const { inside } = type;
  if (inside === undefined) return plainValue(node);
  if (inside.step === '[]') {
    const item = { ...type, inside: { ...inside, step: '' as const } };
    return node.kind === 'list' ? node.items.map((entry) => shownValue(entry, item)) : plainValue(node);
  }
  if (node.kind !== 'map') return plainValue(node);
  const named = [...node.fields].map(([name, { value }]) => {
    if (inside.step === '.NAME') {
      return [name, shownValue(value, { ...type, inside: { ...inside, step: '' } })] as const;
    }
    const declared = inside.fields[name];
    return [name, declared === undefined ? plainValue(value) : shownValue(value, declared.type)] as const;
  });
  return Object.fromEntries(named);
}

/** What the document says there, in the types of JSON; keys of maps in the order of the document. */
export function plainValue(node: DocumentNode): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries([...node.fields].map(([name, { value }]) => [name, plainValue(value)]));
    case 'list':
      return node.items.map(plainValue);
    case 'other':
      return null;
    default:
      return node.value;
  }
}
