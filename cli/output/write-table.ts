/** Writes a table to a stream, with its titles in the look of titles. */
import { type Column, formatTable } from './table.ts';
import { type OutputStream, paint, writeLine } from './terminal.ts';

/** Columns are left-aligned where only their title is given. */
export function writeTable(
  stream: OutputStream,
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
): void {
  for (const line of tableLines(stream, columns, rows)) writeLine(stream, line);
}

/** The lines of it. */
export function tableLines(
  stream: OutputStream,
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const full = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  return formatTable(full, rows, (title) => paint(stream, 'title', title));
}
