/** Lines of text with meanings: what the dashboard is made of before it has colours. */
import { displayWidth, firstColumns } from '../output/table.ts';
import type { Meaning } from '../output/terminal.ts';

export type Span = { readonly text: string; readonly meaning?: Meaning };
export type Line = readonly Span[];

export type Cell = Span & { readonly isRight?: true };
export type Row = readonly Cell[];

export function right(text: string): Cell {
  return { text, isRight: true };
}

export function tableOf(titles: readonly string[], rows: readonly Row[], nothing: string): readonly Line[] {
  if (rows.length === 0) return [[{ text: nothing, meaning: 'faint' }]];
  const widths = titles.map((title, index) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[index]?.text ?? ''))),
  );
  const isRight = titles.map((_, index) => rows.some((row) => row[index]?.isRight === true));
  const line = (cells: Row): Line =>
    cells.map(({ text, meaning }, index) => {
      const width = widths[index] ?? 0;
      const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
      const filled = `${isRight[index] ? space + text : text + space}${index === cells.length - 1 ? '' : '  '}`;
      return meaning === undefined ? { text: filled } : { text: filled, meaning };
    });
  return [line(titles.map((text): Cell => ({ text, meaning: 'title' }))), ...rows.map(line)];
}

/** The left part, and the right one at the edge if there is room for it. */
export function justified(left: Line, edge: Line, columns: number): Line {
  const space = columns - widthOf(left) - widthOf(edge);
  return space < 1 ? left : [...left, { text: ' '.repeat(space) }, ...edge];
}

export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

export function cut(line: Line, columns: number): Line {
  if (widthOf(line) <= columns) return line;
  const spans: Span[] = [];
  let left = columns - 1;
  for (const span of line) {
    const width = displayWidth(span.text);
    if (width > left) {
      spans.push({ ...span, text: `${firstColumns(span.text, left)}…` });
      return spans;
    }
    spans.push(span);
    left -= width;
  }
  return spans;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
