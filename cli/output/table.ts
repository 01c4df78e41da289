/** Tables for people: columns as wide as their widest cell, two spaces between, nothing drawn. */
import { stripVTControlCharacters } from 'node:util';

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

/** Columns of a terminal that `text` takes, escape sequences left out. Wide East Asian characters count as one. */
export function displayWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
