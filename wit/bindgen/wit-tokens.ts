/**
 * The words of a WIT text with their places and the doc comments before them. Only what the outline needs: the real
 * parser is wit-parser, inside jco; it gives neither comments nor places.
 *
 * Spec: WIT.md, "Lexical structure".
 */

export type WitToken = {
  /** An identifier (without `%`), a version number, or one character of punctuation. */
  readonly text: string;
  readonly isWord: boolean;
  /** Lines and columns count from 1. */
  readonly line: number;
  readonly column: number;
  /** The doc comment that ends right before this word, or the empty string. */
  readonly docs: string;
};

const pattern =
  /\/\/\/(?!\/)([^\n]*)|\/\/[^\n]*|\/\*\*(?![*/])([\s\S]*?)\*\/|\/\*[\s\S]*?\*\/|(%?[A-Za-z0-9_][A-Za-z0-9_-]*)|\s+|([^\s])/g;

/** The words of `text`. Never fails: what is no WIT becomes words of one character. */
export function tokenizeWit(text: string): WitToken[] {
  const tokens: WitToken[] = [];
  let docs: string[] = [];
  let line = 1;
  let lineStart = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, lineDocs, blockDocs, word, other] = match;
    const column = match.index - lineStart + 1;
    if (lineDocs !== undefined) docs.push(lineDocs.replace(/^ /, '').trimEnd());
    else if (blockDocs !== undefined) docs.push(...blockLines(blockDocs));
    else if (word !== undefined || other !== undefined) {
      const isWord = word !== undefined;
      tokens.push({
        text: isWord ? word.replace('%', '') : whole,
        isWord,
        line,
        column,
        docs: docs.join('\n'),
      });
      docs = [];
    }
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) {
      line += 1;
      lineStart = match.index + at + 1;
    }
  }
  return tokens;
}

function blockLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
