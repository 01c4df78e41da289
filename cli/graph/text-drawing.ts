/**
 * The graph in characters: boxes in layers, lines between them that go down. What it needs of a terminal are the box drawing characters (Unicode, U+2500 to U+257F),
 * which every one has. Where lines of two nets cross, the one that goes down is whole; only lines that belong together are joined.
 */
import type { AuthorityGraph } from './authority-graph.ts';
import { type Channel, centreOf, routeLayout, widthForLines } from './channel.ts';
import { type BoxRow, boxesOf, type GraphBox } from './graph-boxes.ts';
import type { Placed } from './layered-layout.ts';

export type Look = BoxRow['meaning'] | 'plain';
/** Some characters of one look. */
export type Run = { readonly text: string; readonly look: Look };

const gap = 2;
/** Of a box to its text, at either side. */
const padding = 1;
/** Between two lines that go down. */
const columnWidth = 2;

/** The lines of the drawing, or undefined if it needs more than `columns`. */
export function drawText(graph: AuthorityGraph, columns: number): readonly (readonly Run[])[] | undefined {
  const { boxes, lines } = boxesOf(graph);
  const sized = boxes.map((box) => ({
    id: box.id,
    width: Math.max(
      ...box.rows.map(({ text }) => text.length + 2 * padding + 2),
      widthForLines(box.id, lines, columnWidth),
    ),
    height: box.rows.length + 2,
  }));
  const { layers, channels, width } = routeLayout(sized, lines, { gap, widthLimit: columns }, columnWidth);
  if (width > columns) return undefined;
  const contents = new Map(boxes.map((box) => [box.id, box]));
  const canvas = new Canvas();
  for (const [index, layer] of layers.entries()) {
    const top = canvas.height;
    const bottom = top + Math.max(1, ...layer.map(({ height }) => height));
    canvas.reserve(bottom);
    for (const placed of layer) {
      const box = contents.get(placed.id);
      if (box === undefined) canvas.column(centreOf(placed), top, bottom - 1);
      else drawBox(canvas, box, placed, top);
    }
    const channel = channels[index];
    if (channel === undefined) continue;
    for (const { from } of channel.nets) {
      const box = layer.find(({ isBox, left, width: own }) => isBox && left <= from && from < left + own);
      if (box === undefined) continue;
      const edge = top + box.height - 1;
      canvas.put(from, edge, '┬', 'plain');
      canvas.column(from, edge + 1, bottom - 1);
    }
    drawChannel(canvas, channel);
  }
  return canvas.lines();
}

function drawBox(canvas: Canvas, { shape, rows }: GraphBox, { left, width }: Placed, top: number): void {
  const [topLeft, topRight, bottomLeft, bottomRight] = shape === 'kinds' ? '╭╮╰╯' : '┌┐└┘';
  const across = '─'.repeat(width - 2);
  canvas.text(left, top, `${topLeft}${across}${topRight}`, 'plain');
  for (const [index, { text, meaning }] of rows.entries()) {
    canvas.put(left, top + 1 + index, '│', 'plain');
    canvas.text(left + 1 + padding, top + 1 + index, text, meaning);
    canvas.put(left + width - 1, top + 1 + index, '│', 'plain');
  }
  canvas.text(left, top + 1 + rows.length, `${bottomLeft}${across}${bottomRight}`, 'plain');
}

/** One row for each track, and one for what goes straight down and for the heads of arrows. */
function drawChannel(canvas: Canvas, { nets, tracks }: Channel): void {
  const top = canvas.height;
  const end = top + tracks;
  canvas.reserve(end + 1);
  for (const { from, to, track } of nets) {
    if (track === undefined) {
      canvas.column(from, top, end);
    } else {
      const row = top + track;
      const columns = [from, ...to.map(({ at }) => at)];
      canvas.row(row, Math.min(...columns), Math.max(...columns));
      canvas.column(from, top, row - 1);
      for (const { at } of to) canvas.column(at, row + 1, end);
    }
  }
  // Joints last, so that no line hides them.
  for (const { from, to, track } of nets) {
    if (track === undefined) continue;
    const columns = [from, ...to.map(({ at }) => at)];
    const [least, most] = [Math.min(...columns), Math.max(...columns)];
    for (const column of new Set(columns)) {
      const isDown = to.some(({ at }) => at === column);
      canvas.put(column, top + track, joint(column === from, isDown, column > least, column < most), 'plain');
    }
  }
  for (const { to } of nets) for (const { at, isEnd } of to) canvas.put(at, end, isEnd ? '▼' : '│', 'plain');
}

function joint(up: boolean, down: boolean, left: boolean, right: boolean): string {
  const sides = Number(up) * 8 + Number(down) * 4 + Number(left) * 2 + Number(right);
  return ' ───│┌┐┬│└┘┴│├┤┼'[sides] ?? ' ';
}

/** A sheet of characters that grows at its foot. */
class Canvas {
  readonly #rows: { character: string; look: Look }[][] = [];

  get height(): number {
    return this.#rows.length;
  }

  reserve(height: number): void {
    while (this.#rows.length < height) this.#rows.push([]);
  }

  put(column: number, row: number, character: string, look: Look): void {
    this.reserve(row + 1);
    const cells = this.#rows[row] ?? [];
    while (cells.length <= column) cells.push({ character: ' ', look: 'plain' });
    cells[column] = { character, look };
  }

  text(column: number, row: number, text: string, look: Look): void {
    for (const [index, character] of [...text].entries()) this.put(column + index, row, character, look);
  }

  column(column: number, from: number, to: number): void {
    for (let row = from; row <= to; row += 1) this.put(column, row, '│', 'plain');
  }

  /** Goes below what goes down. */
  row(row: number, from: number, to: number): void {
    for (let column = from; column <= to; column += 1) {
      if (this.#rows[row]?.[column]?.character !== '│') this.put(column, row, '─', 'plain');
    }
  }

  lines(): readonly (readonly Run[])[] {
    return this.#rows.map((cells) => {
      const runs: { text: string; look: Look }[] = [];
      for (const { character, look } of cells) {
        const last = runs.at(-1);
        if (last?.look === look) last.text += character;
        else runs.push({ text: character, look });
      }
      return runs;
    });
  }
}
