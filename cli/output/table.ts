/** Tables for people: columns as wide as their widest cell, two spaces between, nothing drawn. */
import stringWidth from 'string-width';

export type Column = { readonly title: string; readonly align?: 'left' | 'right' };

/** The lines of a table, without trailing spaces. Cells may carry colour: it takes no room. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintTitle: (title: string) => string = (title) => title,
): readonly string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cell)));
        return columns[index]?.align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => paintTitle(title))), ...rows.map(line)];
}

/** Columns of a terminal that `text` takes: wide characters take two, escape sequences and what joins others none (Unicode Standard Annex 11). */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** As much of a text without escape sequences as fits into so many columns. */
export function firstColumns(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    taken += segment;
  }
  return taken;
}

const graphemes = new Intl.Segmenter();
