/**
 * Puts other texts in the place of some scalars of a YAML file, and leaves every other byte of it as it is: comments, order and layout are its
 * owner's.
 */
import { isCollection, isMap, isScalar, isSeq, parseDocument, type Range } from 'yaml';
import type { Step } from './secret-places.ts';

export type NewScalar = { readonly steps: readonly Step[]; readonly text: string };

/** Spaces by which the lines of a block stand to the right of their key. */
const blockIndent = 2;

/** `text` must be YAML that `readYaml` reads, and every step must lead to a scalar. */
export function rewriteScalars(text: string, scalars: readonly NewScalar[]): string {
  const { contents } = parseDocument(text, { schema: 'core', uniqueKeys: false });
  const pieces = scalars
    .map(({ steps, text: content }) => ({ ...findScalar(text, contents, steps), content }))
    .toSorted((left, right) => left.start - right.start);
  let result = '';
  let at = 0;
  for (const { start, end, comment, column, content } of pieces) {
    result += text.slice(at, start);
    at = end;
    if (column === undefined || !isFitForBlock(content)) {
      result += `${scalarOf(content)}${comment}`;
      continue;
    }
    // A comment behind the old value stands behind the head of the block now.
    const lineEnd = text.indexOf('\n', end);
    at = lineEnd === -1 ? text.length : lineEnd;
    result += blockOf(content, `${comment}${text.slice(end, at)}`, column + blockIndent);
    if (lineEnd === -1) result += '\n';
  }
  return result + text.slice(at);
}

type Found = {
  readonly start: number;
  /** Without the line feeds at the end of a block. */
  readonly end: number;
  /** What stands behind the head of a block, with the spaces before it. */
  readonly comment: string;
  /** Of the key, from 0; undefined where no block can stand. */
  readonly column: number | undefined;
};

function findScalar(text: string, contents: unknown, steps: readonly Step[]): Found {
  let node: unknown = contents;
  let column: number | undefined;
  let isInFlow = false;
  for (const step of steps) {
    if (isCollection(node) && node.flow === true) isInFlow = true;
    column = undefined;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && (key.source ?? String(key.value)) === step);
      if (isScalar(pair?.key) && pair.key.range) column = columnOf(text, pair.key.range);
      node = pair?.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
    }
  }
  if (!isScalar(node) || !node.range) throw new TypeError(`there is no scalar at ${steps.join('.')}`);
  const [start, valueEnd] = node.range;
  const source = text.slice(start, valueEnd).trimEnd();
  const comment = /^[|>][-+0-9]*(?<comment>[ \t]+#.*)/.exec(source)?.groups?.['comment'] ?? '';
  return { start, end: start + source.length, comment, column: isInFlow ? undefined : column };
}

function columnOf(text: string, [start]: Range): number {
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

/** A line of a block: printable, and without spaces at its ends; in front they would be indentation (YAML 1.2.2, sections 5.1 and 8.1). */
const blockLine = /^(?!\s)[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+(?<!\s)$/u;

function isFitForBlock(content: string): boolean {
  return (
    content.includes('\n') &&
    content
      .replace(/\n$/, '')
      .split('\n')
      .every((line) => blockLine.test(line))
  );
}

/** The rest of the line goes behind the head; the block ends without its last line feed, which the file has. */
function blockOf(content: string, rest: string, indent: number): string {
  const hasEnd = content.endsWith('\n');
  const lines = (hasEnd ? content.slice(0, -1) : content).split('\n');
  return [`|${hasEnd ? '' : '-'}${rest}`, ...lines.map((line) => `${' '.repeat(indent)}${line}`)].join('\n');
}

/** Plain where that is the same text to every reader of YAML, else in quotes: JSON's are YAML's. */
function scalarOf(content: string): string {
  return /^\([a-z ]+\)$/.test(content) ? content : JSON.stringify(content);
}
