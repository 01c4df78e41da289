/** The words of a module's authority as lines: for a terminal, and for the file in which reviewers see every change of it. */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { type WordRow, wordsOf } from './authority-words.ts';
import type { ModuleAuthority } from './module-authority.ts';

/** How parts of the text look; without, it is plain. */
export type TextLook = {
  readonly title: (text: string) => string;
  readonly label: (text: string) => string;
  readonly reason: (text: string) => string;
};

const plain: TextLook = { title: (text) => text, label: (text) => text, reason: (text) => text };

/** Columns of the labels, with the space behind them; a longer one has a line of its own. */
const labelWidth = 20;
const indent = '  ';

/** Lines of at most `columns` characters, but for words that are longer. */
export function authorityLines(
  authority: ModuleAuthority,
  columns: number,
  look: TextLook = plain,
): readonly string[] {
  const { name, version, description, world } = authority;
  const head = [
    look.title(visibleText(`${name} ${version}`)),
    ...(description === undefined ? [] : wrapWords(visibleText(description), columns)),
  ];
  return [
    ...head,
    look.reason(visibleText(`world ${world}`)),
    ...wordsOf(authority).flatMap(({ title, rows }) => [
      '',
      look.title(title.toUpperCase()),
      ...rows.flatMap((row) => rowLines(row, columns, look)),
    ]),
  ];
}

function rowLines({ label, words, reason }: WordRow, columns: number, look: TextLook): readonly string[] {
  const room = Math.max(20, columns - indent.length - labelWidth);
  const texts = [
    ...words.flatMap((text) => wrapWords(visibleText(text), room)),
    ...(reason === undefined ? [] : wrapWords(`why: ${visibleText(reason)}`, room).map(look.reason)),
  ];
  const isLong = label.length >= labelWidth;
  const first = `${indent}${look.label(visibleText(label))}`;
  const space = ' '.repeat(labelWidth);
  const lines = texts.map((text, index) =>
    index === 0 && !isLong
      ? `${first}${' '.repeat(labelWidth - label.length)}${text}`
      : `${indent}${space}${text}`,
  );
  return isLong ? [first, ...lines] : lines;
}

/** Breaks between words; what goes on in the next line is indented by two. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines;
}
