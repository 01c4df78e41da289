/**
 * A few lines at the bottom of a terminal that change in place: only the lines that are not as before are written again, in one write, so nothing flickers.
 * ECMA-48 for the sequences: CUU (A), CUD (B), EL (K), ED (J); DEC private modes 25 (cursor) and 2026 (synchronised output), which terminals that do not
 * know them pass over.
 *
 * The cursor stands below the last line, at the left. The danger is a line that wraps: it would count as two, so lines are cut to the width.
 */
import { displayWidth } from './table.ts';

/** A terminal that tells its size. */
export type LiveStream = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

/** Escape: every sequence begins with it. */
const introducer = '\u001b';
/** Sequences for colour, and other ones that take no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colour is made of
const sequence = /\u001b\[[0-9;]*m/y;

export class LiveLines {
  readonly #stream: LiveStream;
  #shown: readonly string[] = [];
  #size = '';

  constructor(stream: LiveStream) {
    this.#stream = stream;
  }

  /** Shows these lines in the place of those before. What does not fit is left out at the end, and that is said. */
  draw(lines: readonly string[]): void {
    const columns = this.#stream.columns ?? 80;
    const rows = this.#stream.rows ?? 24;
    const size = `${columns}x${rows}`;
    const isResized = this.#size !== '' && size !== this.#size;
    const wanted = fitLines(lines, columns, rows);
    // What a terminal makes of its lines when its width changes is its own affair: begin anew.
    const start = isResized ? `${introducer}[H${introducer}[2J` : '';
    const before = isResized ? [] : this.#shown;
    const changes = start + difference(before, wanted);
    if (changes !== '') {
      this.#stream.write(
        `${introducer}[?2026h${this.#size === '' ? `${introducer}[?25l` : ''}${changes}${introducer}[?2026l`,
      );
    }
    this.#shown = wanted;
    this.#size = size;
  }

  /** Leaves the lines as they are, with the cursor below them. */
  end(): void {
    if (this.#size !== '') this.#stream.write(`${introducer}[?25h`);
    this.#shown = [];
    this.#size = '';
  }
}

/** What has to be written so that `after` stands where `before` stood. */
function difference(before: readonly string[], after: readonly string[]): string {
  let text = '';
  // The line that the cursor is in, counted from the first of them.
  let at = before.length;
  const goTo = (line: number): void => {
    if (line < at) text += `${introducer}[${at - line}A`;
    else if (line > at) text += `${introducer}[${line - at}B`;
    at = line;
  };
  for (const [index, line] of after.entries()) {
    if (line === before[index]) continue;
    goTo(index);
    text += `\r${line}${introducer}[K`;
    if (index >= before.length) {
      text += '\r\n';
      at = index + 1;
    }
  }
  goTo(after.length);
  if (text !== '') text += '\r';
  return after.length < before.length ? `${text}\r${introducer}[J` : text;
}

function fitLines(lines: readonly string[], columns: number, rows: number): readonly string[] {
  const room = Math.max(1, rows - 1);
  const shown = lines.length <= room ? lines : lines.slice(0, room - 1);
  const rest = lines.length - shown.length;
  const all = rest === 0 ? shown : [...shown, `… ${rest} more, for which the terminal is too small`];
  return all.map((line) => cutLine(line, columns));
}

/** As much of a line as takes `columns` columns, with the colours in it, those after the cut too. */
export function cutLine(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  let text = '';
  let width = 0;
  let isCut = false;
  for (let index = 0; index < line.length; ) {
    sequence.lastIndex = index;
    const [colour] = sequence.exec(line) ?? [];
    if (colour !== undefined) {
      text += colour;
      index += colour.length;
      continue;
    }
    const character = String.fromCodePoint(line.codePointAt(index) ?? 0);
    index += character.length;
    if (isCut) continue;
    width += displayWidth(character);
    isCut = width > columns - 1;
    text += isCut ? '…' : character;
  }
  return text;
}
